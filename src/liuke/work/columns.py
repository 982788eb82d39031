"""The kinds of columns both stores keep alike: a moment, a text, a value as JSON, the number of a row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, DateTime, Integer, Text
from sqlalchemy.types import TypeDecorator

from liuke.kernel.said import printable

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Utc(TypeDecorator[datetime]):
    """A moment. It goes in with any time zone and comes out in UTC; one without a zone is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite drops the zone without converting, so it is given UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """PostgreSQL answers in the zone of the connection, SQLite without one."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """A text without what PostgreSQL refuses and no reader can show (NUL, halves of characters)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """As it is stored."""
        return None if value is None else printable(value)


class Plain(TypeDecorator[Any]):
    """A value of JSON, kept as its canonical text: the same on both stores, and it can be searched."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """None is no value, not the JSON null."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """The value that was put in; tuples come out as lists."""
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """A value as JSON text of which there is only one: keys in order, no spaces, characters as they are."""
    return printable(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False))


def row_id() -> Column[int]:
    """The number of a row; with `sqlite_autoincrement` on its table it is never given twice, on either store."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def reference_type() -> Any:
    """The type of a column that holds the number of a row elsewhere."""
    return BigInteger().with_variant(Integer, "sqlite")
