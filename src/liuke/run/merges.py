"""Merges people confirmed, with their history: `merges.json` in the workspace."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.facts import contracts, identity
from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from liuke.store.workspace import Workspace

PAIR = {"customer_id": pl.String, "into": pl.String}


def history(workspace: Workspace) -> list[dict[str, Any]]:
    """Every confirmation, oldest first: customer_id, into, on, and split_on where it was taken back."""
    path = workspace.root / "merges.json"
    entries: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return entries


def merges(workspace: Workspace) -> dict[str, str]:
    """Merges in force: a customer id and the one it is counted under."""
    return {entry["customer_id"]: entry["into"] for entry in history(workspace) if not entry.get("split_on")}


def why(pair: dict[str, Any]) -> Said:
    """Why the two of a pair of `proposed` may be one."""
    return Said(identity.EVIDENCE[pair["evidence"]], {"value": pair["value"]})


def proposed(workspace: Workspace) -> pl.DataFrame:
    """Pairs nobody has decided on yet; see `facts.identity.proposals`. A merged customer is in none of them."""
    settled = pl.DataFrame([{name: entry[name] for name in PAIR} for entry in history(workspace)], schema=PAIR)
    alone = FactStore(workspace.facts).current(contracts()["customer"])
    return identity.proposals(alone.filter(~pl.col("customer_id").is_in(list(merges(workspace)))), settled)


def overview(workspace: Workspace) -> pl.DataFrame:
    """Merges in force, then proposals: customer_id, into, evidence, value, merged_on (null for a proposal)."""
    held = [entry for entry in history(workspace) if not entry.get("split_on")]
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


def confirm(workspace: Workspace, known: set[str], customer_id: str, into: str) -> None:
    """Count one customer under another from the next run on."""
    unknown = next((code for code in (customer_id, into) if code not in known), None)
    if unknown is not None:
        raise NotFound(Said(N_("No customer has the code {code}."), {"code": unknown}))
    held = merges(workspace)
    if customer_id == into or into in held or customer_id in held.values() or customer_id in held:
        raise Conflict(
            N_("{customer} can't be merged into {into}: one of them is part of another merge."),
            customer=customer_id,
            into=into,
            fix=N_("Split that one first, or merge into the customer it is counted under."),
        )
    _write(workspace, [*history(workspace), {"customer_id": customer_id, "into": into, "on": str(date.today())}])


def split(workspace: Workspace, customer_id: str) -> None:
    """Take a merge back: from the next run on the customer counts by itself again."""
    entries = history(workspace)
    open_entries = [e for e in entries if e["customer_id"] == customer_id and not e.get("split_on")]
    if not open_entries:
        raise Conflict(N_("{customer} is not merged into another customer."), customer=customer_id)
    open_entries[0]["split_on"] = str(date.today())
    _write(workspace, entries)


def _write(workspace: Workspace, entries: list[dict[str, Any]]) -> None:
    path = workspace.root / "merges.json"
    scratch = path.with_suffix(".writing")
    scratch.write_text(json.dumps(entries, ensure_ascii=False, indent=1), "utf-8")
    scratch.replace(path)
