"""Noisy-OR with a leak and label channels: what went in comes out, and what can't be known stays unknown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.causes.combine import LEAST_AUDITED, OFFSET, RIGHT, Labels, Met, fit, likeliest_offsets

CAUSES = ("late", "price", "left")
KINDS = ("late", "dear", "gone")
OF = np.arange(3)
RATES = np.array([0.02, 0.05, 0.10])
LEAK = 0.004


def firm(seed: int, customers: int = 4000, months: int = 30, hidden: float = 0.0) -> tuple[Met, np.ndarray]:
    """Customers who meet things at random and leave by them, and why each one that left did (3: for no cause).

    `hidden` is the share of the third cause's events that nobody wrote down.
    """
    rng = np.random.default_rng(seed)
    exposure, there, weights, why, codes, left_in = np.zeros(3), np.zeros(months), [], [], [], []
    met = np.zeros((customers, 3))
    written = rng.random((customers, 3)) >= np.array([0, 0, hidden])
    here = np.ones(customers, bool)
    for month in range(months):
        met = met * 0.9 + (rng.random((customers, 3)) < 0.03)
        seen = met * written
        exposure += seen[here].sum(axis=0)
        there[month] = here.sum()
        hazard = np.hstack([met * RATES, np.full((customers, 1), LEAK)])
        leaves = here & (rng.random(customers) < -np.expm1(-hazard.sum(axis=1)))
        for code in np.flatnonzero(leaves):
            why.append(rng.choice(4, p=hazard[code] / hazard[code].sum()))
            weights.append(seen[code])
            codes.append(code)
            left_in.append(month)
        here &= ~leaves
    order = np.argsort(codes)
    code = np.array(codes, np.int64)[order]
    at = np.array(left_in, np.int64)[order]
    found = Met(there, exposure, code, at, np.array(weights)[order], np.ones(len(code), bool))
    return found, np.array(why)[order]


def test_rates_and_leak_are_found_without_any_label() -> None:
    found, why = firm(1, 12_000)
    model = fit(found, CAUSES, KINDS, OF, Labels())
    assert model.rate == pytest.approx(RATES, rel=0.2)
    assert model.unseen[-1] == pytest.approx(LEAK, rel=0.15)
    assert model.unseen[:-1].sum() == 0
    shares = model.posterior(model.by_cause(found.weight, found.at), {}).mean(axis=0)
    assert shares == pytest.approx(np.bincount(why, minlength=4) / len(why), abs=0.02)


def test_without_weights_everything_is_unknown() -> None:
    met = Met(np.array([1000.0]), np.zeros(3), np.arange(80), np.zeros(80, int), np.zeros((80, 3)), np.ones(80, bool))
    model = fit(met, CAUSES, KINDS, OF, Labels())
    assert (model.posterior(model.by_cause(met.weight), {})[:, -1] == 1).all()
    assert model.unseen[-1] == pytest.approx(80 / 1000)


def test_one_cause_alone_is_a_count_over_exposure() -> None:
    """Closed form: with no leak left to share, the rate is leavers over weighted months and those of the prior."""
    met = Met(
        np.array([5000.0]),
        np.array([2000.0]),
        np.arange(100),
        np.zeros(100, int),
        np.ones((100, 1)),
        np.ones(100, bool),
    )
    model = fit(met, ("late",), ("late",), np.array([0]), Labels(audited=np.zeros(100, np.int64)))
    assert model.rate[0] == pytest.approx(101 / (2000 + 5000 / 100), rel=2e-3)  # rounds end where little moves


def test_with_few_leavers_only_what_settles_the_matter_speaks() -> None:
    weight = np.tile(np.array([[1.0, 0.0, 1.0]]), (20, 1))
    met = Met(
        np.array([1000.0]), np.array([400.0, 0.0, 20.0]), np.arange(20), np.zeros(20, int), weight, np.ones(20, bool)
    )
    model = fit(met, CAUSES, KINDS, OF, Labels(), np.array([False, False, True]))
    shares = model.posterior(model.by_cause(np.vstack([weight[:1], [[1.0, 1.0, 0.0]]])), {})
    assert shares[0, 2] > 0.9
    assert shares[1].tolist() == [0, 0, 0, 1]


def bent(why: np.ndarray, seed: int, right: float = 0.6) -> np.ndarray:
    """Notes that say price whenever they are wrong."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(why)) < right, why, 1)


