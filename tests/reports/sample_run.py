"""A made-up firm, for tests only: 120 invented customers over 36 months, the tables a run would hold.

Nothing here is real: names, amounts and scores come from a seeded generator. `sample_run()` has a long history in yuan,
`young_run()` half a year in pounds, where most things can't be said yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from small_panels import CODES, panel_of

from liuke.kernel.amounts import Money
from liuke.kernel.period import day_number, day_of, period_end
from liuke.kernel.said import Said
from liuke.ledger import indicators, waterfall

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.panel.panel import Panel

PLACES = (
    "常熟",
    "无锡",
    "张家港",
    "昆山",
    "嘉兴",
    "湖州",
    "长兴",
    "德清",
    "太仓",
    "苏州",
    "江阴",
    "吴江",
    "宜兴",
    "海宁",
    "桐乡",
)
STEMS = (
    "金顺",
    "博远",
    "永泰",
    "立德",
    "禾欣",
    "通达",
    "天力",
    "甬兴",
    "恒润",
    "瑞谷",
    "华澄",
    "新塍",
    "同盛",
    "云帆",
    "宏发",
    "锦程",
)
TRADES = ("纺织", "精铸", "化纤", "电子", "玻璃", "船配", "蓄电池", "注塑", "食品", "包装", "钢构", "线缆")
ENGLISH = ("Harbour", "Linden", "Northgate", "Oakwell", "Primrose", "Quayside", "Rowan", "Selby", "Thornbury", "Upton")
SHOPS = ("Gifts", "Trading", "Home", "Stores", "Cards", "Interiors")
SELLERS = ("周敏", "吴昊", "孙佳怡", "陈立群")
LEFT_DAYS = 120
LATE = 1_840_050  # cents of documents that came after as_of
MONEY = pl.Decimal(18, 2)


@dataclass(frozen=True)
class SampleRun:
    """A run held in memory."""

    info: dict[str, Any]
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        return self.tables[name]


def _amounts(rng: np.random.Generator, customers: int, months: int) -> npt.NDArray[np.int64]:
    """Lumpy monthly cents: steady buyers, quarterly ones, newcomers, and several ways of leaving."""
    usual = rng.lognormal(9.6, 1.1, customers)
    noise = np.clip(rng.normal(1, 0.3, (customers, months)), 0.2, None)
    level = np.ones((customers, months))
    at = np.arange(months)
    kind = rng.choice(9, customers, p=[0.37, 0.1, 0.14, 0.1, 0.06, 0.06, 0.07, 0.06, 0.04])
    turn = rng.integers(max(months - 14, 1), months - 1, customers)
    for i in range(customers):
        if kind[i] == 1:  # every third month
            level[i] = np.where(at % 3 == i % 3, 3.0, 0.0)
        elif kind[i] == 2:  # came late
            level[i] = np.where(at >= rng.integers(3, months - 1), 1.0, 0.0)
        elif kind[i] == 3:  # falls
            level[i] = np.where(at >= turn[i] - 2, 0.75 ** (at - turn[i] + 3.0), 1.0)
        elif kind[i] == 4:  # token orders
            level[i] = np.where(at >= turn[i], 0.03, 1.0)
        elif kind[i] == 5:  # went silent lately
            level[i] = np.where(at >= max(turn[i], months - 3), 0.0, 1.0)
        elif kind[i] == 6:  # lost long ago
            level[i] = np.where(at >= rng.integers(8, max(months - 8, 9)), 0.0, 1.0)
        elif kind[i] == 7:  # lost, then back
            gone = int(rng.integers(max(months - 14, 2), max(months - 7, 3)))
            level[i] = np.where((at >= gone) & (at < min(gone + 6, months - 1)), 0.0, 1.0)
        elif kind[i] == 8:  # bought once
            level[i] = (at == rng.integers(0, months - 1)).astype(float)
    return (np.round(usual[:, None] * noise * level, 2) * 100).astype(np.int64)


def _states(cents: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    """Rough states for invented data; the real definitions are the panel's."""
    states = np.zeros(cents.shape, np.int8)
    for i, row in enumerate(cents):
        bought = np.flatnonzero(row > 0)
        was_lost, back = False, -99
        for at in range(cents.shape[1]):
            seen = bought[bought <= at]
            if not len(seen):
                continue
            silent = at - seen[-1]
            gap = (seen[-1] - seen[0]) / max(len(seen) - 1, 1)
            recent, usual = row[max(at - 2, 0) : at + 1].mean(), row[max(at - 14, 0) : max(at - 2, 1)].mean()
            if silent >= 4:
                state, was_lost = "lost", True
            elif was_lost and row[at] > 0:
                state, was_lost, back = "won_back", False, at
            elif at - back <= 2:
                state = "won_back"
            elif silent >= 2 and silent > 1.5 * gap:
                state = "dormant"
            elif len(seen) > 3 and 0 < recent <= 0.12 * usual:
                state = "token"
            elif len(seen) > 5 and recent < 0.62 * usual:
                state = "falling"
            elif at - seen[0] <= 2:
                state = "new"
            else:
                state = "active"
            states[i, at] = CODES[state]
    return states


