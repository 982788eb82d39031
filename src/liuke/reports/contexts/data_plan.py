"""A load plan as a form: columns with their evidence, questions, the first rows as they will be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

from liuke.facts import contracts
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures, words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.data_page import Account, column_title, table_title
from liuke.sources.table import ROW

if TYPE_CHECKING:
    import polars as pl

    from liuke.sources.plan import LoadPlan

MOST_COLUMNS = 9  # of the first rows
LOOKED_AT = 5000  # rows among which blank cells are counted


@dataclass(frozen=True)
class AskedOnPage(Context):
    """A question with its choices."""

    field: Annotated[str, "its name in the form"]
    ask: Annotated[Said, "what is asked"]
    evidence: Annotated[Sequence[str], "what speaks for which answer"]
    choices: Annotated[Sequence[tuple[str, Said]], "values and what they mean"]
    chosen: Annotated[str, "the answer given, else the safe one; empty where there is none"]
    answered: Annotated[bool, "whether somebody answered it"]


@dataclass(frozen=True)
class ColumnShown(Context):
    """A column of the file."""

    field: Annotated[str, "its name in the form"]
    header: Annotated[str, "its heading"]
    sample: Annotated[str, "some values"]
    target: Annotated[str, "canonical column it is taken for, empty for none"]
    needed: Annotated[bool, "whether no row can be used without it"]
    why: Annotated[str, "what it is taken for it by, in the language in force"]
    blank: Annotated[int, "blank cells among the first rows"]


@dataclass(frozen=True)
class CellShown(Context):
    """A cell as it will be read."""

    value: Annotated[str, "as it will be stored"]
    was: Annotated[str, "as the file has it, where that was rewritten"]
    right: Annotated[bool, "whether it is a figure"]


@dataclass(frozen=True)
class RowShown(Context):
    """One of the first rows."""

    number: Annotated[int, "of the row in the file"]
    cells: Annotated[Sequence[CellShown], "by the columns of the heading"]
    reason: Annotated[str, "why it can't be used, empty where it can"]


@dataclass(frozen=True)
class FirstRows(Context):
    """The first rows as they will be read."""

    heads: Annotated[Sequence[Wordings], "columns"]
    rows: Annotated[Sequence[RowShown], "in the order of the file"]


@dataclass(frozen=True)
class PlanShown(Context):
    """How a file will be read."""

    table: Annotated[str, "canonical table"]
    title: Annotated[Said, "what a person calls the table"]
    source: Annotated[str, "name of the source"]
    files: Annotated[Sequence[str], "files and sheets that are read"]
    questions: Annotated[Sequence[AskedOnPage], "what is asked, answered ones included"]
    undecided: Annotated[int, "questions that must be answered"]
    columns: Annotated[Sequence[ColumnShown], "every column of the file"]
    targets: Annotated[Sequence[tuple[str, Wordings]], "what a column may be"]
    first: Annotated[FirstRows, "the first rows"]
    amounts: Annotated[Sequence[tuple[str, Decimal, bool]], "columns that could be the amount, their sum, if taken"]
    words: Annotated[Sequence[tuple[str, str, int, Decimal | None, Said]], "column, word, rows, money, taken for"]
    notes: Annotated[Sequence[Said], "what the reading assumes and leaves out"]


def plan_shown(plan: LoadPlan) -> PlanShown:
    """A plan as it is shown; reads the first rows."""
    known = {**plan.contract.columns, **plan.inputs}
    needed = set(plan.contract.required)
    sample = plan.tables[0].sample(LOOKED_AT)
    columns = [
        ColumnShown(f"c{place}", each.header, each.sample, each.target or "", each.target in needed, each.why,
                    _blank(sample, each.header))
        for place, each in enumerate(plan.columns)
    ]  # fmt: skip
    questions = [
        AskedOnPage(
            f"q{place}", each.ask, each.evidence, [(choice.value, choice.meaning) for choice in each.choices],
            plan.answers.get(each.key, each.default or ""), each.key in plan.answers,
        )
        for place, each in enumerate(plan.questions)
    ]  # fmt: skip
    return PlanShown(
        table=plan.table,
        title=table_title(plan.table),
        source=plan.source,
        files=[table.place for table in plan.tables],
        questions=questions,
        undecided=sum(question.default is None for question in plan.open),
        columns=columns,
        targets=[(name, column_title(name, column)) for name, column in known.items()],
        first=first_rows_shown(plan),
        amounts=[(each.header, each.total, each.taken) for each in plan.amounts],
        words=[(each.header, each.word, each.rows, each.money, each.means) for each in plan.words],
        notes=[*plan.notes, *plan.row_classes],
    )


def _blank(sample: pl.DataFrame, header: str) -> int:
    import polars as pl

    if header not in sample.columns:
        return 0
    column = sample[header]
    empty = column.is_null().sum()
    return int(empty) + int((column.str.strip_chars() == "").sum() if column.dtype == pl.String else 0)


def first_rows_shown(plan: LoadPlan) -> FirstRows:
    """The first rows as they will be read, what was rewritten beside it, and those that will not be used."""
    batch = plan.first_rows
    raw = {row[ROW]: row for row in plan.tables[0].first(len(batch.good) + len(batch.bad) + 20).to_dicts()}
    headers = {name: match.header for name, match in plan.mapping.columns.items()}
    good = batch.good.to_dicts()
    told = [name for name in plan.contract.columns if any(row[name] is not None for row in good) or name in headers]
    told = told[:MOST_COLUMNS]
    rows = [
        RowShown(row[ROW], [_cell(name, row[name], raw.get(row[ROW], {}).get(headers.get(name, ""))) for name in told],
                 "")
        for row in good
    ] + [
        RowShown(row[ROW], [CellShown(_text(row.get(headers.get(name, ""))), "", False) for name in told],
                 str(row["reason"]))
        for row in batch.bad.to_dicts()
    ]  # fmt: skip
    heads = [column_title(name, plan.contract.columns[name]) for name in told]
    return FirstRows(heads, sorted(rows, key=lambda row: row.number))


def _cell(name: str, value: Any, was: Any) -> CellShown:
    number = isinstance(value, Decimal | int | float) and not isinstance(value, bool)
    shown = figures.full(value) if isinstance(value, Decimal) else _text(value)
    if name == "kind" and value in words.KINDS:
        return CellShown(Said(words.KINDS[value]).text(), "", False)
    before = _text(was)
    kept = value is None or isinstance(value, bool) or not before or _alike(before, value)
    return CellShown(shown, "" if kept else before, number)


def _alike(before: str, value: Any) -> bool:
    """Whether a cell is stored as it stands, but for blanks and the way numbers are written."""
    if before == str(value) or (hasattr(value, "isoformat") and before[:10] == value.isoformat()):
        return True
    try:
        return Decimal(before.replace(",", "").strip("¥￥ ")) == Decimal(str(value))
    except InvalidOperation:
        return False


def _text(value: Any) -> str:
    return "" if value is None else figures.printable(str(value)).strip()


@dataclass(frozen=True)
class LoadDone(Context):
    """What a load did."""

    load_id: Annotated[str, "number of the load; empty where nothing in it was new"]
    title: Annotated[Said, "what a person calls the table"]
    source: Annotated[str, "name of the source"]
    account: Annotated[Account, "where every row and cent has gone"]
    documents: Annotated[dict[str, int], "documents new, corrected, grown, same"]
    notes: Annotated[Sequence[Said], "what was assumed and left out"]
    doubts: Annotated[Sequence[tuple[int, Said, str]], "rows that failed an audit, the audit, examples"]
    quarantine: Annotated[str, "file of rows that could not be used, empty for none"]
    doubtful: Annotated[str, "file of rows that are loaded and doubtful, empty for none"]


@dataclass(frozen=True)
class PlanPage(Context):
    """A file between being sent and being loaded."""

    id: Annotated[str, "of the upload"]
    version: Annotated[int, "how often something was said of it"]
    name: Annotated[str, "of the file"]
    large: Annotated[bool, "whether it is too large to be read before it is loaded"]
    plan: Annotated[PlanShown | None, "how it will be read; None where that is not known yet"]
    account: Annotated[Account | None, "what loading it would come to; None where it can't be told yet"]
    which: Annotated[AskedOnPage | None, "which table it is"]
    asked: Annotated[AskedOnPage | None, "what the documents loaded before bring up"]
    wrong: Annotated[Said | None, "why it can't be read or loaded as it is"]
    fix: Annotated[Said | None, "what to do about it"]
    meanwhile: Annotated[Sequence[Said], "what another window said of it, where that overtook this one"]
    options: Annotated[dict[str, str], "ways to read it that were said"]
    choices: Annotated[dict[str, Sequence[tuple[str, Said]]], "ways to read it, by option"]
    headers: Annotated[Sequence[str], "columns of the file, where it could be opened"]
    named: Annotated[dict[str, str], "headers said to be customer, date and amount"]
    sheets: Annotated[Sequence[str], "sheets of the workbook"]
    tables: Annotated[Sequence[tuple[str, Said]], "canonical tables it could be"]
    done: Annotated[LoadDone | None, "what the load did; None before it"]
    following: Annotated[Sequence[tuple[str, str]], "uploads that wait beside it: id and name"]
    may_run: Annotated[bool, "whether the viewer may run"]
    going: Annotated[Sequence[Any], "the job that loads it, where one does"]


def tables_listed() -> list[tuple[str, Said]]:
    """Every canonical table with what a person calls it."""
    return [(table, table_title(table)) for table in contracts()]
