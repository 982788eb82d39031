"""What every reading command does first: the run asked for, and what stands against it on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.cli.output import tell, warn
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from liuke.app.firm import OneCustomer, RunView


def read(folder: Path, as_of: date | None) -> RunView:
    """The current run of a workspace or that of a past day."""
    from liuke.app.firm import Firm

    return warned(Firm.at(folder).read(as_of))


def warned(view: RunView) -> RunView:
    """The same run, with its notices said."""
    for notice in view.notices:
        warn(notice.text())
    return view


def customer_of(folder: Path, wanted: str, as_of: date | None) -> tuple[RunView, OneCustomer]:
    """A run and one of its customers; of one merged into another it is said, and the other given."""
    view = read(folder, as_of)
    found = view.customer(wanted)
    if found.merged_from is not None:
        into = found.row["customer_id"]
        tell(N_("{customer} is merged into {into}: {into} is shown."), customer=found.merged_from, into=into)
    return view, found
