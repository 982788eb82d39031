"""Files of a form, written where they stay as they come in: nothing is held in memory or laid down twice."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from liuke.kernel.errors import Invalid, LiukeError, Usage
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from liuke.app.uploads import Incoming, Upload, Uploads

MOST_FILES = 200
BOUNDED = 30  # times the largest file: what one request may hold
NO_FILE = N_("No file was chosen.")
NOT_A_FORM = N_("What was sent is no form with files.")


class Receiver:
    """Takes a form apart as it comes; `made` are its files, `refused` why others were not taken."""

    def __init__(self, uploads: Uploads, user_id: int, most: int, boundary: bytes) -> None:
        self.uploads, self.user_id, self.most = uploads, user_id, most
        self.made: list[Upload] = []
        self.refused: list[LiukeError] = []
        self.wasted = 0  # bytes read of files that were refused
        self._file: Incoming | None = None
        self._files = 0
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._open,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def close(self) -> None:
        """Leave nothing of a file that did not come whole."""
        if self._file is not None:
            self._file.abandon()
            self._file = None

    def _begin(self) -> None:
        self._headers, self._name, self._value = {}, b"", b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _open(self) -> None:
        _, told = parse_options_header(self._headers.get(b"content-disposition", b""))
        given = told.get(b"filename", b"")
        if not given:
            return
        self._files += 1
        if self._files > MOST_FILES:
            if self._files == MOST_FILES + 1:
                self.refused.append(Usage(N_("At most {most} files can be sent at once."), most=MOST_FILES))
            return
        with self._noting():
            self._file = self.uploads.begin(self.user_id, given.decode("utf-8", "replace"), self.most)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            self.wasted += end - start
            return
        with self._noting():
            self._file.write(data[start:end])

    def _end(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with self._noting():
                self.made.append(file.finish())

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """A file that is refused, and has taken itself away, is named at the end; those beside it go on."""
        try:
            yield
        except LiukeError as error:
            self.refused.append(error)
            self._file = None


async def receive_files(
    request: Request, uploads: Uploads, user_id: int, most: int
) -> tuple[list[Upload], list[LiukeError]]:
    """The files of a form as uploads, and why others were not taken; a connection that breaks leaves nothing."""
    kind, told = parse_options_header(request.headers.get("content-type", "").encode("latin-1"))
    if kind != b"multipart/form-data" or not told.get(b"boundary"):
        raise Usage(NOT_A_FORM)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > BOUNDED * most:
        raise _too_much(BOUNDED * most)
    receiver, came = Receiver(uploads, user_id, most, told[b"boundary"]), 0
    try:
        async for chunk in request.stream():
            came += len(chunk)
            if came > BOUNDED * most:
                raise _too_much(BOUNDED * most)
            if receiver.wasted > most and receiver.refused:
                return receiver.made, receiver.refused  # no more of it is read
            if chunk:
                await run_in_threadpool(receiver.parser.write, chunk)
        await run_in_threadpool(receiver.parser.finalize)
    except MultipartParseError as error:
        raise Usage(NOT_A_FORM) from error
    finally:
        await run_in_threadpool(receiver.close)
    if not receiver.made and not receiver.refused:
        raise Usage(NO_FILE, fix=N_("Choose one or several files, then send them."))
    return receiver.made, receiver.refused


def _too_much(most: int) -> Invalid:
    told = N_("Together the files are larger than {most} MB: send fewer at once.")
    return Invalid(told, most=most // 1_000_000, code="too_large")
