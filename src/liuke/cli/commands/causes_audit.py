"""`liuke causes audit`."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out, Store
from liuke.cli.output import give, stored, tell, text_out, warn
from liuke.cli.people import people_of
from liuke.cli.reading import read
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from liuke.work.store import WorkStore

WORDS, HELP = ("causes", "audit"), N_("Lost customers whose cause is worth confirming, and what was found of them.")


def command(
    customer: Annotated[str, Argument(metavar="[CUSTOMER]", help=N_("Customer code or name, to say what was found."))]
    = "",
    workspace: Folder = Path(),
    confirm: Annotated[bool, Option("--confirm", help=N_("The likeliest cause was the right one."))] = False,
    wrong: Annotated[bool, Option("--not", help=N_("It was not: the likeliest cause, or that of --cause."))] = False,
    cause: Annotated[
        str, Option(metavar="CAUSE", help=N_("The cause it was, by name or id; unknown for none of them."))
    ] = "",
    unclear: Annotated[bool, Option("--unclear", help=N_("Somebody looked, and nobody can say."))] = False,
    undo: Annotated[bool, Option("--undo", help=N_("Take back what you said last of this customer."))] = False,
    by: Annotated[str, Option("--by", metavar="LOGIN", help=N_("Who found it: the account of somebody here."))] = "",
    note: Annotated[str, Option(help=N_("How it was found."))] = "",
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
    store: Store = "",
) -> None:  # fmt: skip
    """List the cases drawn, or write down what was found of one."""
    from liuke.app.cause_audit_listed import draw_listed, draw_record
    from liuke.app.cause_audits import all_verdicts

    chosen = [confirm, wrong, bool(cause) and not wrong, unclear, undo]
    if not customer and any(chosen):
        raise Usage(N_("Say of which customer."), fix=N_("liuke causes audit CUSTOMER --confirm --by LOGIN"))
    if customer and (sum(chosen) != 1 or not by or as_of is not None):
        raise Usage(
            N_("Say what was found, one thing, and who found it: --confirm, --not, --cause CAUSE, --unclear or --undo, "
               "and --by LOGIN."),
            fix=N_("Without a customer the cases are listed."),
        )  # fmt: skip
    with people_of(workspace, store) as opened:
        if customer:
            verdict = "is" if confirm else "is_not" if wrong else "unclear" if unclear else "other" if cause else ""
            _write_down(workspace, opened, by, customer, verdict, cause or None, note)
            return
        view = read(workspace, as_of)
        if form == "json":
            record = draw_record(view, all_verdicts(view.workspace, opened))
            text_out(json.dumps(record, ensure_ascii=False) + "\n", out)
            return
        give(draw_listed(view, all_verdicts(view.workspace, opened)), form, out, codes=codes)


def _write_down(workspace: Path, store: "WorkStore", login: str, customer: str, verdict: str, cause: str | None,
                note: str) -> None:  # fmt: skip
    """Write a verdict down, or take the last of the same person back where there is none."""
    from liuke.app.cause_audits import all_verdicts, find_out, newest_of, take_back
    from liuke.app.cause_owned import cause_called
    from liuke.app.firm import Firm
    from liuke.app.service import Service
    from liuke.kernel.errors import NotFound
    from liuke.reports.audit_said import counts_from
    from liuke.work.people.users import user_called
    from liuke.work.people.viewer import viewer_of

    service = Service(Firm.at(workspace), store)
    with store.reading() as connection:
        viewer = viewer_of(connection, user_called(connection, login).id)
    number = service.seen(viewer).customer(customer).row["customer_id"]
    if verdict:
        named = cause_called(service.firm.workspace, cause) if cause else None
        found = find_out(service, viewer, number, verdict, named, note)
        stored(Said(N_("Verdict {number} is written down."), {"number": found}))
        tell(N_("{customer}: verdict {number} is written down."), customer=number, number=found)
        warn(counts_from(date.today(), service.seen(viewer).info["unit"]).text())
        tell(N_("liuke run --known-by {day} counts it at once."), day=date.today())
        return
    last = newest_of(all_verdicts(service.firm.workspace, store)).get(number)
    if last is None or last.user_id != viewer.user_id:
        raise NotFound(N_("You have no verdict on {customer}."), customer=number, code="unknown_verdict")
    take_back(service, viewer, last.id)
    tell(N_("{customer}: verdict {number} is taken back."), customer=number, number=last.id)
