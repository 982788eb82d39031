"""How a source will be read, as a value: to be shown, answered, saved, and only then carried out.

    opened = open_source("invoices.xlsx")
    plan = plan_load(opened, contract, inputs, source="invoices")
    for question in plan.open: ...            # a prompt, or a form
    plan = plan.answered({"date_order": "dmy"}).settled()
    for batch in plan.reading().clean(): ...

Nothing here asks, writes or stores; the source is read only as far as a guess needs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.kernel.toml_file import parsed
from liuke.sources.answers import Answers
from liuke.sources.census import Census
from liuke.sources.columns import NAMED
from liuke.sources.documents import SourceDocuments
from liuke.sources.fitting import fitting_tables, refuse_unknown_headers, refuse_without_rows, with_answers
from liuke.sources.guess import Guess, answered, explain, guess, missing_columns
from liuke.sources.guess_options import standing
from liuke.sources.headers import plain
from liuke.sources.later_columns import with_later_columns
from liuke.sources.mapping import Mapping, from_toml, quoted
from liuke.sources.periods import months_down, refuse_periods_across
from liuke.sources.plan_money import AmountRow, WordRow, amounts_of, words_of_plan
from liuke.sources.read import Reading
from liuke.sources.row_classes import classes_said
from liuke.sources.table import Question
from liuke.sources.word_plan import WordPlan, of_guess, of_mapping

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract
    from liuke.sources.guess import Explained
    from liuke.sources.opened import Opened
    from liuke.sources.read import CleanBatch
    from liuke.sources.table import RawTable

SHOWN_ROWS = 10


@dataclass(frozen=True)
class LoadPlan:
    """An opened source, the table it becomes, what its columns mean and what is still to be asked.

    `start` is the mapping before any answer; `asked` are the questions it leaves, `answers` (question key -> value)
    what they were answered with, `beforehand` what was said without being asked. `said` and `taken` are what was
    assumed and which safe defaults were taken, `census` what every amount comes to and every word has behind it,
    `guessed` whether the columns were looked at anew.
    """

    opened: Opened
    contract: Contract
    inputs: collections.abc.Mapping[str, Column]
    source: str
    start: Mapping
    asked: tuple[Question, ...] = ()
    answers: collections.abc.Mapping[str, str] = field(default_factory=dict)
    beforehand: Answers = field(default_factory=Answers)
    said: tuple[Said, ...] = ()
    taken: tuple[Said, ...] = ()
    census: Census = field(default_factory=Census)
    guessed: bool = False
    surveyed: dict[str, SourceDocuments] = field(default_factory=dict, compare=False, repr=False)  # by mapping

    @property
    def table(self) -> str:
        """The canonical table the rows become."""
        return self.contract.table

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions not answered yet, those with a safe default among them."""
        return tuple(question for question in self.questions if question.key not in self.answers)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the columns leave to be asked, and what the documents do under the mapping so far."""
        own = {question.key for question in self.asked}
        return (*self.asked, *(each for each in self.documents.questions if each.key not in own))

    @property
    def documents(self) -> SourceDocuments:
        """What the tables' documents are like: where their totals stand, and which are written twice."""
        mapping, tables, _ = self._fitted
        key = mapping.to_toml()
        if key not in self.surveyed:
            self.surveyed[key] = SourceDocuments.of(tables, mapping)
        return self.surveyed[key]

    @property
    def mapping(self) -> Mapping:
        """What each column means, as far as it is answered."""
        return self._fitted[0]

    @property
    def tables(self) -> list[RawTable]:
        """The tables of the source that the mapping fits."""
        return self._fitted[1]

    @property
    def notes(self) -> list[Said]:
        """What the reading assumes and leaves out, each kind once: a folder of like files says it of the first."""
        opening = {note.message: note for table in reversed(self.tables) for note in table.notes}
        return [*opening.values(), *self.said, *self.documents.notes, *self.taken, *self._fitted[2]]

    @property
    def columns(self) -> list[Explained]:
        """Every column of the file: sample values, what it is taken for, and why."""
        return explain(self.mapping, self.contract, self.inputs, self.tables[0])

    @property
    def amounts(self) -> list[AmountRow]:
        """What every column that could be the amount comes to, the one taken first."""
        return amounts_of(self.mapping, self.census)

    @property
    def words(self) -> list[WordRow]:
        """Every word of every column that says what a row is, with what is behind it and what it is taken for."""
        asked = {question.word for question in self.open if question.word is not None}
        return words_of_plan(self.mapping, self.census, asked)

    @cached_property
    def first_rows(self) -> CleanBatch:
        """The first rows as they will be read, and those that will not be used."""
        return self.reading().first_rows(SHOWN_ROWS)

    @cached_property
    def row_classes(self) -> list[Said]:
        """What the rows are that are no lines: totals, headings again, group lines, with their count and money."""
        return classes_said(self.reading().row_classes())

    @cached_property
    def _fitted(self) -> tuple[Mapping, list[RawTable], list[Said]]:
        mapping = self.start
        for question in self.asked:
            if question.key in self.answers:
                mapping = answered(mapping, question, self.answers[question.key])
        for key in self.answers.keys() & {"document_total", "document_heads"}:
            chosen: dict[str, Any] = {key: self.answers[key]}
            mapping = replace(mapping, **chosen)
        mapping = with_answers(mapping, self.beforehand, self.contract)
        tables, lacking = fitting_tables(self.opened.tables, mapping, self.contract)
        mapping, later = with_later_columns(mapping, tables, self.contract, self.inputs, at_once=self.guessed)
        return mapping, tables, [*lacking, *later]

    def answered(self, answers: collections.abc.Mapping[str, str]) -> LoadPlan:
        """The plan with these questions answered; an answer to no question, or none of its choices, is refused."""
        keys = [question.key for question in self.questions]
        unknown = next((key for key in answers if key not in keys), None)
        if unknown is not None:
            raise Invalid(
                N_("Nothing asks for {key}."),
                fix=N_("Open questions are: {have}."),
                key=unknown,
                have=", ".join(keys) or "-",
            )
        for question in self.questions:
            if question.key in answers:
                answered(self.start, question, answers[question.key])
        return replace(self, answers={**self.answers, **answers})

    def settled(self) -> LoadPlan:
        """The plan with nothing left open: safe defaults taken, and said; NeedsAnswer where there is none."""
        undecided = [question for question in self.open if question.default is None]
        if undecided:
            raise self.refusal(undecided)
        notes, defaults = [], {}
        for question in self.open:
            chosen = next(choice for choice in question.choices if choice.value == question.default)
            told: dict[str, object] = {
                "question": question.ask,
                "answer": chosen.meaning,
                "option": question.on_command_line.strip(),
            }
            notes.append(Said(N_("{question} Taken: {answer}. Change it with {option}."), told))
            defaults[question.key] = chosen.value
        return replace(self.answered(defaults), taken=(*self.taken, *notes)) if defaults else self

    def refusal(self, undecided: list[Question]) -> NeedsAnswer:
        """What is said where questions are open and nobody can be asked: the options that answer all of them."""
        file = self.opened.tables[0].place
        if len(undecided) > 1:
            return NeedsAnswer(
                N_("{file}: {count} questions are open:\n{questions}"),
                fix=N_("Answer them all in one line, with one of the values listed for each VALUE:\n  {command}"),
                file=file,
                count=len(undecided),
                questions="\n".join(_listed(number, question) for number, question in enumerate(undecided, 1)),
                command=" ".join(["liuke load", _shell(self.opened.location), *map(_answering, undecided)]),
            )
        (question,) = undecided
        evidence = "".join(f"\n  {line}" for line in question.evidence)
        return NeedsAnswer(
            N_("{file}: {question}{evidence}"),
            fix=N_("Answer with {option}, where VALUE is one of:\n{listed}"),
            file=file,
            question=question.ask,
            evidence=evidence,
            option=_answering(question),
            have=", ".join(choice.value for choice in question.choices),
            listed="\n".join(_choice(choice.value, choice.meaning.text()) for choice in question.choices),
        )

    def reading(self) -> Reading:
        """A passage over the rows, as far as the plan is answered."""
        surveys = self.documents.surveys
        return Reading(self.opened, self.contract, self.mapping, self.tables, self.beforehand.today, surveys)

    def to_toml(self) -> str:
        """The mapping file of this plan, with what was asked: `saved_plan` reads it again."""
        lines = ["[plan]", f"open = [{', '.join(quoted(question.key) for question in self.open)}]", "", "[answers]"]
        lines += [f"{quoted(key)} = {quoted(value)}" for key, value in self.answers.items()]
        return self.mapping.to_toml() + "\n" + "\n".join(lines) + "\n"


