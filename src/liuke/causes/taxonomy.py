"""The causes there are: one TOML file each, shipped in `causes/taxonomy/`, and the firm's own in its folder `causes/`.

A file is named after the cause's id. A firm's file of an id that is shipped replaces what it says of it, table by table
and entry by entry (a title in one language renames it); `off = true` switches it off; any other id is a cause of the
firm's own. "Unknown" is no file: it is what none of them explains.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Wordings, printable
from liuke.kernel.toml_file import NotToml, parsed
from liuke.panel.exposure import exposures
from liuke.panel.heard import idea_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

UNKNOWN = "unknown"
NOT_KNOWN = "nobody_knows"  # the words of `panel/heard.toml` that name no cause
AROUND = " \t.,;:!?()[]{}<>'\"“”‘’。，；：、！？（）【】《》"
UNEXPLAINED = Wordings("不明", "Unknown")
LABELS: dict[str, dict[str, str]] = {
    "group": {
        "people": N_("Who serves them"), "word": N_("Word given"), "voice": N_("Voice of the customer"),
        "goods": N_("Goods"), "channel": N_("Channel"), "rivals": N_("Rivals"), "us": N_("Ourselves"),
        "world": N_("The world"), "choice": N_("Our own choice"),
    },
    "act": {
        "voluntary": N_("The customer's own will"), "forced": N_("Driven out by us"),
        "unavoidable": N_("Unavoidable"), "chosen": N_("Dropped on purpose"),
    },
    "kind": {
        "natural": N_("Natural"), "competition": N_("Competition"), "fault": N_("Our fault"),
        "malice": N_("Bad faith"),
    },
    "degree": {"whole": N_("Wholly lost"), "part": N_("Partly lost"), "either": N_("Wholly or partly lost")},
    "direction": {
        "rival": N_("To a rival"), "substitute": N_("To a substitute"), "own_make": N_("Makes it itself"),
        "left_trade": N_("Left the trade"), "followed": N_("Followed a salesperson"),
        "our_channel": N_("To another channel of ours"), "none": N_("Nowhere"),
    },
    "keaveney": {  # Keaveney (1995), the categories of why customers switch services; never their shares
        "core_failure": N_("Core service failure"), "service_encounter": N_("Service encounter failure"),
        "pricing": N_("Pricing"), "inconvenience": N_("Inconvenience"),
        "response_to_failure": N_("Response to failure"), "competition": N_("Competition"),
        "ethics": N_("Ethical problems"), "involuntary": N_("Involuntary switching"), "none": N_("None of these"),
    },
}  # fmt: skip
LISTS = ("exposures", "treatments")
WORDS = ("title", "is_not", "called")
LANGUAGES = ("zh", "en")
MOST_NAME, MOST_TEXT, MOST_NAMES = 100, 1_000, 500  # signs of a name, and of what it is not; names of a language
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
PAGES = ("events", "salespeople")  # of the pages beside the causes, whose addresses would be those of such ids


@dataclass(frozen=True)
class Cause:
    """One cause as its file says it."""

    id: str
    title: Wordings
    is_not: Wordings  # what is taken for it and is another one
    group: str
    act: str  # whose act the loss is
    kind: str
    degree: str
    direction: str  # where they usually go
    keaveney: str
    exposures: tuple[str, ...]  # kinds of events that speak for it
    treatments: tuple[str, ...]  # that can answer it
    called: frozenset[str]  # how notes name it, in lower case
    own: bool  # the firm's own, or changed by it

    def identity(self) -> list[object]:
        """What tells it from another, in an order that is always the same."""
        return [sorted(each) if isinstance(each, frozenset) else each for each in vars(self).values()]


def shipped_causes() -> tuple[Cause, ...]:
    """The causes that come with Liuke, by id."""
    return taxonomy({})


def taxonomy(own: Mapping[str, str]) -> tuple[Cause, ...]:
    """The causes in force, by id, with the firm's own files: text by file name.

    Invalid, with the file and what to do, for a file that can't be read or names what there is not.
    """
    known = {name: _tables(text, name) for name, text in _shipped().items()}
    off = set()
    for file, text in sorted(own.items()):
        cause_id = file.removesuffix(".toml")
        if cause_id in PAGES:
            raise _wrong(file, N_("{file}: {value} can't be the id of a cause: another page has that address."),
                         value=cause_id, fix=N_("Give the file another name, such as {near}.toml."),
                         near=f"our_{cause_id}")  # fmt: skip
        if not ID.fullmatch(cause_id) or cause_id == UNKNOWN:
            raise _wrong(file, N_("{file}: {value} can't be the id of a cause."), value=cause_id,
                         fix=N_("Name the file in small Latin letters, digits and _, as in price.toml."))  # fmt: skip
        told = _tables(text, file)
        switched_off = told.pop("off", False)
        if not isinstance(switched_off, bool):
            raise _wrong(file, N_("{file}: off must be true or false."), fix=N_("Write it without quotes: off = true"))
        if switched_off and cause_id not in known and not told:
            near = difflib.get_close_matches(cause_id, known, 1)
            raise _wrong(file, N_("{file} switches off a cause there is not."), near=f"{near[0]}.toml" if near else "",
                         fix=N_("Do you mean {near}?") if near else N_("Take the file away."))  # fmt: skip
        if switched_off:
            off.add(cause_id)
        known[cause_id] = _over(known.get(cause_id, {}), told)
    causes = {name: _cause(name, told, f"{name}.toml" in own) for name, told in sorted(known.items())}
    in_force = {name: cause for name, cause in causes.items() if name not in off}
    _refuse_doubles(
        {name: _fields(name, known[name]) for name in in_force}, {f"{name}.toml" for name in causes} & {*own}
    )
    return tuple(in_force.values())


def _over(told: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What is shipped with what the firm says instead: of a table, entry by entry."""
    both = {name: {**told[name], **own[name]} for name in told.keys() & own.keys()
            if isinstance(told[name], dict) and isinstance(own[name], dict)}  # fmt: skip
    return {**told, **own, **both}


