"""The model tested as it would have been used: fitted at a past month's end, asked for the months after it.

At each test origin the model knows only rows whose outcome was over by then. Beside it stand, on the same rows, its own
logit, plain recency and plain frequency, and every rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Answer, Estimate, NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.signals import metrics
from liuke.signals.churn import early
from liuke.signals.churn.history import PERIOD, UNLEARNT
from liuke.signals.churn.model import ChurnModel, fit
from liuke.signals.churn.rows import COLUMNS, FIBONACCI, MOST_ROWS, ModelRows, sampled, thinned
from liuke.signals.churn.tenths import Tenths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float, Int32
    from liuke.signals.churn.early import EarlyModel
    from liuke.signals.churn.question import Asked

TESTS = 4  # origins tested
SPACING = 3  # periods between them, where history allows
SHOWN = 0.05  # of the rows: the head of the list
MOST_TESTED = 20_000  # rows intervals are computed on
TENTHS, LEAST_EXPECTED = 10, 5.0  # groups of like risk an origin; leavers and stayers expected in one that counts
PRIOR_ORIGINS, PRIOR_SPREAD = 2, 0.3  # log-odds: what the level of 22 simulated firms moved between two looks
RULE = "rule:"
IN_RHYTHM = "in_rhythm"  # the scope of early warning
RANGED = ("auc", "calibration_error", "captured_money")  # figures with a range for rules and segments too
SCALE = 100.0  # cents a unit of money
NO_EARLY = NotEstimable.because(N_("early warning was not asked for"))
MUCH_MOVED = 0.25  # PSI: much, by custom
_TOO_FEW = N_("no {period} end lies far enough back to fit a model before it and know what followed")


@dataclass(frozen=True)
class Fitted:
    """The models of one past end, fitted to what was known there."""

    origin: int  # position
    model: ChurnModel
    early: EarlyModel | NotEstimable  # early warning


@dataclass(frozen=True)
class BackTest:
    """What was predicted at the test origins, and what happened; all (rows,)."""

    index: npt.NDArray[np.intp]  # which of the sample's rows
    rows: ModelRows
    left: Bool
    buying: Bool  # still counted as buying at the row's end
    chances: Mapping[str, Float]  # by what gave them: `model`, `logit`
    low: Float  # of the model's interval
    high: Float
    origins: tuple[int, ...]
    models: tuple[Fitted, ...] = ()  # as they were fitted at each origin


@dataclass(frozen=True)
class TestFigure:
    """One figure of the test: a metric of one score over some rows."""

    scope: str  # `buying`, `all`, `in_rhythm`, or a column=value
    origin: int | None  # position; None for all together
    score: str
    metric: str
    answer: Answer
    rows: int
    left: int


def back_test(rows: ModelRows, asked: Asked, tests: int = TESTS, still: Bool | None = None) -> BackTest | NotEstimable:
    """Predictions at up to `tests` past origins, newest last; else what stood in the way at the newest.

    `still` says which rows were in rhythm: with it early warning is fitted at each origin too.
    """
    closed = asked.closed(rows)
    candidates = [int(p) for p in np.unique(rows.position[closed])][::-1]
    found: list[tuple[Fitted, npt.NDArray[np.intp]]] = []
    refused: list[NotEstimable] = []
    for origin in candidates:
        if len(found) == tests or (found and found[-1][0].origin - origin < SPACING):
            continue
        then, past = replace(asked, at=origin), rows.position <= origin
        model = fit(rows.pick(past), then)
        if isinstance(model, NotEstimable):
            refused.append(model)
            continue
        there = np.flatnonzero((rows.position == origin) & closed & asked.asked_of(rows))
        if len(there):
            drift = None if model.linear is None else model.linear.drift  # what was known then of how far it may be off
            warned = NO_EARLY if still is None else early.fit(rows.pick(past), still[past], then)
            found.append((Fitted(origin, replace(model, spread=drift), warned), there))
    if not found:
        too_few = NotEstimable.because(_TOO_FEW, period=Said(PERIOD[asked.year]))
        return next((why for why in refused if why.reason.message not in UNLEARNT), too_few)
    found = found[::-1]
    parts = [(each.model, rows.pick(there)) for each, there in found]
    chances = [model.chance(part) for model, part in parts]
    index = np.concatenate([there for _, there in found])
    everything = rows.pick(index)
    return BackTest(
        index,
        everything,
        asked.left(everything),
        asked.buying(everything),
        {
            "model": np.concatenate([chance.risk for chance in chances]),
            "logit": np.concatenate([_logit(model, part) for model, part in parts]),
        },
        np.concatenate([chance.low for chance in chances]),
        np.concatenate([chance.high for chance in chances]),
        tuple(each.origin for each, _ in found),
        tuple(each for each, _ in found),
    )


def early_test(rows: ModelRows, still: Bool, asked: Asked, fitted: Sequence[Fitted]) -> BackTest | NotEstimable:
    """How early warning did at the past ends it was fitted at, of rows in rhythm (`still`) whose outcome is known."""
    known = still & early.early_closed(rows, asked, asked.at)
    parts = [
        (each.origin, each.early, np.flatnonzero(known & (rows.position == each.origin)))
        for each in fitted
        if isinstance(each.early, early.EarlyModel)
    ]
    parts = [part for part in parts if len(part[2])]
    if not parts:
        why = next((each.early for each in reversed(fitted) if isinstance(each.early, NotEstimable)), None)
        return why or NotEstimable.because(_TOO_FEW, period=Said(PERIOD[asked.year]))
    chances = [model.chance(rows.pick(there)) for _, model, there in parts]
    index = np.concatenate([there for _, _, there in parts])
    everything = rows.pick(index)
    return BackTest(
        index,
        everything,
        early.lost_early(everything),
        np.ones(len(index), bool),
        {"early": np.concatenate([chance.risk for chance in chances])},
        np.concatenate([chance.low for chance in chances]),
        np.concatenate([chance.high for chance in chances]),
        tuple(origin for origin, _, _ in parts),
    )


def score_spread(tested: BackTest, score: str = "model") -> float | None:
    """How far log-odds of tenths of the tested customers lay from what came, beyond chance; None without a tenth.

    Standard deviation around 0 by moments over origins and tenths of those still buying, each weighed by how surely
    its share of leavers is known, and a prior worth two origins: a few quiet ones don't promise a quiet year. What a
    coming month will do to the level and the shape of the risk is in it.
    """
    total, weights = 0.0, 0.0
    for origin in tested.origins:
        rows = np.flatnonzero(tested.buying & (tested.rows.position == origin))
        order = rows[np.argsort(tested.chances[score][rows], kind="stable")]
        for part in np.array_split(order, TENTHS):
            expected = float(tested.chances[score][part].sum()) if len(part) else 0.0
            if not LEAST_EXPECTED <= expected <= len(part) - LEAST_EXPECTED:
                continue
            share, observed = expected / len(part), (tested.left[part].sum() + 0.5) / (len(part) + 1)
            chance = 1 / (len(part) * share * (1 - share))
            apart = np.log(observed / (1 - observed)) - np.log(share / (1 - share))
            total, weights = total + (apart**2 - chance) / chance, weights + 1 / chance
    if weights == 0:
        return None
    count = len(tested.origins)
    variance = (count * max(total / weights, 0.0) + PRIOR_ORIGINS * PRIOR_SPREAD**2) / (count + PRIOR_ORIGINS)
    return float(np.sqrt(variance))


def _logit(model: ChurnModel, rows: ModelRows) -> Float:
    from scipy.special import expit

    if model.linear is None:
        return model.chance(rows).risk
    return np.asarray(expit(model.linear.log_odds(rows.linear)))


def back_test_figures(
    tested: BackTest,
    flags: Mapping[str, Bool] | None = None,
    groups: Mapping[str, npt.NDArray[np.object_]] | None = None,
) -> list[TestFigure]:
    """Every figure of a test. `flags` are rules on its rows; `groups` columns to look at one value at a time."""
    scores = _scores(tested, flags or {})
    every = np.ones(len(tested.left), bool)
    found: list[TestFigure] = []
    for scope, inside in (("buying", tested.buying), ("all", every)):
        found += _figures(tested, scores, scope, None, inside, metrics.DRAWS, tuple(tested.chances))
        for origin in tested.origins:
            found += _figures(tested, scores, scope, origin, inside & (tested.rows.position == origin))
    for column, values in (groups or {}).items():
        for value in sorted({str(v) for v in values if v is not None}):
            inside = tested.buying & (values == value)
            found += _figures(tested, {"model": scores["model"]}, f"{column}={value}", None, inside, metrics.DRAWS)
    return found


def in_rhythm_figures(tested: BackTest) -> list[TestFigure]:
    """Every figure of early warning, of customers in rhythm: all together and by origin."""
    scores, every = _scores(tested, {}), np.ones(len(tested.left), bool)
    found = _figures(tested, scores, IN_RHYTHM, None, every, metrics.DRAWS, tuple(tested.chances))
    for origin in tested.origins:
        found += _figures(tested, scores, IN_RHYTHM, origin, tested.rows.position == origin)
    return found


def _scores(tested: BackTest, flags: Mapping[str, Bool]) -> dict[str, Float]:
    x = tested.rows.x
    return {
        **tested.chances,
        "recency": tested.rows.silent.astype(np.float64),
        "frequency": -x[:, COLUMNS.index("rate")].astype(np.float64),
        **{f"{RULE}{rule}": fired.astype(np.float64) for rule, fired in flags.items()},
    }


def _figures(
    tested: BackTest,
    scores: Mapping[str, Float],
    scope: str,
    origin: int | None,
    inside: Bool,
    draws: int = 0,
    in_full: Sequence[str] = (),
) -> list[TestFigure]:
    rows = np.flatnonzero(inside)
    customer, gone = tested.rows.customer[rows], int(tested.left[rows].sum())
    whole = _Redrawn.of(rows, customer, draws if len(rows) <= MOST_TESTED else 0)
    part = None
    if draws and len(rows) > MOST_TESTED:
        some = sampled(customer, MOST_TESTED / len(rows), FIBONACCI)
        part = _Redrawn.of(rows[some], customer[some], draws)
    return [
        TestFigure(scope, origin, score, name, answer, len(rows), gone)
        for score, values in scores.items()
        for name, answer in _measured(tested, score, values, whole, part, in_full=score in in_full).items()
    ]


@dataclass(frozen=True)
class _Redrawn:
    """Some rows and their customers drawn again, the same for every score."""

    rows: npt.NDArray[np.intp]
    redraws: metrics.Redraws
    once: metrics.Redraws  # not drawn again

    @classmethod
    def of(cls, rows: npt.NDArray[np.intp], customer: Int32, draws: int) -> _Redrawn:
        return cls(rows, metrics.Redraws.of(customer, draws), metrics.Redraws.of(customer, 0))


def _measured(
    tested: BackTest, score: str, values: Float, whole: _Redrawn, part: _Redrawn | None, in_full: bool
) -> dict[str, Answer]:
    """Every figure of a score; where many rows are redrawn, intervals are those of a part, a sample of customers."""
    found = _answers(tested, score, values, whole, in_full)
    if part is None:
        return found
    drawn = _answers(tested, score, values, part, in_full)
    narrow = float(np.sqrt(len(part.rows) / len(whole.rows)))  # less sure than the whole by the root of its share
    return {name: _narrowed(answer, drawn[name], narrow) if name in drawn else answer for name, answer in found.items()}


def _narrowed(whole: Answer, part: Answer, narrow: float) -> Answer:
    """The value of the whole with the interval of a part, narrowed."""
    if isinstance(whole, NotEstimable) or isinstance(part, NotEstimable):
        return whole
    low, high = part.ends
    below, above = part.value - low, high - part.value
    return Estimate(whole.value, whole.value - below * narrow, whole.value + above * narrow, part.method)


def _answers(tested: BackTest, score: str, values: Float, redrawn: _Redrawn, in_full: bool) -> dict[str, Answer]:
    """The metrics of a score on some rows, and what it is worth: AUC beyond the buying rate, money caught, profit.

    The policy treats whom a chance makes worth it, or whom a rule flags; mere orders, recency, say of nobody to do so.
    With `in_full` every figure has a range, else those of RANGED: redrawing profits costs more than all the rest.
    """
    rows, redraws, once = redrawn.rows, redrawn.redraws, redrawn.once
    names = tuple(metrics.CHANCE_METRICS) if score in tested.chances else metrics.SCORE_METRICS
    chosen, left = values[rows], tested.left[rows]
    ranged = names if in_full else tuple(name for name in names if name in RANGED)
    found = metrics.measured(chosen, left, redraws, ranged)
    found |= metrics.measured(chosen, left, once, tuple(name for name in names if name not in ranged))
    if any(isinstance(answer, NotEstimable) for answer in found.values()):
        return found
    money = np.maximum(tested.rows.money[rows], 0) / SCALE
    rate, order = tested.rows.x[rows, COLUMNS.index("rate")], np.argsort(chosen, kind="stable")
    outcome = left.astype(np.float64)
    worth: dict[str, Callable[[Float], Float]] = {
        "within_rate": partial(metrics.within_rate, chosen, outcome, rate),
        "captured_money": partial(captured, chosen * money, left, money),
        "empb": lambda weight: metrics.expected_profit_b2b(
            chosen[order], outcome[order], weight[..., order], money[order]
        ),
    }
    if score in tested.chances or score.startswith(RULE):
        treated = metrics.worth_treating(chosen, money) if score in tested.chances else chosen > 0
        worth["policy"] = partial(metrics.policy_value, treated, outcome, money)
    drawn = {name: redraws if in_full or name in RANGED else once for name in worth}
    told = {name: metrics.estimated(each, np.ones(len(rows)), drawn[name].weights) for name, each in worth.items()}
    return found | {name: answer for name, answer in told.items() if not np.isnan(answer.value)}


def captured(expected_loss: Float, left: Bool, money: Float, weight: Float, share: float = SHOWN) -> Float:
    """Share of the leavers' money that stands at the head of a list by expected loss; NaN without such money."""
    order, lost = np.argsort(-expected_loss, kind="stable"), money * left
    head = np.maximum(1, np.round(share * weight.sum(axis=-1, keepdims=True)))
    first = order[: int(2 * share * len(order)) + 1]
    if (weight[..., first].sum(axis=-1, keepdims=True) < head).any():
        first = order
    weights = weight[..., first]
    taken = np.clip(head - (np.cumsum(weights, axis=-1) - weights), 0, weights)
    total = np.asarray(weight @ lost)
    return np.asarray(np.divide(taken @ lost[first], total, out=np.full(total.shape, np.nan), where=total > 0))


