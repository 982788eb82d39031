"""What the documents of all tables of a source are like, under one mapping."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from liuke.sources.document_rows import Survey
from liuke.sources.same_documents import key_of_all, same_documents
from liuke.sources.survey import survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.kernel.said import Said
    from liuke.sources.mapping import Mapping
    from liuke.sources.table import Question, RawTable


@dataclass(frozen=True)
class SourceDocuments:
    """By place of the table, what was found; what is said of it, each kind once, and what is to be asked."""

    surveys: dict[str, Survey] = field(default_factory=dict)
    notes: tuple[Said, ...] = ()
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(cls, tables: Sequence[RawTable], mapping: Mapping) -> SourceDocuments:
        """The documents of the tables; refused where two tables write them twice and differ."""
        if mapping.table != "document_line":
            return cls()
        surveys = {table.place: survey(table, mapping.within(table.columns)) for table in tables}
        twice, said = same_documents(tables, mapping, surveys)
        for place, keys in twice.items():
            surveys[place] = replace(surveys[place], twice=keys, twice_key=key_of_all(tables, mapping) or ())
        notes = {note.message: note for found in surveys.values() for note in found.notes}
        questions = {question.key: question for found in surveys.values() for question in found.questions}
        return cls(surveys, (*notes.values(), *said), tuple(questions.values()))
