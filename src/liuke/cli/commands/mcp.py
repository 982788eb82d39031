"""`liuke mcp`."""

import os
from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import Folder
from liuke.kernel.i18n import N_

WORDS, HELP = ("mcp",), N_("Answer an assistant's questions over the Model Context Protocol, read-only.")
TOKEN = "LIUKE_TOKEN"  # noqa: S105  (where it stands, not what it is)


def command(
    workspace: Folder = Path(),
    url: Annotated[str, Option(help=N_("Address of a served firm; without it the workspace is read."))] = "",
    store: Annotated[
        str, Option(envvar="LIUKE_WORK_STORE", help=N_("URL of the work store; a file in the workspace without it."))
    ] = "",
    plain: Annotated[
        bool, Option("--plain", help=N_("Send the token over http to another machine: the network keeps it private."))
    ] = False,
) -> None:
    """Answer on standard input and output until the input ends, under the token of LIUKE_TOKEN."""
    from liuke.mcp.serve import serve_assistant

    serve_assistant(os.environ.get(TOKEN, ""), workspace, url=url, store=store, plain=plain)