def test_audited_cases_unbend_the_notes_and_take_the_leak_apart() -> None:
    found, why = firm(3, 8_000, hidden=0.5)
    rng = np.random.default_rng(4)
    audited = np.where(rng.random(len(why)) < 150 / len(why), why, -1)
    notes = bent(why, 5)
    model = fit(found, CAUSES, KINDS, OF, Labels({"salesperson": notes}, audited))
    truth = np.bincount(why, minlength=4) / len(why)
    said = np.bincount(notes, minlength=4) / len(notes)
    guessed = model.posterior(model.by_cause(found.weight, found.at), {"salesperson": notes})
    assert abs(guessed.mean(axis=0)[1] - truth[1]) < abs(said[1] - truth[1]) / 5
    assert np.abs(guessed.mean(axis=0) - truth).mean() < 0.03
    assert (guessed.argmax(axis=1) == why).mean() > (notes == why).mean() + 0.1
    assert model.confusion["salesperson"][0, 1] > 0.25  # what was late is said to be dear
    assert model.unseen[2] > model.unseen[0]  # of the third cause half was never written down


def test_few_audited_cases_leave_the_leak_as_it_is() -> None:
    found, why = firm(6)
    audited = np.full(len(why), -1)
    audited[: LEAST_AUDITED - 1] = why[: LEAST_AUDITED - 1]
    model = fit(found, CAUSES, KINDS, OF, Labels({}, audited))
    assert model.unseen[:-1].sum() == 0
    assert model.power == 1
    assert not model.offset.any()


def test_every_audited_case_the_same_cause_breaks_nothing() -> None:
    found, why = firm(7)
    audited = np.where(why == 1, 1, -1)
    model = fit(found, CAUSES, KINDS, OF, Labels({"salesperson": bent(why, 8)}, audited))
    shares = model.posterior(model.by_cause(found.weight, found.at), {"salesperson": bent(why, 8)}, audited)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (shares[audited == 1, 1] == 1).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), leavers=st.integers(0, 30), noted=st.booleans())
def test_shares_sum_to_one_and_are_never_negative(seed: int, leavers: int, noted: bool) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.exponential(size=(leavers, 3)) * (rng.random((leavers, 3)) < 0.4)
    at = rng.integers(0, 2, leavers)
    met = Met(np.array([40.0, 60.0]), weight.sum(axis=0) * rng.random(3), np.arange(leavers), at, weight,
              rng.random(leavers) < 0.7)  # fmt: skip
    stated = {"interview": rng.integers(-1, 4, leavers)} if noted else {}
    model = fit(met, CAUSES, KINDS, OF, Labels(stated, rng.integers(-1, 4, leavers)))
    shares = model.posterior(model.by_cause(weight), stated)
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(np.ones(leavers))
    assert np.isfinite(model.rate).all()


def test_parts_of_the_base_add_up() -> None:
    whole, _ = firm(9)
    half = len(whole.code) // 2
    first = Met(whole.there / 4, whole.exposure / 4, whole.code[:half], whole.at[:half], whole.weight[:half],
                whole.teaches[:half])  # fmt: skip
    rest = Met(whole.there * 3 / 4, whole.exposure * 3 / 4, whole.code[half:], whole.at[half:], whole.weight[half:],
               whole.teaches[half:])  # fmt: skip
    together = first + rest
    assert together.months == whole.months
    assert fit(together, CAUSES, KINDS, OF, Labels()).rate == pytest.approx(
        fit(whole, CAUSES, KINDS, OF, Labels()).rate
    )


def test_what_strikes_in_one_month_and_is_on_no_list_stays_unknown() -> None:
    """A wave without any event: few of it are laid on the events that happen to be near."""
    found, _ = firm(11, 6_000)
    rng = np.random.default_rng(12)
    wave = 400
    code = np.arange(len(found.code) + wave)
    weight = np.vstack([found.weight, found.weight[rng.integers(0, len(found.code), wave)] * 0.3])
    at = np.concatenate([found.at, np.full(wave, 20)])
    met = Met(found.there, found.exposure, code, at, weight, np.ones(len(code), bool))
    model = fit(met, CAUSES, KINDS, OF, Labels())
    assert model.tide[20] > 2 * np.delete(model.tide, 20).max()
    shares = model.posterior(model.by_cause(weight, at), {})
    flat = model.posterior(model.by_cause(weight), {})
    assert shares[-wave:, -1].mean() > flat[-wave:, -1].mean() + 0.1
    assert shares[-wave:, -1].mean() > 0.6


