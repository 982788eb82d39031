"""Confirming causes as pages show it: the queue, and what was found on a customer's page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from liuke.app.cause_audit_listed import confusion_listed
from liuke.app.cause_audits import all_verdicts, case_of, drawn_cases, newest_of, next_case, row_found, the_case
from liuke.app.customer_parts import causes_of
from liuke.app.missing import CARD, CAUSES, DRAW
from liuke.kernel.errors import Invalid
from liuke.reports import audit_said
from liuke.reports.cause_words import LOST, few_audited
from liuke.reports.contexts.cause_audit import AuditCase, ConfirmPage, CustomerAudit, finding_of, question_for
from liuke.reports.listings import cause_audit as listings
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from liuke.app.run_view import RunView
    from liuke.app.service import Service
    from liuke.work.people.viewer import Viewer


def audit_page(service: Service, me: Viewer, view: RunView, customer: str = "", after: str = "", done: int = 0
               ) -> ConfirmPage:  # fmt: skip
    """The queue with one case open: that of a customer, or the next one nobody has looked into.

    `done` is the number of the verdict written just now. NotFound for a customer that is not drawn or not seen.
    """
    drawn = drawn_cases(view, all_verdicts(view.workspace, service.store), me)
    row = the_case(drawn, customer) if customer else next_case(drawn, after)
    mine = next((each for each in drawn.rows if done and each["mine"] == done), None)
    finding = finding_of(mine, view.info) if mine else None
    whole = me.sees_whole
    return ConfirmPage(
        progress=audit_said.progress_said(drawn.done, len(drawn.rows), drawn.every),
        done=drawn.done,
        drawn=len(drawn.rows),
        accuracy=audit_said.accuracy_said(drawn.accuracy) if whole else (),
        few=few_audited(view.info),
        counts=audit_said.counts_from(date.today(), view.info["unit"]),
        case=_case(view, row) if row else None,
        last=(str(mine["customer_id"]), finding) if mine and finding else None,
        listed=Listed(listings.CASES, drawn.rows, currency=view.info["currency"]),
        confusion=confusion_listed(view, drawn) if whole else None,
    )


def customer_audit(
    service: Service, me: Viewer, view: RunView, row: Mapping[str, Any], *, latest: bool
) -> CustomerAudit:
    """What was found of a customer, and the question where it may be put: not on a past day, nor in a run of before."""
    audits = all_verdicts(view.workspace, service.store)
    if not latest:
        audits = tuple(each for each in audits if each.on.isoformat() <= view.info["known"])
    card = [*view.source().table(CARD).iter_rows(named=True)] if CARD in view.tables else []
    titled = {row["cause"]: row for row in card}
    finding = finding_of(row_found(newest_of(audits).get(row["customer_id"]), titled, me), view.info)
    if not latest or not me.may("confirm") or not {CAUSES, DRAW} <= {*view.tables}:
        return CustomerAudit(finding, None)
    try:
        case = case_of(view, row, audits)
    except Invalid:  # neither lost nor at risk: nobody asks why
        return CustomerAudit(finding, None)
    return CustomerAudit(finding, question_for(case.customer_id, case.said, card, lost=case.judged == LOST))


def _case(view: RunView, row: Mapping[str, Any]) -> AuditCase:
    why, _ = causes_of(view, row["customer_code"], ())
    form = question_for(row["customer_id"], row["cause"], view.source().table(CARD).iter_rows(named=True))
    return AuditCase(row["customer_id"], row["name"] or "", audit_said.PARTS[row["part"]], why, form,
                     finding_of(row, view.info))  # fmt: skip
