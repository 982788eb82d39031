"""Confirming causes, from whichever face: which cases are drawn, what was found, how often the run was right.

Verdicts are rows of the work store; `written_out` puts them into the workspace, where the next run reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from liuke.app.missing import CARD, CAUSES, DRAW
from liuke.causes.audited import IS, OTHER, Verdict, WhatStands, in_force, what_stands
from liuke.causes.confirmed import Checked, accuracy, confusion
from liuke.causes.draw import ITSELF, RANDOM
from liuke.causes.labels import CHANNELS
from liuke.kernel.errors import Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.reports.cause_words import NOT_ASKED
from liuke.reports.contexts.cause_names import no_cause
from liuke.run.cause_audits import audit_rows, write_audits
from liuke.run.merges import merges
from liuke.work.cause_audits import Case, CauseAudit, add_verdict, cause_audits, undo_verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.engine import Connection

    from liuke.app.run_view import RunView
    from liuke.app.service import Service
    from liuke.causes.confirmed import Accuracy, Confusion
    from liuke.store.workspace import Workspace
    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore


T = TypeVar("T")


@dataclass(frozen=True)
class Drawn:
    """The draw of a run with what was found so far: rows in the order in which they are worth confirming."""

    rows: Sequence[Mapping[str, Any]]
    accuracy: Accuracy
    confusion: Sequence[Confusion]
    every: int  # customers of whom somebody has said something, those no longer drawn among them

    @property
    def done(self) -> int:
        """Of how many somebody has said something."""
        return sum(row["verdict"] is not None for row in self.rows)


def written_out(workspace: Workspace, store: WorkStore) -> None:
    """Put every verdict into the workspace, for the next run to read."""
    with workspace.locked("definitions"):
        _write_out(workspace, store)


def recorded_since(workspace: Workspace, day: date) -> list[date]:
    """The days after a day on which verdicts were recorded, as runs read them, one a row: a run knows no later ones."""
    return [row.on for row in audit_rows(workspace) if row.on > day]


def all_verdicts(workspace: Workspace, store: WorkStore, customer: str | None = None) -> tuple[CauseAudit, ...]:
    """Every row, or those of one customer, oldest first, under the customer of today."""
    with store.reading() as connection:
        rows = cause_audits(connection, merges(workspace))
    return tuple(row for row in rows if customer in (None, row.customer_id))


def drawn_cases(view: RunView, audits: Iterable[CauseAudit], by: Viewer | None = None) -> Drawn:
    """The draw of a run, of the customers seen; NotFound for a run made before there was one.

    Each row: customer_id, name, part, place, cause and title_zh, title_en of what the run said, probability, on, money,
    then what stands: verdict, found and its titles, who, at, and `mine`, the number the viewer may take back.
    """
    view.reader.columns(DRAW)
    source, rows = view.source(), [*audits]
    card = {row["cause"]: row for row in source.table(CARD).iter_rows(named=True)}
    who = source.scan("customer_now").select("customer_code", "customer_id", "name")
    draw = source.scan(DRAW).join(who, on="customer_code").collect().sort("place", "part", descending=[False, True])
    newest = newest_of(rows)
    shown = [{**row, **_titles(card, row["cause"], ""), **row_found(newest.get(row["customer_id"]), card, by)}
             for row in _as_asked(draw, rows).iter_rows(named=True)]  # fmt: skip
    checked = _checked(draw, rows)
    by_lot = draw.filter(pl.col("part") == RANDOM).height
    found = who.filter(pl.col("customer_id").is_in([*newest])).collect().height
    return Drawn(shown, accuracy(by_lot, checked), confusion(checked), found)


def _as_asked(draw: pl.DataFrame, audits: Sequence[CauseAudit]) -> pl.DataFrame:
    """The draw with the cause that was named when somebody checked; what a run since would name is another question."""
    said = {row.customer_id: row.said for row in reversed(audits)}
    asked = pl.col("customer_id").replace_strict(said, default=None, return_dtype=pl.String)
    same = asked.is_null() | (asked == pl.col("cause"))
    return draw.with_columns(cause=pl.coalesce(asked, "cause"), probability=pl.when(same).then("probability"))


def newest_of(audits: Iterable[CauseAudit]) -> dict[str, CauseAudit]:
    """The newest row that stands of each customer."""
    rows = {row.id: row for row in audits}
    return {row.customer_id: rows[row.id] for row in in_force(map(_plain, rows.values()))}


def find_out(
    service: Service,
    by: Viewer,
    customer: str,
    verdict: str,
    cause: str | None = None,
    note: str = "",
    *,
    write: Callable[[Callable[[Connection], int]], int] | None = None,
) -> int:
    """Write down what was found of a customer the viewer sees; the number of the row.

    `write` makes the change in a transaction of its own, for who answers one key once. Forbidden without the right to,
    NotFound for a customer not seen and a cause that is not in force, Invalid where nobody asks why.
    """
    by.demand("confirm")
    view = service.seen(by)
    found = view.customer(customer)
    titled = view.source().table(CARD)["cause"].to_list() if CARD in view.tables else []
    if cause is not None and cause not in titled:
        raise no_cause(cause, titled)
    workspace = service.firm.workspace
    case = case_of(view, found.row, all_verdicts(workspace, service.store))
    word = verdict
    if verdict in (IS, OTHER) and cause is not None:  # what it was, against what the run said
        word = IS if cause == case.said else OTHER

    def change(connection: Connection) -> int:
        return add_verdict(connection, by, case, word, cause, note)

    with workspace.locked("definitions"):  # first: nothing is recorded that could not be handed to the runs
        number = (write or partial(_alone, service.store))(change)
        _write_out(workspace, service.store)
    return number


def _alone(store: WorkStore, change: Callable[[Connection], T]) -> T:
    with store.writing() as connection:
        return change(connection)


def take_back(
    service: Service, by: Viewer, verdict_id: int, *, write: Callable[[Callable[[Connection], str]], str] | None = None
) -> str:
    """Undo one's own verdict; the customer it was of. NotFound where the viewer no longer sees that customer."""
    by.demand("confirm")
    workspace = service.firm.workspace
    mine = next((row for row in all_verdicts(workspace, service.store) if row.id == verdict_id), None)
    if mine is not None:
        service.seen(by).customer(mine.customer_id)

    def change(connection: Connection) -> str:
        return undo_verdict(connection, by, verdict_id)

    with workspace.locked("definitions"):
        customer = (write or partial(_alone, service.store))(change)
        _write_out(workspace, service.store)
    return customer


