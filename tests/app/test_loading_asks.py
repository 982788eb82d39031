"""What only the documents held bring up is asked of rows that are read and staged once, and can be left unanswered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from firms import docs, frame, held, load
from liuke.app.load import Loaded, LoadOptions, apply, applying, open_plan
from liuke.kernel.errors import Invalid, NeedsAnswer, Refused, Usage
from liuke.sources.read import Reading
from liuke.sources.table import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.app.firm import Firm

FIRST = "D1 c1 2025-01-10 100,50 | D2 c2 2025-01-20 30 | D3 c1 2025-02-05 70"
SAME = FIRST + " | D4 c3 2025-03-01 5"  # the export again, one document more
PART = "D1 c1 2025-01-10 100"
REUSED = "D1 c9 2025-12-10 8,9"


@pytest.fixture
def passages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Reading]]:
    """Every time the rows of a source are read through."""
    made: list[Reading] = []
    original = Reading.clean

    def counted(self: Reading) -> object:
        made.append(self)
        return original(self)

    monkeypatch.setattr(Reading, "clean", counted)
    return made  # type: ignore[return-value]


def file_of(firm: Firm, text: str, name: str = "again.parquet") -> str:
    path = firm.workspace.root.parent / name
    frame(docs(text)).write_parquet(path)
    return str(path)


def everything(firm: Firm) -> dict[str, bytes]:
    root = firm.workspace.root
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file() and p.name != ".lock"}


def asked_and_answered(
    firm: Firm, location: str, answers: dict[str, str], options: LoadOptions | None = None
) -> tuple[list[str], Loaded]:
    """The keys of the questions that came up, and what the load did."""
    chosen = options or LoadOptions(table="document_line")
    keys = []
    with applying(firm.workspace, open_plan(firm.workspace, location, chosen), chosen) as act:
        while isinstance(act.question, Question):
            keys.append(act.question.key)
            assert act.question.choices
            act.answer(answers[act.question.key])
        return keys, act.loaded_or_refused()


def test_the_same_export_under_another_name_is_asked_and_read_once(firm: Firm, passages: list[Reading]) -> None:
    load(firm, docs(FIRST), source="invoices")
    passages.clear()
    keys, done = asked_and_answered(firm, file_of(firm, SAME), {"source": "invoices"})
    assert (keys, len(passages)) == (["source"], 1)
    assert done.load is not None
    assert (done.load.source, done.load.documents) == ("invoices", {"new": 1, "same": 3})
    assert done.source == "invoices"
    assert sorted(path.name for path in firm.workspace.mappings.iterdir()) == ["invoices.document_line.toml"]


def test_two_questions_of_one_file_are_asked_one_after_the_other_of_the_same_rows(
    firm: Firm, passages: list[Reading]
) -> None:
    load(firm, docs(FIRST), source="invoices")
    passages.clear()
    mixed = "D1 c1 2025-01-10 100 | D2 c2 2025-01-20 30 | D3 c1 2025-12-05 70"
    chosen = LoadOptions(table="document_line", source="invoices")
    keys, done = asked_and_answered(firm, file_of(firm, mixed), {"document_key": "document_id", "part": "keep"}, chosen)
    assert (keys, len(passages)) == (["document_key", "part"], 1)
    assert done.load is not None
    assert done.load.documents == {"corrected": 1, "same": 2}


@pytest.mark.parametrize(("text", "source"), [(SAME, None), (PART, "invoices"), (REUSED, "invoices")])
def test_a_question_left_open_leaves_nothing_behind(firm: Firm, text: str, source: str | None) -> None:
    load(firm, docs(FIRST), source="invoices")
    before = everything(firm)
    chosen = LoadOptions(table="document_line", source=source)
    plan = open_plan(firm.workspace, file_of(firm, text), chosen)
    with applying(firm.workspace, plan, chosen) as act:
        assert act.question is not None
        assert act.loaded is None
    assert everything(firm) == before
    with pytest.raises(NeedsAnswer):
        apply(firm.workspace, plan, chosen)
    with pytest.raises(RuntimeError), applying(firm.workspace, plan, chosen):
        raise RuntimeError
    assert everything(firm) == before
    assert not list(firm.workspace.root.rglob("staging-*"))


def test_an_answer_that_is_no_choice_is_refused_and_the_question_stays(firm: Firm) -> None:
    load(firm, docs(FIRST), source="invoices")
    chosen = LoadOptions(table="document_line", source="invoices")
    plan = open_plan(firm.workspace, file_of(firm, PART), chosen)
    with applying(firm.workspace, plan, chosen) as act:
        with pytest.raises(Invalid, match="Possible answers: keep, replace"):
            act.answer("perhaps")
        assert act.question is not None
        act.answer("replace")
        assert act.question is None
    assert len(held(firm)) == 3


def test_a_source_whose_own_mapping_reads_otherwise_is_read_by_that(firm: Firm, passages: list[Reading]) -> None:
    """The mapping of a source was set by hand: rows taken by a guess are not put beside those it gave."""
    folder = firm.workspace.root.parent
    rows = "单号,客户,日期,金额,乙\nD1,c1,2025-01-10,100,x\nD2,c2,2025-01-20,30,y\n"
    (folder / "sales.csv").write_text(rows, "utf-8")
    firm.load(folder / "sales.csv")
    firm.unload("0001")
    mapping = firm.workspace.mappings / "sales.document_line.toml"
    mapping.write_text(mapping.read_text("utf-8").replace("[columns]", '[columns]\nsite = "乙"'), "utf-8")
    firm.load(folder / "sales.csv")
    (folder / "other.csv").write_text(rows + "D3,c3,2025-02-01,5,z\n", "utf-8")
    passages.clear()
    keys, done = asked_and_answered(firm, str(folder / "other.csv"), {"source": "sales"})
    assert (keys, len(passages)) == (["source"], 2)
    assert done.mapping.header("site") == "乙"
    assert done.load is not None
    assert done.load.documents == {"new": 1, "same": 2}
    assert 'site = "乙"' in mapping.read_text("utf-8")


def test_a_load_under_way_keeps_others_out(firm: Firm) -> None:
    load(firm, docs(FIRST), source="invoices")
    chosen = LoadOptions(table="document_line", source="invoices")
    plan = open_plan(firm.workspace, file_of(firm, PART), chosen)
    with applying(firm.workspace, plan, chosen), pytest.raises(Refused, match="at work"):
        load(firm, docs(FIRST), source="others")


@pytest.mark.parametrize("ahead", [1, 40_000])
def test_a_load_of_a_day_still_to_come_is_refused(firm: Firm, ahead: int) -> None:
    """What is recorded tomorrow would be known to no run of today, and to every run of a past that never was."""
    with pytest.raises(Refused, match="still to come"):
        load(firm, docs(FIRST), loaded_on=date.today() + timedelta(days=ahead))
    assert not firm.workspace.facts.exists()
    assert load(firm, docs(FIRST), loaded_on=date.today()).load is not None


@pytest.mark.parametrize("words", [{"part": "perhaps"}, {"document_key": "number"}, {"source": "../x"}])
def test_words_that_are_no_way_of_loading_are_refused(firm: Firm, words: dict[str, str]) -> None:
    load(firm, docs(FIRST))
    before = everything(firm)
    with pytest.raises(Usage):
        firm.load(file_of(firm, SAME), table="document_line", **words)
    assert everything(firm) == before
