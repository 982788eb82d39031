"""`liuke run`."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from liuke.cli.options import AsOf, Folder, Store
from liuke.cli.output import stored, tell
from liuke.kernel.days import day
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from liuke.app.firm import Firm, Ran

WORDS, HELP = ("run",), N_("Run the pipeline: states, rules, back-test, list, ledger, indicators.")


def command(
    workspace: Folder = Path(),
    as_of: AsOf = None,
    known_by: Annotated[
        Any, Option(parser=day, metavar="DAY",
                    help=N_("Also use what was recorded up to this day; the as-of day by default."))
    ] = None,
    again: Annotated[bool, Option("--again", help=N_("Run even if nothing changed."))] = False,
    store: Store = "",
) -> None:  # fmt: skip
    """Run and say what came out."""
    from liuke.app.firm import Firm
    from liuke.cli.progress import progress

    firm = Firm.at(workspace)
    _read_verdicts(firm, store)
    with progress() as steps:
        ran = firm.ran(as_of, known_by, again, steps)
    stored(Said(N_("Run {run_id} is made."), {"run_id": ran.view.info["run_id"]}))
    say_new(ran.view.info) if ran.new else _say_old(ran)
    _say_uncounted(firm, ran.view.info)


def _read_verdicts(firm: "Firm", store: str) -> None:
    """Put into the workspace what people found of causes, where there is a work store; none is made for it."""
    from liuke.app.cause_audits import written_out
    from liuke.work.store import STORE, WorkStore, store_place

    if not store and not (firm.workspace.root / STORE).exists():
        return
    opened = WorkStore.open(store_place(firm.workspace.root, store))
    try:
        written_out(firm.workspace, opened)
    finally:
        opened.close()


def _say_old(ran: "Ran") -> None:
    info = ran.view.info
    if ran.current == info["run_id"]:
        tell(N_("Nothing changed since run {run_id}; that run is current."), **info)
    else:
        tell(
            N_("Nothing changed since run {run_id} of {as_of}; the current one is still run {current}."),
            **info, current=ran.current,
        )  # fmt: skip


def _say_uncounted(firm: "Firm", info: dict[str, Any]) -> None:
    """What people found of causes since the day the run knows until: it is not in it."""
    from liuke.app.cause_audits import recorded_since
    from liuke.reports.audit_said import first_counting

    later = recorded_since(firm.workspace, date.fromisoformat(info["known"]))
    if later:
        tell(
            N_("Not in it: {count} findings on causes recorded after {known}. They count in the run as of {end}, or "
               "now with --known-by {day}."),
            count=len(later), known=info["known"], end=first_counting(max(later), info["unit"]), day=max(later),
        )  # fmt: skip


def say_new(info: dict[str, Any]) -> None:
    """What a run made now came to."""
    from liuke.reports import figures
    from liuke.reports.model_card import short_history
    from liuke.reports.notes import too_thin

    counted = {**info, **{name: figures.count(info[name]) for name in ("customers", "documents")}}
    tell(N_("Run {run_id} in {seconds} s: {customers} customers, {documents} documents, as of {as_of}."), **counted)
    if info["partial_period"]:
        tell(N_("{partial_period} has documents only until {last_document_on} and is left out."), **info)
    if info["late"] not in ("0", "0.00"):
        tell(
            N_(
                "Documents worth {late} became known only after {known_by}: they stand in the ledger, not in the list."
                " To take them in: liuke run --known-by {today}"
            ),
            late=figures.Money(Decimal(info["late"]), info["currency"]),
            known_by=info["known_by"],
            today=date.today(),
        )
    for thin in too_thin(info["coverage"]):
        tell(N_("{text}"), text=thin.text())
    for short in short_history(info):
        tell(N_("{text}"), text=short.text())
    tell(N_("{listed} customers on the watch list. See them: liuke list"), listed=figures.count(info["listed"]))
