"""Throwaway database servers on loopback for the tests that need one: fixtures `postgres_url` and `mariadb_url`.

Each runs as a plain user in a folder of its own and is gone when the session ends. Where a program is missing the tests
are skipped with the reason, which with CI=true is a failure (tests/conftest.py).
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

START_SECONDS = 60


def free_port() -> int:
    """A port of the loopback interface nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, *folders: str) -> str | None:
    """The path of a server program, also where it is not on the search path."""
    found = shutil.which(name)
    if found:
        return found
    places = [path for folder in folders for path in sorted(Path("/").glob(folder.lstrip("/")), reverse=True)]
    return next((str(place / name) for place in places if (place / name).is_file()), None)


def as_user(user: str, command: Sequence[str]) -> list[str]:
    """The command run as a plain user when we are root: database servers refuse root."""
    if os.geteuid() != 0:
        return list(command)
    return ["runuser", "-u", user, "--", *command]


def _user(*names: str) -> str:
    for name in names:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return "nobody"


@contextmanager
def folder_of(user: str) -> Iterator[Path]:
    """A short-lived folder that belongs to a user, short enough for a socket's path."""
    folder = Path(tempfile.mkdtemp(prefix="lk-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str], cwd: Path) -> None:
    """Run a command to its end; its output is the error's text."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}\n{done.stderr}")


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server; yields the address of an empty database `liuke`."""
    bins = "/usr/lib/postgresql/*/bin"
    initdb, pg_ctl = program("initdb", bins), program("pg_ctl", bins)
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL server programs (initdb, pg_ctl) are not installed")
    pytest.importorskip("psycopg")
    user = _user("postgres")
    with folder_of(user) as folder:
        data, port = folder / "data", free_port()
        options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"]
        run(as_user(user, [initdb, "-D", str(data), *options]), folder)
        settings = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=40"
        start = [pg_ctl, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start"]
        with (folder / "out").open("w") as out:
            subprocess.run(as_user(user, start), cwd=folder, check=True, timeout=START_SECONDS, stdout=out, stderr=out)
        try:
            import psycopg

            address = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE liuke")
            yield f"postgresql://postgres@127.0.0.1:{port}/liuke"
        finally:
            run(as_user(user, [pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop"]), folder)


@contextmanager
def mariadb() -> Iterator[str]:
    """A MariaDB server; yields the address of an empty database `liuke`."""
    server = program("mariadbd", "/usr/sbin", "/usr/libexec")
    install = program("mariadb-install-db", "/usr/bin")
    if server is None or install is None:
        pytest.skip("MariaDB server programs (mariadbd, mariadb-install-db) are not installed")
    pytest.importorskip("pymysql")
    user = _user("mysql")
    with folder_of(user) as folder:
        data, port = folder / "data", free_port()
        prepare = [install, "--no-defaults", f"--datadir={data}", "--skip-test-db"]
        run(as_user(user, [*prepare, "--auth-root-authentication-method=normal"]), folder)
        options = [f"--datadir={data}", f"--port={port}", f"--socket={folder}/s", f"--pid-file={folder}/pid"]
        quick = ["--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"]
        with (folder / "log").open("w") as log:
            command = as_user(user, [server, "--no-defaults", *options, *quick])
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _create_in_mariadb(port, process, folder / "log")
            yield f"mysql://root@127.0.0.1:{port}/liuke"
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _create_in_mariadb(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    import pymysql

    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = pymysql.connect(host="127.0.0.1", port=port, user="root")
        except pymysql.err.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"MariaDB did not start: {log.read_text()}") from error
            time.sleep(0.2)
            continue
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE liuke CHARACTER SET utf8mb4")
        return


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a PostgreSQL database that is empty at the session's start."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    """Address of a MariaDB database that is empty at the session's start."""
    with mariadb() as url:
        yield url
