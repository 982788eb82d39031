"""Cases worth confirming as listings, for every face."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from liuke.app.cause_audits import drawn_cases
from liuke.app.missing import CARD
from liuke.kernel.estimate import Estimate
from liuke.reports import audit_said
from liuke.reports.cause_words import cause_title, few_audited
from liuke.reports.listings import cause_audit as listings
from liuke.reports.renderers import json
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liuke.app.cause_audits import Drawn
    from liuke.app.run_view import RunView
    from liuke.kernel.said import Said
    from liuke.work.cause_audits import CauseAudit
    from liuke.work.people.viewer import Viewer


def draw_listed(view: RunView, audits: Iterable[CauseAudit], by: Viewer | None = None) -> Listed:
    """The draw with what was found, how far it is, and for who sees the whole firm how often the run was right."""
    drawn = drawn_cases(view, audits, by)
    told = about_draw(drawn) if by is None or by.sees_whole else about_draw(drawn)[:1]
    about = (*told, few_audited(view.info), audit_said.counts_from(date.today(), view.info["unit"]))
    return Listed(listings.CASES, drawn.rows, None, about, view.info["currency"])


def about_draw(drawn: Drawn) -> tuple[Said, ...]:
    """How far confirming is, and how often the likeliest cause was right."""
    return (
        audit_said.progress_said(drawn.done, len(drawn.rows), drawn.every),
        *audit_said.accuracy_said(drawn.accuracy),
    )


def confusion_listed(view: RunView, drawn: Drawn) -> Listed:
    """What each channel said of those drawn by lot, against what was found."""
    card = {row["cause"]: row for row in view.source().table(CARD).iter_rows(named=True)}
    rows = []
    for each in drawn.confusion:
        of, said = (card.get(cause, {"title_zh": cause, "title_en": cause}) for cause in (each.cause, each.stated))
        rows.append({"channel": each.channel, "cause": each.cause, "title_zh": of["title_zh"],
                     "title_en": of["title_en"], "stated": each.stated, "stated_title": cause_title(said),
                     "customers": each.customers})  # fmt: skip
    return Listed(listings.CONFUSION, rows)


def draw_record(view: RunView, audits: Iterable[CauseAudit]) -> dict[str, Any]:
    """The draw by code: every case, how often the run was right, what notes said of what it was."""
    drawn = drawn_cases(view, audits)
    cases = Listed(listings.CASES, drawn.rows, currency=view.info["currency"])
    return {"accuracy": accuracy_record(drawn), "cases": [*json.records(cases)],
            "confusion": [*json.records(confusion_listed(view, drawn))]}  # fmt: skip


def accuracy_record(drawn: Drawn) -> dict[str, Any]:
    """How often the run was right, by code: counts, the share with its 90 % range; null where too few were checked."""
    found, share = drawn.accuracy, drawn.accuracy.share
    told: dict[str, Any] = {
        "drawn": len(drawn.rows), "done": drawn.done, "by_lot": found.drawn, "audited": found.audited,
        "unclear": found.unclear, "right": found.right, "share": None, "low": None, "high": None,
        "low_all": found.low_all, "high_all": found.high_all, "said": [each.text() for each in about_draw(drawn)],
    }  # fmt: skip
    if isinstance(share, Estimate):
        told |= {"share": share.value, "low": share.ends[0], "high": share.ends[1]}
    return told
