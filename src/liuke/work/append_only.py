"""Rows that can be added and never changed: triggers of both stores, which hold for whoever opens the file by hand.

On SQLite they need `recursive_triggers`, else INSERT OR REPLACE slips past; on PostgreSQL TRUNCATE is refused too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import DDL, Table, event

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION liuke_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'rows of % are added, never changed', TG_TABLE_NAME; END $$"
)


def triggers(dialect: str, table: str) -> tuple[str, ...]:
    """The statements that make a table append-only on a store, in their order."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are added, never changed'); END"
            for what in ("update", "delete")
        )
    return (
        POSTGRES_FUNCTION,
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION liuke_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION liuke_append_only()",
    )


def append_only(table: Table) -> Table:
    """The table, made append-only wherever `create_all` makes it."""
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(dialect, table.name):
            made = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made.execute_if(dialect=dialect))
    return table


def add_triggers(connection: Connection, table: str) -> None:
    """Make a table append-only that a migration has just made."""
    for statement in triggers(connection.dialect.name, table):
        connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name != "sqlite" else statement)
