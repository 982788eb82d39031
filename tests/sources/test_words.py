"""Words of a column that say what a row is: counted, set aside, a return, with a minus."""

import pytest
from loading import INPUTS, LINE, text_file

from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.sources.answers import Answers
from liuke.sources.files import open_source
from liuke.sources.mapping import Mapping, Match, from_toml
from liuke.sources.plan import plan_load


def test_the_words_of_a_mapping_come_back_from_its_file_and_old_sections_are_read():
    columns = {"customer_id": Match("Who"), "date": Match("Day"), "amount": Match("Sum")}
    words = {'The "state"': {"on hold": "aside", "打开": "count"}, "D/C": {"C": "minus"}}
    mapping = Mapping("document_line", columns, words=words, kinds={"ZRE": "return"}, cancelled=("J",))
    again = from_toml(mapping.to_toml(), LINE, INPUTS)
    assert (again.words, again.kinds, again.cancelled) == (words, {"ZRE": "return"}, ("J",))
    assert from_toml('[columns]\ndate = "Day"\n[kinds]\nZRE = "return"\n', LINE, INPUTS).words == {}


def test_a_meaning_nobody_knows_is_refused_with_its_line():
    with pytest.raises(Invalid) as refused:
        from_toml('[columns]\ndate = "Day"\n[words."S"]\nopen = "perhaps"\n', LINE, INPUTS)
    assert "line 4" in str(refused.value)


def test_words_set_aside_turn_and_kind_rows_and_every_cent_is_accounted_for(tmp_path):
    rows = ["Who,Day,Sum,S,DC", "a,2025-01-02,10.00,fine,D", "a,2025-01-03,4.00,hold,D", "b,2025-01-04,3.00,back,D",
            "b,2025-01-05,2.50,fine,C", "b,2025-01-06,1.25,new,"]  # fmt: skip
    columns = {"customer_id": Match("Who"), "date": Match("Day"), "amount": Match("Sum")}
    words = {"S": {"HOLD": "aside", "back": "return", "fine": "count"}, "DC": {"C": "minus"}}
    opened = open_source(str(text_file(tmp_path, "\n".join(rows) + "\n", "x.csv")))
    mapping = Mapping("document_line", columns, words=words, returns="positive", kind="order")
    reading = plan_load(opened, LINE, INPUTS, mapping=mapping).reading()
    good = [row for batch in reading.clean() for row in batch.good.select("kind", "amount").rows()]
    assert [(kind, float(amount)) for kind, amount in good] == [
        ("order", 10.0), ("return", -3.0), ("order", -2.5), ("order", 1.25),
    ]  # fmt: skip
    account = reading.reconciliation
    assert account.difference == 0
    assert (account.by_reason["set_aside"].rows, float(account.by_reason["set_aside"].amount)) == (1, 4.0)


def test_any_question_is_answered_by_its_key(tmp_path):
    text = "Customer,Date,Amount\n" + "".join(f"c{i % 3},0{i % 9 + 1}/0{i % 8 + 2}/2025,{i}.50\n" for i in range(9))
    opened = open_source(str(text_file(tmp_path, text, "x.csv")))
    with pytest.raises(NeedsAnswer):
        plan_load(opened, LINE, INPUTS).settled()
    plan = plan_load(opened, LINE, INPUTS, answers=Answers(others=(("date_order", "dmy"),)))
    assert plan.settled().mapping.date_order == "dmy"
