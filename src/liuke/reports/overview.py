"""The typed context of the page and the workbook, read from a finished run."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.period import period_number, period_start
from liuke.kernel.said import Said, with_currency
from liuke.kernel.settings import SETTINGS
from liuke.ledger.indicators import base_is_falling
from liuke.ledger.rates import BY_NAME
from liuke.reports import figures, words
from liuke.reports.context import (
    Change,
    Defined,
    Document,
    IndicatorLine,
    Ledger,
    LedgerStep,
    Listed,
    Overview,
    Risk,
    SourceLine,
    StateLine,
)
from liuke.reports.model_card import risk_rests_on, untested
from liuke.reports.rule_lines import rule_lines
from liuke.reports.value_words import ESTIMATES, core_ahead, reasons
from liuke.signals.combine import FEW_LEAVERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.context import Run

TREND_PERIODS = 24
NO_LEDGER = N_("This run has no ledger.")
UNKNOWN_LEVELS = ("grade", "region", "industry", "channel", "tier", "salesperson")


def overview(run: Run, *, top: int = 300, documents_each: int = 12, core_top: int = 16) -> Overview:
    """The context of a run: at most `top` customers of the list, so many documents behind each."""
    info = run.info
    now = run.table("customer_now")
    ahead = core_ahead(run)
    on_list = ranked(now).join(ahead, on="customer_code", how="left", maintain_order="left")
    listing = listed(run, on_list.head(top), documents_each)
    core_rows = on_list.filter("core")
    shown = {one.code: one for one in listing}
    missing = core_rows.head(core_top).filter(~pl.col("customer_code").is_in(list(shown)))
    shown |= {one.code: one for one in listed(run, missing, documents_each)}
    ledger = _ledger(run, str(info["unit"]))
    states, dates = _states(run, str(info["unit"]))
    base = _base(run)
    indicators, window = _indicators(run)
    currency = str(info.get("currency") or "")
    return Overview(
        firm=str(info.get("firm") or ""),
        as_of=_day(info["as_of"]),
        currency=currency,
        basis=str(info["basis"]),
        unit=str(info["unit"]),
        run_id=str(info["run_id"]),
        measured_at=str(info.get("measured_at") or ""),
        customers=int(info["customers"]),
        base=base[-1] if base else 0,
        first_document_on=_maybe_day(info.get("first_document_on")),
        last_document_on=_maybe_day(info.get("last_document_on")),
        partial_period=info.get("partial_period"),
        left_days=info.get("left_days"),
        value_reasons=reasons(info, *ESTIMATES) if info.get("value") else [],
        defined=_defined(info),
        by_model=bool((info.get("model") or {}).get("rung")),
        rests_on=risk_rests_on(info),
        untested=untested(info),
        listed_by_model=(info.get("model") or {}).get("rung") not in {None, FEW_LEAVERS},
        answer=_answer(on_list, len(now), currency),
        second=_second(ledger, info, currency),
        warning=_warning(base, str(info["unit"])),
        listed_total=on_list.height,
        at_stake=_total(on_list, "at_stake"),
        ledger=ledger,
        changes=_changes(now, _day(info["as_of"]), str(info["unit"])),
        core=[shown[code] for code in core_rows.head(core_top)["customer_code"]],
        core_total=core_rows.height,
        core_customers=int(now["core"].sum()),
        core_ahead=None if ahead.is_empty() else int(ahead["core_next_year"].sum()),
        states=states,
        state_dates=dates,
        listing=listing,
        state_totals=dict(on_list.group_by("state").len().iter_rows()),
        rules=rule_lines(run),
        indicators=indicators,
        window=window,
        sources=[_source(one) for one in info.get("sources") or []],
        documents=int(info["documents"]),
        amount_total=Decimal(str(info["amount_total"])),
        attribution=str(info.get("attribution") or ""),
        versions={str(k): str(v) for k, v in (info.get("versions") or {}).items()},
    )


def _defined(info: Mapping[str, Any]) -> Defined:
    settings = {one.name: one.default for one in SETTINGS} | dict(info.get("settings") or {})
    return Defined(
        left_days_set=bool(settings["left_days"]),
        core_share=float(settings["core_share"]),
        core_measure=str(info.get("core_measure") or "amount"),
        coverage=info.get("coverage") or {},
    )


def ranked(now: pl.DataFrame) -> pl.DataFrame:
    """The customers on the list, best first."""
    return now.filter("listed").sort("rank", "customer_code", nulls_last=True)


def listed(run: Run, customers: pl.DataFrame, documents_each: int) -> list[Listed]:
    """Customers of `customer_now`, core ahead or not beside them, with reasons and the documents behind their flags."""
    codes = customers["customer_code"].implode()
    reasons: dict[int, list[tuple[str, Said]]] = {}
    for row in run.table("reason").filter(pl.col("customer_code").is_in(codes)).iter_rows(named=True):
        said = with_currency(Said.unpack(row["said"]), str(run.info["currency"]))
        reasons.setdefault(row["customer_code"], []).append((row["rule"], said))
    behind: dict[int, list[Document]] = {}
    papers = run.table("flag_document").filter(pl.col("customer_code").is_in(codes))
    for row in papers.sort("date", "document_id", descending=True).iter_rows(named=True):
        one = Document(row["date"], row["kind"], str(row["document_id"]), row["amount"])
        behind.setdefault(row["customer_code"], []).append(one)
    return [
        _listed(row, reasons.get(row["customer_code"], []), behind.get(row["customer_code"], []), documents_each)
        for row in customers.iter_rows(named=True)
    ]


def _listed(
    row: dict[str, Any], reasons: Sequence[tuple[str, Said]], papers: Sequence[Document], documents_each: int
) -> Listed:
    first = [said for rule, said in reasons if rule == row["lead_rule"]]
    others = [said for rule, said in reasons if rule != row["lead_rule"]]
    known = [str(row[column]) for column in UNKNOWN_LEVELS if row.get(column)]
    risk = None
    if row["risk"] is not None and row["risk_basis"] != "none":
        low, high = row["risk_low"], row["risk_high"]
        risk = Risk(
            row["risk"], row["risk"] if low is None else low, row["risk"] if high is None else high, row["risk_basis"]
        )
    return Listed(
        code=row["customer_code"],
        customer_id=str(row["customer_id"]),
        name=figures.printable(str(row["name"] or row["customer_id"])),
        about=" · ".join(known),
        state=row["state"],
        state_since=row["state_since"],
        truncated=bool(row["truncated"]),
        core=bool(row["core"]),
        core_ahead=row["core_next_year"],
        rank=int(row["rank"] or 0),
        reasons=[*first, *others],
        rules=row["rules"] or [],
        trend=row["trend"] or [],
        flag_at=row["flag_at"],
        level=row["level"],
        risk=risk,
        at_stake=row["at_stake"],
        usual_year=row["usual_year"],
        amount_12=row["amount_12"],
        last_on=row["last_on"],
        silent_days=row["silent_days"],
        documents=papers[:documents_each],
        documents_total=len(papers),
    )


def _answer(on_list: pl.DataFrame, customers: int, currency: str) -> Said:
    """The first sentence: how many, how much, how much of it core."""
    if not on_list.height:
        return Said(words.ANSWER_NOBODY, {"customers": figures.count(customers)})
    data: dict[str, object] = {"listed": figures.count(on_list.height)}
    scored = on_list.filter(pl.col("risk").is_not_null() & pl.col("at_stake").is_not_null())
    if not scored.height:
        usual = _total(on_list, "usual_year") or Decimal(0)
        return Said(words.ANSWER_NO_RISK, data | {"money": figures.Money(usual, currency)})
    data["leave"] = figures.count(round(float(scored["risk"].sum())))
    data["money"] = figures.Money(_total(scored, "at_stake") or Decimal(0), currency)
    core = on_list.filter("core")
    if not core.height:
        return Said(words.ANSWER_NO_CORE, data)
    core_money = figures.Money(_total(core, "at_stake") or Decimal(0), currency)
    return Said(words.ANSWER, data | {"core": figures.count(core.height), "core_money": core_money})


def _second(ledger: Ledger | NotEstimable, info: Mapping[str, Any], currency: str) -> Said:
    """The line under the answer: what came in against what went away."""
    if isinstance(ledger, NotEstimable):
        return Said("")
    amounts = {step.step: step.amount or Decimal(0) for step in ledger.steps}
    change = amounts["closing"] - amounts["opening"]
    gone = sum((amount for amount in _moves(amounts) if amount < 0), Decimal(0))
    come = sum((amount for amount in _moves(amounts) if amount > 0), Decimal(0))
    return Said(
        words.SECOND,
        {
            "basis": Said(words.TURNOVER[str(info["basis"])]),
            "closing": figures.Money(amounts["closing"], currency),
            "length": ledger.periods,
            "periods": Said(words.PERIODS[str(info["unit"])]),
            "change": figures.Money(abs(change), currency),
            "than": Said(words.MORE if change >= 0 else words.LESS),
            "gone": figures.Money(-gone, currency),
            "come": figures.Money(come, currency),
        },
    )


def _moves(amounts: Mapping[str, Decimal]) -> list[Decimal]:
    return [amount for step, amount in amounts.items() if step not in {"opening", "closing"}]


def _warning(base: Sequence[int], unit: str) -> Said:
    if not base_is_falling(base):
        return Said("")
    data = {
        "periods": Said(words.PERIODS[unit]),
        "first": figures.count(base[-4]),
        "last": figures.count(base[-1]),
    }
    return Said(words.FALLING_BASE, data)


def _ledger(run: Run, unit: str) -> Ledger | NotEstimable:
    rows = run.table("waterfall").filter(pl.col("step").is_null() | (pl.col("scope") == "window")).to_dicts()
    if not rows:
        return NotEstimable.because(NO_LEDGER)
    first = rows[0]
    if first["step"] is None:
        return NotEstimable(Said.unpack(first["reason"]))
    steps = [LedgerStep(r["step"], r["customers"], r["amount"], r["amount_customers"]) for r in rows]
    length = period_number(first["to"], unit) - period_number(first["from"], unit) + 1  # type: ignore[arg-type]
    return Ledger(
        steps=steps,
        span=(first["from"], first["to"]),
        before=(first["before_from"], first["before_to"]),
        periods=length,
        full_year=first["full_year"],
    )


def _states(run: Run, unit: str) -> tuple[list[StateLine], list[date]]:
    counts = run.table("state_count").sort("period")
    dates = counts["period"].unique().sort().to_list()
    wide = {
        state: dict(group.select("period", "customers").iter_rows()) for (state,), group in counts.group_by("state")
    }
    per_year = {"month": 12, "week": 52, "quarter": 4}[unit]
    lines = []
    for state in words.SHOWN:
        line = [wide.get(state, {}).get(day, 0) for day in dates]
        if line:
            ago = line[-1 - per_year] if len(line) > per_year else None
            lines.append(StateLine(state, line[-TREND_PERIODS:], line[-1], ago))
    return lines, dates[-TREND_PERIODS:]


def _base(run: Run) -> list[int]:
    """Active customers at each period's end."""
    counts = run.table("state_count").filter(~pl.col("state").is_in(["never_bought", "lost"]))
    return counts.group_by("period").agg(pl.col("customers").sum()).sort("period")["customers"].to_list()


