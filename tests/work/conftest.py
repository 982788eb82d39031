"""Both stores, each empty: a test that asks for `store` runs on SQLite and on a PostgreSQL started for the session."""

from __future__ import annotations

import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import pytest

from liuke.work.store import WorkStore
from servers import postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["postgres_url"]

STORES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@contextmanager
def a_database(postgres_url: str) -> Iterator[str]:
    """Address of an empty PostgreSQL database, dropped afterwards."""
    import psycopg

    name = f"work_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
    yield f"{postgres_url.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(postgres_url, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    """Address of an empty PostgreSQL database."""
    with a_database(postgres_url) as address:
        yield address


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a work store can be made: the path of a file that is not there, or an empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "work.sqlite")
    return str(request.getfixturevalue("database"))


@pytest.fixture(params=STORES)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second place like `place`, so that each kind of store meets each."""
    if request.param == "sqlite":
        yield str(tmp_path / "other.sqlite")
        return
    with a_database(request.getfixturevalue("postgres_url")) as address:
        yield address


@pytest.fixture
def store(place: str) -> Iterator[WorkStore]:
    """A fresh work store."""
    opened = WorkStore.open(place)
    yield opened
    opened.close()