def _choice(value: str, means: str) -> str:
    return f"  {means}" if means.startswith(value) else f"  {value}  {means}"


def _listed(number: int, question: Question) -> str:
    """A question with its evidence and choices, as a paragraph."""
    lines = [f"{number}. {question.ask.text()}", *(f"   {line}" for line in question.evidence)]
    lines += [f" {_choice(choice.value, choice.meaning.text())}" for choice in question.choices]
    return "\n".join(lines)


def _answering(question: Question) -> str:
    """The option that answers a question, VALUE standing for the answer."""
    option = question.on_command_line
    return option + ('VALUE"' if '"' in option else "VALUE")


def _shell(text: str) -> str:
    return f'"{text}"' if re.search(r"[^\w./:\\-]", text) else text


def plan_load(
    opened: Opened,
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    *,
    source: str = "",
    mapping: Mapping | None = None,
    answers: Answers | None = None,
) -> LoadPlan:
    """The plan of an opened source: under a given mapping nothing is asked and what it assumes is said again; else
    the columns are guessed, and what `answers` decide of the questions left is decided."""
    answers = answers or Answers()
    opened = replace(opened, tables=[months_down(table, answers.to("months")) for table in opened.tables])
    refuse_without_rows(opened)
    refuse_unknown_headers(opened, answers)
    if mapping is not None:
        said = tuple(standing(with_answers(mapping, answers, contract)))
        words = of_mapping(with_answers(mapping, answers, contract), opened.tables)
        plan = LoadPlan(opened, contract, inputs, source, words.mapping, words.questions, beforehand=answers,
                        said=(*said, *words.notes), census=words.census)  # fmt: skip
    else:
        found, table = _best_guess(opened, contract, inputs, answers)
        if found.missing:
            refuse_periods_across(table)
            raise missing_columns(found, contract, table)
        start = replace(found.mapping, headers=tuple(table.columns))
        words = WordPlan(start)
        if contract.table == "document_line":
            names = contract.columns["amount"].names
            words = of_guess(start, inputs, names, found.looks, table, opened.tables, found.notes)
        asked, said = (*found.questions, *words.questions), (*found.notes, *words.notes)
        plan = LoadPlan(opened, contract, inputs, source, words.mapping, asked, beforehand=answers, said=said,
                        census=words.census, guessed=True)  # fmt: skip
    given = {question.key: answers.to(question.key) for question in plan.asked}
    plan = plan.answered({key: value for key, value in given.items() if value is not None})
    assert plan.mapping is not None  # worked out now, so that what does not fit is refused before anything is asked
    return plan


