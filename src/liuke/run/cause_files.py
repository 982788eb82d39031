"""The causes in force in a workspace: the shipped ones and the firm's own files."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from liuke.causes.taxonomy import taxonomy
from liuke.run.cause_owners import FILE as OWNERS
from liuke.run.rule_files import Gone, text_or_gone

if TYPE_CHECKING:
    from liuke.causes.taxonomy import Cause
    from liuke.store.workspace import Workspace


def workspace_causes(workspace: Workspace) -> tuple[Cause, ...]:
    """The causes in force, by id; Invalid for a file that can't be read or names what there is not."""
    texts = {}
    for path in sorted(workspace.causes.glob("*.toml")):
        if path.name != OWNERS:
            with suppress(Gone):  # deleted since the folder was listed
                texts[path.name] = text_or_gone(path)
    return taxonomy(texts)
