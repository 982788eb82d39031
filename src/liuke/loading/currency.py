"""One currency a workspace: the first file that states one sets it; a file of another is refused without rates.

A file that says nothing is taken to be in the workspace's. A sign that several currencies share ($, ¥, 元) is any of
them where the workspace says which.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.facts import LINES
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.kernel.settings import with_setting
from liuke.sources.currency import money_words
from liuke.store.disk import own_text, writing_text
from liuke.store.fact_store import FactStore
from liuke.store.workspace import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.loading.planning import LoadOptions
    from liuke.loading.staged_rows import StagedRows
    from liuke.sources.plan import LoadPlan
    from liuke.store.workspace import Workspace

SHARED = {  # what else a sign may stand for, by the code it is read as
    "CNY": frozenset({"JPY", "TWD", "HKD", "MOP"}),
    "USD": frozenset({"AUD", "CAD", "HKD", "SGD", "TWD", "NZD", "MXN", "ARS", "CLP", "COP"}),
    "INR": frozenset({"PKR", "LKR", "NPR"}),
}


@contextmanager
def in_one_currency(
    workspace: Workspace, plan: LoadPlan, rows: StagedRows, options: LoadOptions
) -> Iterator[list[Said]]:
    """Refuse staged documents of another currency than the workspace's; set it as the load is kept, if none is yet.

    What is set is said.
    """
    found = _stated(plan, rows, options.answers.currency)
    own = _code(workspace.settings.text("currency"))
    free = workspace.settings.origin["currency"] == "default"
    first = free and not FactStore(workspace.facts).loads(LINES)
    if found is None or own in found:
        silent = found is None and first and plan.table == LINES and not plan.mapping.rates
        taken = N_(
            "The file names no currency: amounts are taken to be in {currency}. "
            "If that is wrong, load it with --currency CODE."
        )
        yield [Said(taken, {"currency": own})] if silent else []
        return
    if not first:
        raise _another(plan, found[0], own, free)
    set_now = N_("Amounts are in {currency}, as this file says: that is the workspace's currency now (liuke.toml).")
    said = [Said(set_now, {"currency": found[0]})]
    if options.dry_run:
        yield said
        return
    path = workspace.root / FILE
    with writing_text(path, with_setting(own_text(path), "currency", found[0])):
        yield said
    vars(workspace).pop("settings", None)  # read anew


def _stated(plan: LoadPlan, rows: StagedRows, asked: str | None) -> tuple[str, ...] | None:
    """The currencies a file's amounts may be in, the likeliest first; None where it says nothing."""
    if plan.table != LINES:
        return None
    given = None if asked is None else _code(asked)
    if plan.mapping.rates:
        return None if plan.mapping.currency is None else (_code(plan.mapping.currency),)
    seen = rows.reading.currency
    if seen is None:
        return None if given is None else (given,)
    perhaps = () if plan.mapping.header("currency") else tuple(sorted(SHARED.get(seen, ())))
    return (given,) if given in perhaps else (seen, *perhaps)


def _code(text: str) -> str:
    return money_words().get(text.strip().lower()) or text.strip().upper()


def _another(plan: LoadPlan, found: str, own: str, free: bool) -> Invalid:
    """The refusal of a file of another currency."""
    rates = N_(
        'Give rates by day: a mapping file (--map) with currency = "{own}" and [[rates]] of {found}; or load it into a'
        " workspace of its own."
    )
    unset = N_(
        'If everything loaded is in {found}, set currency = "{found}" in liuke.toml. Else give rates by day: a mapping'
        ' file (--map) with currency = "{own}" and [[rates]] of {found}.'
    )
    return Invalid(
        N_("{source} is in {found}, but the workspace holds {own}: rates are needed. Currencies can't be added up."),
        fix=unset if free else rates,
        source=plan.source,
        found=found,
        own=own,
    )