@cache
def treatments() -> Mapping[str, Wordings]:
    """What can be done about a cause, by id."""
    text = resources.files("liuke.causes").joinpath("treatments.toml").read_text("utf-8")
    return {name: Wordings(said["zh"], said["en"]) for name, said in tomllib.loads(text).items()}


def titles_of(causes: Iterable[Cause]) -> dict[str, Wordings]:
    """What each cause is called by its id, unknown among them."""
    return {**{cause.id: cause.title for cause in causes}, UNKNOWN: UNEXPLAINED}


def by_name(causes: Iterable[Cause]) -> dict[str, str]:
    """The id of a cause by everything it is called, in lower case: titles, ids and the names in notes."""
    return {name: cause.id for cause in causes for name in cause.called}


@cache
def _shipped() -> Mapping[str, str]:
    folder = resources.files("liuke.causes").joinpath("taxonomy")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
    return {each.name.removesuffix(".toml"): each.read_text("utf-8") for each in files}


def _tables(text: str, file: str) -> dict[str, Any]:
    try:
        told = parsed(text)
    except NotToml as error:
        fix = N_("Compare it with one of the causes that come with Liuke: liuke causes list.")
        raise _wrong(file, N_("{file} is no TOML: {detail}."), detail=error.said, fix=fix) from None
    allowed = (*LABELS, *LISTS, *WORDS, "off")
    for name in told:
        if name not in allowed:
            raise _unknown(file, "", name, allowed)
    return told


def _cause(cause_id: str, told: Mapping[str, Any], own: bool) -> Cause:
    file = f"{cause_id}.toml"
    labels = {name: _label(file, name, told.get(name, "none")) for name in LABELS}
    words = {name: _wordings(file, name, told.get(name, {})) for name in ("title", "is_not")}
    if not words["title"].zh or not words["title"].en:
        raise _wrong(file, N_("{file} gives no title in Chinese and English."),
                     fix=N_('Write [title] with zh = "…" and en = "…".'))  # fmt: skip
    lists = {name: _texts(file, name, told.get(name, [])) for name in LISTS}
    _refuse_unknown(file, "exposures", lists["exposures"], exposures())
    _refuse_unknown(file, "treatments", lists["treatments"], treatments())
    called = told.get("called", {})
    if not isinstance(called, dict):
        raise _no_table(file, "called")
    names = [each for language in sorted(called) for each in _names(file, language, called[language])]
    every = (cause_id, cause_id.replace("_", " "), words["title"].zh, words["title"].en, *names)
    return Cause(
        cause_id, words["title"], words["is_not"], labels["group"], labels["act"], labels["kind"], labels["degree"],
        labels["direction"], labels["keaveney"], lists["exposures"], lists["treatments"],
        frozenset(each.strip().lower() for each in every), own,
    )  # fmt: skip


def _label(file: str, name: str, value: Any) -> str:
    """A label of a file; only what has a `none` may be left out."""
    if not isinstance(value, str) or value not in LABELS[name]:
        raise _unknown(file, name, str(value), tuple(LABELS[name]))
    return value


def _wordings(file: str, name: str, told: Any) -> Wordings:
    if not isinstance(told, dict):
        raise _no_table(file, name)
    for language, text in told.items():
        if language not in LANGUAGES:
            raise _unknown(file, name, language, LANGUAGES)
        if not isinstance(text, str):
            raise _no_text(file, f"{name}.{language}")
        _refuse_unreadable(file, f"{name}.{language}", text, MOST_NAME if name == "title" else MOST_TEXT)
    return Wordings(told.get("zh", "").strip(), told.get("en", "").strip())


