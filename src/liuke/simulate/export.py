"""A simulated firm as users have theirs: exports in one folder, the truth in another."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Conflict, Refused, Usage
from liuke.kernel.i18n import N_
from liuke.kernel.progress import Unwatched
from liuke.kernel.said import Said
from liuke.simulate import documents, lines, orders, outside, registers, tell, truth, voices
from liuke.simulate import world as worlds
from liuke.simulate.dials import BY_NAME
from liuke.simulate.files import LinesFile, write_table
from liuke.simulate.firm import build, live
from liuke.simulate.view import View
from liuke.simulate.words import wording

if TYPE_CHECKING:
    from liuke.kernel.progress import Progress
    from liuke.simulate.chance import F32
    from liuke.simulate.firm import SimulatedFirm
    from liuke.simulate.world import World

FINDING = Said(N_("working out the truth"))
WRITING_DOCUMENTS = Said(N_("writing documents"))
WRITING_TABLES = Said(N_("writing tables"))
MONTHS = 36
RANGES = {  # least and greatest of what a firm can be asked for
    "customers": (int(BY_NAME["customers"].low), int(BY_NAME["customers"].high)),
    "months": (6, 240),
    "seed": (0, 2**63 - 1),
}


@dataclass(frozen=True)
class WrittenFirm:
    """What was written: the firm's files with their rows, and the truth's folder."""

    folder: Path
    truth: Path
    rows: dict[str, int]


def simulate(
    folder: Path,
    truth_folder: Path,
    world: str | Path | World = "base",
    customers: int | None = None,
    months: int = MONTHS,
    seed: int = 1,
    lang: str = "zh",
    xlsx: bool = True,
    form: str = "parquet",
    progress: Progress | None = None,
) -> WrittenFirm:
    """Write a firm to `folder` and its truth to `truth_folder`; the same arguments give the same bytes.

    `form` is what document lines are written as (parquet or csv); small tables are workbooks, or CSV without `xlsx`.
    Refused when a folder holds files already or one lies inside the other: whoever loads the firm must not find the
    truth.
    """
    check_sizes(customers, months, seed)
    _check(folder, truth_folder)
    chosen = world if isinstance(world, worlds.World) else worlds.read_world(world)
    firm = build(chosen, int(chosen["customers"] if customers is None else customers), months, seed)
    view = View(firm, live(firm), wording(lang))
    for path in (folder, truth_folder):
        path.mkdir(parents=True, exist_ok=True)
    watched = progress or Unwatched()
    watched.step(FINDING, 0, 1)
    found = truth.causes(firm, view.life)
    written: dict[str, int] = {}
    wait, owed, billed, pending = _documents(view, folder, form, written, watched)
    notes, about_notes = voices.exit_note(view, found)
    tables = {"exit_note": notes, "receivable": owed}
    for module in (registers, voices, outside):
        for name in TABLES[module.__name__.rsplit(".", 1)[-1]]:
            tables[name] = getattr(module, name)(view)
    for number, (name, table) in enumerate(tables.items()):
        watched.step(WRITING_TABLES, number, len(tables))
        named = view.words.rename(name, table)
        written[write_table(folder / view.words.sections["files"][name], named, xlsx).name] = len(named)
    tell.write_truth(truth_folder, view, found, about_notes, wait, pending)
    facts = {
        "seed": seed,
        "months": months,
        "customers": len(firm.customers),
        "lang": lang,
        "amounts": {kind: str(amount) for kind, amount in billed.items()},
        "world": asdict(chosen),
    }
    (truth_folder / "truth.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    return WrittenFirm(folder, truth_folder, written)


TABLES = {
    "registers": ("customer", "product", "salesperson", "assignment", "list_price", "wallet", "contract", "need"),
    "voices": ("complaint", "promise", "survey_answer", "contact"),
    "outside": ("inspection", "company_change", "competitor_observation", "stock_out"),
}


def check_sizes(customers: int | None = None, months: int = MONTHS, seed: int = 1) -> None:
    """Usage where no firm is made of such numbers."""
    for name, value in (("customers", customers), ("months", months), ("seed", seed)):
        low, high = RANGES[name]
        if value is not None and not (isinstance(value, int) and low <= value <= high):
            raise Usage(
                N_("{name} must be a whole number from {low} to {high}; {value} was found."),
                name=f"--{name}", low=low, high=high, value=value,
            )  # fmt: skip


def _check(folder: Path, truth_folder: Path) -> None:
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


def _documents(
    view: View, folder: Path, form: str, written: dict[str, int], progress: Progress
) -> tuple[F32, pl.DataFrame, dict[str, Decimal], list[pl.DataFrame]]:
    """Write the document lines month by month.

    Returns who waits how long for the next order, what is owed, the amount of all documents by kind, and what is
    ordered but not invoiced.
    """
    firm: SimulatedFirm = view.firm
    files = {kind: LinesFile(folder / view.words.sections["files"][kind], form) for kind in documents.PREFIX}
    written.update(dict.fromkeys((file.path.name for file in files.values()), 0))
    amounts = dict.fromkeys(documents.PREFIX, Decimal(0))
    wait = orders.first_wait(firm)
    owed = documents.Balances(len(firm.customers))
    pending = []
    for month in range(firm.months):
        progress.step(WRITING_DOCUMENTS, month, firm.months)
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
