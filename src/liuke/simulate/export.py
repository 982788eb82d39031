"""A simulated firm as users have theirs: exports in one folder, the truth in another."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Conflict, Refused
from liuke.kernel.i18n import N_
from liuke.simulate import documents, lines, orders, outside, registers, tell, truth, voices
from liuke.simulate import world as worlds
from liuke.simulate.files import LinesFile, write_table
from liuke.simulate.firm import build, live
from liuke.simulate.view import View
from liuke.simulate.words import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.simulate.chance import F32
    from liuke.simulate.firm import Firm
    from liuke.simulate.world import World

LEAST_MONTHS = 6


@dataclass(frozen=True)
class Written:
    """What was written: the firm's files with their rows, and the truth's folder."""

    folder: Path
    truth: Path
    rows: dict[str, int]


def simulate(
    folder: Path,
    truth_folder: Path,
    world: str | Path | World = "base",
    customers: int | None = None,
    months: int = 36,
    seed: int = 1,
    lang: str = "zh",
    xlsx: bool = True,
    form: str = "parquet",
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Written:
    """Write a firm to `folder` and its truth to `truth_folder`; the same arguments give the same bytes.

    `form` is what document lines are written as (parquet or csv); small tables are workbooks, or CSV without `xlsx`.
    Refused when a folder holds files already or one lies inside the other: whoever loads the firm must not find the
    truth.
    """
    _check(folder, truth_folder, months)
    chosen = world if isinstance(world, worlds.World) else worlds.load(world)
    firm = build(chosen, int(customers or chosen["customers"]), months, seed)
    view = View(firm, live(firm), wording(lang))
    for path in (folder, truth_folder):
        path.mkdir(parents=True, exist_ok=True)
    progress("truth", 0, 1)
    found = truth.causes(firm, view.life)
    written: dict[str, int] = {}
    wait, owed, billed, pending = _documents(view, folder, form, written, progress)
    notes, about_notes = voices.exit_note(view, found)
    tables = {"exit_note": notes, "receivable": owed}
    for module in (registers, voices, outside):
        for name in TABLES[module.__name__.rsplit(".", 1)[-1]]:
            tables[name] = getattr(module, name)(view)
    for number, (name, table) in enumerate(tables.items()):
        progress("tables", number, len(tables))
        named = view.words.rename(name, table)
        written[write_table(folder / view.words.sections["files"][name], named, xlsx).name] = len(named)
    tell.write(truth_folder, view, found, about_notes, wait, pending)
    facts = {
        "seed": seed,
        "months": months,
        "customers": len(firm.customers),
        "lang": lang,
        "amounts": {kind: str(amount) for kind, amount in billed.items()},
        "world": asdict(chosen),
    }
    (truth_folder / "truth.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    return Written(folder, truth_folder, written)


TABLES = {
    "registers": ("customer", "product", "salesperson", "assignment", "list_price", "wallet", "contract", "need"),
    "voices": ("complaint", "promise", "survey_answer", "contact"),
    "outside": ("inspection", "company_change", "competitor_observation", "stock_out"),
}


def _check(folder: Path, truth_folder: Path, months: int) -> None:
    near = {folder.resolve(), *folder.resolve().parents} & {truth_folder.resolve()}
    inside = {truth_folder.resolve(), *truth_folder.resolve().parents} & {folder.resolve()}
    if near or inside:
        raise Refused(
            N_("The truth must lie outside the firm's folder {folder}."),
            folder=folder,
            fix=N_("Choose another folder for the truth."),
        )
    for path in (folder, truth_folder):
        if path.exists() and any(path.iterdir()):
            raise Conflict(
                N_("The folder {folder} is not empty."), folder=path, fix=N_("Choose a new folder, or empty this one.")
            )
    if months < LEAST_MONTHS:
        raise Refused(N_("A firm needs at least {least} months; {months} were asked for."),
                      least=LEAST_MONTHS, months=months)  # fmt: skip


def _documents(
    view: View, folder: Path, form: str, written: dict[str, int], progress: Callable[[str, int, int], None]
) -> tuple[F32, pl.DataFrame, dict[str, Decimal], list[pl.DataFrame]]:
    """Write the document lines month by month.

    Returns who waits how long for the next order, what is owed, the amount of all documents by kind, and what is
    ordered but not invoiced.
    """
    firm: Firm = view.firm
    files = {kind: LinesFile(folder / view.words.sections["files"][kind], form) for kind in documents.PREFIX}
    written.update(dict.fromkeys((file.path.name for file in files.values()), 0))
    amounts = dict.fromkeys(documents.PREFIX, Decimal(0))
    wait = orders.first_wait(firm)
    owed = documents.Balances(len(firm.customers))
    pending = []
    for month in range(firm.months):
        progress("documents", month, firm.months)
        placed = orders.place(firm, view.life.path, month, wait)
        held = lines.of_month(firm, view.life, month, placed)
        owed.add(view, held)
        pending.append(tell.to_invoice(view, held))
        for kind, frame in documents.frames(view, held):
            if len(frame):
                amounts[kind] += Decimal(frame["amount"].sum())
                files[kind].write(view.words.rename("document_line", frame, kind))
                written[files[kind].path.name] += len(frame)
    for file in files.values():
        file.close()
    return wait, owed.table(view), amounts, pending
