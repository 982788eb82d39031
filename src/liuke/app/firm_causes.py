"""Why customers leave, as Python asks a firm: causes, what hangs on people, and confirming what was found.

What is found is signed by an account of the firm, given as `by`: nobody confirms without a name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from liuke.app.firm import Firm
    from liuke.app.run_view import RunView
    from liuke.app.service import Service
    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore


class FirmCauses(ABC):
    """The verbs of causes of a firm; `store` is the address of the work store where it is not the workspace's own."""

    @abstractmethod
    def read(self, as_of: datetime.date | str | None = None) -> RunView:
        """The run everybody reads, or that of a past day."""

    def causes(self, as_of: datetime.date | str | None = None) -> pl.DataFrame:
        """The causes in force: whose act each is, what it is judged by here, what can answer it."""
        return self.read(as_of).causes()

    def why(self, customer: str, as_of: datetime.date | str | None = None) -> pl.DataFrame:
        """One customer's causes with the evidence for and against each, unknown among them."""
        return self.read(as_of).why(customer)

    def cause_totals(
        self, by: str = "all", *, at_risk: bool = False, as_of: datetime.date | str | None = None
    ) -> pl.DataFrame:
        """Causes of customers lost in the last 12 months, or of those at risk, by customers and money."""
        return self.read(as_of).cause_totals(by, at_risk=at_risk)

    def cause_sides(self: Firm, one: str, other: str) -> pl.DataFrame:  # type: ignore[misc]  # a firm alone is one
        """Two groups side by side on one cause list, as `region=华东` and `region=华南`, or `as_of=…`, `firm=FOLDER`.

        A row a cause: `a_` and `b_` customers, share and money of either with 90 % ranges, and how the shares differ.
        """
        from liuke.app.cause_sides import sides_listed

        return pl.DataFrame([*sides_listed(self, (one, other)).records()], infer_schema_length=None)

    def events(self, *, one_by_one: bool = False, as_of: datetime.date | str | None = None) -> pl.DataFrame:
        """What departures, price rises, products that went and tighter terms did: by kind, or event by event."""
        return self.read(as_of).events(one_by_one=one_by_one)

    def salespeople(self, as_of: datetime.date | str | None = None) -> pl.DataFrame:
        """What hangs on each salesperson: money, core customers, and what could be lost if the person left."""
        return self.read(as_of).salespeople()

    def market(self, *, customers: bool = False, as_of: datetime.date | str | None = None) -> pl.DataFrame:
        """What sales changed against the year before: as all others, segment and region did, and own.

        With `customers` those that are lost, shrinking or listed and buy less, and what others share of it.
        """
        return self.read(as_of).market(customers=customers)

    def diverted(self, as_of: datetime.date | str | None = None) -> pl.DataFrame:
        """Questions to a manager about customers contacted as before that buy less; Refused where none can be asked."""
        return self.read(as_of).diverted()

    def cause_draw(self: Firm, *, store: str = "") -> pl.DataFrame:  # type: ignore[misc]  # a firm alone is one
        """Lost customers whose cause is worth confirming, with what was found of them so far."""
        from liuke.app.cause_audit_listed import draw_listed
        from liuke.app.cause_audits import all_verdicts
        from liuke.reports.renderers.json import records

        with _work_store(self, store) as opened:
            listed = draw_listed(self.current(), all_verdicts(self.workspace, opened))
        return pl.DataFrame([*records(listed)], infer_schema_length=None)

    def cause_accuracy(self: Firm, *, store: str = "") -> dict[str, Any]:  # type: ignore[misc]  # a firm alone is one
        """How often the likeliest cause was the right one, by customers drawn by lot."""
        from liuke.app.cause_audit_listed import draw_record
        from liuke.app.cause_audits import all_verdicts

        with _work_store(self, store) as opened:
            told = draw_record(self.current(), all_verdicts(self.workspace, opened))
        return {**told["accuracy"], "confusion": told["confusion"]}

    def confirm_cause(  # type: ignore[misc]  # a firm alone is one
        self: Firm, customer: str, verdict: str = "is", cause: str | None = None, note: str = "", *, by: str,
        store: str = "",
    ) -> int:  # fmt: skip
        """Write down what the account `by` found: whether it was the likeliest cause; the number of the verdict.

        `verdict` is is, is_not, other with the `cause` it was (its id or a name of it), or unclear. Runs that know of
        today read it. NotFound for no such account, customer or cause; Forbidden where the account may not confirm;
        Invalid where nobody asks.
        """
        from liuke.app.cause_audits import find_out
        from liuke.app.cause_owned import cause_called

        named = cause_called(self.workspace, cause) if cause else None
        with _signed(self, by, store) as (service, viewer):
            number = service.seen(viewer).customer(customer).row["customer_id"]
            return find_out(service, viewer, number, verdict, named, note)

    def undo_verdict(self: Firm, verdict: int, *, by: str, store: str = "") -> None:  # type: ignore[misc]  # likewise
        """Take a verdict of the account `by` back; NotFound for one that is not theirs."""
        from liuke.app.cause_audits import take_back

        with _signed(self, by, store) as (service, viewer):
            take_back(service, viewer, verdict)


@contextmanager
def _work_store(firm: Firm, url: str) -> Iterator[WorkStore]:
    """The work store, open for one verb."""
    from liuke.work.store import WorkStore, store_place

    opened = WorkStore.open(store_place(firm.workspace.root, url))
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _signed(firm: Firm, login: str, url: str) -> Iterator[tuple[Service, Viewer]]:
    """The service with the viewer an account is."""
    from liuke.app.service import Service
    from liuke.work.people.users import user_called
    from liuke.work.people.viewer import viewer_of

    with _work_store(firm, url) as opened:
        with opened.reading() as connection:
            viewer = viewer_of(connection, user_called(connection, login).id)
        yield Service(firm, opened), viewer
