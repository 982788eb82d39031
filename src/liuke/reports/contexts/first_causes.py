"""The causes that come first: of each customer of a list, and of the core customers at risk together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl

from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.amounts import Share
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports.contexts.base import Context
from liuke.reports.query import CUSTOMER_CAUSE, CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.base import Source

FIRST = N_("{cause} {share} (unknown {unknown})")
NONE_EXPLAINS = N_("Unknown {share}")
TOP = 3


@dataclass(frozen=True)
class CauseShare(Context):
    """One cause of several customers."""

    cause: Annotated[str, "its id"]
    title: Annotated[Wordings, "what it is called"]
    unknown: Annotated[bool, "whether it is what none explains"]
    customers: Annotated[float, "expected customers"]
    share: Annotated[float, "of the customers"]


@dataclass(frozen=True)
class FirstCauses(Context):
    """The first causes of customers at risk."""

    core: Annotated[bool, "whether of core customers alone; else of all at risk, for no core customer is"]
    customers: Annotated[int, "how many they are"]
    shares: Annotated[Sequence[CauseShare], "the first causes, and unknown"]


def cause_titles(source: Source) -> Mapping[str, Wordings]:
    """What each cause is called, by id."""
    rows = source.table("cause_card").select("cause", "title_zh", "title_en").iter_rows()
    return {cause: Wordings(zh, en) for cause, zh, en in rows}


def with_first_cause(source: Source, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of customers with `cause`: the likeliest with its probability and that of unknown; None where none is."""
    codes = pl.Series([row["customer_code"] for row in rows], dtype=pl.Int32).implode()
    found = source.scan(CUSTOMER_CAUSE).filter(
        pl.col("customer_code").is_in(codes), (pl.col("place") == 1) | (pl.col("cause") == UNKNOWN)
    )
    titles = cause_titles(source)
    said: dict[int, Said] = {}
    unknown: dict[int, float] = {}
    first: dict[int, tuple[str, float]] = {}
    for each in found.collect().iter_rows(named=True):
        code = each["customer_code"]
        if each["place"] == 1:
            first[code] = (each["cause"], each["probability"])
        if each["cause"] == UNKNOWN:
            unknown[code] = each["probability"]
    for code, (cause, chance) in first.items():
        fields = {"cause": titles[cause], "share": Share(chance), "unknown": Share(unknown[code])}
        said[code] = Said(NONE_EXPLAINS if cause == UNKNOWN else FIRST, fields)
    return [{**row, "cause": said.get(row["customer_code"])} for row in rows]


def first_causes(source: Source) -> FirstCauses | None:
    """The first causes of core customers at risk, or of all at risk; None where nobody is, or in an earlier run."""
    if "causes" not in source.info:
        return None
    core = source.scan(CUSTOMERS).select("customer_code", pl.col("core").fill_null(value=False))
    rows = source.scan(CUSTOMER_CAUSE).filter(pl.col("judged") == "at_risk").join(core, on="customer_code").collect()
    among = rows.filter("core")
    among = rows if among.is_empty() else among
    if among.is_empty():
        return None
    count = among["customer_code"].n_unique()
    summed = (
        among.group_by("cause").agg(pl.col("probability").sum()).sort("probability", "cause", descending=[True, False])
    )
    titles = cause_titles(source)
    every = [CauseShare(cause, titles[cause], cause == UNKNOWN, chance, chance / count)
             for cause, chance in summed.iter_rows()]  # fmt: skip
    shown = [each for each in every if not each.unknown][:TOP] + [each for each in every if each.unknown]
    return FirstCauses(bool(among["core"].all()), count, shown)
