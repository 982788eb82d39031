"""Who owns each cause and by what it is watched: the file `causes/owners.toml` of a workspace.

It is no part of a run: who owns a cause is who owns it today. A cause the file does not name has no owner and is
watched by the events on record that speak for it, or, where no table tells of any, by the customers lost by it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.toml_file import parsed
from liuke.run.rule_files import Gone, text_or_gone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from liuke.store.workspace import Workspace

FILE = "owners.toml"
HEADING = "# Who owns each cause and by what it is watched; the page of a cause writes it too.\n"
EVENTS, CUSTOMERS = "events", "customers"
MEASURES = (EVENTS, CUSTOMERS)  # that a run counts; any other text is the firm's own measure, counted elsewhere
MOST = 200  # characters of either


@dataclass(frozen=True)
class CauseOwned:
    """Who owns a cause, and its measure: one of MEASURES, the firm's own words, or empty for what suits it."""

    owner: str = ""
    measure: str = ""


NOBODY = CauseOwned()


def owners_path(workspace: Workspace) -> Path:
    """Where the file lies."""
    return workspace.causes / FILE


def cause_owners(workspace: Workspace) -> dict[str, CauseOwned]:
    """Who owns each cause by its id, as the file has it at this moment; Invalid for one that can't be read."""
    path = owners_path(workspace)
    try:
        text = text_or_gone(path)
    except Gone:
        return {}
    try:
        told = parsed(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(N_("{path}: this is not TOML: {found}"), path=path, found=error) from error
    return {cause: _owned(path, cause, about) for cause, about in told.items()}


def _owned(path: Path, cause: str, about: Any) -> CauseOwned:
    names = ("owner", "measure")
    fits = isinstance(about, dict) and all(name in names and isinstance(text, str) for name, text in about.items())
    if not fits:
        raise Invalid(N_("{path}: {cause} must be a table with owner and measure, both texts."), path=path, cause=cause,
                      fix=N_("Write [{cause}], then owner = \"…\" and measure = \"…\"."))  # fmt: skip
    return CauseOwned(*(about.get(name, "").strip() for name in names))


def owners_text(owned: Mapping[str, CauseOwned]) -> str:
    """The text of the file; what is empty is left out."""
    parts = [HEADING]
    for cause, each in sorted(owned.items()):
        lines = [f"{name} = {_quoted(text)}" for name, text in vars(each).items() if text]
        if lines:
            parts.append("\n".join(["", f"[{cause}]", *lines, ""]))
    return "".join(parts)


def _quoted(text: str) -> str:
    """A text as TOML has it between double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
