"""Commands that look after a workspace: doctor, merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.app import doctor as checking
from liuke.app import mending
from liuke.cli.output import Format, emit, grid, put, tell
from liuke.kernel.errors import Refused, Usage
from liuke.kernel.i18n import N_, say, translate
from liuke.run import customers
from liuke.run import merges as merging
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl


def merge(folder: Path, confirm: str | None, split: str | None, form: Format) -> None:
    """List proposals, confirm one, or split one again."""
    workspace = Workspace.at(folder)
    if confirm is not None:
        customer, equals, into = confirm.partition("=")
        if not equals:
            raise Usage(N_("{word} is not of the form CODE=INTO."), word=confirm)
        merging.confirm(workspace, customers.known(workspace), customer, into)
        if not merging.evident(workspace, customer, into):
            doubt = N_("{customer} and {into} share no name and no tax number. If that was a slip: --split {customer}")
            tell(doubt, customer=customer, into=into)
        tell(N_("{customer} counts under {into} from the next run on."), customer=customer, into=into)
    elif split is not None:
        merging.split(workspace, split)
        tell(N_("{customer} counts by itself again from the next run on."), customer=split)
    else:
        emit(merging.overview(workspace), form, _pairs)


def _pairs(found: pl.DataFrame) -> object:
    if found.is_empty():
        return say(N_("No two customers share a tax number or a name, and none are merged."))
    heads = [(translate(head), "left") for head in (N_("Customer"), N_("Counts under"), N_("Since, or why perhaps"))]
    rows = [
        (
            row["customer_id"],
            row["into"],
            row["merged_on"] or say(N_("perhaps: {why}"), why=merging.why(row)),
        )
        for row in found.to_dicts()
    ]
    return grid(heads, rows)


def upgrade(folder: Path) -> None:
    """Bring a workspace of an older program up to date."""
    for said in mending.upgraded(folder):
        put(said)


def doctor(folder: Path, repair: bool) -> None:
    """Check one thing after another; each says what is wrong and the fix. Refused when anything is."""
    for said in mending.repair(folder) if repair else ():
        put(said)
    rows = [
        (translate(N_("fine") if fine else N_("look")), title, found) for title, found, fine in checking.checked(folder)
    ]
    wrong = sum(mark == translate(N_("look")) for mark, *_ in rows)
    put(grid([("", "left"), (translate(N_("Check")), "left"), (translate(N_("Found")), "left")], rows))
    if wrong:
        raise Refused(N_("{count} checks need a look."), count=wrong)