def test_habits_of_one_cause_are_learnt_from_audited_cases_alone() -> None:
    """Weak proofs of a cause must not make true sayings look false."""
    found, why = firm(13, 8_000)
    notes = bent(why, 14, right=0.7)
    audited = np.where(np.random.default_rng(15).random(len(why)) < 100 / len(why), why, -1)
    blurred = Met(found.there, found.exposure * np.array([6.0, 1.0, 1.0]), found.code, found.at,
                  np.maximum(found.weight, np.array([0.4, 0.0, 0.0])), found.teaches)  # fmt: skip
    confusion = fit(blurred, CAUSES, KINDS, OF, Labels({"salesperson": notes}, audited)).confusion["salesperson"]
    assert np.diag(confusion)[:3] == pytest.approx([0.7, 1.0, 0.7], abs=0.2)  # bent towards the second


def test_a_kind_that_acts_late_is_learnt_by_age() -> None:
    """Who leaves for it does so while it is old; a fresh one is blamed for little, and few cases change little."""
    rng = np.random.default_rng(16)
    leavers = 600
    old, fresh = (rng.random((leavers, 1)) < share for share in (0.7, 0.1))
    weight = np.hstack([fresh, old]).astype(float)
    met = Met(np.array([60_000.0]), np.array([6000.0, 12_000.0]), np.arange(leavers), np.zeros(leavers, int), weight,
              np.ones(leavers, bool))  # fmt: skip
    model = fit(met, ("late",), ("late", "late"), np.zeros(2, int), Labels(), None, np.array([0.9, 0.5]))
    assert model.rate[1] > 3 * model.rate[0]
    few = Met(met.there / 10, met.exposure / 10, met.code[:60], met.at[:60], weight[:60], met.teaches[:60])
    held = fit(few, ("late",), ("late", "late"), np.zeros(2, int), Labels(), None, np.array([0.9, 0.5]))
    assert held.rate[1] / held.rate[0] < model.rate[1] / model.rate[0]


def test_without_audits_a_saying_of_what_no_row_explains_is_believed_as_far_as_people_are_right() -> None:
    """Half of the leavers have no events at all; some say why. What they say counts, for them alone."""
    found, _ = firm(17)
    bare = Met(found.there, found.exposure, found.code, found.at, found.weight * (found.code % 2)[:, None],
               found.teaches)  # fmt: skip
    said = np.where(found.code % 4 == 0, 2, -1)
    model = fit(bare, CAUSES, KINDS, OF, Labels({"interview": said}))
    shares = model.posterior(model.by_cause(bare.weight, bare.at), {"interview": said})
    assert shares[said == 2, 2] == pytest.approx(RIGHT)
    assert shares[said == 2, 3] == pytest.approx(1 - RIGHT)
    silent = (said < 0) & (found.code % 2 == 0)
    assert (shares[silent, 3] == 1).all()
    assert (model.unseen[:-1] == 0).all()


def test_a_cause_is_thought_of_without_a_record_only_where_a_checked_case_shows_it() -> None:
    found, why = firm(18, 6_000, hidden=0.5)
    rng = np.random.default_rng(19)
    audited = np.where(rng.random(len(why)) < 150 / len(why), why, -1)
    noted = (found.weight[:, OF.tolist().index(1)] > 0) | (why != 1)
    only_noted = np.where(noted, audited, -1)
    model = fit(found, CAUSES, KINDS, OF, Labels({}, only_noted))
    assert model.alone[1] == 0
    assert model.unseen[1] == 0
    assert model.alone[2] > 0
    assert model.unseen[2] > 0


def test_with_every_cause_switched_off_all_is_unknown() -> None:
    met = Met(np.array([1000.0]), np.zeros(0), np.arange(80), np.zeros(80, int), np.zeros((80, 0)), np.ones(80, bool))
    said = {"interview": np.zeros(80, int)}
    model = fit(met, (), (), np.zeros(0, int), Labels(said))
    assert (model.posterior(model.by_cause(met.weight), said) == 1).all()


