"""The Spark engine by itself: refusals, empty months, and a session somebody else began."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.kernel.errors import Refused
from liuke.store.engines import PARTS, spark
from liuke.store.fact_store import FactStore
from servers import START_SECONDS, free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.spark


def test_a_master_that_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    url = f"spark://127.0.0.1:{free_port()}"
    with pytest.raises(Refused, match=r"refused: spark://127(.|\n)*engine_url"):
        spark.connect(url, FactStore(tmp_path))


@pytest.mark.parametrize("url", ["spark://nobody.invalid:7077", "spark://127.0.0.1:no-port"])
def test_an_address_that_leads_nowhere_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="engine_url"):
        spark.connect(url, FactStore(tmp_path))


def executors(engine: Any) -> int:
    """How many workers run our tasks, once both have come forward or time is up."""
    status = engine.session.sparkContext._jsc.sc()
    deadline = time.monotonic() + START_SECONDS
    while status.getExecutorMemoryStatus().size() < 3 and time.monotonic() < deadline:  # the driver counts as one
        time.sleep(0.1)
    return int(status.getExecutorMemoryStatus().size()) - 1


def test_two_workers_share_the_work_and_queries_follow_our_settings(spark_url: str, tmp_path: Path) -> None:
    engine = spark.connect(spark_url, FactStore(tmp_path))
    try:
        days = engine.small("days", pa.table({"n": pa.array([2**62, 2**62], pa.int64())}))
        with pytest.raises(Refused, match="overflow"):  # never a null in place of a sum
            engine.fetch(days.aggregate(n=days.n.sum()))
        with pytest.raises(Refused, match="Spark engine"):
            engine.fetch(ibis.table({"n": "int64"}, name="no_such_table"))
        nothing = engine.fetch(engine.rows("document", ["2025-01"], with_superseded=True))
        assert (nothing.num_rows, nothing.column_names) == (0, [*PARTS["document"], "superseded_on"])
        assert executors(engine) == 2
    finally:
        engine.close()


def test_a_folder_whose_name_is_a_pattern_is_read_alone(spark_url: str, tmp_path: Path) -> None:
    engine = spark.connect(spark_url, FactStore(tmp_path))
    try:
        for name in ("a[b]{c}*", "ab{c}x"):
            (tmp_path / name).mkdir()
            pq.write_table(pa.table({"name": [name]}), tmp_path / name / "part.parquet")
        found = engine.fetch(engine._view("named", [str(tmp_path / "a[b]{c}*" / "part.parquet")]))
        assert found["name"].to_pylist() == ["a[b]{c}*"]
    finally:
        engine.close()


def test_a_session_the_caller_had_is_left_running_with_its_settings(spark_url: str, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    theirs = SparkSession.builder.master(spark_url).config("spark.ui.enabled", "false").getOrCreate()
    try:
        theirs.conf.set("spark.sql.session.timeZone", "Asia/Shanghai")
        engine = spark.connect(spark_url, FactStore(tmp_path))
        assert engine.session.conf.get("spark.sql.session.timeZone") == "UTC"
        engine.close()
        assert theirs.conf.get("spark.sql.session.timeZone") == "Asia/Shanghai"
        assert theirs.range(3).count() == 3
    finally:
        theirs.stop()


def test_a_cluster_without_room_is_refused_in_words_instead_of_waited_for(
    spark_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.sql import SparkSession

    monkeypatch.setattr(spark, "WORKER_SECONDS", 3)
    theirs = SparkSession.builder.master(spark_url).config("spark.executor.memory", "3g").getOrCreate()
    try:
        with pytest.raises(Refused, match=r"within 3 s(.|\n)*3g and a core"):
            spark.connect(spark_url, FactStore(tmp_path))
        assert theirs.sparkContext.defaultParallelism, "the caller's session is left running"
    finally:
        theirs.stop()
