"""`liuke serve`: one process that answers, on one port, behind a proxy or alone."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.app.firm import Firm
from liuke.app.jobs.worker import working
from liuke.app.service import Service
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.web.app import create_app
from liuke.web.request_log import LogLevel, RequestLog
from liuke.work.people import set_up
from liuke.work.store import WorkStore, store_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WATCH = 3.0  # seconds between two looks at which run is current
OPEN_TO_ALL = N_("On {host} others could read along: passwords and customers would cross the network in the clear.")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def open_service(folder: Path, store: str = "") -> Service:
    """The firm in a folder with its work store: the one named, else a file in the workspace."""
    firm = Firm.at(folder)
    return Service(firm, WorkStore.open(store_place(firm.workspace.root, store)))


@contextmanager
def kept_warm(service: Service) -> Iterator[None]:
    """While it lasts, the run everybody reads is held in memory soon after it became the current one."""
    ended = threading.Event()

    def watch() -> None:
        held: str | None = None
        while not ended.is_set():
            newest = service.newest()
            if newest is not None and newest != held:
                held = service.warm()
            ended.wait(WATCH)

    thread = threading.Thread(target=watch, name="warm", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(WATCH)


def serve(
    folder: Path,
    say: Callable[[str, dict[str, object]], None],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    store: str = "",
    public_url: str = "",
    root_path: str = "",
    certificate: Path | None = None,
    key: Path | None = None,
    plain: bool = False,
    log_level: LogLevel = "info",
) -> None:
    """Answer until stopped; `say` is told the address and the set-up code. Usage where others could read along."""
    import uvicorn

    if not is_loopback(host) and certificate is None and not plain:
        raise Usage(
            OPEN_TO_ALL, host=host,
            fix=N_("Give --certificate and --key, or --plain where a proxy or the network keeps it private."),
        )  # fmt: skip
    service = open_service(folder, store)
    try:
        scheme = "https" if certificate else "http"
        address = public_url or f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}{root_path}"
        say(N_("Liuke answers at {address}. Stop it with Ctrl-C."), {"address": address})
        code = set_up.first_code(service.store)
        if code:
            say(
                N_("Set up the first account: {address}/set-up  Set-up code: {code}"),
                {"address": address, "code": code},
            )
        app = RequestLog(create_app(service, public_url, root_path), log_level)
        with working(service.store, service.firm.workspace.root), kept_warm(service):
            uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False,
                        ssl_certfile=certificate, ssl_keyfile=key, timeout_graceful_shutdown=10)  # fmt: skip
    finally:
        service.store.close()