def saved_plan(text: str, plan: LoadPlan, *, origin: str = "plan") -> LoadPlan:
    """What `to_toml` wrote, for the same source opened again and planned anew: its columns, options and answers."""
    mapping = from_toml(text, plan.contract, plan.inputs, origin=origin)
    data = parsed(text)
    still = data.get("plan", {}).get("open", [])
    answers = {str(key): str(value) for key, value in data.get("answers", {}).items()}
    said = tuple(standing(mapping)) if not still else plan.said
    asked = tuple(question for question in plan.asked if question.key in still)
    return replace(plan, start=mapping, asked=asked, answers=answers, said=said)


def _best_guess(
    opened: Opened, contract: Contract, inputs: collections.abc.Mapping[str, Column], answers: Answers
) -> tuple[Guess, RawTable]:
    """The guess of the first table whose columns suffice; the first table's own where none does."""
    first: tuple[Guess, RawTable] | None = None
    seen: set[tuple[str, ...]] = set()
    for table in opened.tables:
        key = tuple(map(plain, table.columns))
        if key in seen or table.sample(1).is_empty():
            continue
        seen.add(key)
        given = {name: header for name in NAMED if (header := getattr(answers, name)) in table.columns}
        found = guess(contract, inputs, table, given)
        first = first or (found, table)
        if not found.missing:
            return found, table
    assert first is not None
    return first
