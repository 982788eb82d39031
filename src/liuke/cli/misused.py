"""Wrong words of a command, answered wholly in the language in force."""

from __future__ import annotations

import re
from typing import IO, Any

from typer._click import exceptions as of_framework

from liuke.kernel.i18n import N_, language, say

UsageError = of_framework.UsageError
SAID = (  # what the framework says, in English alone, and what is said instead
    (r"Option '(?P<name>.+)' does not take a value\.", N_("{name} takes no value.")),
    (r"Option '(?P<name>.+)' requires an argument\.", N_("{name} needs a value.")),
    (r"No such command '(?P<name>.+)'\.", N_("There is no command {name}.")),
    (r"Got unexpected extra argument\(s\) \((?P<words>.+)\)", N_("There are words too many: {words}.")),
)
VALUES = (  # the same of a value that does not fit
    (r".*'(?P<value>.*?)' is not one of (?P<have>.+?)\.?", N_("{name} can't be {value}. There are: {have}.")),
    (r".*valid integer.*", N_("{name} must be a whole number.")),
    (r".*valid number.*", N_("{name} must be a number.")),
    (r".*greater than or equal to (?P<least>.+)", N_("{name} must be {least} at least.")),
    (r".*less than or equal to (?P<most>.+)", N_("{name} can be {most} at most.")),
)


class Misused(UsageError):  # noqa: N818  (it is shown by its words alone)
    """A wrong use of a command, said in the language in force."""

    def __init__(self, error: UsageError) -> None:
        super().__init__(misuse_said(error), error.ctx)

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002  (the framework hands it)
        """Print usage, the way to the help, and what is wrong, on standard error."""
        from liuke.cli.output import warn

        lines = [self.message]
        if self.ctx is not None:
            lines = [self.ctx.get_usage(), say(N_("Help: {command} --help"), command=self.ctx.command_path), *lines]
        warn("\n".join(lines))


def misuse_of(error: UsageError) -> UsageError:
    """The error as it is shown: as the framework has it in English, and where it shows the help."""
    if language() == "en" or isinstance(error, (Misused, of_framework.NoArgsIsHelpError)):
        return error
    return Misused(error)


def misuse_said(error: UsageError) -> str:
    """What is wrong, in the language in force; the framework's own words where nobody foresaw them."""
    match error:
        case of_framework.MissingParameter():
            return say(N_("{name} is missing."), name=_name(error))
        case of_framework.BadParameter():
            return _told(VALUES, error.message, _name(error)) or f"{_name(error)}: {error.message}"
        case of_framework.NoSuchOption():
            near = ", ".join(sorted(error.possibilities or ()))
            message = N_("There is no option {name}. Is it {near}?") if near else N_("There is no option {name}.")
            return say(message, name=error.option_name, near=near)
    return _told(SAID, error.message) or error.message


def _told(known: tuple[tuple[str, str], ...], message: str, name: str = "") -> str:
    for pattern, said in known:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return say(
                said, **({"name": name} | {key: text.replace("'", "") for key, text in found.groupdict().items()})
            )
    return ""


def _name(error: of_framework.BadParameter) -> str:
    """The option or argument an error is about, as it is written."""
    return "" if error.param is None else error.param.get_error_hint().replace("'", "")