def _changes(now: pl.DataFrame, as_of: date, unit: str) -> list[Change]:
    """Who entered which state in the last period, the states of leaving first."""
    start = period_start(period_number(as_of, unit), unit)  # type: ignore[arg-type]
    lately = now.filter(pl.col("state_since").is_between(start, as_of + timedelta(days=1)))
    found = []
    for state in ("falling", "token", "dormant", "lost", "won_back", "new"):
        rows = lately.filter(pl.col("state") == state).sort("usual_year", descending=True, nulls_last=True)
        if rows.height:
            example = figures.printable(str(rows["name"][0] or rows["customer_id"][0]))
            usual = _total(rows, "usual_year") or Decimal(0)
            found.append(Change(state, rows.height, int(rows["core"].sum()), usual, example))
    return found


def _indicators(run: Run) -> tuple[list[IndicatorLine], tuple[date, date] | None]:
    rows = run.table("indicator").filter(pl.col("scope") == "all").to_dicts()
    lines = []
    for row in rows:
        what = BY_NAME[row["indicator"]]
        lines.append(
            IndicatorLine(
                name=row["indicator"],
                title=Said(what.title),
                formula=Said(what.formula),
                unit=what.unit,
                value=_or_reason(row["value"], row["reason"]),
                last_year=_or_reason(row["last_year"], row["last_year_reason"]),
                target=row["target"],
                alarm=bool(row["alarm"]),
            )
        )
    spans = [(row["window_from"], row["window_to"]) for row in rows if row["window_from"] is not None]
    return lines, spans[0] if spans else None


def _or_reason(value: float | None, reason: str | None) -> float | NotEstimable:
    return NotEstimable(Said.unpack(reason) if reason else Said("")) if value is None else value


def _source(one: Mapping[str, Any]) -> SourceLine:
    rows = {key: int(one[key]) for key in ("read", "loaded", "quarantined") if one.get(key) is not None}
    named = {
        "read": "amount_read",
        "loaded": "amount_loaded",
        "quarantined": "amount_quarantined",
        "rounding": "rounding",
    }
    if one.get("table", "document_line") != "document_line":
        named = {}  # the other tables hold no amounts that add up
    amounts = {key: Decimal(str(one[column])) for key, column in named.items() if one.get(column) is not None}
    return SourceLine(str(one.get("source") or ""), figures.printable(str(one.get("file") or "")), rows, amounts)


def _total(frame: pl.DataFrame, column: str) -> Decimal | None:
    """Exact sum of a money column; None when every value is missing."""
    known = frame[column].drop_nulls()
    return sum(known.to_list(), Decimal(0)) if len(known) else None


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _maybe_day(value: object) -> date | None:
    return None if value in (None, "") else _day(value)
