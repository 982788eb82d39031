"""Spark as the engine: it reads the stored Parquet in place, so driver and workers must see the workspace's folder."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.store.engines import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pyarrow as pa

    from liuke.store.engines import Engine
    from liuke.store.fact_store import FactStore


class Spark:
    """Groups many periods a query: the cluster shares them out."""

    periods_a_query = 120

    def __init__(self, url: str, store: FactStore) -> None:
        try:
            import ibis
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Refused(
                N_("PySpark is not installed."), fix=N_("Install it: pip install 'liuke[spark]'; it needs Java 17.")
            ) from error
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers must run this very Python
        builder = SparkSession.builder.master(url or "local[*]").appName("liuke")
        session = (
            builder.config("spark.sql.session.timeZone", "UTC")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.ansi.enabled", "true")  # an overflow is an error, never a null
            .config("spark.sql.shuffle.partitions", "8")
            .getOrCreate()
        )
        self.store = store
        self.loads = store.loads("document_line")
        self.session: Any = session
        self.con: Any = ibis.pyspark.connect(session)
        self.superseded = store.paths("superseded")

    def rows(self, part: str, months: Sequence[str], with_superseded: bool) -> ibis.Table:
        """Stored rows of these months, with `superseded_on` where asked for."""
        paths = self.store.month_paths(part, months, self.loads)
        table = self._view(part, paths).select(*PARTS[part])
        if not with_superseded:
            return table
        if not self.superseded:
            import ibis as expressions

            return table.mutate(superseded_on=expressions.null("date"))
        gone = self._view("superseded", self.superseded).select("document_code", "superseded_on")
        return table.left_join(gone, "document_code").drop("document_code_right")

    def _view(self, name: str, paths: Sequence[str]) -> ibis.Table:
        self.session.read.parquet(*paths).createOrReplaceTempView(f"liuke_{name}")
        return self.con.table(f"liuke_{name}")

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A small table to join with."""
        self.session.createDataFrame(table).createOrReplaceTempView(name)
        return self.con.table(name)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression."""
        return expression.to_pyarrow()

    def close(self) -> None:
        """Let go of the session."""
        self.session.stop()


def connect(url: str, store: FactStore) -> Engine:
    """An engine on a Spark master (`spark://host:7077`, `local[2]`)."""
    return Spark(url, store)
