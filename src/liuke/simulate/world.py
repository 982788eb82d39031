"""Worlds: small declarative files over documented dials. A wrong one is refused with its line and a proposal."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from liuke.kernel.errors import Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.toml_file import NotToml, parsed, text_of
from liuke.simulate.dials import BY_NAME, DIALS, EVENTS, SCOPES

TEXTS = ("name", "says", "trade")
TRADES = ("compressor", "hotel")


@dataclass(frozen=True)
class Event:
    """One planted event: month counted from the start, repeated `every` months when that is above 0."""

    kind: str
    month: int
    every: int = 0
    size: float = 0.0
    regions: int = 0
    industries: int = 0
    products: int = 0
    share: float = 0.0
    scope: str = "all"

    def months(self, until: int) -> range:
        """The months before `until` in which it happens."""
        return range(self.month, until, self.every) if self.every else range(self.month, min(self.month + 1, until))


@dataclass(frozen=True)
class World:
    """A world: a name, one sentence, every dial, the events planted."""

    name: str
    says: str
    trade: str = "compressor"
    dials: dict[str, float] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def __getitem__(self, dial: str) -> float:
        return self.dials[dial]


def names() -> list[str]:
    """The worlds that come with Liuke."""
    folder = resources.files("liuke.simulate").joinpath("worlds")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_world(name: str | Path) -> World:
    """A world by its name or file; Refused when there is none, Invalid when a line of it can't be used."""
    path = Path(name)
    if path.suffix == ".toml":
        if not path.exists():
            raise NotFound(N_("There is no world file {path}."), path=path)
        return parse(text_of(path), path.name)
    known = names()
    if str(name) not in known:
        near = difflib.get_close_matches(str(name), known, n=1)
        raise NotFound(
            N_("There is no world {name}."), name=name, have=", ".join(near or known), fix=N_("Did you mean: {have}?")
        )
    text = resources.files("liuke.simulate").joinpath("worlds", f"{name}.toml").read_text("utf-8")
    return parse(text, f"{name}.toml")


def parse(text: str, file: str) -> World:
    """The world a file's text describes; what it does not set stays as in the base world."""
    try:
        given = parsed(text)
    except NotToml as error:
        raise Invalid(N_("{file} is not valid TOML: {detail}"), file=file, detail=error.said) from error
    events = [_event(row, text, nth, file) for nth, row in enumerate(_planned(given.pop("event", []), text, file))]
    dials = {dial.name: float(dial.default) for dial in DIALS}
    said = {"name": file.removesuffix(".toml"), "says": "", "trade": "compressor"}
    for name, value in given.items():
        line = _line(text, name)
        if name in TEXTS:
            said[name] = str(value)
        elif name not in BY_NAME:
            raise _unknown(file, line, name, [*BY_NAME, *TEXTS, "event"])
        else:
            dials[name] = _number(value, BY_NAME[name].low, BY_NAME[name].high, file, line, name)
    if said["trade"] not in TRADES:
        raise _unknown(file, _line(text, "trade"), said["trade"], TRADES)
    return World(said["name"], said["says"], said["trade"], dials, tuple(events))


def _planned(events: object, text: str, file: str) -> list[dict[str, Any]]:
    if isinstance(events, list) and all(isinstance(row, dict) for row in events):
        return events
    raise Invalid(
        N_("{file}, line {line}: events are written one under another, each beginning with {mark}."),
        file=file,
        line=_line(text, "event") or _line(text, "[event]"),
        mark="[[event]]",
    )


def _event(row: dict[str, Any], text: str, nth: int, file: str) -> Event:
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[event]]"]
    start = starts[nth] if nth < len(starts) else _line(text, "event")
    kind = str(row.get("kind", ""))
    if kind not in EVENTS:
        raise _unknown(file, _line(text, "kind", start), kind, EVENTS)
    allowed = ("kind", "month", "every", *EVENTS[kind])
    for name, value in row.items():
        line = _line(text, name, start)
        if name not in allowed:
            raise _unknown(file, line, name, allowed)
        if name == "scope":
            if value not in SCOPES:
                raise _unknown(file, line, str(value), SCOPES)
        elif name != "kind":
            _number(value, -1 if name == "size" else 0, 1200, file, line, name, whole=name not in ("size", "share"))
    return Event(**{"month": 0, **row})


def _number(value: object, low: float, high: float, file: str, line: int, name: str, *, whole: bool = False) -> float:
    kinds = int if whole else int | float
    if isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    raise Invalid(
        N_("{file}, line {line}: {name} must be a whole number from {low} to {high}; {value!r} was found.")
        if whole
        else N_("{file}, line {line}: {name} must be a number from {low} to {high}; {value!r} was found."),
        file=file,
        line=line,
        name=name,
        low=low,
        high=high,
        value=value,
    )


def _line(text: str, name: str, start: int = 0) -> int:
    """The line that sets a name, from `start` on; `start` itself when none does."""
    lines = enumerate(text.splitlines(), 1)
    return next((n for n, line in lines if n >= start and line.split("=")[0].strip() == name), start)


def _unknown(file: str, line: int, name: str, known: Any) -> Invalid:
    near = difflib.get_close_matches(name, list(known), n=1)
    return Invalid(
        N_("{file}, line {line}: a world does not know {name!r}."),
        file=file,
        line=line,
        name=name,
        have=", ".join(near or known),
        fix=N_("Did you mean: {have}?"),
    )
