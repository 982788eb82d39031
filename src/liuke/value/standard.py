"""The service standard: grades, stages, what each is owed, what service costs. Shipped as data, changed by the firm."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_, language
from liuke.kernel.toml_file import NotToml, parsed
from liuke.value.cost_to_serve import ACTS

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "value.toml"
MOST = 1_000_000_000
WRONG_TOML = N_("{file} is not valid TOML: {detail}")
UNKNOWN = N_("{file}: there is no {name}.")
KNOWN = N_("There are: {have}.")
NOT_A_NUMBER = N_("{file}: {name} must be a number from 0 to {most:,}; {value!r} was found.")
NOT_RISING = N_("{file}: the shares of the grades must rise to 1; {value} was found.")
MEND = N_("Mend value.toml; `liuke value standard` shows what is in force.")


@dataclass(frozen=True)
class Grade:
    """One grade: where it ends as a share of the value, and the service it is owed."""

    name: str
    title: Mapping[str, str]  # by language
    share: float
    response_hours: float
    contacts: Mapping[str, float]  # a quarter, by stage


@dataclass(frozen=True)
class Standard:
    """What is in force: grades from best to least, titles of stages, how grading works, cents an act of service."""

    grades: tuple[Grade, ...]
    stages: Mapping[str, Mapping[str, str]]
    potential: float
    hold: float
    costs: Mapping[str, int]

    def stage_title(self, stage: str) -> str:
        """A stage's title in the language in force."""
        return self.stages[stage][language()]


def shipped_standard() -> dict[str, Any]:
    """The standard as it comes."""
    return tomllib.loads(resources.files("liuke.value").joinpath("standard.toml").read_text("utf-8"))


def standard(own: str = "") -> Standard:
    """The shipped standard with the text of the firm's own file laid over it; Invalid names what is wrong."""
    try:
        given = parsed(own)
    except NotToml as error:
        raise Invalid(WRONG_TOML, file=FILE, detail=error.said, fix=MEND) from error
    merged = _over(shipped_standard(), given, "")
    grades = tuple(
        Grade(name, one["title"], float(one["share"]), float(one["response_hours"]), one["contacts"])
        for name, one in merged["grades"].items()
    )
    shares = [grade.share for grade in grades]
    if shares != sorted(shares) or shares[-1] != 1:
        raise Invalid(NOT_RISING, file=FILE, value=shares, fix=MEND)
    return Standard(
        grades=grades,
        stages={name: one["title"] for name, one in merged["stages"].items()},
        potential=float(merged["grading"]["potential"]),
        hold=float(merged["grading"]["hold"]),
        costs={act: round(float(merged["costs"][act]) * 100) for act in ACTS},
    )


def _over(base: dict[str, Any], given: dict[str, Any], path: str) -> dict[str, Any]:
    """`base` with the values of `given` in their place; what `base` does not know is refused."""
    merged = dict(base)
    for name, value in given.items():
        here = f"{path}{name}"
        if name not in base:
            raise Invalid(UNKNOWN, file=FILE, name=here, have=", ".join(base), fix=KNOWN)
        if isinstance(base[name], dict) and isinstance(value, dict):
            merged[name] = _over(base[name], value, f"{here}.")
        elif _fits(base[name], value):
            merged[name] = value
        else:
            raise Invalid(NOT_A_NUMBER, file=FILE, name=here, most=MOST, value=value, fix=MEND)
    return merged


def _fits(known: object, value: object) -> bool:
    """Whether a value is of the kind it replaces: a text, or a number from 0 to MOST."""
    if isinstance(known, str):
        return isinstance(value, str)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(known, (int, float)) and number and 0 <= value <= MOST  # type: ignore[operator]  # a number by now
