"""`liuke value show`."""

import json
from pathlib import Path

from liuke.cli.options import AsOf, Codes, Customer, Folder, FormOf, Out
from liuke.cli.output import bold, give, put, text_out
from liuke.cli.reading import customer_of
from liuke.kernel.i18n import N_

WORDS, HELP = ("value", "show"), N_("What one customer is worth, its wallet, loyalty, grade and service.")


def command(
    customer: Customer,
    workspace: Folder = Path(),
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print one customer's value."""
    view, found = customer_of(workspace, customer, as_of)
    if form == "json":
        text_out(json.dumps(view.value_record(found), ensure_ascii=False) + "\n", out)
    elif form != "table":
        give(view.value_alone(found), form, out, codes=codes)
    else:
        view.value_alone(found)
        put(bold(f"{found.row['customer_id']} {found.row['name'] or ''}"))
        for sentence in view.value_sentences(found):
            put(f"• {sentence}")
