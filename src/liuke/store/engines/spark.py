"""Spark as the engine: it reads the stored Parquet in place, so driver and workers must see the workspace's folder."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.store.engines import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import ibis
    import pyarrow as pa

    from liuke.store.engines import Engine
    from liuke.store.fact_store import FactStore

QUERY_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never a null
}
PATTERN = re.compile(r"[\\*?\[\]{}]")  # Hadoop reads these in a path as a pattern
KNOCK_SECONDS = 5  # Spark itself would try an absent master for a minute
WORKER_SECONDS = 120  # Spark itself would wait for ever for a worker with room


class Spark:
    """Groups many periods a query: the cluster shares them out."""

    periods_a_query = 24

    def __init__(self, url: str, store: FactStore) -> None:
        try:
            import ibis
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Refused(
                N_("PySpark is not installed."), fix=N_("Install it: pip install 'liuke[spark]'; it needs Java 17.")
            ) from error
        _knock(url)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers must run this very Python
        running = SparkSession.getActiveSession()
        self.ours = running is None  # a session the caller had already is left running
        with _refusing():
            self.session: Any = _start(url) if running is None else running.newSession()
            for name, value in QUERY_SETTINGS.items():
                self.session.conf.set(name, value)
            self.con: Any = ibis.pyspark.connect(self.session)
        try:
            _await_worker(self.session.sparkContext)
        except BaseException:
            self.close()
            raise
        self.store = store
        self.loads = store.loads("document_line")
        self.superseded = store.paths("superseded")

    def rows(self, part: str, months: Sequence[str], with_superseded: bool) -> ibis.Table:
        """Stored rows of these months, with `superseded_on` where asked for."""
        import ibis as expressions

        paths = self.store.month_paths(part, months, self.loads)
        if not paths:
            empty = expressions.Schema(dict(PARTS[part])).to_pyarrow().empty_table()
            table = self.small(f"liuke_no_{part}", empty)
        else:
            table = self._view(part, paths).select(*PARTS[part])
        if not with_superseded:
            return table
        if not self.superseded:
            return table.mutate(superseded_on=expressions.null("date"))
        gone = self._view("superseded", self.superseded).select("document_code", "superseded_on")
        return table.left_join(gone, "document_code").drop("document_code_right")

    def _view(self, name: str, paths: Sequence[str]) -> ibis.Table:
        with _refusing():
            exact = (PATTERN.sub(r"\\\g<0>", path) for path in paths)
            self.session.read.parquet(*exact).createOrReplaceTempView(f"liuke_{name}")
            return self.con.table(f"liuke_{name}")

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A small table to join with."""
        with _refusing():
            self.session.createDataFrame(table).createOrReplaceTempView(name)
            return self.con.table(name)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression, as Arrow from end to end."""
        with _refusing():
            found = self.session.sql(self.con.compile(expression)).toArrow()
        return found.cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        """Let go of the session."""
        if self.ours:
            self.session.stop()


def _start(url: str) -> Any:
    """A session of our own on a master."""
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.master(url or "local[*]")
        .appName("liuke")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.maxResultSize", "0")  # a result is customers x periods, which must fit here anyway
        .getOrCreate()
    )


def _knock(url: str) -> None:
    """Refused unless one of the masters of a `spark://host:port,host:port` address can be reached."""
    hosts = url.removeprefix("spark://").split(",") if url.startswith("spark://") else []
    detail = ""
    for host in hosts:
        try:
            address = urlsplit(f"//{host}")
            socket.create_connection((address.hostname or "", address.port or 7077), KNOCK_SECONDS).close()
        except (OSError, ValueError) as error:
            detail = str(error)
        else:
            return
    if hosts:
        raise _refusal(f"{url}: {detail}")


def _await_worker(context: Any) -> None:
    """Refused unless a worker of the cluster does a first small job in time."""
    if context.master.startswith("local"):
        return
    with _refusing():
        one = context._jvm.java.util.ArrayList()
        one.add(1)
        job = context._jsc.parallelize(one).countAsync()
        deadline = time.monotonic() + WORKER_SECONDS
        while not job.isDone() and time.monotonic() < deadline:
            time.sleep(0.1)
        if job.isDone():
            return
        job.cancel(True)
    raise Refused(
        N_("No worker of the Spark cluster took up work within {seconds} s."),
        seconds=WORKER_SECONDS,
        fix=N_(
            "Each worker must have {memory} and a core free: lower spark.executor.memory in spark-defaults.conf, give"
            " the workers more (SPARK_WORKER_MEMORY), or wait until other work on the cluster has ended."
        ),
        memory=context.getConf().get("spark.executor.memory", "1g"),
    )


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever Spark refuses into Refused."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise _refusal((str(error).strip() or type(error).__name__).splitlines()[0]) from error


def _refusal(detail: str) -> Refused:
    return Refused(
        N_("The Spark engine refused: {detail}"),
        detail=detail,
        fix=N_(
            "Check `engine_url` in liuke.toml (spark://host:7077), that Java 17 is installed, that the cluster runs,"
            " and that its workers see this folder."
        ),
    )


def connect(url: str, store: FactStore) -> Engine:
    """An engine on a Spark master (`spark://host:7077`, `local[2]`)."""
    return Spark(url, store)
