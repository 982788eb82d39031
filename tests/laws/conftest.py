"""Laws run many small firms: one query for all periods, which must not matter (see test_ledger)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _all_periods_at_once() -> Iterator[None]:
    from liuke.store.engines.duckdb import DuckDB

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DuckDB, "periods_a_query", 1000)
        yield
