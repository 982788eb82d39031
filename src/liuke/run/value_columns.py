"""The value of each customer of a chunk: the columns of `customer_value` that need nobody else's figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.money import decimals
from liuke.panel.states import LEAVING, is_one_of
from liuke.run.value_fit import DOCUMENTS, ValueModels, an_occasion, valued_money
from liuke.value import grades, loyalty, next_year
from liuke.value import spread as spreads
from liuke.value import wallet as wallets
from liuke.value.cost_to_serve import Served, cost_to_serve
from liuke.value.lifetime import DAYS_A_YEAR, lifetime_by_models, repeats, still_alive

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from liuke.panel.panel import Float, Int, Int32, Panel
    from liuke.panel.states import States

    Float32 = npt.NDArray[np.float32]

MONEY = pl.Decimal(18, 2)


@dataclass(frozen=True)
class Kept:
    """What grading needs of every customer at once; (customers,) each, float32 cents."""

    means: list[Float32]  # expected at each quarter end, oldest first; of the last year where nothing is expected
    errors: list[Float32]
    gap: Float32  # unwon wallet in the money of the basis, NaN unknown
    stage: npt.NDArray[np.int8]
    once: npt.NDArray[np.bool_]  # bought on one day only

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """By name, as the pass over the chunks carries them."""
        ends = range(len(self.means))
        means = {f"mean_{end}": self.means[end] for end in ends}
        errors = {f"error_{end}": self.errors[end] for end in ends}
        return {**means, **errors, "gap": self.gap, "stage": self.stage, "once": self.once}

    @classmethod
    def of(cls, columns: Mapping[str, npt.NDArray[Any]]) -> Kept:
        """From the columns by name."""
        ends = range(sum(name.startswith("mean_") for name in columns))
        means, errors = ([columns[f"{name}_{end}"] for end in ends] for name in ("mean", "error"))
        return cls(means, errors, columns["gap"], columns["stage"], columns["once"])


def customer_columns(
    panel: Panel, state: States, fit: ValueModels, rows: slice, risk: Float, horizon: int
) -> tuple[pl.DataFrame, Kept]:
    """The chunk's columns and what is kept of it; `state` is that of the last period, the panel one row a customer.

    `risk` is that of no purchase within the horizon, NaN where there is none; (customers,).
    """
    year = panel.periods.per_year
    values, bought = valued_money(panel), panel.occasions > 0
    expected = [next_year.predict(model, values, bought, end) for end, model in fit.ahead]
    now = values[:, -year:].sum(axis=1)
    spend = panel.amount[:, -year:].sum(axis=1)
    before = panel.amount[:, -2 * year : -year].sum(axis=1)
    here = ~is_one_of(state, ("never_bought", "lost"))  # what a lost one could bring is for winning back
    wallet = wallets.wallets(
        [kind[rows] for kind in fit.kinds],
        wallets.best_year(panel.amount[:, -2 * year :], year),
        fit.told.wallet[rows],
        fit.told.wallet_by_customer[rows],
        fit.wallets,
        like_told=here & (panel.alive_from <= panel.shape[1] - year),
    )
    stage = grades.stages(state, spend, before)
    frame = pl.DataFrame(
        {
            "customer_code": pl.Series(panel.customer),
            **_next_year(expected, len(now)),
            **_lifetime(panel, fit, risk, horizon),
            **_wallet(wallet, spend),
            **_spread(panel, year),
            **_loyalty(panel, state, wallet, spend, fit, rows),
            **_served(panel, now, fit, rows, year),
            "stage": coded_text(grades.STAGES, stage),
            "slowing": _slowing(panel, fit),
        }
    )
    means = [each.mean for each in expected] or [np.maximum(now, 0).astype(np.float32)]
    errors = [each.error for each in expected] or [np.zeros(len(now), np.float32)]
    gap = np.where(here, (wallet.value - np.maximum(spend, 0)) * fit.rate, np.nan).astype(np.float32)
    return frame, Kept(means, errors, gap, stage, panel.occasions.sum(axis=1) == 1)


def as_money(cents: Float | Int | Float32) -> pl.Series:
    """Cents as decimal(18,2), NaN as null."""
    known = ~np.isnan(cents.astype(np.float64))
    whole = decimals(np.rint(np.where(known, cents, 0)).astype(np.int64))
    return pl.select(pl.when(pl.lit(pl.Series(known))).then(pl.lit(whole))).to_series()


def coded_text(words: tuple[str, ...], codes: npt.NDArray[Any]) -> pl.Series:
    """Codes as their words, null below 0."""
    return pl.Series(np.array([*words, None], dtype=object)[codes].tolist(), dtype=pl.String)


def number(values: Float | Float32) -> pl.Series:
    """A float column, NaN as null."""
    return pl.Series(values.astype(np.float64)).fill_nan(None)


def _next_year(expected: list[next_year.Expected], count: int) -> dict[str, pl.Series]:
    if not expected:
        return {name: pl.Series([None] * count, dtype=MONEY) for name in ("next_year", "low", "high")}
    last = expected[-1]
    return {"next_year": as_money(last.mean), "low": as_money(last.low), "high": as_money(last.high)}


def _lifetime(panel: Panel, fit: ValueModels, risk: Float, horizon: int) -> dict[str, pl.Series]:
    """Money still to come, purchases of the coming year, and the chance of ever buying again, if the models hold."""
    names, counts = ("clv", "clv_low", "clv_high"), ("purchases_year", "p_alive")
    if isinstance(fit.models, NotEstimable):
        none = [None] * panel.shape[0]
        return {name: pl.Series(none, dtype=MONEY) for name in names} | {
            name: pl.Series(none, dtype=pl.Float64) for name in counts
        }
    history = repeats(panel, fit.clock)
    mean = an_occasion(panel, history)
    still = still_alive(fit.models.buying, history, risk, horizon)
    found = lifetime_by_models(fit.models.buying, fit.models.spending, history, mean, fit.terms, still)
    year = still.keep * fit.models.buying.conditional_purchases(DAYS_A_YEAR, history.x, still.t_x, history.T)
    buying = (year, still.chance)
    money_ = (as_money(part * 100) for part in (found.mean, found.low, found.high))
    bought = (number(np.where(history.bought, part, np.nan)) for part in buying)
    return dict(zip(names, money_, strict=True)) | dict(zip(counts, bought, strict=True))


def _slowing(panel: Panel, fit: ValueModels) -> pl.Series:
    """The chance that the coming quarter brings under half of the usual."""
    if isinstance(fit.slowing, NotEstimable):
        return pl.Series([None] * panel.shape[0], dtype=pl.Float64)
    return number(fit.slowing.chance(panel))


def _wallet(wallet: wallets.Wallet, spend: Int) -> dict[str, pl.Series]:
    return {
        "wallet": as_money(wallet.value),
        "wallet_low": as_money(wallet.low),
        "wallet_high": as_money(wallet.high),
        "wallet_source": coded_text(wallets.SOURCES, wallet.source),
        "share_of_wallet": number(wallet.share(spend)),
    }


def _spread(panel: Panel, year: int) -> dict[str, pl.Series]:
    split = panel.by_family
    pairs = None if split is None else (split.panel.amount[:, -year:].sum(axis=1), split.owner)
    found = spreads.spread(panel.amount[:, -year:], pairs)
    return {
        "spread": coded_text(spreads.SPREADS, found.kind),
        "largest_period": number(found.largest_period),
        "largest_family": number(found.largest_family),
        "effective_families": number(found.effective_families),
    }


def _loyalty(
    panel: Panel, state: States, wallet: wallets.Wallet, spend: Int, fit: ValueModels, rows: slice
) -> dict[str, pl.Series]:
    """The likeliest cell or "not_measured", the probability of each, the index and how much of it was measured."""
    said = fit.told
    dependable = loyalty.regularity(panel.gaps[:, -1], panel.own_gap_days[:, -1], panel.silent_days[:, -1])
    ends = (_ratio(spend, wallet.high), np.minimum(_ratio(spend, wallet.low), 1.0))
    buys = ~is_one_of(state, ("never_bought", "lost"))
    behaves = loyalty.behaviour(wallet.share(spend), *ends, dependable, buys)
    answers = loyalty.attitude_from_answers(said.ours[rows], said.rivals[rows], said.answers[rows])
    proxies = loyalty.attitude_from_proxies({"referrals": np.where(said.referrer[rows], 1.0, np.nan)})
    found = loyalty.matrix(behaves, loyalty.best_of(answers, proxies))
    steady = buys & ~is_one_of(state, LEAVING)
    parts = {"repeat": np.where(panel.has_bought[:, -1], dependable * steady, np.nan)}
    index = loyalty.index(parts | {name: values[rows] for name, values in said.parts.items()})
    return {
        "loyalty": coded_text(
            (*loyalty.CELLS, "not_measured"), np.where(found.cell < 0, len(loyalty.CELLS), found.cell)
        ),
        **{f"p_{cell}": number(found.probability[:, at]) for at, cell in enumerate(loyalty.CELLS)},
        "p_behaviour": number(found.behaviour),
        "loyalty_index": number(index.value),
        "loyalty_coverage": number(index.coverage),
    }


def _ratio(spend: Int, whole: Float) -> Float:
    part: Float = np.divide(np.maximum(spend, 0), whole, out=np.full(len(spend), np.nan), where=whole > 0)
    return part


def _served(panel: Panel, now: Int, fit: ValueModels, rows: slice, year: int) -> dict[str, pl.Series]:
    """What serving cost in the last year and what is left of the margin after it; null without stated costs."""
    served = cost_to_serve({act: _times(act, panel, fit, rows, year) for act in fit.acts}, fit.standard.costs)
    none = pl.Series([None] * len(now), dtype=MONEY)
    if not isinstance(served, Served):
        return {"service_cost": none, "margin_after_service": none}
    left = as_money(now - served.total) if fit.basis == "margin" else none
    return {"service_cost": as_money(served.total), "margin_after_service": left}


def _times(act: str, panel: Panel, fit: ValueModels, rows: slice, year: int) -> Int:
    """How often an act of service was done in the last year; (customers,)."""
    kind = DOCUMENTS.get(act)
    if kind is None:
        contacts: Int32 = fit.told.contacts_year if act == "contacts" else fit.told.visits_year
        return contacts[rows].astype(np.int64)
    if kind not in panel.kinds:  # none in this chunk
        return np.zeros(panel.shape[0], np.int64)
    done: Int = panel.kinds[kind].documents[:, -year:].sum(axis=1, dtype=np.int64)
    return done