def _name(i: int, english: bool) -> str:
    if english:
        return f"{ENGLISH[i % len(ENGLISH)]} {SHOPS[i * 7 % len(SHOPS)]} {i}"
    return f"{PLACES[i % len(PLACES)]}{STEMS[i * 5 % len(STEMS)]}{TRADES[i * 7 % len(TRADES)]}"


def sample_run(customers: int = 120, months: int = 36, *, currency: str = "CNY", seed: int = 7) -> SampleRun:
    """The made-up firm as a finished run at 2026-10-31."""
    rng = np.random.default_rng(seed)
    cents = _amounts(rng, customers, months)
    states = _states(cents)
    english = currency != "CNY"
    grades = [str(g) for g in rng.choice(["A", "B", "C"], customers)]
    regions = [("苏南", "浙北", "苏北")[i % 3] for i in range(customers)]
    panel = panel_of(
        cents,
        first=2026 * 12 + 10 - months,
        attributes={"grade": [None if g == "C" else g for g in grades], "region": regions},
        export_start=day_number(date(2015, 1, 1)),
    )
    names = list(states_names())
    now = _customer_now(panel, states, rng, english=english, grades=grades, regions=regions, scored=months >= 24)
    listed = now.filter("listed").sort("rank")
    total = Decimal(int(cents.sum())).scaleb(-2)
    ends = [period_end(n, "month") for n in panel.periods.numbers]
    documents = _documents(listed, rng)
    by_month = cents.sum(axis=0)
    by_month[-1] += LATE
    tables = {
        "customer_now": now,
        "reason": _reasons(listed),
        "rule_score": _rule_scores(months >= 24),
        "state_count": pl.DataFrame(
            [(ends[at], names[code], int((states[:, at] == code).sum())) for at in range(months) for code in range(8)],
            schema={"period": pl.Date, "state": pl.String, "customers": pl.Int64},
            orient="row",
        ),
        "indicator": indicators.table(
            indicators.tally(panel, states, np.full(months, LEFT_DAYS, np.int32), by=("grade", "region")),
            {"absolute_churn": 0.08, "net_retention": 0.95},
        ),
        "waterfall": waterfall.table(waterfall.tally(panel, states), waterfall.Late({"invoice": LATE})),
        "flag_document": documents,
        "model_score": pl.DataFrame(
            schema=dict.fromkeys(("scope", "score", "metric"), pl.String) | {"origin": pl.Date}  # type: ignore[operator]
        ),
        "family_now": pl.DataFrame(schema={"customer_id": pl.String}),
        "model_curve": pl.DataFrame(schema={"tenth": pl.Int32}),
        "model_drift": pl.DataFrame(schema={"period": pl.Date}),
        "money_month": pl.DataFrame(
            {
                "period": ends,
                "kind": ["invoice"] * months,
                "amount": [Decimal(int(n)).scaleb(-2) for n in by_month],
                "documents": (cents > 0).sum(axis=0),
            },
            schema={"period": pl.Date, "kind": pl.String, "amount": MONEY, "documents": pl.Int64},
        ),
    }  # fmt: skip
    return SampleRun(_info(months, currency, customers, cents, total), tables)


