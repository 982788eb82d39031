"""A run of a served firm, read over its API: the same views and frames as of one that lies here."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app.calling import part_of_path
from liuke.app.missing import no_table
from liuke.app.run_view import OneCustomer, RunView
from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports.query import CUSTOMERS, VALUES, Condition, Page, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.app.calling import Calls, Returned
    from liuke.run.cause_owners import CauseOwned
    from liuke.store.runs import Run

RUN, TOTAL = "x-liuke-run", "x-liuke-total"
AT_ONCE = 10_000  # rows asked for at once
OTHER_RUN = N_("Another run became the current one while this one was read.")


@dataclass
class ConnectedReader:
    """Questions to one run of a served firm; whose customers are shown is decided there."""

    calls: Calls
    as_of: str | None = None
    run_id: str | None = None  # once known, an answer from another run is refused
    _told: dict[str, Any] = field(default_factory=dict, repr=False)

    def told(self) -> dict[str, Any]:
        """What the run says of itself, its tables, whether all of the firm is seen, and what stands against it."""
        if not self._told:
            found = self.calls.get("tables", as_of=self.as_of).json()
            self._check(found["info"]["run_id"])
            self._told.update(found)
        return self._told

    @property
    def info(self) -> dict[str, Any]:
        """What went into the run, when, and how much came out, as far as one may know it."""
        info: dict[str, Any] = self.told()["info"]
        return info

    @property
    def whole(self) -> bool:
        """Whether the whole firm is seen."""
        return bool(self.told()["whole"])

    @property
    def tables(self) -> list[str]:
        """Names of the tables that can be asked."""
        return list(self.told()["tables"])

    def columns(self, table: str) -> dict[str, str]:
        """The columns that can be asked for, with their types; NotFound for a table the run has not."""
        have = self.told()["tables"]
        if table not in have:
            raise no_table(table, have)
        found: dict[str, str] = have[table]
        return found

    def page(self, query: Query) -> Page:
        """The rows asked for and how many there are on all pages."""
        rows, total = self._all(f"tables/{query.table}", query.page, query.size, sort=query.sort or None,
                                descending=query.descending, **_narrowed(query))  # fmt: skip
        return Page(rows, total, query)

    def table(self, name: str) -> pl.DataFrame:
        """A table, whole. Forbidden to who does not see the whole firm."""
        return self._all(f"tables/{name}/whole", 1, None)[0]

    def shown(self, name: str) -> pl.DataFrame:
        """What one may see of a table."""
        return self.table(name) if self.whole else self._all(f"tables/{name}", 1, None)[0]

    def facets(self, column: str, query: Query | None = None) -> pl.DataFrame:
        """The values of a column among the rows of a query and how many rows have each: value, rows; most first."""
        asked = query or Query()
        return self._frame(self._asked(f"tables/{asked.table}/facets", column=column, **_narrowed(asked)))

    def sums(self, query: Query, *columns: str) -> dict[str, Any]:
        """`rows` of a query, and for each column the sum of its known values, None where none is known."""
        answer = self._asked(f"tables/{query.table}/sums", column=columns, **_narrowed(query))
        return self._frame(answer).row(0, named=True)

    def customer(self, wanted: str) -> OneCustomer:
        """The customer with this number or name, or the one it is merged into; NotFound with the near ones."""
        found = self.calls.get("match", customer=wanted, as_of=self.as_of).json()
        number = found["customer_id"]
        mine = (Condition("customer_id", number),)
        row = self.page(Query(CUSTOMERS, mine, size=1)).rows.row(0, named=True)
        value = self.page(Query(VALUES, mine, size=1)).rows.row(0, named=True) if found["valued"] else None
        return OneCustomer(row, value, self.documents(number), found["merged_from"])

    def documents(self, customer_id: str) -> pl.DataFrame:
        """Every document of a customer the run knew, newest first: date, kind, document_id, lines, amount."""
        return self._all(f"customers/{part_of_path(customer_id)}/documents", 1, None)[0]

    def _all(self, path: str, page: int, size: int | None, **asked: object) -> tuple[pl.DataFrame, int]:
        """One page, put together from as many requests as it takes, and how many rows there are."""
        if size is not None and size <= AT_ONCE:
            return self._part(path, page, size, **asked)
        first, total = self._part(path, 1, AT_ONCE, **asked)
        wanted = total if size is None else min(page * size, total)
        parts = [first]
        for at in range(2, -(-wanted // AT_ONCE) + 1):
            part, many = self._part(path, at, AT_ONCE, **asked)
            if many != total:
                raise Conflict(OTHER_RUN, code="run_changed", fix=N_("Read it again."))
            parts.append(part)
        rows = pl.concat(parts)
        return (rows if size is None else rows.slice((page - 1) * size, size)), total

    def _part(self, path: str, page: int, size: int, **asked: object) -> tuple[pl.DataFrame, int]:
        answer = self._asked(path, page=page, size=size, **asked)
        return self._frame(answer), int(answer.headers[TOTAL])

    def _asked(self, path: str, **asked: object) -> Returned:
        answer = self.calls.get(path, form="arrow", as_of=self.as_of, **asked)
        self._check(answer.headers[RUN])
        return answer

    def _frame(self, answer: Returned) -> pl.DataFrame:
        return pl.read_ipc_stream(BytesIO(answer.body))

    def _check(self, run_id: str) -> None:
        if self.run_id is None:
            self.run_id = run_id
        elif run_id != self.run_id:
            raise Conflict(OTHER_RUN, code="run_changed", fix=N_("Read it again."))


@dataclass(frozen=True)
class ConnectedSource:
    """The tables of a run as far as one may see them, for the listings that need one whole."""

    reader: ConnectedReader

    @property
    def info(self) -> dict[str, Any]:
        """As the run has it."""
        return self.reader.info

    def table(self, name: str) -> pl.DataFrame:
        """A table, whole."""
        return self.reader.shown(name)

    def scan(self, name: str) -> pl.LazyFrame:
        """The same, lazily."""
        return self.table(name).lazy()


@dataclass(frozen=True)
class ConnectedRun(RunView):
    """A finished run of a served firm; frames and listings are those of a run that lies here."""

    workspace: None  # type: ignore[assignment]  # it lies with the server
    reader: ConnectedReader  # type: ignore[assignment]

    @property
    def owners_told(self) -> tuple[Mapping[str, CauseOwned], Said]:
        """None: who owns a cause stands in the server's workspace, and its API does not say it yet."""
        return {}, Said("")

    @property
    def made(self) -> Run:
        """Refused: where it lies is the server's."""
        raise NotFound(N_("This run lies with its server."), fix=N_("Read its tables with table(…) or page(…)."))

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return self.reader.tables

    def source(self) -> ConnectedSource:
        """What contexts are made from."""
        return ConnectedSource(self.reader)

    def customer(self, wanted: str) -> OneCustomer:
        """The customer with this number or name, or the one it is merged into; NotFound with the near ones."""
        return self.reader.customer(wanted)


def _narrowed(query: Query) -> dict[str, object]:
    """The conditions of a query as the API reads them."""
    where = [f"{each.column}{'=' if each.how == 'has' else each.how}{each.value}" for each in query.where]
    return {"where": where, "q": query.search or None}