def case_of(view: RunView, row: Mapping[str, Any], audits: Iterable[CauseAudit]) -> Case:
    """The question of a customer, by its row of `customer_now`; Invalid where it is neither lost nor at risk.

    What the run said is what one said that did not know the answer: of a customer checked before, that of the first.
    """
    customer, code = row["customer_id"], row["customer_code"]
    source, mine = view.source(), pl.col("customer_code") == code
    before = [each.said for each in audits if each.customer_id == customer]
    view.reader.columns(CAUSES)
    first = source.scan(CAUSES).filter(mine, pl.col("place") == 1).collect()
    if first.is_empty():
        raise Invalid(NOT_ASKED, code="not_asked")
    view.reader.columns(DRAW)
    draw = source.scan(DRAW).filter(mine).collect()
    said = draw["cause"][0] if len(draw) else first["cause"][0]
    part = draw["part"][0] if len(draw) else ITSELF
    return Case(customer, view.info["run_id"], first["judged"][0], before[0] if before else said, part)


def next_case(drawn: Drawn, after: str = "") -> Mapping[str, Any] | None:
    """The next case nobody has said anything of, behind a customer where one is named; None where none is left."""
    rows = [*drawn.rows]
    at = next((nth + 1 for nth, row in enumerate(rows) if row["customer_id"] == after), 0)
    return next((row for row in (*rows[at:], *rows[:at]) if row["verdict"] is None and row["customer_id"] != after),
                None)  # fmt: skip


def the_case(drawn: Drawn, customer: str) -> Mapping[str, Any]:
    """The case of a customer; NotFound where it is not drawn."""
    found = next((row for row in drawn.rows if row["customer_id"] == customer), None)
    if found is None:
        raise NotFound(N_("{customer} is not among the cases drawn."), customer=customer, code="not_drawn")
    return found


def _write_out(workspace: Workspace, store: WorkStore) -> None:
    with store.reading() as connection:
        write_audits(workspace, map(_plain, cause_audits(connection)))


def _plain(row: CauseAudit) -> Verdict:
    return Verdict(row.id, row.customer_id, row.verdict, row.cause, row.undoes, row.on, row.said)


def _checked(draw: pl.DataFrame, audits: Sequence[CauseAudit]) -> list[Checked]:
    """Those drawn by lot of whom something stands."""
    by_lot = {row["customer_id"]: row for row in draw.filter(pl.col("part") == RANDOM).iter_rows(named=True)}
    first = {row.customer_id: row.said for row in reversed(audits)}
    who: dict[str, Hashable] = {customer: customer for customer in by_lot}
    stands = {str(customer): each for customer, each in what_stands(map(_plain, audits), who).items()}
    return [
        Checked(first[customer], {name: row[name] for name in CHANNELS if row.get(name)}, stands[customer])
        for customer, row in by_lot.items()
        if stands.get(customer, WhatStands()) != WhatStands()
    ]


def row_found(row: CauseAudit | None, card: Mapping[str, Mapping[str, Any]], by: Viewer | None) -> dict[str, Any]:
    """What stands of a customer, as columns of a row of cases; all None where nobody has looked."""
    if row is None:
        blank = ("verdict", "found", "found_zh", "found_en", "who", "at", "recorded_on", "mine", "note")
        return dict.fromkeys(blank)
    mine = row.id if by is not None and by.user_id == row.user_id else None
    return {"verdict": row.verdict, "found": row.cause, **_titles(card, row.cause, "found"), "who": row.by,
            "at": row.at, "recorded_on": row.on, "mine": mine, "note": row.note}  # fmt: skip


def _titles(card: Mapping[str, Mapping[str, Any]], cause: str | None, kind: str) -> dict[str, Any]:
    """What a cause is called; one no longer in force by its id."""
    named = card.get(cause or "", {"title_zh": cause, "title_en": cause})
    return {f"{kind or 'title'}_{language}": named[f"title_{language}"] for language in ("zh", "en")}
