"""Merges people confirmed, with their history: `merges.json` in the workspace."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.facts import contracts, identity
from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.run.clock import clock_of
from liuke.store.disk import write_text
from liuke.store.fact_store import FactStore
from liuke.store.manifest import FORMAT, Damaged, sealed, unseal
from liuke.store.workspace import MERGES, unknown_merges

if TYPE_CHECKING:
    from liuke.run.clock import Clock
    from liuke.store.workspace import Workspace

PAIR = {"customer_id": pl.String, "into": pl.String}


def merge_history(workspace: Workspace) -> list[dict[str, Any]]:
    """Every confirmation, oldest first: customer_id, into, on, newest_list; split_on, split_list where taken back."""
    text = workspace.text(MERGES)
    try:
        said = json.loads(text) if text else []
        entries = said if isinstance(said, list) else unseal(text, workspace.root / MERGES)["entries"]
        return [dict(entry) for entry in entries]
    except (ValueError, Damaged) as error:
        raise unknown_merges(workspace.root / MERGES) from error


def merges(workspace: Workspace) -> dict[str, str]:
    """Merges in force now: a customer id and the one it is counted under."""
    return {entry["customer_id"]: entry["into"] for entry in merge_history(workspace) if not entry.get("split_on")}


def merges_at(workspace: Workspace, clock: Clock, known: date) -> dict[str, str]:
    """Merges in force as of a day: each counts from the list that was the newest when it was confirmed, until that of
    the day on which it was taken back.
    """

    @cache
    def counts(on: str, newest: str | None) -> bool:
        """Without the list that was the newest (a program before wrote it), by the documents of the whole day."""
        day = date.fromisoformat(on)
        return min(date.fromisoformat(newest) if newest else clock.newest(day), day) <= known

    return {
        entry["customer_id"]: entry["into"]
        for entry in merge_history(workspace)
        if counts(entry["on"], entry.get("newest_list"))
        and not (entry.get("split_on") and counts(entry["split_on"], entry.get("split_list")))
    }


def why(pair: dict[str, Any]) -> Said:
    """Why the two of a pair of `proposed` may be one."""
    return Said(identity.EVIDENCE[pair["evidence"]], {"value": pair["value"]})


def proposed(workspace: Workspace) -> pl.DataFrame:
    """Pairs nobody has decided on yet; see `facts.identity.proposals`. A merged customer is in none of them."""
    settled = pl.DataFrame([{name: entry[name] for name in PAIR} for entry in merge_history(workspace)], schema=PAIR)
    alone = FactStore(workspace.facts).current(contracts()["customer"])
    return identity.proposals(alone.filter(~pl.col("customer_id").is_in(list(merges(workspace)))), settled)


def merges_overview(workspace: Workspace) -> pl.DataFrame:
    """Merges in force, then proposals: customer_id, into, evidence, value, merged_on (null for a proposal)."""
    held = [entry for entry in merge_history(workspace) if not entry.get("split_on")]
    rows = [{"customer_id": entry["customer_id"], "into": entry["into"], "merged_on": entry["on"]} for entry in held]
    confirmed = pl.DataFrame(rows, schema={**PAIR, "merged_on": pl.String})
    open_pairs = proposed(workspace)
    return pl.concat([confirmed, open_pairs], how="diagonal").select(*open_pairs.columns, "merged_on")


def evident(workspace: Workspace, customer_id: str, into: str) -> bool:
    """Whether anything but the person who says so speaks for two customers being one."""
    both = (
        FactStore(workspace.facts)
        .current(contracts()["customer"])
        .filter(pl.col("customer_id").is_in([customer_id, into]))
    )
    return not identity.proposals(both, pl.DataFrame(schema=PAIR)).is_empty()


def confirm(workspace: Workspace, known: set[str], customer_id: str, into: str, on: date | None = None) -> None:
    """Count one customer under another from the next run on."""
    unknown = next((code for code in (customer_id, into) if code not in known), None)
    if unknown is not None:
        raise NotFound(Said(N_("No customer has the code {code}."), {"code": unknown}))
    with workspace.locked("definitions"):
        held = merges(workspace)
        if customer_id == into or into in held or customer_id in held.values() or customer_id in held:
            raise Conflict(
                N_("{customer} can't be merged into {into}: one of them is part of another merge."),
                customer=customer_id,
                into=into,
                fix=N_("Split that one first, or merge into the customer it is counted under."),
            )
        day = on or date.today()
        entry = {"customer_id": customer_id, "into": into, "on": str(day), "newest_list": _newest_list(workspace, day)}
        _write(workspace, [*merge_history(workspace), entry])


def spelled(workspace: Workspace, pairs: list[tuple[str, str]], on: date) -> list[tuple[str, str]]:
    """Count customers under those they are another spelling of; the pairs taken, those people have settled left out."""
    with workspace.locked("definitions"):
        entries = merge_history(workspace)
        settled = {frozenset((entry["customer_id"], entry["into"])) for entry in entries}
        taken = [pair for pair in pairs if frozenset(pair) not in settled]
        if taken:
            came = {"on": str(on), "newest_list": _newest_list(workspace, on)}
            _write(workspace, [*entries, *({"customer_id": one, "into": other, **came} for one, other in taken)])
    return taken


def split(workspace: Workspace, customer_id: str, on: date | None = None) -> None:
    """Take a merge back: from the next run on the customer counts by itself again."""
    with workspace.locked("definitions"):
        entries = merge_history(workspace)
        open_entries = [e for e in entries if e["customer_id"] == customer_id and not e.get("split_on")]
        if not open_entries:
            raise Conflict(N_("{customer} is not merged into another customer."), customer=customer_id)
        day = on or date.today()
        open_entries[0] |= {"split_on": str(day), "split_list": _newest_list(workspace, day)}
        _write(workspace, entries)


def _newest_list(workspace: Workspace, day: date) -> str:
    """The as_of of the newest list now: a load later on the same day may complete another one."""
    return str(clock_of(workspace, FactStore(workspace.facts).loads()).newest(day))


def _write(workspace: Workspace, entries: list[dict[str, Any]]) -> None:
    write_text(workspace.root / MERGES, sealed({"format": FORMAT, "entries": entries}))
    workspace.mark(MERGES)