def _names(file: str, language: str, told: Any) -> tuple[str, ...]:
    """What notes call a cause in a language."""
    if language not in LANGUAGES:
        raise _unknown(file, "called", language, LANGUAGES)
    names = _texts(file, field := f"called.{language}", told)
    if len(names) > MOST_NAMES:
        raise _wrong(file, N_("{file}: {name} has {count} names; {most} are the most."), name=field, count=len(names),
                     most=MOST_NAMES, fix=N_("Keep those that notes really use."))  # fmt: skip
    for each in names:
        if not each.strip():
            raise _wrong(file, N_("{file}: {name} has an empty name."), name=field, fix=N_("Take it out of the list."))
        _refuse_unreadable(file, field, each, MOST_NAME)
    return names


def _refuse_unreadable(file: str, field: str, text: str, most: int) -> None:
    """Refuse a text that is too long, or holds what no reader can show."""
    if len(text) > most:
        raise _wrong(file, N_("{file}: {name} has {count} characters; {most} are the most."), name=field,
                     count=len(text), most=most, fix=N_("Write it shorter."))  # fmt: skip
    hidden = most == MOST_NAME and any(unicodedata.category(sign) in ("Cc", "Cf") for sign in text)
    if hidden or printable(text) != text:
        raise _wrong(file, N_("{file}: {name} holds characters that can't be shown."), name=field,
                     fix=N_("Write it anew, on one line."))  # fmt: skip


def _texts(file: str, name: str, told: Any) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
        raise _wrong(file, N_("{file}: {name} must be a list of texts."), name=name,
                     fix=N_('Write it as in: {name} = ["one", "another"]'))  # fmt: skip
    return tuple(told)


def _refuse_unknown(file: str, name: str, given: Iterable[str], known: Iterable[str]) -> None:
    for each in given:
        if each not in known:
            raise _unknown(file, name, each, tuple(known))


def _fields(cause_id: str, told: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The field and the text of each name of a cause, by the name as names are compared."""
    called = told.get("called", {})
    named = [("id", cause_id), ("id", cause_id.replace("_", " "))]
    named += [(f"title.{language}", told["title"][language]) for language in LANGUAGES]
    named += [(f"called.{language}", each) for language in sorted(called) for each in called[language]]
    return {compared_name(text): (field, text.strip()) for field, text in reversed(named)}


def compared_name(text: str) -> str:
    """A name as names are compared: without case, width, doubled blanks and signs around it."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    plain = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", plain)  # Chinese has no blanks that mean anything
    return plain.strip(AROUND) or plain


def name_stands(name: str, said: str) -> bool:
    """Whether a name stands in a text in small letters; one in Latin letters must stand as words of its own."""
    if name not in said:
        return False
    return not name.isascii() or re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said) is not None


def _refuse_doubles(named: Mapping[str, Mapping[str, tuple[str, str]]], own: Collection[str]) -> None:
    """Refuse names that would not tell a cause from another one, or from unknown, in a note or on a page.

    It is the firm's own file that is to be changed.
    """
    seen: dict[str, str] = {}
    for cause in sorted(named, key=lambda cause: (f"{cause}.toml" in own, cause)):
        file = f"{cause}.toml"
        for name, (field, text) in named[cause].items():
            if any(name_stands(name, compared_name(word)) for word in idea_words(NOT_KNOWN)):
                raise _wrong(file, N_("{file}: {field}: {name} is how people write that a cause is not known."),
                             field=field, name=text, fix=N_("Give the cause a name that says what it is."))  # fmt: skip
            if name in seen:
                raise _wrong(file, N_("{file}: {field}: {name} names the cause {other} already."), field=field,
                             name=text, other=seen[name], fix=N_("Give each cause names of its own."))  # fmt: skip
            seen[name] = cause


def _unknown(file: str, where: str, value: str, known: tuple[str, ...]) -> Invalid:
    near = difflib.get_close_matches(value, known, 1)
    fix = N_("Do you mean {near}? There are: {have}.") if near else N_("Known are: {have}.")
    said = N_("{file}: {where} has no {value}.") if where else N_("{file}: there is no entry {value} in a cause.")
    return _wrong(file, said, where=where, value=value, near=near[0] if near else "", have=", ".join(known), fix=fix)


def _no_table(file: str, name: str) -> Invalid:
    return _wrong(file, N_("{file}: {name} must be a table with zh and en."), name=name,
                  fix=N_("Write [{name}], then zh = … and en = …."))  # fmt: skip


def _no_text(file: str, name: str) -> Invalid:
    return _wrong(file, N_("{file}: {name} must be a text."), name=name, fix=N_('Write it in quotes: "…".'))


def _wrong(file: str, message: str, *, fix: str, **fields: object) -> Invalid:
    return Invalid(message, fix=fix, code="bad_cause", **{"file": file, **fields})
