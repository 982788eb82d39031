"""A page of sections: a sentence that answers, then tables with what they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from liuke.reports.contexts.base import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.kernel.said import Said
    from liuke.reports.shown import Listed


@dataclass(frozen=True)
class Section(Context):
    """One table with its heading."""

    id: Annotated[str, "its place on the page"]
    title: Annotated[Said, "its heading"]
    note: Annotated[Said, "beside the heading; nothing where there is nothing to say"]
    listed: Annotated[Listed, "its rows"]
    points: Annotated[Sequence[tuple[float, float, int]], "expected, observed, rows: drawn above the table"] = ()


@dataclass(frozen=True)
class SectionsPage(Context):
    """Sections under an answer."""

    answer: Annotated[Said, "the sentence the page is opened for"]
    second: Annotated[Said, "what is to be added; may be nothing"]
    card: Annotated[Sequence[tuple[Said, Said]], "title and text, a line each"]
    sections: Annotated[Sequence[Section], "the tables"]
