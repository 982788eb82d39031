"""Where a customer went to or came from, as people write it: the directions there are (D7), and rivals by name."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from liuke.causes.taxonomy import LABELS
from liuke.kernel.names import normal_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RIVAL, UNSAID = "rival", ""  # direction of who went to a named one, and of whom a note says that nobody knows


@cache
def _words() -> Mapping[str, str]:
    """Direction by what it is called, in normal form."""
    text = resources.files("liuke.causes").joinpath("where_to.toml").read_text("utf-8")
    told = tomllib.loads(text)
    named = {normal_name(word): direction for direction in LABELS["direction"] for word in told[direction]}
    return named | {normal_name(word): UNSAID for word in told["unsaid"]}


def direction_named(text: str | None) -> str | None:
    """The direction a short text names: of `LABELS["direction"]`, or UNSAID; None where it is none of them."""
    return _words().get(normal_name(text)) if text else None


def went(direction: str | None, rival: str | None) -> tuple[str, str]:
    """Direction and rival as a note says them: a code, or the note's own words; who went to a named one to a rival."""
    name = (rival or "").strip()
    named = direction_named(name)
    if named is not None:  # the column for rivals says where to
        direction, name = direction or named, ""
    said = (direction or "").strip()
    where = direction_named(said)
    return (said if where is None else where) or (RIVAL if name else UNSAID), name


def came(text: str | None) -> tuple[str, str]:
    """The same of where a new customer bought before: what names no direction is a rival's name."""
    said = (text or "").strip()
    if not said:
        return "", ""
    named = direction_named(said)
    return (RIVAL, said) if named is None else (named, "")


def one_spelling(names: Iterable[str]) -> dict[str, str]:
    """Each name as most write it: `上海万家有限公司` and `万家（上海）` stay apart, `Acme Ltd.` and `ACME` do not."""
    counted: dict[str, Counter[str]] = {}
    for name in names:
        counted.setdefault(normal_name(name), Counter())[name] += 1
    best = {key: min(ways, key=lambda way: (-ways[way], way)) for key, ways in counted.items()}
    return {name: best[key] for key, ways in counted.items() for name in ways}