def test_what_audited_cases_call_the_cause_moves_the_others() -> None:
    """Whoever checks calls it late where lateness had made the loss likelier at all, however likely it was without."""
    found, why = firm(11, 6_000)
    late = found.weight[:, 0] > 0
    called = np.where(late, 0, why)
    rng = np.random.default_rng(12)
    audited = np.where(rng.random(len(why)) < 120 / len(why), called, -1)
    unheard = fit(found, CAUSES, KINDS, OF, Labels())
    model = fit(found, CAUSES, KINDS, OF, Labels({}, audited))
    hazard = model.by_cause(found.weight, found.at)
    others = audited < 0
    after, before = model.posterior(hazard, {})[others], unheard.posterior(hazard, {})[others]
    assert (after.argmax(axis=1) == called[others]).mean() > (before.argmax(axis=1) == called[others]).mean() + 0.05
    share = (called[others] == 0).mean()
    assert abs(after[:, 0].mean() - share) < abs(before[:, 0].mean() - share) / 2


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=30)
def test_offsets_are_the_likeliest_ones_and_sum_to_none(cases: int, seed: int) -> None:
    """First-order condition of the normal prior: cases found less those expected are the offset over its variance."""
    rng = np.random.default_rng(seed)
    logs, found = rng.normal(0, 2, (cases, 4)), rng.integers(0, 4, cases)
    offset = likeliest_offsets(logs, np.arange(4) == found[:, None])
    raised = np.exp(logs + offset)
    expected = (raised / raised.sum(axis=1, keepdims=True)).sum(axis=0)
    assert offset / OFFSET**2 == pytest.approx(np.bincount(found, minlength=4) - expected, abs=0.02)
    assert offset.sum() == pytest.approx(0, abs=0.02)


def test_offsets_of_one_case_in_two_columns_are_those_of_the_closed_form() -> None:
    """By symmetry offsets are b and -b with b = 1 / (1 + exp(2b)): 0.33742, by iterating it."""
    offset = likeliest_offsets(np.zeros((1, 2)), np.array([[True, False]]))
    assert offset == pytest.approx([0.33742, -0.33742], abs=1e-3)


def test_checks_of_which_nobody_could_say_keep_unknown_in_its_place() -> None:
    """Whoever finds a cause says which; of the others nobody can say. Unknown must not vanish for all unchecked."""
    found, why = firm(13, 6_000)
    checked = np.random.default_rng(14).random(len(why)) < 200 / len(why)
    audited = np.where(checked & (why < 3), why, -1)
    truth = (why[~checked] == 3).mean()
    left_open = []
    for unclear in (checked & (why == 3), np.zeros(len(why), bool)):
        model = fit(found, CAUSES, KINDS, OF, Labels({}, audited, unclear=unclear))
        hazard = model.by_cause(found.weight, found.at)
        left_open.append(model.posterior(hazard, {})[~checked, 3].mean())
    assert abs(left_open[0] - truth) < 0.06
    assert left_open[1] < left_open[0] - 0.05  # what the law above is for


def test_what_was_found_not_to_be_it_lowers_that_cause() -> None:
    logs, may_be = np.log(np.full((40, 3), 1 / 3)), np.ones((40, 3), bool)
    may_be[:, 1] = False
    offset = likeliest_offsets(logs, may_be)
    assert offset[1] < -1
    assert offset[0] == pytest.approx(offset[2]) == pytest.approx(-offset[1] / 2, abs=0.02)


def test_a_stated_cause_of_which_nothing_is_on_record_is_possible() -> None:
    """Audited cases show the third cause never without its event; a note that states it is no proof of nothing."""
    found, why = firm(15)
    audited = np.where(np.random.default_rng(16).random(len(why)) < 100 / len(why), why, -1)
    model = fit(found, CAUSES, KINDS, OF, Labels({"interview": bent(why, 17)}, audited))
    assert not model.unseen[:-1].any()
    bare = model.by_cause(np.zeros((2, 3)))
    silent, stated = model.posterior(bare, {"interview": np.array([-1, 2])})
    assert silent.tolist() == [0, 0, 0, 1]
    assert 0.02 < stated[2] < 0.9
    assert stated.sum() == pytest.approx(1)


def test_a_channel_no_leaver_was_spoken_of_in_is_believed_as_any() -> None:
    """Who is at risk may be spoken of by a channel of which no leaver teaches anything."""
    found, _ = firm(18)
    model = fit(found, CAUSES, KINDS, OF, Labels())
    weight = np.array([[1.0, 1.0, 0.0]])
    hazard = model.by_cause(weight)
    silent, told = (model.posterior(hazard, {"unsigned": np.array([said])})[0] for said in (-1, 0))
    assert told[0] > silent[0]
    assert told.sum() == pytest.approx(1)
