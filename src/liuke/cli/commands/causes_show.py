"""`liuke causes show`."""

import json
from pathlib import Path

from liuke.cli.options import AsOf, Codes, Customer, Folder, FormOf, Out
from liuke.cli.output import bold, give, put, text_out
from liuke.cli.reading import customer_of
from liuke.kernel.i18n import N_

WORDS, HELP = ("causes", "show"), N_("Why one customer left or would leave, with what speaks for and against it.")


def command(
    customer: Customer,
    workspace: Folder = Path(),
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print one customer's causes and the evidence."""
    from liuke.app import run_causes

    view, found = customer_of(workspace, customer, as_of)
    if form == "json":
        text_out(json.dumps(run_causes.why_record(view, found), ensure_ascii=False) + "\n", out)
    elif form != "table":
        give(run_causes.why_listed(view, found), form, out, codes=codes)
    else:
        causes, evidence = run_causes.reasons_of(view, found)
        put(bold(f"{found.row['customer_id']} {found.row['name'] or ''}"))
        give(causes, form, out)
        if len(causes):
            give(evidence, form, out)
