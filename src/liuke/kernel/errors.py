"""Every error a user can meet.

    LiukeError
    ├── Refused            the request can't be carried out; nothing was changed      (exit code 1)
    │   ├── NotFound       what was named is not there
    │   ├── Forbidden      whoever asks may not
    │   ├── Conflict       it does not fit what is there already, or somebody else is at work
    │   ├── Invalid        a file, row, column or value is not what it must be
    │   ├── TooMany        asked too often; it says when again
    │   ├── Away           a store that is needed does not answer just now
    │   └── NeedsAnswer    a question that has no safe default; names the option that answers it
    ├── NoToken            whoever asks did not say who that is, or nobody is known by that
    └── Usage              the words of the command are wrong                          (exit code 2)

An error holds sentences (`said`, and the way out `fix`), put into the user's language when it is shown, and a `code`
for machines: that of its class unless the place that raises it gives a finer one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Sequence


class LiukeError(Exception):
    """An error with a translatable message: what happened, where, what was found, what to do."""

    exit_code: ClassVar[int] = 1
    http: ClassVar[int] = 500
    kind: ClassVar[str] = "failed"  # the code of errors that have none of their own

    def __init__(self, message: str | Said, /, *, fix: str | Said = "", code: str = "", **fields: object) -> None:
        """A message (with `fields`) or a whole sentence; the same of the fix, whose message may name any field."""
        said = Said(message, fields) if isinstance(message, str) else message
        super().__init__(said.message)
        self.said = said
        self.fix = Said(fix, said.fields) if isinstance(fix, str) else fix
        self.code = code or self.kind

    def text(self) -> str:
        """The whole sentence in the language in force, the way out last."""
        return f"{self.said.text()}\n{self.fix.text()}" if self.fix else self.said.text()

    def __str__(self) -> str:
        return self.text()


class Refused(LiukeError):  # noqa: N818  (what happened to the request, not a fault)
    """The request can't be carried out; nothing was changed."""

    http = 409
    kind = "refused"


class NotFound(Refused):
    """What was named is not there: a customer, a rule, a load, a run, a file."""

    http = 404
    kind = "not_found"


class Conflict(Refused):
    """The request does not fit what is there already, or somebody else is at work on it."""

    http = 409
    kind = "conflict"


class Invalid(Refused):
    """A file, row, column or value is not what it must be."""

    http = 422
    kind = "invalid"


class Forbidden(Refused):
    """Whoever asks may not see or do this. What they may not even know of is NotFound."""

    http = 403
    kind = "forbidden"


class TooMany(Refused):
    """It was asked for too often; the sentence says when it may be asked again."""

    http = 429
    kind = "too_many"


class Away(Refused):
    """A store that is needed does not answer just now; the same request may go through later."""

    http = 503
    kind = "store_away"


class NeedsAnswer(Refused):
    """A question without a safe default was met where nobody can be asked.

    Where `decides` names an option of the load and `choices` its values with what they mean, somebody may yet be asked.
    """

    http = 422
    kind = "needs_answer"

    def __init__(
        self,
        message: str | Said,
        /,
        *,
        decides: str = "",
        choices: Sequence[tuple[str, str]] = (),
        fix: str | Said = "",
        code: str = "",
        **fields: object,
    ) -> None:
        super().__init__(message, fix=fix, code=code, **fields)
        self.decides = decides
        self.choices = choices


class Usage(LiukeError):  # noqa: N818
    """The words of the command are wrong."""

    exit_code = 2
    http = 400
    kind = "usage"


class NoToken(LiukeError):  # noqa: N818  (what is missing)
    """No token, or one that does not hold (any more)."""

    http = 401
    kind = "token"


EVERY = (LiukeError, Refused, NotFound, Conflict, Invalid, Forbidden, TooMany, Away, NeedsAnswer, NoToken, Usage)
OF_KIND: dict[str, type[LiukeError]] = {each.kind: each for each in EVERY}
