"""A count of every change of who sees what, so that another process knows when what it keeps in memory is old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from liuke.work.tables import ACCESS

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def access_version(connection: Connection) -> int:
    """How often who sees what was changed; 0 in a new store."""
    return connection.execute(select(ACCESS.c.version)).scalar() or 0


def access_changed(connection: Connection) -> None:
    """Count a change, in the transaction that makes it."""
    if connection.execute(update(ACCESS).values(version=ACCESS.c.version + 1)).rowcount == 0:
        connection.execute(insert(ACCESS).values(id=1, version=1))
