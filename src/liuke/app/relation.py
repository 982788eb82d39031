"""A table of a run as something to be asked: its columns with types, its own order, conditions as SQL.

Every name that reaches SQL is one of the table's columns, every value a bound parameter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from liuke.kernel.errors import Forbidden, Invalid
from liuke.kernel.i18n import N_
from liuke.reports.query import CUSTOMER_CAUSE, CUSTOMER_CAUSE_BEFORE, CUSTOMERS, FIRST_CAUSE, VALUES
from liuke.signals.watch_list import VIEWS
from liuke.store.sql import literal, parquet

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    from liuke.reports.query import Condition, Query
    from liuke.store.runs import Run

OWNER = "owner"  # whose customer a row is of: a salesperson's number, or what somebody assigned since
HIDDEN = "held"  # the schema tables lie in; nothing but the door of `Reader` names it
Type = Literal["text", "texts", "date", "money", "number", "integer", "boolean"]
TYPES: dict[str, Type] = {
    "VARCHAR": "text", "VARCHAR[]": "texts", "DATE": "date", "DOUBLE": "number", "FLOAT": "number",
    "TINYINT": "integer", "SMALLINT": "integer", "INTEGER": "integer", "BIGINT": "integer", "BOOLEAN": "boolean",
}  # fmt: skip
WROTE, WROTE_NAME = "wrote", "wrote_name"  # whom the documents of the run name, whoever the owner is now
INTERNAL = {
    "customer_code",
    "stands_at",
    "sought",
    OWNER,
    WROTE,
    WROTE_NAME,
}  # never asked for, sorted by or named to anybody
ORDERS = {  # how a table comes without being asked for an order
    CUSTOMERS: "rank NULLS LAST, usual_year DESC NULLS LAST, customer_id",
    VALUES: "next_year DESC NULLS LAST, customer_id",
}
ONE_A_CUSTOMER = (CUSTOMERS, VALUES)  # a page of one customer asks for its row
WHO = ("customer_id", "name", "state", "salesperson_id", "salesperson")  # of whom a row is, beside its number
MORE_OF: dict[str, dict[str, Type]] = {  # what else of whom, where one asks by it
    name: {"region": "text", "grade": "text", "core": "boolean"} for name in (CUSTOMER_CAUSE, CUSTOMER_CAUSE_BEFORE)
}
SMALLEST_FIRST = {"rank", *(f"{view}_rank" for view in VIEWS)}
TEXT: Type = "text"
ORDERED = ("date", "money", "number", "integer")
TRUE, FALSE = {"true", "yes", "1", "是"}, {"false", "no", "0", "否"}
MOST_DIGITS = 30  # of a number asked for


@dataclass
class Relation:
    """A table of a run in an open connection, under its own name."""

    name: str
    columns: dict[str, Type]  # that can be asked for
    selected: str  # columns of a page, as SQL
    lists: tuple[str, ...]  # read for the rows of a page alone
    default: str  # its own order, as SQL
    owned: bool = False  # whether its rows are of customers, each with an owner
    orders: dict[str, npt.NDArray[np.int32]] = field(default_factory=dict)  # places in other orders, made once

    def shown(self, owners: frozenset[str] | None) -> str:
        """The rows of customers with one of these owners, all rows without any named, as SQL."""
        every = f'SELECT * FROM {HIDDEN}."{self.name}"'
        if owners is None:
            return every
        if not self.owned:
            refuse_limited(owners)
        within = ", ".join(literal(owner) for owner in sorted(owners)) or "NULL"
        return f"{every} WHERE {OWNER} IN ({within})"

    def known(self, column: str) -> str:
        """A column as SQL; Invalid, with those there are, for one the table has not."""
        if column not in self.columns:
            raise Invalid(
                N_("There is no column {column} to select by."),
                column=column,
                have=", ".join(self.columns),
                fix=N_("Columns are: {have}."),
            )
        return f'"{column}"'

    def conditions(self, query: Query) -> tuple[str, list[object]]:
        """What must hold of a row, as SQL, and the values to bind."""
        clauses, values = [], list[object]()
        for condition in query.where:
            clause, value = self._clause(condition)
            clauses.append(clause)
            values.append(value)
        if query.search:
            clauses.append("contains(sought, ?)" if "customer_id" in self.columns else "false")
            values.append(query.search.lower())
        return f"WHERE {' AND '.join(clauses)}" if clauses else "", values

    def order(self, query: Query) -> str:
        """The order asked for, as SQL; rows that are alike come in the table's own."""
        if query.sort in ("", "rank" if self.name == CUSTOMERS else ""):
            return self.default
        if query.sort not in self.columns or self.columns[query.sort] == "texts":
            raise Invalid(
                N_("The list can't be sorted by {sort}."),
                sort=query.sort,
                have=", ".join(name for name, kind in self.columns.items() if kind != "texts"),
                fix=N_("Sort by: {have}."),
            )
        largest_first = self.columns[query.sort] in (*ORDERED, "boolean") and query.sort not in SMALLEST_FIRST
        down = largest_first if query.descending is None else query.descending
        return f'"{query.sort}" {"DESC" if down else "ASC"} NULLS LAST, {self.default}'

    def _clause(self, condition: Condition) -> tuple[str, object]:
        name = self.known(condition.column)
        kind = self.columns[condition.column]
        value = typed(condition, kind)
        if kind == "texts":
            return f"list_contains({name}, ?)", value
        if condition.how == "!=":
            return f"{name} IS DISTINCT FROM ?", value
        return f"{name} {condition.how} ?", value


def refuse_limited(owners: frozenset[str] | None) -> None:
    """Refuse what is about the whole firm to who sees only some owners' customers."""
    if owners is not None:
        raise Forbidden(N_("This is about the whole firm; you see your own customers."))


