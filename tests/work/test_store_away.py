"""PostgreSQL that is away for a while: said in words, and everything goes on when it is back."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import psycopg
import pytest

from liuke.kernel.errors import Away
from liuke.work.audit import entries, record
from liuke.work.store import WorkStore
from servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.postgres


class Wire:
    """A wire to a server that can be cut and joined again."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server, self.port = server, free_port()
        self.ends: list[socket.socket] = []
        self.door: socket.socket | None = None

    def join(self) -> None:
        """Let connections through."""
        self.door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._let_in, args=(self.door,), daemon=True).start()

    def cut(self) -> None:
        """End every connection and take no new one."""
        if self.door is not None:
            with contextlib.suppress(OSError):
                self.door.shutdown(socket.SHUT_RDWR)
            self.door.close()
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends = []

    def _let_in(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = door.accept()
                far = socket.create_connection(self.server)
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


@pytest.fixture
def wire(database: str) -> Iterator[Wire]:
    host = database.split("@")[1].split("/", maxsplit=1)[0].split(":")
    made = Wire((host[0], int(host[1])))
    made.join()
    yield made
    made.cut()


def test_a_store_that_goes_away_and_comes_back(database: str, wire: Wire) -> None:
    name = database.rsplit("/", 1)[1]
    store = WorkStore.open(f"postgresql://postgres:geheim@127.0.0.1:{wire.port}/{name}")
    assert "geheim" not in store.shown
    with store.writing() as connection:
        record(connection, None, "before", "it")
    wire.cut()
    for _ in range(2):
        with pytest.raises(Away, match="does not answer") as told, store.reading() as connection:
            entries(connection)
        assert (told.value.code, told.value.http, "geheim" in str(told.value)) == ("store_away", 503, False)
    wire.join()
    with store.writing() as connection:
        record(connection, None, "after", "it")
        assert entries(connection).count == 2
    store.close()


def test_a_store_that_goes_away_within_a_writing_unit_keeps_nothing_of_it(database: str, wire: Wire) -> None:
    store = WorkStore.open(f"postgresql://postgres@127.0.0.1:{wire.port}/{database.rsplit('/', 1)[1]}")

    def half() -> None:
        with store.writing() as connection:
            record(connection, None, "half", "done")
            wire.cut()
            record(connection, None, "other", "half")

    with pytest.raises(Away):
        half()
    wire.join()
    with store.reading() as connection:
        assert entries(connection).count == 0
    store.close()


def test_connections_the_server_ended_are_made_anew(database: str) -> None:
    store = WorkStore.open(database)
    with store.reading() as connection:
        entries(connection)
    with psycopg.connect(database, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with store.writing() as connection:
        record(connection, None, "after", "it")
    with store.reading() as connection:
        assert entries(connection).count == 1
    store.close()


def test_a_store_that_is_not_there_is_said_to_be_away() -> None:
    with pytest.raises(Away) as told:
        WorkStore.open(f"postgresql://postgres@127.0.0.1:{free_port()}/liuke")
    assert told.value.code == "store_away"


def test_a_database_that_is_not_there_is_said_to_be_away(postgres_url: str) -> None:
    with pytest.raises(Away):
        WorkStore.open(postgres_url.rsplit("/", 1)[0] + "/nothing_of_the_name")


def test_a_writer_that_hangs_lets_the_others_know(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liuke.work.store.WAIT_SECONDS", 1)
    store = WorkStore.open(database)
    other = WorkStore.open(database)
    with store.writing(), pytest.raises(Away) as told, other.writing():
        pass
    assert told.value.code == "store_busy"
    with other.writing() as connection:
        record(connection, None, "after", "it")
    other.close()
    store.close()
