"""What can be wrong with a workspace and the program around it: checks that say what they found, or refuse.

What is amiss with the stored files is said by one of them, and mended by `repair` where that is safe.
"""

from __future__ import annotations

import platform
import shutil
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from liuke.facts import LINES, contracts
from liuke.kernel.errors import LiukeError, NotFound, Refused
from liuke.kernel.i18n import N_, say, translate
from liuke.kernel.version import __version__
from liuke.run import mending
from liuke.run.rule_files import workspace_rules
from liuke.sources import audits
from liuke.store.fact_store import FactStore
from liuke.store.runs import Runs
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo
    from pathlib import Path

    Check = Callable[[Path], str]

RUN, SPACE = N_("Current run"), N_("Free space")
LEAST_FREE = 2 * 2**30  # bytes: room for a load and a run of ten million lines


def checked(folder: Path, zone: tzinfo | None = None) -> Iterator[tuple[str, str, bool]]:
    """One check after another: its title, what was found, and whether that is fine.

    Moments are said in a time zone, without one in that of this machine.
    """
    of_run: Check = partial(_run, zone=zone)
    for title, check in (*CHECKS, (RUN, of_run), (SPACE, _space)):
        try:
            yield translate(title), check(folder), True
        except LiukeError as error:
            yield translate(title), error.text(), False


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


def _stored(folder: Path) -> str:
    workspace = Workspace.unchecked(folder)
    found = mending.damage(workspace)
    if found:
        raise Refused(
            N_("Stored files are damaged:\n{damage}"),
            damage="\n".join(map(str, found)),
            fix=N_("`liuke doctor --repair` mends what can be mended safely, and says the rest."),
        )
    spoilt = len(mending.spoilt_cache(workspace))
    if spoilt:
        return say(N_("{count} cached sums are damaged: the next run makes them anew"), count=spoilt)
    return translate(N_("loads and runs are as they were written"))


def _rules(folder: Path) -> str:
    return say(N_("{count} rules are valid"), count=len(workspace_rules(Workspace.at(folder))))


def _documents(folder: Path) -> str:
    loads = FactStore(Workspace.at(folder).facts).loads(LINES)
    if not loads:
        raise NotFound(N_("No documents have been loaded yet."), fix=N_("Load an export: liuke load FILE."))
    return say(
        N_("{count} loads from {first} to {last}"),
        count=len(loads),
        first=min(load.first_on or "" for load in loads),
        last=max(load.last_on or "" for load in loads),
    )


def _audits(folder: Path) -> str:
    broken = audits.audited(FactStore(Workspace.at(folder).facts), contracts())
    if broken:
        raise Refused(
            N_("Rows are loaded that can't be right:\n{broken}"),
            broken="\n".join(
                say(N_("{table}: {rows} rows, {says}: {examples}"),
                    table=table, rows=f"{one.rows:,}", says=translate(one.says), examples=one.examples())
                for table, one in broken
            ),
            fix=N_("Correct them where they come from and load them again; what is loaded stays in use until then."),
        )  # fmt: skip
    return translate(N_("no loaded row contradicts itself"))


def _engine(folder: Path) -> str:
    from liuke.store.engines import open_engine

    workspace = Workspace.at(folder)
    open_engine(workspace, FactStore(workspace.facts)).close()
    return workspace.settings.text("engine")


def _boosting(_folder: Path) -> str:
    from liuke.signals.churn import boosting

    if not boosting.boosting_usable():
        raise Refused(
            N_("Gradient boosting can't be used: the system's OpenMP library is missing. A logit stands in for it."),
            fix=N_("Install it, on Debian and Ubuntu: apt-get install libgomp1."),
        )
    return translate(N_("gradient boosting works"))


def _run(folder: Path, zone: tzinfo | None) -> str:
    info = Runs(Workspace.at(folder).runs).current().info
    made = datetime.fromisoformat(info["measured_at"]).astimezone(zone)
    told = {**info, "measured_at": f"{made:%Y-%m-%d %H:%M}"}
    return say(N_("run {run_id}, as of {as_of}, made {measured_at}"), **told)


def _space(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise Refused(
            N_("Only {free} GB are free."), free=f"{free / 2**30:.1f}", fix=N_("Free some space before the next load.")
        )
    return f"{free / 2**30:,.0f} GB"


CHECKS: tuple[tuple[str, Check], ...] = (
    (N_("Versions"), _versions),
    (N_("Workspace and settings"), _settings),
    (N_("Stored files"), _stored),
    (N_("Rules"), _rules),
    (N_("Documents"), _documents),
    (N_("Audits"), _audits),
    (N_("Engine"), _engine),
    (N_("Model"), _boosting),
)
