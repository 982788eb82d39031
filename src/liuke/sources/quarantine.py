"""The file of rows that can't be used: the same columns plus why, to be corrected where they come from."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Invalid
from liuke.kernel.formulas import safe_name, safe_text
from liuke.kernel.i18n import N_, translate
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import BinaryIO

REASON, CODE, FILE, SHEET, LINE = N_("reason"), N_("reason code"), N_("file"), N_("sheet"), N_("row")


class QuarantineWriter:
    """Writes a CSV (UTF-8 with byte order mark) as rows come; without rows there is no file.

    Use as a context manager: left by an error, the file is removed. `columns` are those of all tables of the load.
    """

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        self.path = path
        self.columns = list(dict.fromkeys(columns))
        self._headings = _safe_headings(self.columns)
        self.rows = 0
        self._file: BinaryIO | None = None
        self._settled = False

    def __enter__(self) -> QuarantineWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if kind is not None:
            self.discard()

    def write(self, bad: pl.DataFrame, origin: str, sheet: str | None) -> None:
        """Add the unusable rows of one batch of one table."""
        if bad.is_empty():
            return
        shown = [
            (pl.col(name).cast(pl.String) if name in bad.columns else pl.lit(None, pl.String)).alias(
                self._headings[name]
            )
            for name in self.columns
        ]
        told = bad.select(
            *[safe_text(column) for column in shown],
            safe_text(pl.col("reason")).alias(self._name(REASON)),
            pl.col("reason_code").alias(self._name(CODE)),
            safe_text(pl.lit(origin)).alias(self._name(FILE)),
            safe_text(pl.lit(sheet, pl.String)).alias(self._name(SHEET)),
            pl.col(ROW).alias(self._name(LINE)),
        )
        try:
            self._append(told)
        except OSError as error:
            self.close()
            self.path.unlink(missing_ok=True)
            raise Invalid(
                N_("The quarantine file {file} can't be written: {said}."),
                fix=N_("Make room or name another place; nothing was loaded."),
                file=str(self.path),
                said=error.strerror or str(error),
            ) from error
        self.rows += bad.height

    @property
    def kept(self) -> Path | None:
        """The file, when there is one."""
        return self.path if self.path.is_file() else None

    def keep(self, path: Path | None) -> Path | None:
        """Close the file and let it stay under another name, whatever comes after; None lets it go. Where it is now."""
        self.close()
        if path is None:
            self.path.unlink(missing_ok=True)
        elif self.path.is_file():
            self.path = self.path.replace(path)
        self._settled = True
        return self.kept

    def discard(self) -> None:
        """Close the file and remove it, unless it was kept."""
        with suppress(OSError):  # what is thrown away need not find room on the disk
            self.close()
        if not self._settled:
            self.path.unlink(missing_ok=True)

    def _append(self, told: pl.DataFrame) -> None:
        first = self._file is None
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb")
            self._file.write(b"\xef\xbb\xbf")
        self._file.write(told.write_csv(include_header=first).encode())

    def _name(self, message: str) -> str:
        name = translate(message)
        return f"{name} *" if name in self.columns else name

    def close(self) -> int:
        """Close the file; how many rows it holds."""
        if self._file is not None:
            self._file.close()
            self._file = None
        return self.rows


def _safe_headings(columns: list[str]) -> dict[str, str]:
    """A heading no spreadsheet runs for each column; one that was guarded so before stays apart from it."""
    headings: dict[str, str] = {}
    for name in columns:
        heading = safe_name(name)
        while heading != name and (heading in columns or heading in headings.values()):
            heading = f"'{heading}"
        headings[name] = heading
    return headings
