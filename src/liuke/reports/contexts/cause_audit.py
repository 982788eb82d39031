"""Confirming causes on a page: one case after another with its evidence; on a customer's page what was found of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from liuke.causes.audited import IS, IS_NOT, OTHER, UNCLEAR
from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports import audit_said
from liuke.reports.cause_words import cause_title
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.customer_causes import CustomerWhy
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BUTTONS = ((IS, N_("It was this")), (IS_NOT, N_("It was not this")), (UNCLEAR, N_("Nobody can say")))
NONE_OF_THEM = N_("It was none of them")
KEYS = {IS: "1", IS_NOT: "2", UNCLEAR: "3", OTHER: "4"}  # the same verdict by the same key, whatever is asked
ASKED = {  # by whether the customer is lost, and whether the likeliest is what no cause explains
    (True, False): N_("Did it leave because of this: {cause}?"),
    (True, True): N_("Did it leave for none of the causes here?"),
    (False, False): N_("It has not left. If it does, will it be because of this: {cause}?"),
    (False, True): N_("It has not left. If it does, will it be for none of the causes here?"),
}
FOUND = {  # what stands of a customer, in words
    IS: N_("Confirmed: {cause}"), OTHER: N_("Found to be: {cause}"), IS_NOT: N_("Found not to be: {cause}"),
    UNCLEAR: N_("Looked into; nobody can say why."),
}  # fmt: skip


@dataclass(frozen=True)
class Finding(Context):
    """What stands of a customer."""

    verdict: Annotated[str, "is, is_not, other or unclear"]
    said: Annotated[Said, "the same in words"]
    sealed: Annotated[bool, "whether somebody confirmed which cause it was"]
    who: Annotated[str, "who found it"]
    on: Annotated[date, "the day it was recorded"]
    note: Annotated[str, "how it was found"]
    mine: Annotated[int | None, "its number where the viewer may take it back"]
    uncounted: Annotated[Said | None, "from which run on it counts, where the one shown knows nothing of it"]


@dataclass(frozen=True)
class AuditForm(Context):
    """The question of one customer: was it this cause."""

    customer_id: Annotated[str, "whom it is of"]
    cause: Annotated[str, "the likeliest cause, before anybody checked"]
    title: Annotated[Wordings, "what it is called"]
    asked: Annotated[Said, "the question"]
    others: Annotated[Sequence[tuple[str, Wordings]], "every other cause it may have been"]
    buttons: Annotated[Sequence[tuple[str, str, str]], "verdict, message and key of each button"]
    other_key: Annotated[str, "the key of: it was another"]


@dataclass(frozen=True)
class CustomerAudit(Context):
    """Confirming on a customer's page."""

    finding: Annotated[Finding | None, "what stands; None where nobody has looked"]
    form: Annotated[AuditForm | None, "the question; None for who may not answer it, and for a past day"]


@dataclass(frozen=True)
class AuditCase(Context):
    """One case of the queue."""

    customer_id: Annotated[str, "its number"]
    name: Annotated[str, "its name"]
    part: Annotated[str, "a message: how it came to be drawn"]
    why: Annotated[CustomerWhy | None, "causes with the evidence for and against"]
    form: Annotated[AuditForm, "the question"]
    finding: Annotated[Finding | None, "what stands"]


@dataclass(frozen=True)
class ConfirmPage(Context):
    """The queue of causes worth confirming."""

    progress: Annotated[Said, "how many are done of how many"]
    done: Annotated[int, "cases somebody said something of"]
    drawn: Annotated[int, "cases in all"]
    accuracy: Annotated[Sequence[Said], "how often the run was right, or how many cases that needs"]
    few: Annotated[Said, "that too few are audited to learn what leaves nothing on record; may be nothing"]
    counts: Annotated[Said, "from which run on it counts"]
    case: Annotated[AuditCase | None, "the next case; None where every one is done"]
    last: Annotated[tuple[str, Finding] | None, "customer and finding that were written down just now"]
    listed: Annotated[Listed, "every case"]
    confusion: Annotated[Listed | None, "what notes said; None for who does not see the firm"]


def finding_of(row: Mapping[str, Any], info: Mapping[str, Any]) -> Finding | None:
    """What stands, from a row with verdict, found, found_zh, found_en, who, recorded_on, note, mine; of a run's page.

    `info` is that of the run.
    """
    if row["verdict"] is None:
        return None
    cause = audit_said.found_title(row)
    said = Said(FOUND[row["verdict"]], {"cause": cause} if cause else {})
    return Finding(row["verdict"], said, row["verdict"] in (IS, OTHER), row["who"], row["recorded_on"], row["note"],
                   row["mine"], audit_said.not_counted_yet(row["recorded_on"], info))  # fmt: skip


def question_for(customer_id: str, cause: str, card: Iterable[Mapping[str, Any]], *, lost: bool = True) -> AuditForm:
    """The question of a customer whose likeliest cause is this one; `card` are the causes in force.

    What no cause explains can't be wrong, only another be found: there "it was not this" is left out, and its key.
    """
    titles = {row["cause"]: cause_title(row) for row in card}
    unknown = cause == UNKNOWN
    buttons = [(verdict, NONE_OF_THEM if unknown and verdict == IS else title, KEYS[verdict])
               for verdict, title in BUTTONS if not (unknown and verdict == IS_NOT)]  # fmt: skip
    others = [(each, title) for each, title in titles.items() if each != cause]
    title = titles.get(cause, Wordings(cause, cause))
    asked = Said(ASKED[lost, unknown], {"cause": title})
    return AuditForm(customer_id, cause, title, asked, others, buttons, KEYS[OTHER])
