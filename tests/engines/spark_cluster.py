"""A Spark cluster of one master and two workers on loopback, gone when its block ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from servers import START_SECONDS, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2
BRISK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # a JVM of a minute's life is best not optimised much
# executors and driver as small as Spark allows with some room; two parts, since there are two workers
DEFAULTS = f"""spark.executor.memory 512m
spark.executor.extraJavaOptions {BRISK}
spark.driver.extraJavaOptions {BRISK}
spark.driver.memory 512m
spark.sql.shuffle.partitions 2
spark.ui.showConsoleProgress false
"""
QUIET = """rootLogger.level = warn
rootLogger.appenderRef.stdout.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c: %m%n
logger.master.name = org.apache.spark.deploy.master
logger.master.level = info
"""


@contextmanager
def cluster() -> Iterator[str]:
    """Start the cluster; yields its address. The environment of this process is set so that drivers find it."""
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    try:
        import pyspark
    except ImportError:
        pytest.skip("PySpark is not installed")
    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    folder = Path(tempfile.mkdtemp(prefix="lk-spark-", dir="/tmp"))
    (folder / "spark-defaults.conf").write_text(DEFAULTS)
    (folder / "log4j2.properties").write_text(QUIET)
    own = {
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_CONF_DIR": str(folder),
        "SPARK_DAEMON_JAVA_OPTS": BRISK,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    master = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port)]
    worker = ["org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "640m", url]
    try:
        with ExitStack() as started:
            started.enter_context(_process([str(program), *master, "--webui-port", "0"], folder / "master"))
            _wait(folder / "master", "New state: ALIVE", 1)
            for number in range(WORKERS):
                started.enter_context(
                    _process([str(program), *worker, "--webui-port", "0"], folder / f"worker-{number}")
                )
            _wait(folder / "master", "Registering worker", WORKERS)
            yield url
            _end_driver()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _process(command: list[str], log: Path) -> Iterator[None]:
    """A program in a process group of its own, ended with everything it started."""
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=log.parent, start_new_session=True)
    try:
        yield
    finally:
        for ending in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, ending)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    continue


def _wait(log: Path, text: str, times: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while log.read_text().count(text) < times:
        if time.monotonic() > deadline:
            raise RuntimeError(f"Spark did not start: {log.read_text()}")
        time.sleep(0.1)


def _end_driver() -> None:
    """End the Java process PySpark keeps for the length of Python, so that nothing outlives the tests."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(START_SECONDS)
        SparkContext._gateway = SparkContext._jvm = None
