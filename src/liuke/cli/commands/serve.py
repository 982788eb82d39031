"""`liuke serve`."""

from pathlib import Path
from typing import Annotated, Literal

from typer import Option

from liuke.cli.options import Folder, Store
from liuke.cli.output import tell
from liuke.kernel.i18n import N_

WORDS, HELP = ("serve",), N_("Open the web app.")


def command(
    workspace: Folder = Path(),
    host: Annotated[str, Option(help=N_("Address to answer at; another than this machine's own asks for TLS."))]
    = "127.0.0.1",
    port: Annotated[int, Option(min=1, max=65535, help=N_("Port to answer at."))] = 8000,
    store: Store = "",
    public_url: Annotated[str, Option(help=N_("How people reach it where a proxy stands before it."))] = "",
    root_path: Annotated[str, Option(help=N_("Path a proxy puts it under, such as /liuke."))] = "",
    certificate: Annotated[Path | None, Option(help=N_("Certificate for TLS."))] = None,
    key: Annotated[Path | None, Option(help=N_("Key of the certificate."))] = None,
    plain: Annotated[
        bool, Option("--plain", help=N_("Answer others without TLS: a proxy or the network keeps it private."))
    ] = False,
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Option(help=N_("What is written on standard error: info is one line a request.")),
    ] = "info",
) -> None:  # fmt: skip
    """Answer until stopped."""
    from liuke.web.serve import serve

    serve(workspace, lambda message, data: tell(message, **data), host=host, port=port, store=store,
          public_url=public_url.rstrip("/"), root_path=root_path.rstrip("/"), certificate=certificate, key=key,
          plain=plain, log_level=log_level)  # fmt: skip
