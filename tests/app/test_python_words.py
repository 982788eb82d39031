"""What Python is refused says Python's arguments, and not the options of the command."""

import polars as pl
import pytest

import liuke
from liuke.app.python_words import IN_PYTHON
from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import catalogue, in_language

DAYS = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"]


def refusal(tmp_path, columns):
    firm = liuke.open(tmp_path / "firm")
    with in_language("en"), pytest.raises(LiukeError) as refused:
        firm.load(pl.DataFrame(columns), source="x", table="document_line")
    return refused.value.text()


def test_a_column_that_is_missing_is_asked_for_by_an_argument(tmp_path):
    said = refusal(tmp_path, {"day": DAYS, "Amount": [1.5, 2.5, 3.5, 4.5]})
    assert "--" not in said
    assert 'customer_id="' in said


DATED = {
    "Invoice No": ["A1", "A2", "A3", "A4"],
    "Customer": ["C1", "C2", "C1", "C3"],
    "Date": ["05/01/2026", "06/01/2026", "07/02/2026", "08/03/2026"],
    "Amount": [1.5, 2.5, 3.5, 4.5],
}


def test_a_question_is_answered_by_an_argument_and_the_answer_is_taken(tmp_path):
    said = refusal(tmp_path, DATED)
    assert 'date_order="VALUE"' in said
    assert "--" not in said
    firm = liuke.open(tmp_path / "firm")
    assert firm.load(pl.DataFrame(DATED), source="x", date_order="dmy").account.rows_loaded == 4


def test_several_questions_are_answered_in_one_call(tmp_path):
    said = refusal(tmp_path, {**DATED, "Status": ["Zorp", "Zorp", "Blib", "Blib"]})
    assert "--" not in said
    assert 'date_order="VALUE"' in said
    assert 'answers={"Status:Blib": "VALUE", "Status:Zorp": "VALUE"}' in said


def test_every_sentence_with_words_for_python_is_one_that_is_said():
    """A sentence changed where it is said would go on naming options of the command, without a word."""
    with in_language("zh"):
        assert set(IN_PYTHON) <= set(catalogue())
