"""The tables of a run, made from what the pass over the chunks left behind."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.kernel.amounts import Money
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.kinds import CODE, KINDS
from liuke.kernel.money import from_cents
from liuke.kernel.period import period_end
from liuke.kernel.said import Said
from liuke.kernel.version import __version__
from liuke.ledger.waterfall import Late
from liuke.panel.states import CODE as STATE
from liuke.panel.states import STATES
from liuke.panel.summary import TREND_PERIODS
from liuke.run import predicting
from liuke.run.events import unconnected
from liuke.run.packed import reason_of
from liuke.signals.backtest import score_row
from liuke.signals.combine import MODEL
from liuke.signals.reasons import reason
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from liuke.kernel.estimate import Answer
    from liuke.ledger.year_pair import Window
    from liuke.run.pipeline import Setup
    from liuke.run.scope import Scope
    from liuke.run.second_pass import Columns, Passed
    from liuke.signals.backtest import RuleScore
    from liuke.signals.combine import Risk
    from liuke.store.fact_store import FactStore
    from liuke.store.runs import Draft
    from liuke.store.workspace import Workspace
    from liuke.value.core import Core

HARMLESS = 0.5  # times the average risk: below that nobody is called, however large
SAID_BY_RULES = ("silence", "trend")  # ideas of the model that a rule which fired has put better
MUCH_AT_STAKE = N_("No single sign stands out; so large that even a small risk costs much: {usual} in a usual year.")
LIKELY = 2.5  # times the odds of the average puts a customer on the list
ALARMING = 2.0  # times the average expected loss does too
UNUSUAL = 2.0  # times the odds of the own rhythm: below that a customer is only as slow as ever
EXPLAINED = 1000  # best-ranked customers whose reasons and documents a run carries

Positions = "npt.NDArray[np.intp]"


def rank(passed: Columns, risk: Risk | NotEstimable) -> npt.NDArray[np.intp]:
    """Positions of the customers on the watch list, best first: by money at stake, or by money where risk is unknown.

    With a model of many leavers, those still buying are on it whose odds of leaving are 2.5 times the average's, or
    whose expected loss is twice the average unless they are half as likely to leave; but nobody whose odds are not
    twice those of his own rhythm, for whom a long silence is nothing new. Else all whom a rule flags.
    """
    worth = passed.at_stake_base.astype(np.float64)
    listed = np.flatnonzero(passed.fired.any(axis=0))
    if isinstance(risk, NotEstimable):
        return listed[np.lexsort((listed, -worth[listed]))]
    stake = np.nan_to_num(worth * risk.risk)
    if risk.lists:
        asked = np.flatnonzero(passed.buying & ~np.isnan(risk.risk))
        chance, loss, habit = risk.risk[asked], stake[asked], passed.chances.habit[asked]
        usual, average = (values.mean() if len(asked) else 0.0 for values in (chance, loss))
        large = (loss >= ALARMING * average) & (chance >= HARMLESS * usual)
        likely = chance * (1 - usual) >= LIKELY * usual * (1 - chance)  # by odds: half can't be twice as likely
        unusual = chance * (1 - habit) >= UNUSUAL * habit * (1 - chance)
        listed = asked[(likely | large) & unusual]
    return listed[np.lexsort((listed, -stake[listed]))]


def chosen(ranked: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Positions of the customers that are explained, ascending."""
    return np.sort(ranked[:EXPLAINED])


