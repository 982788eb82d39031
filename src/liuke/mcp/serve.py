"""`liuke mcp`: standard input and output, under a token: over the network, or in a workspace with its work store."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.api.app import create_api
from liuke.app.calling import Calls, within
from liuke.app.connected import ConnectedFirm, checked_token, connect_to
from liuke.app.firm import Firm
from liuke.app.service import Service
from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.mcp.protocol import refuse_without, serve_lines
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Iterator

STORE = "work.sqlite"  # in the workspace, unless another place is named


def serve_assistant(token: str, folder: Path, *, url: str = "", store: str = "", plain: bool = False) -> None:
    """Answer until the input ends. Usage without a token, NoToken for one that does not hold."""
    refuse_without(token)
    lines, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not be taken for our words
    with _firm(token, folder, url, store, plain) as firm:
        firm.calls.get("runs")  # a token that does not hold is said at once
        try:
            serve_lines(firm, lines, out)
        except BrokenPipeError:  # nobody listens any more
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


@contextmanager
def _firm(token: str, folder: Path, url: str, store: str, plain: bool) -> Iterator[ConnectedFirm]:
    if url:
        yield connect_to(url, token, plain=plain)
        return
    firm = Firm.at(folder)
    place = store or firm.workspace.root / STORE
    if isinstance(place, Path) and not place.is_file():
        raise NotFound(N_("This workspace has no accounts yet, so no token holds."),
                       fix=N_("Set it up first: liuke serve"))  # fmt: skip
    service = Service(firm, WorkStore.open(place))
    try:
        yield ConnectedFirm(Calls(within(create_api(service)), checked_token(token), str(folder)))
    finally:
        service.store.close()
