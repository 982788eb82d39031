"""The customers of one cause: how likely it is of each, the strongest evidence, and what the cause is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl

from liuke.causes.taxonomy import LABELS, UNKNOWN
from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports.cause_words import answers_of, cause_title, watched_by, what_it_is_not, with_owners
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.causes_page import CauseSlot, Picked, SeenCauses, cause_slots, every_total, last_year
from liuke.reports.listings import causes_on_page as listings
from liuke.reports.query import CUSTOMER_CAUSE, Condition, Query
from liuke.reports.shown import Listed
from liuke.run.cause_owners import NOBODY, CauseOwned
from liuke.run.cause_totals import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from liuke.reports.contexts.base import Source


@dataclass(frozen=True)
class CauseNames(Context):
    """The customers of one cause."""

    cause: Annotated[str, "its id"]
    title: Annotated[Wordings, "what it is called"]
    unknown: Annotated[bool, "whether it is what none explains"]
    is_not: Annotated[Wordings | None, "what is taken for it and is another one"]
    owned: Annotated[CauseOwned, "who owns it, and its measure as it was chosen"]
    watched: Annotated[Said, "by what it is watched, with what is counted; nothing for unknown"]
    labels: Annotated[Sequence[tuple[Said, Said]], "title and text: whose act, of what kind, where they go, answers"]
    slots: Annotated[Sequence[CauseSlot], "by what is asked"]
    expected: Annotated[float, "the sum of probabilities over all pages"]
    listed: Annotated[Listed, "customers by probability"]
    page: Annotated[int, "which page this is, from 1"]
    pages: Annotated[int, "how many there are"]


def cause_names(seen: SeenCauses, cause: str, picked: Picked, search: str, page: int, size: int | None,
                owned: Mapping[str, CauseOwned]) -> CauseNames:  # fmt: skip
    """The customers of a cause by probability, each with its strongest evidence; NotFound for an unknown cause.

    `owned` is who owns each cause and by what it is watched.
    """
    slots = cause_slots(seen, replace(picked, act=""))[:-1]
    source = seen.source()
    named = {row["cause"]: row for row in source.table("cause_card").iter_rows(named=True)}
    if cause not in named:
        raise no_cause(cause, named)
    card = named[cause]
    query = Query(CUSTOMER_CAUSE, (*picked.where, Condition("cause", cause), *last_year(seen, picked)), "probability",
                  page=page, size=size, search=search)  # fmt: skip
    total, expected, rows = _customers(seen, source, query)
    listed = Listed(listings.CAUSE_CUSTOMERS, rows, total, currency=seen.info["currency"])
    pages = max(1, -(-total // size)) if size else 1
    return CauseNames(
        cause, cause_title(card), cause == UNKNOWN, what_it_is_not(card), owned.get(cause, NOBODY),
        _watched(seen, source, cause, owned),
        card_labels(card), slots, expected, listed, page, pages
    )  # fmt: skip


def _watched(seen: SeenCauses, source: Source, cause: str, owned: Mapping[str, CauseOwned]) -> Said:
    card = source.table("cause_card")
    mine = card.filter(pl.col("cause") == cause)
    every = every_total(seen, source, Picked(), {row["cause"]: row for row in card.iter_rows(named=True)})
    lost = every.filter(pl.col("judged") == "lost", pl.col("by") == ALL)
    return watched_by(with_owners(mine, card, owned, lost).row(0, named=True))


def _customers(seen: SeenCauses, source: Source, query: Query) -> tuple[int, float, list[dict[str, Any]]]:
    """How many, what their probabilities add up to, and the rows of a page with unknown and evidence beside."""
    sums = seen.sums(query, "probability")
    if not sums["rows"]:  # a value no row has is refused; a cause nobody left by is no such value
        return 0, 0.0, []
    found = seen.page(query)
    cause = next(each.value for each in query.where if each.column == "cause")
    codes = found.rows["customer_code"].implode()
    unknown = source.scan(CUSTOMER_CAUSE).filter(pl.col("customer_code").is_in(codes), pl.col("cause") == UNKNOWN)
    evidence = source.scan("cause_evidence").filter(
        pl.col("customer_code").is_in(codes), pl.col("cause") == cause, pl.col("speaks") != "against"
    )
    best = evidence.sort("place").unique("customer_code", keep="first", maintain_order=True)
    beside = unknown.select("customer_code", unknown="probability").collect()
    rows = found.rows.join(beside, on="customer_code", how="left", maintain_order="left")
    rows = rows.join(
        best.select("customer_code", "said").collect(), on="customer_code", how="left", maintain_order="left"
    )
    return found.total, float(sums["probability"]), rows.to_dicts()


def card_labels(card: Mapping[str, Any]) -> list[tuple[Said, Said]]:
    """What a cause is, label by label."""
    titles = {"act": N_("Whose act"), "kind": N_("Kind"), "degree": N_("How far"), "direction": N_("Where they go")}
    lines = [(Said(title), Said(LABELS[name][card[name]])) for name, title in titles.items() if card[name]]
    answers = answers_of(card)
    return [*lines, *([(Said(N_("What answers it")), Said("{text}", {"text": answers}))] if answers else [])]


def no_cause(cause: str, known: Iterable[str]) -> NotFound:
    """No cause is called so; those there are are named."""
    return NotFound(N_("There is no cause {cause}."), cause=cause, have=", ".join(known), fix=N_("There are: {have}."))
