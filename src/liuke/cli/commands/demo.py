"""`liuke demo`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from liuke.kernel.i18n import N_

WORDS, HELP = ("demo",), N_("See it at work on a simulated firm: load, run, list, workbook and page.")


def command(
    path: Annotated[Path, Argument(metavar="[DIR]", help=N_("Where to put it."))] = Path("demo"),
    data: Annotated[
        str, Option(help=N_("simulated, or online-retail: real invoices of a UK wholesaler."))
    ] = "simulated",
    customers: Annotated[int | None, Option(help=N_("How many customers the simulated firm has."))] = None,
) -> None:
    """Show the product at work."""
    from liuke.cli.demo import demo

    demo(path, data, customers)