def young_run() -> SampleRun:
    """Forty invented customers with six months of invoices in pounds."""
    return sample_run(40, 6, currency="GBP", seed=3)


def states_names() -> tuple[str, ...]:
    return tuple(CODES)


def _info(months: int, currency: str, customers: int, cents: npt.NDArray[np.int64], total: Decimal) -> dict[str, Any]:
    lines = int((cents > 0).sum()) * 3
    return {
        "run_id": "20261119T021400",
        "as_of": "2026-10-31",
        "known_by": "2026-11-19",
        "unit": "month",
        "basis": "invoice",
        "measured_at": "2026-11-19T02:14:00",
        "firm": "示例公司（虚构数据）" if currency == "CNY" else "A made-up shop",
        "currency": currency,
        "customers": customers,
        "documents": int((cents > 0).sum()),
        "amount_total": str(total),
        "left_days": LEFT_DAYS,
        "model": {
            "horizon_days": LEFT_DAYS,
            "fall": None,
            "least_for_logit": 50,
            "least_for_boosting": 200,
            "rung": None,
            "reason": UNTESTED.plain(),
        },
        "untested": UNTESTED.plain(),
        "first_document_on": period_end(2026 * 12 + 10 - months, "month").replace(day=1).isoformat(),
        "last_document_on": "2026-11-18",
        "partial_period": "2026-11",
        "seconds": 3.2,
        "sources": [
            {
                "source": "erp",
                "file": "开票明细_2026.xlsx",
                "read": lines + 23,
                "loaded": lines,
                "quarantined": 23,
                "amount_read": str(total + Decimal("14020.55") + Decimal("0.02")),
                "amount_loaded": str(total),
                "amount_quarantined": "14020.55",
                "rounding": "0.02",
            }
        ],
        "versions": {"liuke": "0.1.0", "python": "3.11"},
        "attribution": "" if currency == "CNY" else "UCI Online Retail, D. Chen (2015), CC BY 4.0",
    }


SENTENCES: dict[str, tuple[str, dict[str, object]]] = {
    "two_own_gaps": (
        "No purchase for {silent_days} days; the usual gap is {own_gap_days}.",
        {"silent_days": 97, "own_gap_days": 41.0},
    ),
    "falling_three": (
        "Sales fell {periods} times in a row: {before} in {from_period}, {now} in {to_period}.",
        {
            "periods": 3,
            "before": Money(Decimal("68210.50")),
            "now": Money(Decimal("21400.00")),
            "from_period": "2026-07",
            "to_period": "2026-10",
        },
    ),
    "token_orders": (
        "Sales stayed at or below {amount} from {from_period} to {to_period}: {total} in all.",
        {
            "amount": Money(Decimal("500.00")),
            "total": Money(Decimal("1212.40")),
            "from_period": "2026-08",
            "to_period": "2026-10",
        },
    ),
    "half_of_own_mean": (
        "Sales from {from_period} to {to_period} are {percent}% of the usual: {now} a period instead of {usual}.",
        {
            "from_period": "2026-08",
            "to_period": "2026-10",
            "percent": 38,
            "now": Money(Decimal("26110.20")),
            "usual": Money(Decimal("68710.33")),
        },
    ),
}
RULE_OF = {
    "falling": "falling_three", "token": "token_orders", "dormant": "two_own_gaps", "won_back": "two_own_gaps",
    "new": "half_of_own_mean", "active": "half_of_own_mean",
}  # fmt: skip


