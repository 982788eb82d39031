"""`liuke value worksheet`."""

from typing import Annotated

from typer import Option

from liuke.cli.options import Codes, FormOf, Out
from liuke.cli.output import give
from liuke.kernel.i18n import N_

WORDS, HELP = ("value", "worksheet"), N_("Lifetime value line by line; without answers the workshop's example.")


def command(
    yearly: Annotated[str | None, Option(help=N_("Bought a year; 2400 in the example."))] = None,
    years: Annotated[str | None, Option(help=N_("For how many years; 30 in the example."))] = None,
    purchase: Annotated[
        list[str] | None,
        Option(help=N_("A large purchase, NAME=COUNTxPRICE; repeatable. car=3x100000 in the example.")),
    ] = None,
    margin_share: Annotated[str | None, Option(help=N_("Margin as a share of sales, 0-1; 1 by default."))] = None,
    discount: Annotated[str | None, Option(help=N_("Discount a year, such as 0.08; none by default."))] = None,
    referred: Annotated[str | None, Option(help=N_("Customers it brings, each worth as much."))] = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the lifetime worksheet line by line: of the answers given alone, or without any of the example."""
    from liuke.app.worksheet import filled_in

    answers = {"yearly": yearly, "years": years, "margin_share": margin_share, "discount": discount,
               "referred": referred}  # fmt: skip
    give(filled_in(answers, purchase or []), form, out, codes=codes)
