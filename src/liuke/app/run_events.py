"""What a run says of dated events, of what hangs on salespeople, and of the market against our own part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Forbidden, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import forms
from liuke.reports.contexts import cause_studies as pages
from liuke.reports.contexts.customer_falls import FALL, listed_falls
from liuke.reports.listings import events as of_events
from liuke.reports.listings import salespeople as of_people
from liuke.reports.query import Condition, Query
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from liuke.app.run_view import RunView
    from liuke.work.people.viewer import Viewer

ASKS = "assign"  # the verb of who leads others: questions about salespeople are theirs
SENTENCES = ("said", "market")
NOT_A_MANAGER = N_("Questions about salespeople are for their managers.")


def event_effects(view: RunView) -> Listed:
    """What each kind of event did, all events of it together. Forbidden to who sees only some customers."""
    return Listed(of_events.EFFECTS, _whole(view, pages.EFFECTS), None, (Said(pages.HOW_STUDIED),), _currency(view))


def events_listed(view: RunView) -> Listed:
    """The events one by one, newest first. Forbidden to who sees only some customers."""
    return Listed(of_events.EVENTS, _whole(view, pages.EVENTS), currency=_currency(view))


def exposures_listed(view: RunView) -> Listed:
    """What hangs on each salesperson, most at stake first. Forbidden to who sees only some customers."""
    rows = _whole(view, pages.EXPOSURE)
    return Listed(of_people.EXPOSURES, rows, None, pages.about_people(rows, view.info), _currency(view))


def hanging_listed(view: RunView, salesperson: str = "") -> Listed:
    """The customers of a salesperson, or of all, that one sees: the most money first."""
    where = (Condition("salesperson_id", salesperson),) if salesperson else ()
    found = view.page(Query(pages.HANGING, where, size=None))
    rows = pages.as_on_list(found.rows, view.source())
    return Listed(of_people.HANGING, rows, found.total, (), _currency(view))


def market_listed(view: RunView) -> Listed:
    """What sales changed against the year before, split. Forbidden to who sees only some customers."""
    return pages.listed_split(_whole(view, pages.SPLIT), view.info)


def falls_listed(view: RunView) -> Listed:
    """Customers one sees, lost, shrinking or listed, that buy less than a year before: what others share of it."""
    view.reader.columns(FALL)  # a run of before says what to do
    return listed_falls(view.page(Query(FALL, size=None)).rows, view.info)


def questions_listed(view: RunView) -> Listed:
    """Questions to a manager with the customers behind each. Forbidden to who sees only some customers."""
    rows, reason = _whole(view, pages.QUESTIONS), view.info["markets"]["asked_reason"]
    about = (Said.unpack(reason),) if reason else (Said(pages.ASKING),)
    listing = replace(of_people.QUESTIONS, nothing="") if reason else of_people.QUESTIONS  # not judged is no all-clear
    return Listed(listing, rows, None, about, _currency(view))


def diverted_frame(view: RunView) -> pl.DataFrame:
    """The questions as a frame; Refused where nobody could be judged: no row would read as an all-clear."""
    listed, reason = questions_listed(view), view.info["markets"]["asked_reason"]
    if reason:
        raise Refused(N_("{text}"), text=Said.unpack(reason).text(), code="not_judged")
    return told_frame(listed)


def questions_for(view: RunView, me: Viewer) -> pl.DataFrame | None:
    """The questions this viewer may ask: all of who leads the firm, of a team's manager those about the team."""
    if not me.may(ASKS):
        return None
    view.reader.columns(pages.QUESTIONS)  # a run of before says what to do
    found = view.made.table(pages.QUESTIONS)
    return found if me.owners is None else found.filter(pl.col("salesperson_id").is_in(sorted(me.owners)))


def refuse_questions(table: str, me: Viewer) -> None:
    """Forbidden where a table holds questions about salespeople and the viewer leads nobody."""
    if table == pages.QUESTIONS and not me.may(ASKS):
        raise Forbidden(NOT_A_MANAGER)


def told_frame(listed: Listed) -> pl.DataFrame:
    """The rows of a listing with their sentences in the language in force."""
    rows = listed.rows
    if not isinstance(rows, pl.DataFrame):
        raise AssertionError("these are listed from frames")
    names = [name for name in SENTENCES if name in rows.columns]
    told = {name: [None if each is None else forms.said(each, listed.currency) for each in rows[name].to_list()]
            for name in names}  # fmt: skip
    return rows.with_columns(pl.Series(name, each, dtype=pl.String) for name, each in told.items())


def _whole(view: RunView, table: str) -> pl.DataFrame:
    view.reader.columns(table)  # a run of before says what to do
    return view.table(table)


def _currency(view: RunView) -> str:
    return str(view.info["currency"])