def _customer_now(
    panel: Panel,
    states: npt.NDArray[np.int8],
    rng: np.random.Generator,
    *,
    english: bool,
    grades: list[str],
    regions: list[str],
    scored: bool,
) -> pl.DataFrame:
    cents, (rows, periods) = panel.amount, panel.shape
    as_of = date(2026, 10, 31)
    names = states_names()
    order = np.argsort(-cents[:, -12:].sum(axis=1))
    core = np.isin(np.arange(rows), order[: max(rows // 5, 1)])
    records = []
    for i in range(rows):
        state = names[states[i, -1]]
        bought = np.flatnonzero(cents[i] > 0)
        recent = cents[i, max(periods - 24, 0) :]
        since = periods - 1
        while since and states[i, since - 1] == states[i, -1]:
            since -= 1
        last = day_of(int(panel.last_on[i, -1])) if len(bought) else None
        usual = Decimal(int(cents[i, max(bought[-1] - 11, 0) : bought[-1] + 1].sum() if len(bought) else 0)).scaleb(-2)
        listed = state in {"falling", "token", "dormant"} or (state in {"won_back", "new"} and i % 5 == 0)
        risk = float(np.clip(rng.normal(0.55, 0.18), 0.08, 0.94)) if listed and scored and state != "new" else None
        rare = len(bought) and (bought[-1] - bought[0]) / max(len(bought) - 1, 1) > 2.4
        flag = next((at for at in range(periods - 1, 0, -1) if states[i, at] != states[i, -1]), None)
        flag_at = None if not listed or flag is None else min(max(flag + 1 - (periods - min(periods, 24)), 0), 23)
        records.append(
            {
                "customer_code": i,
                "customer_id": f"C-{20000 + i}",
                "name": None if i % 37 == 5 else _name(i, english),
                "grade": grades[i], "region": regions[i], "salesperson": SELLERS[i % 4],
                "state": state,
                "state_since": period_end(panel.periods.first + since, "month").replace(day=1),
                "truncated": bool(len(bought) and bought[0] == 0),
                "first_on": day_of(int(panel.first_on[i, -1])) if len(bought) else None,
                "last_on": last,
                "silent_days": (as_of - last).days if last else None,
                "own_gap_days": float(panel.own_gap_days[i, -1]),
                "occasions": len(bought),
                "documents": len(bought),
                **_money(cents[i], usual),
                "core": bool(core[i]),
                "core_probability": 0.93 if core[i] else 0.04,
                "raw_core": bool(core[i]),
                **_signals(i, state, listed, risk, usual),
                "trend": [int(v) for v in cents[i, -24:]],
                "flag_at": flag_at,
                "level": None if rare or not recent.any() else int(recent[recent > 0].mean()),
                "listed": listed,
            }
        )  # fmt: skip
    frame = pl.DataFrame(records, schema=_SCHEMA)
    rank = frame.filter("listed").sort(
        pl.coalesce("at_stake", pl.col("usual_year") * Decimal("0.1")), descending=True
    )["customer_code"]  # fmt: skip
    ranks = pl.DataFrame({"customer_code": rank, "rank": pl.Series(range(1, len(rank) + 1), dtype=pl.Int32)})
    return frame.join(ranks, on="customer_code", how="left")


def _money(row: npt.NDArray[np.int64], usual: Decimal) -> dict[str, object]:
    year, before = (Decimal(int(part.sum())).scaleb(-2) for part in (row[-12:], row[-24:-12]))
    return {"amount_12": year, "amount_before_12": before, "usual_year": usual, "margin_12": None}


def _signals(i: int, state: str, listed: bool, risk: float | None, usual: Decimal) -> dict[str, object]:
    """Rules that fired and the risk that rests on them."""
    fired = list(dict.fromkeys([RULE_OF[state], *["half_of_own_mean"] * (i % 3 == 0)])) if listed else []
    none = {"risk": None, "risk_low": None, "risk_high": None, "risk_basis": "none", "at_stake": None}
    lead = {"rules": fired, "lead_rule": fired[0] if fired else None}
    if risk is None:
        return lead | none
    stake = (usual * Decimal(str(round(risk, 6)))).quantize(Decimal("0.01"))
    span = {"risk": risk, "risk_low": max(risk - 0.11, 0.0), "risk_high": min(risk + 0.09, 1.0)}
    return lead | span | {"risk_basis": f"rule:{RULE_OF[state]}", "at_stake": stake}


_SCHEMA: dict[str, Any] = {
    "customer_code": pl.Int32, "customer_id": pl.String, "name": pl.String, "grade": pl.String, "industry": pl.String,
    "region": pl.String, "channel": pl.String, "tier": pl.String, "salesperson": pl.String, "state": pl.String,
    "state_since": pl.Date, "truncated": pl.Boolean, "first_on": pl.Date, "last_on": pl.Date, "silent_days": pl.Int32,
    "own_gap_days": pl.Float64, "occasions": pl.Int32, "documents": pl.Int32, "amount_12": MONEY,
    "amount_before_12": MONEY, "usual_year": MONEY, "margin_12": MONEY, "core": pl.Boolean,
    "core_probability": pl.Float64, "raw_core": pl.Boolean, "rules": pl.List(pl.String), "lead_rule": pl.String,
    "risk": pl.Float64, "risk_low": pl.Float64, "risk_high": pl.Float64, "risk_basis": pl.String, "at_stake": MONEY,
    "trend": pl.List(pl.Int64), "flag_at": pl.Int32, "level": pl.Int64, "listed": pl.Boolean,
}  # fmt: skip


def _reasons(listed: pl.DataFrame) -> pl.DataFrame:
    rows = [
        (row["customer_code"], rule, Said(*SENTENCES[rule]).pack())
        for row in listed.iter_rows(named=True)
        for rule in row["rules"]
    ]
    schema = {"customer_code": pl.Int32, "rule": pl.String, "said": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _documents(listed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    rows = []
    for row in listed.iter_rows(named=True):
        for k in range(int(rng.integers(3, 20))):
            on = row["last_on"] - timedelta(days=int(k * 23))
            amount = Decimal(int(rng.integers(20_000, 3_000_000))).scaleb(-2)
            rows.append(
                (
                    row["customer_code"],
                    on,
                    "return" if k == 4 else "invoice",
                    f"FP{on:%y%m%d}-{row['customer_code']:03d}",
                    -amount if k == 4 else amount,
                )
            )
    schema = {"customer_code": pl.Int32, "date": pl.Date, "kind": pl.String, "document_id": pl.String, "amount": MONEY}
    return pl.DataFrame(rows, schema=schema, orient="row")  # fmt: skip


def _rule_scores(scored: bool) -> pl.DataFrame:
    rows = []
    for at, rule in enumerate(SENTENCES):
        if scored and at < 3:
            share = 0.59 - 0.12 * at
            row = {
                "flags": 420 - 60 * at, "hits": int((420 - 60 * at) * share), "precision": share,
                "precision_low": share - 0.09, "precision_high": share + 0.08, "recall": 0.6 - 0.05 * at,
                "warning_months": 4.0 - at * 0.5, "money_caught": Decimal(1834000 - 230000 * at),
                "false_alarms": 2.1 + at * 0.4, "by_value": 0.21, "at_random": 0.09, "reason": None,
            }  # fmt: skip
        else:
            row = {"flags": 6, "hits": 2, "money_caught": Decimal(0), "reason": FEW_FLAGS.pack()}
        rows.append({"rule": rule, **row})
    numbers = (
        "precision",
        "precision_low",
        "precision_high",
        "recall",
        "warning_months",
        "false_alarms",
        "by_value",
        "at_random",
    )
    schema = {"rule": pl.String, "flags": pl.Int64, "hits": pl.Int64, **dict.fromkeys(numbers, pl.Float64)}
    return pl.DataFrame(rows, schema=schema | {"money_caught": MONEY, "reason": pl.String})


FEW_FLAGS = Said("needs {need} different customers flagged; there were {have}", {"need": 10, "have": 4})
UNTESTED = Said("no month of history is yet followed by a whole horizon of {days} days", {"days": LEFT_DAYS})
