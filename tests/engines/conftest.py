"""The engines under test: DuckDB here, PostgreSQL and a Spark cluster started for the session, ClickHouse by chdb."""

from __future__ import annotations

import gc
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from spark_cluster import cluster

from liuke.kernel.i18n import in_language
from servers import postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["postgres_url"]

ENGINES = ["duckdb", *(pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "spark", "chdb"))]

PY4J = "ignore:unclosed <socket:ResourceWarning"  # py4j leaves the sockets of its calls to the garbage collector


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let sockets that py4j never closes pass, in the tests of this folder alone."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings(PY4J))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with in_language("en"):
        yield


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    """Address of an empty database, dropped afterwards."""
    import psycopg

    name = f"liuke_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
    yield f"{postgres_url.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(postgres_url, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def spark_url() -> Iterator[str]:
    """Address of a Spark cluster of two workers."""
    with cluster() as url:
        yield url
    gc.collect()


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Each engine over a store without loads: it takes small tables and runs expressions on them."""
    from liuke.store.engines import duckdb, postgres, spark
    from liuke.store.fact_store import FactStore

    folder = tmp_path_factory.mktemp("engine")
    store = FactStore(folder)
    if request.param == "chdb":
        from chdb_engine import ClickHouse

        opened: Any = ClickHouse(folder)
    elif request.param == "postgres":
        opened = postgres.connect(request.getfixturevalue("postgres_url"), store)
    elif request.param == "spark":
        opened = spark.connect(request.getfixturevalue("spark_url"), store)
    else:
        opened = duckdb.connect("", store)
    yield opened
    opened.close()
    gc.collect()
