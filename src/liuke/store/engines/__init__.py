"""Engines that hold document lines and group them; one file each, named by the setting `engine`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

from liuke.kernel.period import period_number, period_start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis
    import pyarrow as pa

    from liuke.store.fact_store import FactStore
    from liuke.store.workspace import Workspace


class Engine(Protocol):
    """Where document lines are grouped."""

    periods_a_query: int  # how many periods one query should cover

    def rows(self, part: str, months: Sequence[str], with_superseded: bool) -> ibis.Table:
        """Stored rows of `document_line` or `document` of these months, with `superseded_on` where asked for."""

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A small table the engine can join with."""

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression."""

    def close(self) -> None:
        """Let go of connections and files."""


def open_engine(workspace: Workspace, store: FactStore) -> Engine:
    """The engine the workspace's settings name, holding exactly the loads the store has."""
    from importlib import import_module

    name = workspace.settings.text("engine")
    engine: Engine = import_module(f"liuke.store.engines.{name}").connect(workspace.settings.text("engine_url"), store)
    return engine


PARTS: Mapping[str, Mapping[str, str]] = {
    "document_line": {
        "document_code": "int64",
        "customer_code": "int32",
        "kind": "int8",
        "date": "date",
        "amount": "decimal(18, 2)",
        "quantity": "decimal(18, 4)",
        "margin": "decimal(18, 2)",
        "product_id": "string",
        "recorded_on": "date",
    },
    "document": {
        "document_code": "int64",
        "customer_code": "int32",
        "kind": "int8",
        "date": "date",
        "amount": "decimal(18, 2)",
        "recorded_on": "date",
        "addition": "boolean",
    },
}


def month_bounds(months: Sequence[str]) -> tuple[date, date]:
    """First day of the earliest of these months and the day after the last of the latest."""
    first, last = (date.fromisoformat(f"{month}-01") for month in (min(months), max(months)))
    return first, period_start(period_number(last, "month") + 1, "month")
