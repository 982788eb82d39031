"""A server that is killed leaves nothing to mend: the next one answers, and who was signed in still is."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from cast import World, world

from servers import free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
SERVE = "import sys; sys.argv[0] = 'liuke'; from liuke.cli import main; main()"
KILLS = 3


def asked(port: int, path: str, cookie: str = "") -> tuple[int, str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", path, headers={"cookie": cookie, "accept": "text/html"})
    answer = link.getresponse()
    found = answer.status, answer.read().decode()
    link.close()
    return found


def started(root: Path, store: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SERVE, "serve", "-w", str(root), "--store", str(store), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            if asked(port, "/readyz")[0] == 200:
                return server
        except OSError:
            time.sleep(0.2)
    server.kill()
    server.wait()
    raise AssertionError("the server never became ready")


def test_a_killed_server_starts_again_without_a_hand(tmp_path: Path) -> None:
    made: World = world(tmp_path)
    cookie = "; ".join(f"{name}={value}" for name, value in made["boss"].cookies.items())
    root, store = made.service.firm.workspace.root, made.service.store.path
    assert store is not None
    made.service.store.close()
    port = free_port()
    for _ in range(KILLS):
        server = started(root, store, port)
        status, page = asked(port, "/overview", cookie)
        assert status == 200, page[:300]
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    server = started(root, store, port)
    try:
        assert asked(port, "/list", cookie)[0] == 200
    finally:
        server.terminate()
        server.wait(30)
