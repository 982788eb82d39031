"""The read side: one query of one run answered by a page of rows, with how many there are in all.

Held (for a server): the scalar columns of a table are loaded once into DuckDB in memory, in the table's own order with
its place as an integer, so that any page is a lookup; lists are read from the run for the rows of the page alone. Not
held (for one question): DuckDB reads the columns it needs straight from the run. A run never changes, so neither does
an answer; `app.latest` opens a new reader when another run becomes the current one.

The tables lie in a schema that is not searched. A question names them plainly, and the door (`Reader._through`) puts
before it what each of them is for this reader: all rows, or those of customers with one of its `owners`. A question
that does not go through the door finds no table.
"""

from __future__ import annotations

import re
import threading
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from liuke.app import facets
from liuke.app.missing import no_such, no_table, not_one
from liuke.app.one_person import one_person
from liuke.app.owned import NOBODY, Owned, keep_owners, reassigned
from liuke.app.relation import HIDDEN, opened, refuse_limited
from liuke.kernel.kept_answers import KeptAnswers
from liuke.reports.cause_words import without_counts
from liuke.reports.query import CUSTOMERS, VALUES, Page, Query, known_values
from liuke.reports.reasons import with_reasons
from liuke.signals.watch_list import VIEWS
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from liuke.app.relation import Relation, Type
    from liuke.store.runs import Run

T = TypeVar("T")
KEPT = 64  # answers to "which rows match" that are kept; a million rows of one are 4 MB
KEPT_COUNTS = 1_000  # answers of a few rows: facets, sums
MANY = 1_000  # from so many rows on they are joined, not named
MOST_NAMED = 40  # values named where none was meant
NEAR = 5  # customers named where what was asked for fits several


