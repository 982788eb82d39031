"""The demo: a firm is made or the bundled invoices taken, loaded, run, listed, and the reports written."""

from __future__ import annotations

import shutil
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.app import run_causes
from liuke.app.cause_owned import first_owners
from liuke.app.firm import FILE, Firm
from liuke.cli.loading import describe, note, tell_doubts
from liuke.cli.output import bold, give, grid, put, tell
from liuke.cli.progress import progress
from liuke.kernel.errors import Conflict, Usage
from liuke.kernel.i18n import LANGUAGES, N_, in_language, language, translate
from liuke.reports import figures
from liuke.reports.excel import write_workbook
from liuke.reports.page import write_page
from liuke.reports.query import customers as at_risk
from liuke.simulate import export

if TYPE_CHECKING:
    from liuke.app.firm import Loaded, RunView

SIMULATED, RETAIL = "simulated", "online-retail"
RETAIL_SETTINGS = """firm = "Online Retail"
currency = "GBP"
attribution = "Online Retail, D. Chen 2015, UCI Machine Learning Repository, doi.org/10.24432/C5BW33, CC BY 4.0"
"""
EXPORTS = (
    "exports"  # folder inside the workspace the simulated firm's files lie in; its truth lies beside the workspace
)

MADE_UP = N_("Simulated firm: its customers, salespeople and documents are made up")
OWNERS = {  # of the simulated firm's causes, by their group
    "people": N_("Head of sales"), "word": N_("Head of sales"), "voice": N_("Head of customer service"),
    "goods": N_("Head of supply"), "channel": N_("Head of channels"), "rivals": N_("Head of marketing"),
    "us": N_("Managing director"), "world": N_("Managing director"), "choice": N_("Head of finance"),
}  # fmt: skip


def demo(path: Path, data: str, customers: int | None) -> None:
    """Bring the data in, run, list, and write the workbook and the page."""
    if data not in (SIMULATED, RETAIL):
        raise Usage(N_("There is no demo {name}."), name=data, fix=N_("Choose simulated or online-retail."))
    export.check_sizes(customers)
    started = time.perf_counter()
    firm = _workspace(path, data)
    if data == RETAIL:
        _load_retail(firm)
    else:
        _load_simulated(firm, customers)
    if data == SIMULATED:
        _give_owners(firm)
    with progress() as step:
        firm.run(progress=step)
    view = firm.current()
    give(view.watch_list(at_risk(size=10)), "table")
    _why(view)
    made = view.made
    book = write_workbook(made, path / "liuke.xlsx", language())
    page = write_page(made, path / "liuke.html", language())
    tell(
        N_("Done in {seconds} s. Open the page: {page}\nOpen the workbook: {book}\nYour own export: liuke init FOLDER,"
           " then liuke load FILE -w FOLDER, liuke run -w FOLDER"),
        seconds=f"{time.perf_counter() - started:.0f}", page=page, book=book,
    )  # fmt: skip
    tell(N_("In the browser: liuke serve -w {path}"), path=path)
    if data == SIMULATED:
        tell(N_("How right it was: liuke score {truth} -w {path}"), truth=_truth(path), path=path)


def _give_owners(firm: Firm) -> None:
    """Somebody of the made-up firm owns each cause, unless it was said already who does."""
    first_owners(firm.workspace, {group: translate(owner) for group, owner in OWNERS.items()})


def _why(view: RunView) -> None:
    """The causes of the customers lost, and those of one customer with the evidence."""
    put(bold(translate(N_("Why customers left"))))
    give(run_causes.pareto(view), "table")
    shown = run_causes.first_with_evidence(view)
    if shown is not None:
        found = view.customer(shown)
        put(bold(f"{found.row['customer_id']} {found.row['name'] or ''}"))
        for listed in run_causes.reasons_of(view, found):
            give(listed, "table")


def _settings(data: str, *, before: bool = False) -> str:
    """What stands in the demo's `liuke.toml`: its firm in the language in force; `before`: as it once was written."""
    if data == RETAIL:
        return RETAIL_SETTINGS
    firm = translate(N_("Distributor of compressors (simulated)"))
    said = translate(MADE_UP) if before else MADE_UP  # reports put it into their language
    return f'firm = "{firm}"\ncurrency = "CNY"\nattribution = "{said}"\n'


def _workspace(path: Path, data: str) -> Firm:
    """The demo's workspace in a folder, new or from before; nobody else's is touched."""
    held = path / FILE
    if not held.is_file():
        Firm.create(path)
        held.write_text(_settings(data), "utf-8")
        return Firm.at(path)
    known: dict[str, set[str]] = {}
    for lang in LANGUAGES:
        with in_language(lang):
            for each in (SIMULATED, RETAIL):
                known.setdefault(each, set()).update((_settings(each), _settings(each, before=True)))
    found = held.read_text("utf-8")
    if found in known[data]:
        return Firm.at(path)
    other = any(found in texts for texts in known.values())
    raise Conflict(
        N_("{path} holds the demo on other data.") if other
        else N_("{path} is a workspace of your own; the demo is not mixed into it."),
        path=path,
        fix=N_("Name another folder: liuke demo FOLDER"),
    )  # fmt: skip


def _truth(path: Path) -> Path:
    """Beside the workspace, where nothing that loads or runs looks."""
    return path.resolve().with_name(f"{path.resolve().name}.truth")


def _load_retail(firm: Firm) -> None:
    file = resources.files("liuke") / "data" / "online_retail.parquet"
    with resources.as_file(file) as location, progress() as step:
        done = firm.load(str(location), progress=step)
    note(done)
    describe(done)


def _load_simulated(firm: Firm, customers: int | None) -> None:
    """Make the firm unless it lies there whole, then load every file, one line each."""
    exports, truth = firm.workspace.root / EXPORTS, _truth(firm.workspace.root)
    whole = (truth / "truth.json").is_file()
    if not (whole and exports.is_dir()):
        shutil.rmtree(exports, ignore_errors=True)
        if whole:
            shutil.rmtree(truth)
        with progress() as step:
            export.simulate(exports, truth, "base", customers, lang=language(), progress=step)
    tell(N_("This firm is simulated: its customers, salespeople and documents are made up, so every answer is known."))
    tell(N_("Its files: {exports}. The truth, which nothing here reads: {truth}"), exports=exports, truth=truth)
    with progress() as step:
        done = [firm.load(file, progress=step) for file in sorted(exports.iterdir())]
    for each in done:
        note(each)
    put(_loaded(done))
    for each in done:
        tell_doubts(each)


def _loaded(done: list[Loaded]) -> object:
    heads = [(translate(head), side) for head, side in (
        (N_("Source"), "left"), (N_("Table"), "left"), (N_("Loaded"), "right"), (N_("Quarantined"), "right"),
        (N_("Amount"), "right"))]  # fmt: skip
    rows = [
        (
            each.source,
            each.table,
            figures.count(each.account.rows_loaded),
            figures.count(each.account.rows_quarantined),
            f"{each.account.sum_loaded:,}" if each.has_amounts else "",
        )
        for each in done
    ]
    return grid(heads, rows)
