"""What the small tables say of each customer of a run: wallets, answers, contacts, complaints, referrals, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.store.documents import owners_of
from liuke.value.survey_scales import answers, scales_known

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float, Int32
    from liuke.run.scope import Scope
    from liuke.store.fact_store import FactStore

VISIT = "上门|拜访|走访|面谈|(?i)visit|on.?site"
BY_CUSTOMER = "客户|问卷|调查|(?i)customer|survey"
PARTS = {  # part of the loyalty index -> the questions that measure it
    "recommendation": "推荐|介绍|(?i)recommend|refer",
    "needs_met": "需求|满足|(?i)needs",
    "price_sensitivity": "价格敏感|(?i)price sensitiv",
    "concern_for_brand": "品牌|(?i)brand",
    "choosing_time": "选择时间|(?i)choosing time",
    "tolerance_of_faults": "容忍|谅解|(?i)toleran|forgiv",
}
QUARTER = 91


@dataclass(frozen=True)
class ToldOfCustomers:
    """By position in the run's customers; all (customers,), NaN or 0 where nobody said anything."""

    wallet: Float  # cents a year
    wallet_by_customer: Bool
    ours: Float  # mean score given to us, 0 to 1
    rivals: Float  # mean score given to the main rival, 0 to 1
    answers: Int32
    parts: dict[str, Float]  # of the loyalty index, 0 to 1
    scales: dict[str, int | None]  # best score of each question; None: it can't be told, its answers are left out
    referrer: Bool  # brought other customers
    contacts_quarter: Int32
    contacts_year: Int32  # calls and messages
    visits_year: Int32
    response_days: Float  # days until the first answer to the worst answered complaint of the last year, or until now
    unanswered: npt.NDArray[np.object_]  # number of the complaint waiting longest for an answer, None without one
    has_contacts: bool  # whether any contact was loaded
    new_referred: tuple[Bool, Bool] | None  # a referrer is named; the file is there. None: no file names any


def told(store: FactStore, scope: Scope, customers: pl.DataFrame, codes: npt.NDArray[np.int32]) -> ToldOfCustomers:
    """Read the tables as they were known at the run's as_of; `codes` are its customers, ascending."""
    owners = owners_of(customers).with_columns(customers["customer_id"])
    place = pl.DataFrame({"owner_code": codes, "at": np.arange(len(codes), dtype=np.int64)})
    where = owners.join(place, on="owner_code").select("customer_id", "at")
    count = len(codes)

    def rows(table: str) -> pl.DataFrame:
        return store.current(contracts()[table], scope.known).join(where, on="customer_id")

    file = store.master(contracts()["customer"], scope.known)
    wallet = rows("wallet").filter(pl.col("on") <= scope.as_of).sort("on").group_by("at").last()
    by_customer = wallet["how"].fill_null("").str.contains(BY_CUSTOMER)
    contact = _contacts(store, scope, where)
    year, quarter = (scope.as_of - timedelta(days=days) for days in (365, QUARTER))
    visit = pl.col("channel").fill_null("").str.contains(VISIT)
    lately = contact.filter(pl.col("day") > year)
    waited = _waited(rows("complaint"), scope, year)
    waiting = waited.filter("open").sort("days", "complaint_id", descending=[False, True])  # the longest one stays
    asked = scales_known(store.current(contracts()["survey_answer"], scope.known), scope.as_of)
    given = answers(rows("survey_answer"), asked, scope.as_of)
    return ToldOfCustomers(
        wallet=_spread(wallet.select("at", v=pl.col("amount").cast(pl.Float64) * 100), count),
        wallet_by_customer=_spread(wallet.select("at", v=by_customer.cast(pl.Float64)), count) == 1,
        ours=_spread(_mean(given.filter(~pl.col("rival"))), count),
        rivals=_spread(_mean(given.filter("rival")), count),
        answers=_count(given.filter(~pl.col("rival")), count),
        parts=_parts(given, count),
        scales=dict(asked.iter_rows()),
        referrer=_count(_referrers(file, where), count) > 0,
        contacts_quarter=_count(contact.filter(pl.col("day") > quarter), count),
        contacts_year=_count(lately.filter(~visit), count),
        visits_year=_count(lately.filter(visit), count),
        response_days=_spread(waited.group_by("at").agg(v=pl.col("days").max()), count),
        unanswered=_names(waiting, "complaint_id", count),
        has_contacts=not contact.is_empty(),
        new_referred=_referred(file.join(where, on="customer_id"), count),
    )


def _contacts(store: FactStore, scope: Scope, where: pl.DataFrame) -> pl.DataFrame:
    """`at` is the customer's place, `day` the contact's."""
    contact = store.current(contracts()["contact"], scope.known).rename({"at": "day"})
    return contact.filter(pl.col("day") <= scope.as_of).join(where, on="customer_id")


def _waited(complaint: pl.DataFrame, scope: Scope, since: date) -> pl.DataFrame:
    """Complaints made after a day: at, complaint_id, days without an answer by as_of, open where it has none yet.

    What was settled was answered, if only then. No rows where no complaint says when it was answered: that is a file
    without such a column, not a firm that answers nobody.
    """
    answered = pl.min_horizontal("replied_on", "resolved_on")
    if complaint.select(answered.is_null().all()).item():
        return complaint.select("at", "complaint_id", days=pl.lit(0), open=pl.lit(value=False)).clear()
    entered = pl.col("recorded_on").fill_null(pl.col("opened_on"))
    made = complaint.filter(pl.col("opened_on").is_between(since, scope.as_of, closed="right"), entered <= scope.known)
    still = answered.is_null() | (answered > scope.as_of)
    until = pl.when(still).then(pl.lit(scope.as_of)).otherwise(answered)
    return made.select("at", "complaint_id", days=(until - pl.col("opened_on")).dt.total_days().clip(0), open=still)


def _mean(given: pl.DataFrame) -> pl.DataFrame:
    return given.group_by("at").agg(v=pl.col("score").mean())


def _parts(given: pl.DataFrame, count: int) -> dict[str, Float]:
    """The measured parts of the loyalty index by name."""
    found = {"view_of_rivals": _spread(_mean(given.filter("rival")), count)}
    for part, words in PARTS.items():
        asked = given.filter(pl.col("question_id").str.contains(words), ~pl.col("rival"))
        found[part] = _spread(_mean(asked), count)
    return found


def _referrers(file: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    """A row for every customer somebody brought, at the place of who brought it."""
    return file.select(customer_id="referred_by").drop_nulls().join(where, on="customer_id")


def _referred(file: pl.DataFrame, count: int) -> tuple[Bool, Bool] | None:
    named = file.filter(pl.col("referred_by").is_not_null())
    return (_count(named, count) > 0, _count(file, count) > 0) if len(named) else None


def _spread(found: pl.DataFrame, count: int) -> Float:
    """Column v at the places of column at, NaN elsewhere."""
    values = np.full(count, np.nan)
    values[found["at"].to_numpy()] = found["v"].to_numpy()
    return values


def _names(found: pl.DataFrame, column: str, count: int) -> npt.NDArray[np.object_]:
    """A text column at the places of column at, the last row's where there are several, None elsewhere."""
    values = np.full(count, None, object)
    values[found["at"].to_numpy()] = found[column].to_numpy()
    return values


def _count(found: pl.DataFrame, count: int) -> Int32:
    """Rows at each place."""
    return np.bincount(found["at"].to_numpy().astype(np.int64), minlength=count).astype(np.int32)
