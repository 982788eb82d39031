"""Commands that look after a workspace: doctor, merge."""

from __future__ import annotations

import platform
import shutil
from typing import TYPE_CHECKING

import polars as pl

from liuke import __version__
from liuke.app import merges as merging
from liuke.app.customers import codes
from liuke.cli.output import Format, emit, grid, put, tell
from liuke.facts.identity import EVIDENCE
from liuke.kernel.errors import LiukeError, Refused, Usage
from liuke.kernel.i18n import N_, say, translate
from liuke.store.fact_store import FactStore
from liuke.store.runs import Runs
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEAST_FREE = 2 * 2**30  # bytes: room for a load and a run of ten million lines


def merge(folder: Path, confirm: str | None, split: str | None, form: Format) -> None:
    """List proposals, confirm one, or split one again."""
    workspace = Workspace.at(folder)
    store = FactStore(workspace.facts)
    if confirm is not None:
        customer, equals, into = confirm.partition("=")
        if not equals:
            raise Usage(N_("{word} is not of the form CODE=INTO."), word=confirm)
        with workspace.locked():
            merging.confirm(workspace, set(codes(store)["customer_id"]), customer, into)
        tell(N_("{customer} counts under {into} from the next run on."), customer=customer, into=into)
    elif split is not None:
        with workspace.locked():
            merging.split(workspace, split)
        tell(N_("{customer} counts by itself again from the next run on."), customer=split)
    else:
        emit(merging.proposed(workspace, store), form, _proposals)


def _proposals(found: pl.DataFrame) -> object:
    if found.is_empty():
        return say(N_("No two customers share a tax number or a name."))
    heads = [(translate(head), "left") for head in (N_("Customer"), N_("Perhaps the same as"), N_("Evidence"))]
    rows = [(r["customer_id"], r["into"], say(EVIDENCE[r["evidence"]], value=r["value"])) for r in found.to_dicts()]
    return grid(heads, rows)


def doctor(folder: Path) -> None:
    """Check one thing after another; each says what is wrong and the fix. Refused when anything is."""
    checks: tuple[tuple[str, Callable[[Path], str]], ...] = (
        (N_("Versions"), _versions),
        (N_("Workspace and settings"), _settings),
        (N_("Rules"), _rules),
        (N_("Documents"), _documents),
        (N_("Engine"), _engine),
        (N_("Model"), _boosting),
        (N_("Current run"), _run),
        (N_("Free space"), _space),
    )
    rows, wrong = [], 0
    for title, check in checks:
        try:
            found, mark = check(folder), translate(N_("fine"))
        except LiukeError as error:
            found, mark = error.text(), translate(N_("look"))
            wrong += 1
        rows.append((mark, translate(title), found))
    put(grid([("", "left"), (translate(N_("Check")), "left"), (translate(N_("Found")), "left")], rows))
    if wrong:
        raise Refused(N_("{count} checks need a look."), count=wrong)


def _versions(_folder: Path) -> str:
    import duckdb
    import ibis

    return (
        f"liuke {__version__}, Python {platform.python_version()}, DuckDB {duckdb.__version__}, Ibis {ibis.__version__}"
    )


def _settings(folder: Path) -> str:
    workspace = Workspace.at(folder)
    changed = [name for name, origin in workspace.settings.origin.items() if origin != "default"]
    return say(N_("{path}; set: {names}"), path=workspace.root, names=", ".join(changed) or "-")


def _rules(folder: Path) -> str:
    from liuke.app.rules import workspace_rules

    return say(N_("{count} rules are valid"), count=len(workspace_rules(Workspace.at(folder))))


def _documents(folder: Path) -> str:
    loads = FactStore(Workspace.at(folder).facts).loads("document_line")
    if not loads:
        raise Refused(N_("No documents have been loaded yet."), fix=N_("Load an export: liuke load FILE."))
    return say(
        N_("{count} loads from {first} to {last}"),
        count=len(loads),
        first=min(load.first_on or "" for load in loads),
        last=max(load.last_on or "" for load in loads),
    )


def _engine(folder: Path) -> str:
    from liuke.store.engines import open_engine

    workspace = Workspace.at(folder)
    open_engine(workspace, FactStore(workspace.facts)).close()
    return workspace.settings.text("engine")


def _boosting(_folder: Path) -> str:
    from liuke.signals.churn import boosting

    if not boosting.usable():
        raise Refused(
            N_("Gradient boosting can't be used: the system's OpenMP library is missing. A logit stands in for it."),
            fix=N_("Install it, on Debian and Ubuntu: apt-get install libgomp1."),
        )
    return translate(N_("gradient boosting works"))


def _run(folder: Path) -> str:
    info = Runs(Workspace.at(folder).runs).current().info
    return say(N_("run {run_id}, as of {as_of}, made {measured_at}"), **info)


def _space(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise Refused(
            N_("Only {free} GB are free."), free=f"{free / 2**30:.1f}", fix=N_("Free some space before the next load.")
        )
    return f"{free / 2**30:,.0f} GB"
