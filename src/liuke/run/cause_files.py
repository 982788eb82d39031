"""The causes in force in a workspace, and the words they go by: what ships and the firm's own files.

Beside the files of causes its folder `causes/` may hold `owners.toml`, `words.toml` (by which remarks suggest a cause)
and `where_to.toml` (what notes call where a customer went): a list there takes the place of the one that ships.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from liuke.causes.keywords import parse_words, shipped_words
from liuke.causes.taxonomy import shipped_causes, taxonomy
from liuke.causes.where_to import directions_with, shipped_directions
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.run.cause_owners import FILE as OWNERS
from liuke.run.rule_files import Gone, text_or_gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from liuke.causes.keywords import Words
    from liuke.causes.taxonomy import Cause
    from liuke.causes.where_to import Directions
    from liuke.store.workspace import Workspace


T = TypeVar("T")
WORDS, WHERE_TO = "words.toml", "where_to.toml"
BESIDE = (OWNERS, WORDS, WHERE_TO)  # files of the folder that are no causes
NEARLY = re.compile(r"\.toml(?:\.txt)?$", re.IGNORECASE)  # how a name ends that was meant to be one of a cause


@dataclass(frozen=True)
class CauseWords:
    """The words of a firm: by which remarks suggest causes and moods, and what directions are called."""

    keywords: Words = field(default_factory=shipped_words)
    directions: Directions = field(default_factory=shipped_directions)

    def identity(self) -> list[object]:
        """What tells them from others, in an order that is always the same."""
        return [sorted((group, sorted(lists.items())) for group, lists in self.keywords.items()),
                sorted(self.directions.items())]  # fmt: skip


def workspace_causes(workspace: Workspace) -> tuple[Cause, ...]:
    """The causes in force, by id; Invalid for a file that can't be read or names what there is not."""
    texts = {}
    for path in sorted(workspace.causes.glob("[!.]*")):
        if not path.name.endswith(".toml"):
            _refuse_passed_over(path.name)
        elif path.name not in BESIDE:
            with suppress(Gone):  # deleted since the folder was listed
                texts[path.name] = text_or_gone(path)
    return taxonomy(texts)


def workspace_words(workspace: Workspace, causes: Iterable[Cause]) -> CauseWords:
    """The words in force, with those of the firm's own files; Invalid, with the file, for what can't be read.

    `causes` are those in force; words of another are refused, but for one that ships and is switched off.
    """
    known = {cause.id for cause in (*causes, *shipped_causes())}

    def keywords(text: str) -> Words:
        found = parse_words(text, shipped_words())
        for cause in found["cause"].keys() - known:
            raise Invalid(N_("cause.{cause}: there is no such cause."), cause=cause, names=", ".join(sorted(known)),
                          fix=N_("Known here are {names}."))  # fmt: skip
        return found

    return CauseWords(_read(workspace, WORDS, keywords), _read(workspace, WHERE_TO, directions_with))


def _read(workspace: Workspace, name: str, read: Callable[[str], T]) -> T:
    """What a reader makes of a file of the folder, of an empty text where there is none."""
    try:
        text = text_or_gone(workspace.causes / name)
    except Gone:
        text = ""
    try:
        return read(text)
    except Invalid as error:
        raise Invalid(N_("{file}: {why}"), file=f"causes/{name}", why=error.said, fix=error.fix,
                      code="bad_cause") from None  # fmt: skip


def _refuse_passed_over(name: str) -> None:
    """Refuse a file that somebody takes for the file of a cause and nobody would read."""
    ends = NEARLY.search(name)
    if ends is not None:
        near = f"{name[: ends.start()]}.toml"
        raise Invalid(N_("{file} in the folder causes is not read: its name must end in .toml, in small letters."),
                      file=name, near=near, fix=N_("Call it {near}, or take it out of the folder."),
                      code="bad_cause")  # fmt: skip
