"""`liuke merge`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import Codes, Folder, FormOf, Out
from liuke.cli.output import give, tell
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_

WORDS, HELP = ("merge",), N_("Customers that may be one: confirm, or split again.")


def command(
    workspace: Folder = Path(),
    confirm: Annotated[str | None, Option(help=N_("Customer codes CODE=INTO to count as one."))] = None,
    split: Annotated[str | None, Option(help=N_("Customer code to count by itself again."))] = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """List proposals, confirm one, or split one again."""
    from liuke.app.firm import Firm

    firm = Firm.at(workspace)
    if confirm is not None:
        customer, equals, into = confirm.partition("=")
        if not equals:
            raise Usage(N_("{word} is not of the form CODE=INTO."), word=confirm)
        if not firm.merge(customer, into):
            doubt = N_("{customer} and {into} share no name and no tax number. If that was a slip: --split {customer}")
            tell(doubt, customer=customer, into=into)
        tell(N_("{customer} counts under {into} from the next run on."), customer=customer, into=into)
    elif split is not None:
        firm.split(split)
        tell(N_("{customer} counts by itself again from the next run on."), customer=split)
    else:
        give(firm.merges(), form, out, codes=codes)
