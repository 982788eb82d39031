"""The command-line framework's own words in the language in force."""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, language, translate

if TYPE_CHECKING:
    from collections.abc import Callable

# what the framework looks up, as its source has it; "Usage:" and --help are in helped.py, a few errors nowhere
SAID = (
    N_("Options"),
    N_("Arguments"),
    N_("Commands"),
    N_("Error"),
    N_("Aborted."),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
    N_("[default: {}]"),
    N_("default: {default}"),
    N_("[required]"),
    N_("required"),
)


def teach_framework() -> None:
    """Let the framework look its own words up in our catalogue; it asks `gettext.gettext`, found at its import."""
    if language() == "en":
        return
    original: Callable[[str], str] = gettext.gettext

    def ours(message: str) -> str:
        said = translate(message)
        return said if said != message else original(message)

    gettext.gettext = ours
