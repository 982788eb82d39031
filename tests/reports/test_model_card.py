"""The model card speaks the reader's language, down to the names of its columns."""

from __future__ import annotations

import re
from typing import Any

import pytest

from liuke.kernel.i18n import in_language, translate
from liuke.kernel.said import Said
from liuke.panel.exposure import in_model
from liuke.reports import model_card
from liuke.signals.churn.rows import COLUMNS

CARD: dict[str, Any] = {
    "horizon_days": 120, "fall": None, "rung": "boosting", "leavers": 321, "least_for_logit": 50,
    "least_for_boosting": 200, "origins": ["2025-01-31", "2026-06-30"], "rows": 9000, "customers": 800,
    "columns": list(COLUMNS), "left_out": ["rate_3", "once"], "unconnected": ["promise"],
}  # fmt: skip
EARLY = {"reason": None, "asked": 90, "prior_share": 0.54, "lost": 600, "customers": 1500}
REFUSED: dict[str, Any] = {
    "horizon_days": 120, "fall": None, "rung": None,
    "reason": Said(
        "{columns} alone ranks {bound:.0%} of pairs rightly: too well to be honest, look at the data",
        {"columns": ("silence", "rate"), "bound": 0.98},
    ).plain(),
}  # fmt: skip


def lines(card: dict[str, Any]) -> list[str]:
    return [model_card.card_line(title, text) for title, text in model_card.card_lines(told(card))]


def told(card: dict[str, Any], untested: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a run says of this model."""
    return {"model": card, "untested": untested, "basis": "invoice", "early": EARLY}


def test_every_column_of_the_model_has_a_name_of_its_own_in_both_languages() -> None:
    assert set(model_card.FEATURES) == {*COLUMNS, *in_model()}
    with in_language("zh"):
        chinese = [translate(name) for name in model_card.FEATURES.values()]
    assert len(set(chinese)) == len(set(model_card.FEATURES.values())) == len(model_card.FEATURES)
    assert not re.search("[A-Za-z]", "".join(chinese))


@pytest.mark.parametrize("card", [CARD, REFUSED])
def test_the_card_holds_no_english_in_chinese_and_no_bare_column_in_english(card: dict[str, Any]) -> None:
    with in_language("zh"):
        assert set(re.findall("[A-Za-z]+", " ".join(lines(card)))) == set()
    assert not re.findall(r"\b\w+_\w+\b", " ".join(lines(card)))
    if card is CARD:
        assert "Columns: days silent, purchase days so far, money so far, " in "\n".join(lines(card))


def test_the_true_reason_is_given_why_a_model_was_not_tested() -> None:
    why = (
        "days silent, purchase days a day as customer alone ranks 98% of pairs rightly: too well to be honest, look at "
        "the data."
    )
    for card, says in ((CARD, "The model could not be tested: "), (REFUSED, "There is no model: ")):
        info = told(card, REFUSED["reason"])
        assert model_card.untested(info).text() == says + why
        with in_language("zh"):
            assert re.findall("[A-Za-z]+", model_card.untested(info).text()) == []
    assert model_card.untested(told(CARD)).text() == ""


def test_what_is_too_new_to_be_learnt_from_is_said_to_be() -> None:
    assert "Too new: " not in "\n".join(lines(CARD))
    assert "Too new: complaints made: not known of the months" in "\n".join(
        lines({**CARD, "too_new": ["complaint_made"]})
    )


def test_who_reads_the_list_is_told_that_today_is_not_like_the_past() -> None:
    base = {"base_rate_reason": None}
    assert "not like" not in model_card.risk_rests_on({**base, "model": CARD}).text()
    assert "not like the past" in model_card.risk_rests_on({**base, "model": {**CARD, "unlike": 0.7}}).text()


def test_the_card_sends_to_the_drift_only_where_there_is_one() -> None:
    drift = "see the drift below"
    assert drift in "\n".join(lines(CARD))
    untested = told(CARD, Said("nothing").plain())
    assert drift not in "\n".join(model_card.card_line(title, text) for title, text in model_card.card_lines(untested))
