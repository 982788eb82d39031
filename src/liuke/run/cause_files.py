"""The causes in force in a workspace: the shipped ones and the firm's own files."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from liuke.causes.taxonomy import taxonomy
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.run.cause_owners import FILE as OWNERS
from liuke.run.rule_files import Gone, text_or_gone

if TYPE_CHECKING:
    from liuke.causes.taxonomy import Cause
    from liuke.store.workspace import Workspace


NEARLY = re.compile(r"\.toml(?:\.txt)?$", re.IGNORECASE)  # how a name ends that was meant to be one of a cause


def workspace_causes(workspace: Workspace) -> tuple[Cause, ...]:
    """The causes in force, by id; Invalid for a file that can't be read or names what there is not."""
    texts = {}
    for path in sorted(workspace.causes.glob("[!.]*")):
        if not path.name.endswith(".toml"):
            _refuse_passed_over(path.name)
        elif path.name != OWNERS:
            with suppress(Gone):  # deleted since the folder was listed
                texts[path.name] = text_or_gone(path)
    return taxonomy(texts)


def _refuse_passed_over(name: str) -> None:
    """Refuse a file that somebody takes for the file of a cause and nobody would read."""
    ends = NEARLY.search(name)
    if ends is not None:
        near = f"{name[: ends.start()]}.toml"
        raise Invalid(N_("{file} in the folder causes is not read: its name must end in .toml, in small letters."),
                      file=name, near=near, fix=N_("Call it {near}, or take it out of the folder."),
                      code="bad_cause")  # fmt: skip
