"""Customer now: one row a customer, with all that the list and its filters need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.contract import Column
from liuke.kernel.estimate import NotEstimable
from liuke.panel.states import STATES
from liuke.panel.summary import TREND_PERIODS
from liuke.run.contracts import CUSTOMER, day, money, real, share, table, text, whole, yes
from liuke.run.output import taken
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.churn import Risks
from liuke.run.stages.rules import Flagged
from liuke.run.stages.summary import Now
from liuke.signals.combine import leading
from liuke.signals.watch_list import VIEWS, Views
from liuke.value.core import Core

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from liuke.run.known import Known
    from liuke.signals.churn.chances import Early

CUSTOMER_NOW = table(
    "customer_now",
    "Every customer at as_of: who it is, its state and sums, its risk and place on the list",
    ("customer_code",),
    customer_code=CUSTOMER,
    state=text("The state", *STATES, required=True),
    state_since=day("First day of the period in which it entered that state"),
    truncated=yes("May be older than the export: its first purchase in it need not be its first"),
    first_on=day("First purchase"),
    last_on=day("Last purchase"),
    silent_days=whole("Days since the last purchase", "days"),
    own_gap_days=real("Mean days between its purchases", "days"),
    occasions=whole("Days with a purchase", "days"),
    documents=whole("Documents of the basis"),
    amount_12=money("Amount of the last year of periods"),
    amount_before_12=money("Amount of the year before that"),
    usual_year=money("Amount of the year that ends with the last period it bought in"),
    margin_12=money("Margin of the last year; null without margins"),
    trend=Column("integers", "Amount of each of the last 24 periods, oldest first", unit="cents"),
    level=whole("Usual amount of a period, before the last three; null where it buys too rarely", "cents"),
    silence_chance=share("How probably a customer of its rhythm who stays is silent for as long"),
    customer_id=text("The customer's number in the firm's books", required=True),
    name=text("Name", personal=True),
    grade=text("Grade"),
    industry=text("Industry"),
    region=text("Region"),
    channel=text("Channel"),
    tier=text("Price tier"),
    salesperson_id=text("Who looks after it: the assignment in force, else whoever stands on the latest document"),
    salesperson=text("That person's name; the number where no name is known", personal=True),
    team=text("That person's team"),
    rules=Column("texts", "Ids of the rules that fire"),
    risk=share("Chance of leaving within the horizon; null where it is not asked or not known"),
    risk_low=share("Lower end of its range"),
    risk_high=share("Upper end"),
    risk_basis=text("What it rests on: model:<rung>, rule:<id>, base_rate or none"),
    lead_rule=text("The strongest rule that fires"),
    flag_at=whole("Place in `trend` where the leading rule's flag began"),
    core=yes("One of the few customers that reliably make most of the money"),
    raw_core=yes("The same by the plain sums of the last year"),
    core_probability=share("How probably it is"),
    early=share("Chance of being lost soon though in rhythm; null for the overdue and where it is not known"),
    early_low=share("Lower end of its range"),
    early_high=share("Upper end"),
    rank=whole("Place on the watch list, all views together, from 1; null off it"),
    going_rank=whole("Place on the view of those going though still buying, from 1; null off it"),
    silent_rank=whole("The same on the view of those silent beyond their own rhythm"),
    money_rank=whole("The same on the view of most money at risk"),
    listed=yes("Stands on the watch list"),
    at_stake=money("Risk times a usual year; of those in rhythm the early chance times it"),
)


class CustomerNowStage(Stage):
    """The table the list is read from."""

    name = "customer_now"
    needs = ("rules", "churn", "summary", "core", "watch_list")
    tables = (CUSTOMER_NOW,)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """`customer_now`, chunk by chunk."""
        return Finished({"customer_now": _chunks(known)})


def _chunks(known: Known) -> Iterator[pl.DataFrame]:
    """The summaries with who each customer is, rank, risk and core."""
    views, silence = known.of(Views), known.of(Risks).silence
    count = len(known.panels.customers)
    places = {"rank": _places(views.list, count)} | {f"{view}_rank": _places(views.of(view), count) for view in VIEWS}
    described = known.panels.described(known.customers)
    for number, summed in enumerate(taken(known.of(Now).frames)):
        rows = known.panels.rows(number)
        yield (
            summed.hstack(described[rows])
            .with_columns(
                *_rules(known, rows),
                *_risk(known, rows),
                *_core(known.of(Core), rows),
                *_early(known.of(Risks).early, rows),
                *(pl.Series(name, place[rows]).replace(0, None) for name, place in places.items()),
                listed=pl.Series(places["rank"][rows] > 0),
                silence_chance=pl.Series(silence[rows]).fill_nan(None),
            )
            .with_columns(
                at_stake=(pl.max_horizontal(pl.col("usual_year").cast(pl.Float64), 0.0) * pl.coalesce("early", "risk"))
                .round(2)
                .cast(pl.Decimal(18, 2))
            )
            .select(list(CUSTOMER_NOW.columns))
        )


def _places(ranked: npt.NDArray[np.intp], customers: int) -> npt.NDArray[np.int32]:
    """The place of every customer on a view, from 1; 0 off it."""
    place = np.zeros(customers, np.int32)
    place[ranked] = np.arange(1, len(ranked) + 1)
    return place


def _early(early: Early, rows: slice) -> list[pl.Series]:
    """`early` and its interval."""
    columns = (("early", early.chance), ("early_low", early.low), ("early_high", early.high))
    return [pl.Series(name, values[rows].astype(np.float64)).fill_nan(None) for name, values in columns]


def _rules(known: Known, rows: slice) -> list[pl.Series]:
    """`rules`: ids that fired at as_of."""
    usable, fired = known.rules.usable, known.of(Flagged).fired[:, rows]
    if not usable:
        return [pl.Series("rules", [[]] * fired.shape[1], dtype=pl.List(pl.String))]
    frame = pl.DataFrame({rule.id: fired[nth] for nth, rule in enumerate(usable)})
    listed = pl.concat_list(pl.when(pl.col(rule.id)).then(pl.lit(rule.id)) for rule in usable)
    return [frame.select(rules=listed.list.drop_nulls()).to_series()]


def _risk(known: Known, rows: slice) -> list[pl.Series]:
    """`risk`, its interval and basis, the leading rule and where in the trend its current run began."""
    risk, flagged = known.of(Risks).risk, known.of(Flagged)
    count = rows.stop - rows.start
    fired = flagged.fired[:, rows]
    width = min(len(known.scope.periods), TREND_PERIODS)
    ids = np.array([*(rule.id for rule in known.rules.usable), None], dtype=object)
    lead = leading(risk, flagged.fired)[rows]
    if isinstance(risk, NotEstimable):
        numbers = [pl.Series(name, [None] * count, dtype=pl.Float64) for name in ("risk", "risk_low", "risk_high")]
        basis = pl.Series("risk_basis", ["none"] * count)
    else:
        numbers = [
            pl.Series(name, values[rows].astype(np.float64)).fill_nan(None)
            for name, values in (("risk", risk.risk), ("risk_low", risk.low), ("risk_high", risk.high))
        ]
        basis = pl.Series("risk_basis", risk.basis[rows].tolist(), dtype=pl.String)
    began = flagged.since[:, rows][lead, np.arange(count)] if len(fired) else np.zeros(count, np.int32)
    at = np.maximum(began - (len(known.scope.periods) - width), 0)
    flag = pl.DataFrame({"at": at, "on": lead >= 0}).select(flag_at=pl.when("on").then("at").cast(pl.Int32)).to_series()
    return [*numbers, basis, pl.Series("lead_rule", ids[lead].tolist(), dtype=pl.String), flag]


def _core(core: Core, rows: slice) -> list[pl.Series]:
    """`core`, `raw_core` and the probability of belonging."""
    if isinstance(core.probability, NotEstimable):
        probability = pl.Series("core_probability", [None] * (rows.stop - rows.start), dtype=pl.Float64)
    else:
        probability = pl.Series("core_probability", core.probability[rows].astype(np.float64))
    return [pl.Series("core", core.core[rows]), pl.Series("raw_core", core.raw[rows]), probability]