def write_now(
    draft: Draft,
    setup: Setup,
    passed: Passed,
    risk: Risk | NotEstimable,
    core: Core,
    ranked: npt.NDArray[np.intp],
) -> None:
    """Write `customer_now`, chunk by chunk: the columns of the pass plus rank, risk and core."""
    import pyarrow.parquet as pq

    panels = setup.panels
    place = np.zeros(len(panels.customers), np.int32)
    place[ranked] = np.arange(1, len(ranked) + 1)
    kept = setup.customers.filter(pl.col("merged_into").is_null()).sort("customer_code")  # as in `panels.customers`
    described = kept.drop("customer_code", "merged_into", "since")
    writer: pq.ParquetWriter | None = None
    for number in range(panels.chunks):
        part = draft.root / f"now-{number}.parquet"
        rows = panels.rows(number)
        frame = pl.read_parquet(part, glob=False).hstack(described[rows])
        added = [*_rules(setup, passed, rows), *_risk(risk, setup, passed, rows), *_core(core, rows)]
        frame = frame.with_columns(
            *added,
            rank=pl.Series(place[rows]).replace(0, None),
            listed=pl.Series(place[rows] > 0),
        ).with_columns(
            at_stake=(pl.max_horizontal(pl.col("usual_year").cast(pl.Float64), 0.0) * pl.col("risk"))
            .round(2)
            .cast(pl.Decimal(18, 2))
        )
        table = frame.to_arrow()
        writer = writer or pq.ParquetWriter(draft.root / "customer_now.parquet", table.schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
        part.unlink()
    assert writer is not None
    writer.close()


def _rules(setup: Setup, passed: Passed, rows: slice) -> list[pl.Series]:
    """`rules`: ids that fired at as_of."""
    fired = passed.fired[:, rows]
    if not setup.rules:
        return [pl.Series("rules", [[]] * fired.shape[1], dtype=pl.List(pl.String))]
    frame = pl.DataFrame({rule.id: fired[nth] for nth, rule in enumerate(setup.rules)})
    listed = pl.concat_list(pl.when(pl.col(rule.id)).then(pl.lit(rule.id)) for rule in setup.rules)
    return [frame.select(rules=listed.list.drop_nulls()).to_series()]


def _risk(risk: Risk | NotEstimable, setup: Setup, passed: Passed, rows: slice) -> list[pl.Series]:
    """`risk`, its interval and basis, the leading rule and where in the trend its current run began."""
    count = rows.stop - rows.start
    fired = passed.fired[:, rows]
    width = min(len(setup.scope.periods), TREND_PERIODS)
    ids = np.array([*(rule.id for rule in setup.rules), None], dtype=object)
    if isinstance(risk, NotEstimable):
        lead = np.where(fired.any(axis=0), fired.argmax(axis=0), -1) if len(fired) else np.full(count, -1)
        numbers = [pl.Series(name, [None] * count, dtype=pl.Float64) for name in ("risk", "risk_low", "risk_high")]
        basis = pl.Series("risk_basis", ["none"] * count)
    else:
        lead = risk.lead[rows]
        unscored = (lead < 0) & fired.any(axis=0)
        lead = np.where(unscored, fired.argmax(axis=0), lead) if len(fired) else lead
        numbers = [
            pl.Series(name, values[rows].astype(np.float64)).fill_nan(None)
            for name, values in (("risk", risk.risk), ("risk_low", risk.low), ("risk_high", risk.high))
        ]
        basis = pl.Series("risk_basis", risk.basis[rows].tolist(), dtype=pl.String)
    began = passed.fired_since[:, rows][lead, np.arange(count)] if len(fired) else np.zeros(count, np.int32)
    at = np.maximum(began - (len(setup.scope.periods) - width), 0)
    flag = pl.DataFrame({"at": at, "on": lead >= 0}).select(flag_at=pl.when("on").then("at").cast(pl.Int32)).to_series()
    return [*numbers, basis, pl.Series("lead_rule", ids[lead].tolist(), dtype=pl.String), flag]


def _core(core: Core, rows: slice) -> list[pl.Series]:
    """`core`, `raw_core` and the probability of belonging."""
    if isinstance(core.probability, NotEstimable):
        probability = pl.Series("core_probability", [None] * (rows.stop - rows.start), dtype=pl.Float64)
    else:
        probability = pl.Series("core_probability", core.probability[rows].astype(np.float64))
    return [pl.Series("core", core.core[rows]), pl.Series("raw_core", core.raw[rows]), probability]


def reasons(
    setup: Setup, passed: Passed, ranked: npt.NDArray[np.intp], explained: npt.NDArray[np.intp]
) -> pl.DataFrame:
    """One row a listed customer and rule, or idea of the model: the sentence, packed; the best-ranked."""
    schema = {"customer_code": pl.Int32, "rank": pl.Int32, "rule": pl.String, "said": pl.String}
    if not len(explained):
        return pl.DataFrame(schema=schema)
    panel = setup.panels.at(explained).latest()
    last = len(setup.scope.periods) - 1
    place = {int(position): order for order, position in enumerate(ranked[:EXPLAINED], 1)}
    rows = []
    for row, position in enumerate(explained):
        for nth, rule in enumerate(setup.rules):
            if passed.fired[nth, position]:
                said = reason(rule, panel, row, last, setup.learnt)
                rows.append((int(panel.customer[row]), place[int(position)], rule.id, said.pack()))
    codes = {int(panel.customer[row]): place[int(position)] for row, position in enumerate(explained)}
    ruled = {code for code, *_ in rows}
    for code, idea, said in predicting.why(setup.churn, panel):
        if code not in ruled or idea not in SAID_BY_RULES:
            rows.append((code, codes[code], f"{MODEL}{idea}", said.pack()))
    explained_codes = {code for code, *_ in rows}
    for row, position in enumerate(explained):
        code = int(panel.customer[row])
        if code not in explained_codes:  # on the list for its size alone
            said = Said(MUCH_AT_STAKE, {"usual": Money(from_cents(int(passed.at_stake_base[position])))})
            rows.append((code, codes[code], f"{MODEL}size", said.pack()))
    return pl.DataFrame(rows, schema=schema, orient="row").sort("rank", maintain_order=True)


def rule_scores(setup: Setup, scores: Mapping[str, RuleScore], passed: Passed) -> pl.DataFrame:
    """One row a rule: its titles, how many it flags now, and its back-test."""
    order = {rule.id: nth for nth, rule in enumerate(setup.rules)}
    rows = []
    for rule in setup.every_rule:
        row = score_row(scores[rule.id])
        flagged = int(passed.fired[order[rule.id]].sum()) if rule.id in order else None
        names = {f"title_{lang}": text for lang, text in rule.title.items()}
        helps = {f"help_{lang}": text for lang, text in rule.help.items()}
        rows.append({**row, **names, **helps, "flagged_now": flagged})
    return pl.DataFrame(rows, infer_schema_length=None)


def state_counts(scope: Scope, counts: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Customers by period end and state."""
    ends = [period_end(number, scope.periods.unit) for number in scope.periods.numbers]
    return pl.DataFrame(
        [(end, state, int(counts[at, code])) for at, end in enumerate(ends) for code, state in enumerate(STATES)],
        schema={"period": pl.Date, "state": pl.String, "customers": pl.Int64},
        orient="row",
    )


@dataclass(frozen=True)
class Recount:
    """The documents counted again straight from the stored lines, to hold the panel's sums against."""

    by_month: pl.DataFrame  # period, kind, amount, lines: as known today
    documents: int  # of the basis kind and returns, dated up to as_of, as known today
    late: Late | None
    spans: tuple[int, int] | None  # cents of the two spans of the waterfall (before, within), as known today


def recount(store: FactStore, scope: Scope, window: Window | NotEstimable) -> Recount:
    """Sums of the lines by month and kind, and what became known only after the run's knowledge ends."""
    import duckdb

    con = duckdb.connect()
    gone = store.paths("superseded")
    joined = (
        f"LEFT JOIN {parquet(gone)} AS gone USING (document_code)"
        if gone
        else "CROSS JOIN (SELECT NULL::DATE AS superseded_on)"
    )
    kinds = ", ".join(str(CODE[kind]) for kind in {scope.basis, "return"})
    known = scope.known
    by_month = con.execute(
        f"""SELECT last_day(date) AS period, kind, superseded_on IS NULL AS now,
                   recorded_on <= DATE '{known}' AND coalesce(superseded_on > DATE '{known}', true) AS then,
                   date, sum(amount)::DECIMAL(38,2) AS amount, count(*) AS lines
            FROM {parquet(store.paths("document_line"))} AS held {joined}
            WHERE date <= DATE '{scope.as_of}' GROUP BY ALL"""
    ).pl()
    names = dict(enumerate(KINDS))
    now = by_month.filter("now")
    monthly = (
        now.group_by("period", "kind")
        .agg(pl.col("amount").sum().cast(pl.Decimal(18, 2)), pl.col("lines").sum())
        .with_columns(pl.col("kind").replace_strict(names, return_dtype=pl.String))
        .sort("period", "kind")
    )
    replaced = f"ANTI JOIN {parquet(gone)} AS gone USING (document_code)" if gone else ""
    documents = con.execute(
        f"""SELECT count(*) FROM {parquet(store.paths("document"))} AS held {replaced}
            WHERE NOT addition AND kind IN ({kinds}) AND date <= DATE '{scope.as_of}'"""
    ).fetchall()[0][0]
    if isinstance(window, NotEstimable):
        return Recount(monthly, documents, None, None)
    counted = by_month.filter(pl.col("kind").is_in([int(code) for code in kinds.split(", ")]))

    def cents(frame: pl.DataFrame, span: tuple[Any, Any]) -> int:
        total = frame.filter(pl.col("date").is_between(*span))["amount"].sum()
        return int(Decimal(total or 0) * 100)

    before, within = window.span_before(scope.periods), window.span(scope.periods)
    later, earlier = counted.filter(pl.col("now") & ~pl.col("then")), counted.filter(~pl.col("now") & pl.col("then"))
    late = Late(
        within={scope.basis: cents(later, within) - cents(earlier, within)},
        before={scope.basis: cents(later, before) - cents(earlier, before)},
    )
    current = counted.filter("now")
    return Recount(monthly, documents, late, (cents(current, before), cents(current, within)))


def info(
    workspace: Workspace, setup: Setup, passed: Passed, base: Answer, core: Core, counted: Recount, listed: int
) -> dict[str, Any]:
    """What `run.json` says beside the key, the id and the seconds."""
    scope, settings = setup.scope, workspace.settings
    last = passed.counts[-1]
    basis = counted.by_month.filter(pl.col("kind").is_in([scope.basis, "return"]))
    return {
        "as_of": scope.as_of.isoformat(),
        "known_by": scope.known_by.isoformat(),
        "known": scope.known.isoformat(),
        "unit": scope.periods.unit,
        "basis": scope.basis,
        "loads": [load.token for load in scope.loads],
        "measured_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "firm": settings.text("firm"),
        "currency": settings.text("currency"),
        "attribution": settings.text("attribution"),
        "customers": len(setup.panels.customers),
        "never_bought": int(last[STATE["never_bought"]]),
        "lost": int(last[STATE["lost"]]),
        "listed": listed,
        "documents": counted.documents,
        "amount_total": str(basis["amount"].sum() or Decimal(0)),
        "left_days": int(setup.horizon[-1]),
        "first_document_on": scope.first_on.isoformat(),
        "last_document_on": scope.last_on.isoformat(),
        "partial_period": scope.partial,
        "core_measure": setup.core_measure,
        "coverage": {name: round(found.share, 4) for name, found in setup.panels.coverage.items() if found.share},
        "model": predicting.card(setup.churn, setup.question, scope, unconnected(setup.store)),
        "untested": reason_of(setup.tested),
        "family_model": predicting.card(setup.family_churn, setup.question, scope),
        "base_rate": None if isinstance(base, NotEstimable) else [base.value, *base.ends],
        "base_rate_reason": reason_of(base),
        "core_reason": reason_of(core.probability),
        "late": str(from_cents(sum(counted.late.within.values()) if counted.late else 0)),
        "settings": settings.values,
        "sources": [
            {
                "source": load.source,
                "table": load.table,
                "file": ", ".join(load.files),
                "loaded_on": load.loaded_on,
                "read": load.rows_read,
                "loaded": load.rows_loaded,
                "quarantined": load.rows_quarantined,
                "amount_read": load.sum_read,
                "amount_loaded": load.sum_loaded,
                "amount_quarantined": load.sum_quarantined,
                "rounding": load.rounding,
            }
            for load in setup.store.loads()
        ],
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    import duckdb

    return {
        "liuke": __version__,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "polars": pl.__version__,
        "numpy": np.__version__,
    }