def typed(condition: Condition, kind: Type) -> object:
    """The value of a condition as its column holds it; Invalid where it is none, or the comparison does not fit."""
    fits = {"texts": ("has", "="), "text": ("=", "!="), "boolean": ("=", "!=")}.get(kind, ("=", "!=", ">=", "<="))
    if condition.how not in fits:
        raise Invalid(
            N_("{column} can't be compared by {how}."), column=condition.column, how=condition.how,
            have=" ".join(fits), fix=N_("It can by: {have}."),
        )  # fmt: skip
    given = condition.value
    match kind:
        case "text" | "texts":
            return str(given)
        case "boolean":
            return given if isinstance(given, bool) else _truth(condition)
        case "date":
            return given if isinstance(given, date) else _day(condition)
        case _:
            return _number(condition)


def _truth(condition: Condition) -> bool:
    word = str(condition.value).strip().lower()
    if word not in TRUE | FALSE:
        raise _wrong(condition, "true, false")
    return word in TRUE


def _day(condition: Condition) -> date:
    try:
        return date.fromisoformat(str(condition.value))
    except ValueError:
        raise _wrong(condition, "2026-10-31") from None


def _number(condition: Condition) -> Decimal:
    text = str(condition.value).replace(",", "").strip()
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise _wrong(condition, "1200.50, 40%") from None
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise _wrong(condition, "1200.50, 40%")
    return number / 100 if text.endswith("%") else number


def _wrong(condition: Condition, example: str) -> Invalid:
    return Invalid(
        N_("{column} can't be {value}."), column=condition.column, value=condition.value, example=example,
        fix=N_("Write it as in: {example}"),
    )  # fmt: skip


def now_of(column: str, wrote: str) -> str:
    """What holds now, as SQL: what was assigned where anything was, else what the documents say."""
    return f"CASE WHEN assigned.customer_id IS NULL THEN {wrote} ELSE assigned.{column} END"


def opened(con: duckdb.DuckDBPyConnection, run: Run, name: str, held: bool) -> Relation:
    """A table of a run under its name in a connection: loaded in its order where it is `held`, else a view."""
    source = parquet([run.path(name)])
    numbered = source.replace("hive_partitioning", "file_row_number = true, hive_partitioning")
    described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    kinds = {column: "DECIMAL" if kind.startswith("DECIMAL") else kind for column, kind, *_ in described}
    types: dict[str, Type] = {c: "money" if k == "DECIMAL" else TYPES[k] for c, k in kinds.items()
                              if k in TYPES or k == "DECIMAL"}  # fmt: skip
    joined, added = "", list[str]()
    if "customer_code" in types and "customer_id" not in types:
        who = parquet([run.path(CUSTOMERS)])
        of_whom = {**dict.fromkeys(WHO, TEXT), **MORE_OF.get(name, {})}
        added = [column for column in of_whom if column not in types]
        fields = ", ".join(f'"{column}"' for column in added)
        joined = f"LEFT JOIN (SELECT customer_code, {fields} FROM {who}) AS who USING (customer_code)"
        types = {**{column: of_whom[column] for column in added}, **types}
    if name == CUSTOMERS and CUSTOMER_CAUSE in run.tables:
        causes = parquet([run.path(CUSTOMER_CAUSE)])
        joined = (f"LEFT JOIN (SELECT customer_code, cause AS {FIRST_CAUSE} FROM {causes} WHERE place = 1) AS why"
                  " USING (customer_code)")  # fmt: skip
        types, added = {**types, FIRST_CAUSE: TEXT}, [FIRST_CAUSE]
    selected = ", ".join(f'"{column}"' for column in types)
    own = ", ".join(f'"{column}"' for column in types if column not in added)
    owned = "customer_id" in types
    sought = ", lower(concat_ws(chr(31), customer_id, name)) AS sought" if owned else ""
    default = ORDERS.get(name, "file_row_number")
    base = f"(SELECT file_row_number, {own} FROM {numbered}) AS own {joined}"
    picked = ", ".join(f'"{column}"' for column in types)
    if held and owned:
        base += f" LEFT JOIN {HIDDEN}.assigned AS assigned USING (customer_id)"
        person, called = (
            f'"{each}"' if each in types else "NULL::VARCHAR" for each in ("salesperson_id", "salesperson")
        )
        sought += f", {person} AS {WROTE}, {called} AS {WROTE_NAME}, {now_of('to_owner', person)} AS {OWNER}"
        shown = {"salesperson_id": now_of("to_owner", person), "salesperson": now_of("to_name", called)}
        picked = ", ".join(f'{shown[each]} AS "{each}"' if each in shown else f'"{each}"' for each in types)
    if held:
        con.execute(
            f"""CREATE TABLE {HIDDEN}."{name}" AS
                SELECT (row_number() OVER (ORDER BY {default}))::INTEGER - 1 AS stands_at, {picked}{sought}
                FROM {base} ORDER BY stands_at"""
        )
        con.execute(f'CREATE INDEX "{name}_place" ON {HIDDEN}."{name}" (stands_at)')  # rows of a page are looked up
        if name in ONE_A_CUSTOMER:
            con.execute(f'CREATE INDEX "{name}_who" ON {HIDDEN}."{name}" (customer_id)')
        default = "stands_at"
    else:
        con.execute(f'CREATE VIEW {HIDDEN}."{name}" AS SELECT file_row_number, {selected}{sought} FROM {base}')
    columns = {column: kind for column, kind in types.items() if column not in INTERNAL}
    lists = tuple(column for column in kinds if column not in types)
    return Relation(name, columns, selected, lists, default, owned)
