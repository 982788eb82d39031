"""No customers, one month, one customer; blocks of family rows; parameters."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from liuke.kernel.amounts import Money
from liuke.kernel.estimate import NotEstimable
from liuke.panel import labels
from liuke.panel.panel import Panel
from liuke.signals import backtest, combine, windows
from liuke.signals.condition import conditions
from liuke.signals.measures import measure_shown, measure_whole
from liuke.signals.parameters import MEASURE, Parameter, share_of
from liuke.signals.rules.evaluate import evaluable, evaluate, learn, warm_up
from liuke.signals.rules.rules import shipped
from panels import panel, random_panel


def nobody(months: int) -> Panel:
    """A panel of so many months without a customer."""
    full = random_panel(1, 2, months, late=False)
    return full.until(months - 1).__class__(**{**vars_of(full), **empty_of(full)})


def vars_of(seen: Panel) -> dict[str, object]:
    """A panel's fields."""
    return {name: getattr(seen, name) for name in seen.__dataclass_fields__}


def empty_of(seen: Panel) -> dict[str, object]:
    """The same fields without rows."""
    rows = np.zeros(0, np.int32)
    kinds = {
        name: type(kind)(**{key: None if a is None else a[rows] for key, a in vars(kind).items()})
        for name, kind in seen.kinds.items()
    }
    assert seen.by_family is not None
    assert seen.products is not None
    return {
        "customer": rows,
        "kinds": kinds,
        "products": seen.products[rows],
        "attributes": {name: a[rows] for name, a in seen.attributes.items()},
        "by_family": seen.by_family.of_rows(rows, seen.shape[1] - 1),
    }


@pytest.mark.parametrize("name", sorted(conditions()))
def test_a_panel_without_customers_gives_an_empty_answer(name: str) -> None:
    assert conditions()[name].find(nobody(20)).shape == (0, 20)


@pytest.mark.parametrize("name", sorted(conditions()))
@pytest.mark.parametrize("months", [1, 2, 3])
def test_a_panel_of_a_few_months_gives_an_answer(name: str, months: int) -> None:
    seen = random_panel(4, 5, months, late=False)
    kinds = [need[5:] for need in conditions()[name].needs(**conditions()[name].defaults) if need.startswith("kind:")]
    if seen.by_family is not None and all(kind in seen.kinds for kind in kinds):
        assert conditions()[name].find(seen).shape == seen.shape


@pytest.mark.parametrize("seen", [nobody(30), panel("c1 2025-01 10"), random_panel(8, 1, 30)], ids=["0", "1", "all"])
def test_the_whole_way_works_for_nobody_and_for_one(seen: Panel) -> None:
    horizon = np.full(seen.shape[1], 60, np.int32)
    rules = [rule for rule in shipped() if evaluable(rule, seen) is None]
    learnt = learn(rules, seen)
    fired = {rule.id: evaluate(rule, seen, horizon, learnt) for rule in rules}
    left, known = labels.left(seen.latest(), horizon)
    counted = backtest.tally(seen, fired, left, known, horizon, {rule.id: warm_up(rule, 12) for rule in rules})
    base = backtest.base_rate(counted)
    assert isinstance(base, NotEstimable)
    assert all(isinstance(score.precision, NotEstimable) for score in backtest.scores(counted))
    now = np.array([seen.stitch(flags)[:, -1] for flags in fired.values()]).reshape(len(fired), len(seen.customers))
    assert combine.risk(now, seen.has_bought[:, -1], backtest.scores(counted), base) is base


@pytest.mark.parametrize("name", ["family_stopped", "due_not_come"])
@pytest.mark.parametrize("block", [1, 2, 5])
def test_blocks_of_family_rows_give_what_the_whole_gives(
    name: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = random_panel(5, 12, 36)
    find = conditions()[name].find
    whole_found = find(seen)
    assert whole_found.any()
    monkeypatch.setattr(windows, "BLOCK", block)
    np.testing.assert_array_equal(find(seen), whole_found)


def test_thresholds_and_amounts_are_exact() -> None:
    assert measure_whole(0.07, "amount") == 7
    assert measure_whole(Decimal("1.2345"), "quantity") == 12_345
    assert measure_shown(12_345, "amount") == Money(Decimal("123.45"))
    assert [str(measure_shown(value, "quantity")) for value in (1_000_000, 12_345, -5_000)] == ["100", "1.2345", "-0.5"]
    assert measure_shown(7, "documents") == 7


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (Parameter("whole", "", low=1, high=3), [1, 3], [0, 4, 1.0, True, "1", None]),
        (share_of(""), [0, 0.5, 0.1234, 1], [0.12345, 1.1, -0.1, float("nan"), float("inf"), "x"]),
        (Parameter("amount", "", low=0), [0, 500, 0.01, Decimal("1.25")], [-1, 0.001, True, []]),
        (Parameter("flag", ""), [True, False], [0, 1, "true"]),
        (MEASURE, ["amount", "margin"], ["money", 1, None]),
    ],
)
def test_a_parameter_takes_what_fits_and_nothing_else(check: Parameter, good: list[object], bad: list[object]) -> None:
    assert all(check.fits_type(each) and check.fits_range(each) for each in good)
    assert not any(check.fits_type(each) and check.fits_range(each) for each in bad)
