"""Every error a user can meet.

    LiukeError
    ├── Refused            the request can't be carried out; nothing was changed      (exit code 1)
    │   ├── BadInput       a file, row or column is not what it must be
    │   └── NeedsAnswer    a question that has no safe default; names the option that answers it
    └── Usage              the words of the command are wrong                          (exit code 2)

A message is an English msgid with named fields; it is put into the user's language when it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Sequence


class LiukeError(Exception):
    """An error with a translatable message: what happened, where, what was found, what to do."""

    exit_code = 1

    def __init__(self, message: str, /, *, fix: str = "", **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.data = data

    def text(self) -> str:
        """The whole sentence in the language in force, the way out last."""
        said = translate(self.message).format(**self.data)
        if not self.fix:
            return said
        return f"{said}\n{translate(self.fix).format(**self.data)}"

    def __str__(self) -> str:
        return self.text()


class Refused(LiukeError):  # noqa: N818  (what happened to the request, not a fault)
    """The request can't be carried out; nothing was changed."""


class NotFound(Refused):
    """What was named is not there: a customer, a rule, a load, a run, a file."""


class Conflict(Refused):
    """The request does not fit what is there already, or somebody else is at work on it."""


class Invalid(Refused):
    """A file, row, column or value is not what it must be."""


class BadInput(Refused):
    """A file, row or column is not what it must be."""


class NeedsAnswer(Refused):
    """A question without a safe default was met where nobody can be asked.

    Where `decides` names an option of the load and `choices` its values with what they mean, somebody may yet be asked.
    """

    def __init__(
        self,
        message: str,
        /,
        *,
        decides: str = "",
        choices: Sequence[tuple[str, str]] = (),
        fix: str = "",
        **data: object,
    ) -> None:
        super().__init__(message, fix=fix, **data)
        self.decides = decides
        self.choices = choices


class Usage(LiukeError):  # noqa: N818
    """The words of the command are wrong."""

    exit_code = 2