def drift(rows: ModelRows, tested: BackTest, reference: Sequence[int]) -> list[dict[str, object]]:
    """One row a month of the sample: PSI of the columns against the months learnt from, and calibration in the large.

    position, column (of those that tell the one that moved most), psi, and, at tested origins, expected and observed
    shares of leavers.
    """
    learnt = thinned(rows.pick(np.isin(rows.position, reference)), MOST_ROWS)
    known = dict(zip(rows.linear_columns, learnt.linear.T.astype(np.float64), strict=True))
    then = {name: Tenths.of(values) for name, values in known.items() if not np.isnan(values).all()}
    by_month = {int(position): _moved(then, rows.pick(rows.position == position))
                for position in np.unique(rows.position)}  # fmt: skip
    tells = _telling(by_month, reference)
    found: list[dict[str, object]] = []
    for position, moved in by_month.items():
        column = max(tells, key=lambda name: moved[name])
        there = tested.rows.position == position
        found.append(
            {
                "position": int(position),
                "column": column,
                "psi": moved[column],
                "expected": float(tested.chances["model"][there].mean()) if there.any() else None,
                "observed": float(tested.left[there].mean()) if there.any() else None,
            }
        )
    return found


def _moved(then: Mapping[str, Tenths], month: ModelRows) -> dict[str, float]:
    """PSI of every column of the logit that was known of in the months learnt from."""
    now = dict(zip(month.linear_columns, month.linear.T.astype(np.float64), strict=True))
    return {name: tenths.shift(now[name]) for name, tenths in then.items()}


def _telling(by_month: Mapping[int, Mapping[str, float]], reference: Sequence[int]) -> list[str]:
    """Columns that say something by moving: not those much unlike themselves from month to month learnt from.

    What befalls everybody on a day (terms, prices) is so; where all are, all are looked at.
    """
    months = [by_month[position] for position in reference if position in by_month]
    every = list(next(iter(by_month.values()), {}))
    return [name for name in every if np.median([moved[name] for moved in months] or [0.0]) <= MUCH_MOVED] or every