@dataclass
class Reader:
    """Questions to one run. Safe to ask from several threads; `held` keeps what was read in memory."""

    run: Run
    held: bool = False
    owners: frozenset[str] | None = None  # whose customers alone are seen; None: all
    owned: Owned = field(default_factory=lambda: NOBODY, repr=False)
    _by: set[str] = field(default_factory=set, repr=False)
    _open: dict[str, Relation] = field(default_factory=dict, repr=False)
    _matching: KeptAnswers = field(default_factory=lambda: KeptAnswers(KEPT), repr=False)
    _counted: KeptAnswers = field(default_factory=lambda: KeptAnswers(KEPT_COUNTS), repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def __post_init__(self) -> None:
        import duckdb

        self._con = duckdb.connect()
        self._con.execute(f"CREATE SCHEMA {HIDDEN}")
        if self.held:
            keep_owners(self._con, self.run, self.owned)

    def seen_by(self, owners: frozenset[str] | None) -> Reader:
        """A reader of the same tables that shows the customers of these owners alone (None: all); it must be `held`."""
        if not self.held:
            raise AssertionError("only a reader that holds its tables knows their owners")
        other = copy(self)
        other.owners = owners  # part of the key of every answer both keep
        return other

    def reassign(self, owned: Owned) -> None:
        """From now on customers have these owners, in every reader of the same tables."""
        with self._lock:
            keep_owners(self._con, self.run, owned)
            for table in self._open.values():
                if table.owned:
                    reassigned(self._con, table)
            self.forget()

    @property
    def info(self) -> dict[str, Any]:
        """What went into the run, when, and how much came out; the counts are of the customers seen."""
        if self.owners is None:
            return dict(self.run.info)
        told = {**self.run.info, **self._counted.get((self.owners, "counts"), self._counts)}
        return {**told, "causes": without_counts(told["causes"])} if told.get("causes") else told

    def _counts(self) -> dict[str, Any]:
        table = self._table(CUSTOMERS).name
        on = ", ".join(f"count({view}_rank) AS {view}" for view in VIEWS)
        asked = f"SELECT count(*) AS customers, count(rank) AS listed, {on} FROM {table}"
        found = self._ask(asked, []).row(0, named=True)
        return {"listed_by_view": {view: found.pop(view) for view in VIEWS}, **found}

    @property
    def tables(self) -> list[str]:
        """Names of the run's tables."""
        return self.run.tables

    def table(self, name: str) -> pl.DataFrame:
        """One of the run's tables, whole; meant for the small ones. Forbidden to who sees only some customers."""
        self._check(name)
        self.refuse_limited()
        return self.run.table(name)

    def refuse_limited(self) -> None:
        """Refuse what is about the whole firm."""
        refuse_limited(self.owners)

    def columns(self, table: str) -> dict[str, Type]:
        """The columns that can be asked for, with their types."""
        return self._table(table).columns

    def page(self, query: Query) -> Page:
        """The rows asked for, best first, and how many there are on all pages."""
        table, asked = self._table(query.table), self._by_number(query)
        where, values = table.conditions(asked)
        order = table.order(asked)
        self._refuse_unknown_values(table, asked)
        if self.held:
            places = self._places(table, where, values, order)
            total = len(places)
            start = (query.page - 1) * (query.size or 0)
            rows = self._at(table, places[start : start + query.size] if query.size else places)
        else:
            total = self._count(table, where, values)
            limit = f"LIMIT {query.size} OFFSET {(query.page - 1) * query.size}" if query.size else ""
            rows = self._ask(f"SELECT {table.selected} FROM {table.name} {where} ORDER BY {order} {limit}", values)
        return Page(self._whole(table, rows), total, query)

    def suggested(self, text: str, size: int) -> tuple[list[dict[str, Any]], int]:
        """customer_id, name and state of the first customers whose number or name holds a text; how many do."""
        table = self._table(CUSTOMERS)
        where, values = table.conditions(Query(search=text))
        places = self._places(table, where, values, table.default)
        within = ", ".join(map(str, places[:size].tolist())) or "NULL"
        asked = f"SELECT customer_id, name, state FROM {table.name} WHERE stands_at IN ({within}) ORDER BY stands_at"
        return self._ask(asked, []).to_dicts(), len(places)

    def facets(self, column: str, query: Query | None = None) -> pl.DataFrame:
        """The values of a column among the rows of a query and how many rows have each: value, rows; most first."""
        return self.facets_of({column: query or Query()})[column]

    def facets_of(self, asked: Mapping[str, Query]) -> dict[str, pl.DataFrame]:
        """The facets of several columns, each among the rows of its query; columns of one query are counted at once."""
        together: dict[tuple[str, str, tuple[object, ...]], list[str]] = {}
        for column, query in asked.items():
            table = self._table(query.table)
            table.known(column)
            where, bound = table.conditions(self._by_number(query))
            together.setdefault((table.name, where, tuple(bound)), []).append(column)
        found: dict[str, pl.DataFrame] = {}
        for (name, where, values), columns in together.items():
            sql = facets.question(name, where, columns)
            counted = self._counted.get((self.owners, sql, values), partial(self._ask, sql, list(values)))
            found |= facets.by_column(counted, columns)
        return found

    def sums(self, query: Query, *columns: str) -> dict[str, Any]:
        """`rows` of a query, and for each column the sum of its known values, None where none is known."""
        table = self._table(query.table)
        where, values = table.conditions(self._by_number(query))
        summed = "".join(f", sum({table.known(name)}) AS {name}" for name in columns)
        asked = f"SELECT count(*) AS rows{summed} FROM {table.name} {where}"
        return self.kept((asked, tuple(values)), lambda: self._ask(asked, values)).row(0, named=True)

    def codes(self) -> pl.Series:
        """The codes of all customers this reader shows."""
        return self._ask(f"SELECT customer_code FROM {self._table(CUSTOMERS).name}", [])["customer_code"]

    def numbers(self, query: Query) -> list[str]:
        """The customer_id of every row of a query."""
        table = self._table(query.table)
        where, values = table.conditions(self._by_number(query))
        return self._ask(f"SELECT customer_id FROM {table.name} {where} ORDER BY 1", values)["customer_id"].to_list()

    def among(self, numbers: Sequence[str]) -> pl.DataFrame:
        """customer_id, name, at_stake and usual_year of those of some customers that are shown, by number."""
        wanted = pl.DataFrame({"customer_id": pl.Series(list(numbers), dtype=pl.String)})
        name = self._table(CUSTOMERS).name
        shown = f"SELECT customer_id, name, at_stake, usual_year FROM {name} SEMI JOIN wanted USING (customer_id)"
        return self._ask(f"{shown} ORDER BY customer_id", [], wanted=wanted)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made of this run for these owners, made once until customers change hands."""
        return self._counted.get((self.owners, key), make)

    def forget(self) -> None:
        """Let go of the answers that are kept; the tables stay."""
        self._matching.clear()
        self._counted.clear()

    def customer(self, wanted: str, merged: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The one customer with this number or name, or the one it is merged into, with its reasons.

        NotFound names the near ones where nobody, or more than one, is meant.
        """
        for number in dict.fromkeys((wanted, (merged or {}).get(wanted, wanted))):
            row = self.numbered(number)
            if row is not None:
                return row
        table = self._table(CUSTOMERS)
        rows = self._found(table, "name = ?", wanted)
        if len(rows) != 1:
            page = self.page(Query(search=wanted, size=NEAR))
            rows, count = page.rows, page.total
            if count != 1:
                raise not_one(wanted, rows, count)
            return rows.row(0, named=True)
        return self._whole(table, rows).row(0, named=True)

    def numbered(self, customer_id: str) -> dict[str, Any] | None:
        """The one customer of exactly this number, with its reasons; None where this reader shows none."""
        rows = self._found(table := self._table(CUSTOMERS), "customer_id = ?", customer_id)
        return self._whole(table, rows).row(0, named=True) if len(rows) == 1 else None

    def value(self, customer_id: str) -> dict[str, Any] | None:
        """What one customer is worth; None in a run without values or of a customer without any."""
        if VALUES not in self.tables:
            return None
        rows = self._found(self._table(VALUES), "customer_id = ?", customer_id)
        return None if rows.is_empty() else rows.row(0, named=True)

    def documents(self, customer_id: str) -> pl.DataFrame:
        """Every document of a customer the run knew, newest first: date, kind, document_id, lines, amount."""
        code = f"SELECT customer_code FROM {self._table(CUSTOMERS).name} WHERE customer_id = ?"
        codes = self._ask(code, [customer_id])["customer_code"].to_list()
        shown = ("date", "kind", "document_id", "lines", "amount")
        if not codes:
            return self.run.scan("document").select(shown).head(0).collect()
        found = self.run.of_customer("document", codes[0], shown)
        return found.sort("date", "document_id", descending=[True, False], nulls_last=True)

    def _found(self, table: Relation, where: str, value: str) -> pl.DataFrame:
        """The first rows where a column has one value."""
        return self._ask(f"SELECT {table.selected} FROM {table.name} WHERE {where} LIMIT {NEAR + 1}", [value])

    def _table(self, name: str) -> Relation:
        """A table ready to be asked."""
        self._check(name)
        with self._lock:
            if name not in self._open:
                self._open[name] = opened(self._con, self.run, name, self.held)
            return self._open[name]

    def _check(self, name: str) -> None:
        if name not in self.tables:
            raise no_table(name, self.tables)

    def _places(self, table: Relation, where: str, values: list[object], order: str) -> npt.NDArray[np.int32]:
        """The places of all matching rows in the order asked for."""
        import numpy as np

        def found() -> npt.NDArray[np.int32]:
            places = self._numbers(f"SELECT stands_at FROM {table.name} {where} ORDER BY stands_at", values)
            if order == table.default:
                return places
            ordered = self._ordered(table, order)
            matching = np.zeros(len(ordered), np.bool_)
            matching[places] = True
            return ordered[matching[ordered]]

        return self._matching.get((self.owners, table.name, where, tuple(values), order), found)

    def _ordered(self, table: Relation, order: str) -> npt.NDArray[np.int32]:
        """The places of all rows in an order, made once for every reader of the same tables."""
        with self._lock:
            if order not in table.orders:
                table.orders[order] = self._numbers(
                    f'SELECT stands_at FROM {HIDDEN}."{table.name}" ORDER BY {order}', []
                )
            return table.orders[order]

    def _at(self, table: Relation, places: npt.NDArray[np.int32]) -> pl.DataFrame:
        """The rows at some places, in their order."""
        wanted = pl.DataFrame({"stands_at": pl.Series(places, dtype=pl.Int32)})
        if len(places) > MANY:
            rows = self._ask(f"SELECT stands_at, {table.selected} FROM {table.name} SEMI JOIN wanted USING (stands_at)",
                             [], wanted=wanted)  # fmt: skip
        else:
            within = ", ".join(map(str, places.tolist())) or "NULL"
            rows = self._ask(f"SELECT stands_at, {table.selected} FROM {table.name} WHERE stands_at IN ({within})", [])
        return wanted.join(rows, on="stands_at", how="left", maintain_order="left").drop("stands_at")

    def _whole(self, table: Relation, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of a page with their lists, those of customers with their reasons."""
        if table.name != CUSTOMERS:
            return rows
        codes = rows["customer_code"]
        if table.lists:
            found = self._of(CUSTOMERS, f"customer_code, {', '.join(table.lists)}", codes)
            rows = rows.join(found, on="customer_code", how="left", maintain_order="left")
        if VALUES in self.tables:
            ahead = self._of(VALUES, "customer_code, core_next_year", codes)
            rows = rows.join(ahead, on="customer_code", how="left", maintain_order="left")
        return with_reasons(rows, self._of("reason", "*", codes))

    def _of(self, name: str, columns: str, codes: pl.Series) -> pl.DataFrame:
        """Rows of a table of the run as it lies there, of some customers."""
        source = self._by_code(name, columns) if self.held else parquet([self.run.path(name)])
        if len(codes) > MANY:
            joined = f"SELECT {columns} FROM {source} SEMI JOIN wanted USING (customer_code)"
            return self._ask(joined, [], wanted=pl.DataFrame({"customer_code": codes}))
        within = ", ".join(map(str, codes.to_list())) or "NULL"
        return self._ask(f"SELECT {columns} FROM {source} WHERE customer_code IN ({within})", [])

    def _by_code(self, name: str, columns: str) -> str:
        """Columns of a table held by customer: its name."""
        held = f"{HIDDEN}.of_{name}"
        with self._lock:
            if held not in self._by:
                source = parquet([self.run.path(name)])
                source = source.replace("hive_partitioning", "file_row_number = true, hive_partitioning")
                self._con.execute(
                    f"CREATE TABLE {held} AS SELECT {columns} FROM {source} ORDER BY customer_code, file_row_number"
                )
                self._con.execute(f"CREATE INDEX of_{name}_code ON {held} (customer_code)")
                self._by.add(held)
        return held

    def _by_number(self, query: Query) -> Query:
        """The query with salespeople by number: two of one name never share a list, and it is said which there are."""
        if "salesperson_id" not in self._table(query.table).columns:
            return query
        return replace(query, where=tuple(one_person(each, lambda: self._people) for each in query.where))

    @property
    def _people(self) -> pl.DataFrame:
        """Number and name of everybody who looks after customers."""
        asked = f"SELECT DISTINCT salesperson_id, salesperson FROM {self._table(CUSTOMERS).name} ORDER BY 1"
        return self._counted.get((self.owners, asked, ()), lambda: self._ask(asked, []))

    def _refuse_unknown_values(self, table: Relation, query: Query) -> None:
        """Refuse a text no row has, unless it is known to be one: an empty list would look like an answer."""
        for condition in query.where:
            kind = table.columns[condition.column]
            if condition.how == "!=" or kind not in ("text", "texts"):
                continue
            known = self._known(condition.column)
            where, values = table.conditions(Query(table.name, (condition,)))
            if condition.value in known or self._any(table, where, values):
                continue
            each = f"unnest({condition.column})" if kind == "texts" else f'"{condition.column}"'
            have = known or self._ask(
                f'SELECT DISTINCT {each} AS value FROM {table.name} WHERE "{condition.column}" IS NOT NULL'
                f" ORDER BY 1 LIMIT {MOST_NAMED}", []
            )["value"].to_list()  # fmt: skip
            if have or self._speaks_of_anybody(table):  # an empty list of nobody at all says so
                raise no_such(condition, have)

    def _speaks_of_anybody(self, table: Relation) -> bool:
        """Whether a row is of a customer: one that says what is not known of everybody is of none."""
        return self._any(table, "WHERE customer_id IS NOT NULL" if "customer_id" in table.columns else "", [])

    def _known(self, column: str) -> list[str]:
        """The values a column may have, whether or not any customer has them; empty where that is not settled."""
        return self.run.table("rule_score")["rule"].to_list() if column == "rules" else known_values(column)

    def _count(self, table: Relation, where: str, values: list[object]) -> int:
        return int(self._ask(f"SELECT count(*) AS n FROM {table.name} {where}", values).item())

    def _any(self, table: Relation, where: str, values: list[object]) -> bool:
        """Whether there is such a row; none after the first is looked at."""
        asked = f"SELECT count(*) AS n FROM (SELECT 1 FROM {table.name} {where} LIMIT 1)"
        return bool(self._counted.get((self.owners, asked, tuple(values)), lambda: self._ask(asked, values)).item())

    def _ask(self, sql: str, values: list[object], **frames: pl.DataFrame) -> pl.DataFrame:
        with self._con.cursor() as cursor:
            for name, frame in frames.items():
                cursor.register(name, frame.to_arrow())
            return cursor.execute(self._through(sql), values).pl()

    def _numbers(self, sql: str, values: list[object]) -> npt.NDArray[np.int32]:
        import numpy as np

        with self._con.cursor() as cursor:
            found = cursor.execute(self._through(sql), values).fetchnumpy()["stands_at"]
        return np.asarray(found, np.int32)

    def _through(self, sql: str) -> str:
        """The door: before a question stands what each table it names is for this reader."""
        named = [table for name, table in self._open.items() if re.search(rf"\b{name}\b", sql)]
        doors = [f"{table.name} AS NOT MATERIALIZED ({table.shown(self.owners)})" for table in named]
        return f"WITH {', '.join(doors)} {sql}" if doors else sql
