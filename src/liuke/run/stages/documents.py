"""Documents: those of every customer as the run knew them, so that one customer is read from the run alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.kinds import KINDS
from liuke.run.contracts import CUSTOMER, day, money, table, text, whole
from liuke.run.stage import Finished, Passed, Stage
from liuke.store.documents import Span, documents, owners_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from liuke.run.known import Known

DOCUMENT = table(
    "document",
    "Every document of every customer known at as_of; by customer, newest first",
    ("customer_code", "date", "kind", "document_id"),
    customer_code=CUSTOMER,
    date=day("Its day", required=True),
    kind=text("Kind of document", *KINDS, required=True),
    document_id=text("Its number; null where the export has none"),
    lines=whole("Its lines"),
    amount=money("Their amount"),
)
AT_ONCE = 200_000  # customers


class DocumentsStage(Stage):
    """All documents, sorted by customer."""

    name = "documents"
    tables = (DOCUMENT,)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """`document`."""
        return Finished({"document": _parts(known)})


def _parts(known: Known) -> Iterator[pl.DataFrame]:
    owners = owners_of(known.customers).sort("owner_code")
    span = Span(None, known.scope.as_of, known.scope.known)
    codes = known.panels.customers
    for start in range(0, max(len(codes), 1), AT_ONCE):
        some = codes[start : start + AT_ONCE]
        within = owners.filter(owners["owner_code"].is_between(int(some[0]), int(some[-1]))) if len(some) else owners
        yield documents(known.facts, within, span)
