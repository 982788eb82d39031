"""Spellings of one name: where a name or an e-mail is all that tells customers apart, those that differ only in case,
width, blanks, punctuation or legal form count as one customer.

They are merges like those people confirm: listed, dated, taken back by `liuke merge --split`. Names that state two
different legal forms, a GmbH and an AG, are left to people.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from liuke.facts import LINES, inputs
from liuke.kernel.i18n import N_
from liuke.kernel.names import legal_form, normal_name
from liuke.kernel.said import Said
from liuke.run.customers import codes
from liuke.run.merges import merges, spelled
from liuke.sources.headers import name_score
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from liuke.loading.staged_rows import StagedRows
    from liuke.sources.plan import LoadPlan
    from liuke.store.workspace import Workspace

MAILS = ("email", "e-mail", "email address", "customer email", "邮箱", "电子邮箱", "电子邮件", "客户邮箱")
SURE = 0.95  # of a header that is one of these names
SHOWN = 3  # pairs named as examples


def spellings(workspace: Workspace, plan: LoadPlan, rows: StagedRows) -> list[tuple[str, str]]:
    """Customers of staged documents that are another one spelled differently: (customer, into)."""
    header = plan.mapping.header("customer_id")
    if rows.documents is None or header is None or not _is_name(header) or "customer_name" in plan.mapping.columns:
        return []
    came = rows.documents.con.execute("SELECT DISTINCT customer_id FROM incoming").pl()["customer_id"]
    held = codes(FactStore(workspace.facts)).sort("customer_code")["customer_id"]
    return list(pairs([*held, *came.filter(~came.is_in(held.implode())).sort()], merges(workspace)))


def _is_name(header: str) -> bool:
    names = (*inputs(LINES)["customer_name"].names, *MAILS)
    return name_score(header, names) > SURE


def pairs(names: Iterable[str], merged: dict[str, str]) -> Iterable[tuple[str, str]]:
    """(customer, into) of names that are spelled differently; the first of each group, or what it counts under, stays.

    `merged` are merges in force: a merged customer, or one others count under, goes nowhere else.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        key = normal_name(name)
        if len(key) > 1 and any(letter.isalpha() for letter in key):
            alike[key].append(name)
    taken = set(merged.values())
    for group in alike.values():
        if len(group) > 1:
            forms = sorted({legal_form(name) for name in group} - {""})
            for form in forms or [""]:
                own = [name for name in group if legal_form(name) in ({"", form} if len(forms) < 2 else {form})]
                into = next((merged.get(name, name) for name in own if name in merged or name in taken), own[0])
                yield from ((one, into) for one in own if one not in (into, *taken) and one not in merged)


def keep_spellings(workspace: Workspace, found: list[tuple[str, str]], on: date) -> list[Said]:
    """Count them as one from now on, but for those a person has split; what was done is said."""
    kept = spelled(workspace, found, on) if found else []
    if not kept:
        return []
    examples = tuple(Said("{one} = {other}", {"one": one, "other": other}) for one, other in kept[:SHOWN])
    done = N_(
        "{count} customers are others spelled differently and count under them: {examples}. All: liuke merge."
        " Taken back: liuke merge --split NAME."
    )
    return [Said(done, {"count": len(kept), "examples": examples})]
