"""Where a customer went to or came from, as people write it: the directions there are (D7), and rivals by name.

What each direction is called is a list in `where_to.toml`; a list of the firm's own file takes the place of that list.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.names import normal_name
from liuke.kernel.toml_file import NotToml, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable

RIVAL, UNSAID = "rival", ""  # direction of who went to a named one, and of whom a note says that nobody knows
SAID_UNKNOWN = "unsaid"  # the list of how notes say that nobody knows

Directions = Mapping[str, str]  # of LABELS["direction"] or UNSAID by what it is called, in normal form


@cache
def shipped_directions() -> Directions:
    """What directions are called in the file that comes with Liuke."""
    return directions_with("")


def directions_with(own: str) -> Directions:
    """What directions are called, with the lists of the text of a firm's own file in the place of those shipped.

    Invalid where it is no TOML, lists what is no direction, holds what is no word, or has a word in two lists.
    """
    try:
        told = parsed(own)
    except NotToml as error:
        raise Invalid(N_("This is no TOML: {detail}."), detail=error.said) from error
    shipped = tomllib.loads(resources.files("liuke.causes").joinpath("where_to.toml").read_text("utf-8"))
    for name, words in told.items():
        if name not in shipped:
            raise Invalid(N_("{name} is no direction."), name=name, names=", ".join(shipped),
                          fix=N_("Known here are {names}."))  # fmt: skip
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            raise Invalid(N_("{name} must be a list of words."), name=name,
                          fix=N_('Write it as in: {name} = ["one", "another"]'))  # fmt: skip
    found: dict[str, str] = {}
    for name in sorted(shipped, key=lambda name: name in told):  # the firm's own lists have the last word
        mine = {normal_name(word) for word in told.get(name, shipped[name])}
        for word in sorted(mine):
            if name in told and found.get(word) in told:
                raise Invalid(N_("{word} stands in two lists: {name} and {other}."), word=word, name=name,
                              other=found[word], fix=N_("Leave it in one of them."))  # fmt: skip
            found[word] = name
    return {word: UNSAID if name == SAID_UNKNOWN else name for word, name in found.items()}


def direction_named(text: str | None, words: Directions) -> str | None:
    """The direction a short text names: of `LABELS["direction"]`, or UNSAID; None where it is none of them."""
    return words.get(normal_name(text)) if text else None


def went(direction: str | None, rival: str | None, words: Directions) -> tuple[str, str]:
    """Direction and rival as a note says them: a code, or the note's own words; who went to a named one to a rival."""
    name = (rival or "").strip()
    named = direction_named(name, words)
    if named is not None:  # the column for rivals says where to
        direction, name = direction or named, ""
    said = (direction or "").strip()
    where = direction_named(said, words)
    return (said if where is None else where) or (RIVAL if name else UNSAID), name


def came(text: str | None, words: Directions) -> tuple[str, str]:
    """The same of where a new customer bought before: what names no direction is a rival's name."""
    said = (text or "").strip()
    if not said:
        return "", ""
    named = direction_named(said, words)
    return (RIVAL, said) if named is None else (named, "")


def one_spelling(names: Iterable[str]) -> dict[str, str]:
    """Each name as most write it: `上海万家有限公司` and `万家（上海）` stay apart, `Acme Ltd.` and `ACME` do not."""
    counted: dict[str, Counter[str]] = {}
    for name in names:
        counted.setdefault(normal_name(name), Counter())[name] += 1
    best = {key: min(ways, key=lambda way: (-ways[way], way)) for key, ways in counted.items()}
    return {name: best[key] for key, ways in counted.items() for name in ways}
