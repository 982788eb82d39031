"""Load exports of known truth and say of each: right, asked, refused, wrong or crash.

python tests/exports/judge.py [--seeds N] [--first N] [--family F ...] [--show wrong] [--keep FOLDER]

A line of the table is a family; each file that is not right is named with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import export_families as _all_of_them  # noqa: F401  (each module enters its families)
import polars as pl
from export_kinds import FAMILIES

import liuke
from liuke.kernel.errors import LiukeError, NeedsAnswer
from liuke.kernel.i18n import in_language
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export_kinds import Export, Family
    from export_truth import Truth

    from liuke.app.firm import Firm
    from liuke.loading.applying import Loaded

VERDICTS = ("right", "asked", "refused", "wrong", "crash")


@dataclass(frozen=True)
class Stored:
    """What is in force after the loads: day, customer, amount and document of each line."""

    rows: list[tuple[date, int, Decimal, int]]

    def by_day(self) -> dict[date, Decimal]:
        found: dict[date, Decimal] = defaultdict(Decimal)
        for day, _, amount, _ in self.rows:
            found[day] += amount
        return dict(found)

    def by_customer(self) -> list[Decimal]:
        found: dict[int, Decimal] = defaultdict(Decimal)
        for _, who, amount, _ in self.rows:
            found[who] += amount
        return sorted(found.values())


@dataclass(frozen=True)
class Verdict:
    family: str
    seed: int
    verdict: str
    said: str
    seconds: float

    def line(self) -> str:
        return f"{self.family}:{self.seed} {self.verdict}: {self.said}"


def stored(firm: Firm) -> Stored:
    """The lines of documents that nothing replaced."""
    store = FactStore(firm.workspace.facts)
    paths = store.paths("document_line")
    columns = ["date", "customer_code", "amount", "document_code"]
    lines = pl.concat([pl.read_parquet(path, columns=columns, hive_partitioning=False) for path in paths])
    gone = [code for path in store.paths("superseded") for code in pl.read_parquet(path)["document_code"]]
    return Stored(lines.filter(~pl.col("document_code").is_in(gone)).select(columns).rows())


def difference(found: Stored, truth: Truth) -> str:
    """What of the stored is not the truth; nothing where all is right."""
    total = sum((amount for _, _, amount, _ in found.rows), Decimal(0))
    off = []
    if total != truth.total:
        off.append(f"sum {total} for {truth.total}")
    if truth.rows_told and len(found.rows) != len(truth.rows):
        off.append(f"rows {len(found.rows)} for {len(truth.rows)}")
    held, want = found.by_customer(), truth.by_customer()
    days, due = found.by_day(), truth.by_day()
    if not truth.rows_told:  # what was sold and given back may be two rows or none
        held, want = [sum_ for sum_ in held if sum_], [sum_ for sum_ in want if sum_]
        days, due = {day: sum_ for day, sum_ in days.items() if sum_}, {day: sum_ for day, sum_ in due.items() if sum_}
    if len(held) != len(want):
        off.append(f"customers {len(held)} for {len(want)}")
    elif held != want and not off:
        off.append("the sums of customers differ")
    if set(days) != set(due):
        off.append(f"days {min(days)} to {max(days)} ({len(days)}) for {min(due)} to {max(due)} ({len(due)})")
    elif days != due and not off:
        off.append("the sums of days differ")
    documents = len({code for *_, code in found.rows})
    if truth.numbered and documents != truth.documents():
        off.append(f"documents {documents} for {truth.documents()}")
    return ", ".join(off)


def judged(export: Export, folder: Path) -> tuple[str, str]:
    """The verdict on one export, and what stands behind it."""
    firm = liuke.open(folder / "firm")
    where = folder / "in"
    where.mkdir()
    try:
        for file in export.files:
            path = where / file.name
            path.write_bytes(file.content)
            loaded = firm.load(path, **export.given)  # type: ignore[arg-type]
    except NeedsAnswer as asked:
        return "asked", _flat(str(asked))
    except LiukeError as refused:
        return "refused", _flat(str(refused))
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt):
            raise
        return "crash", _flat(f"{type(fault).__name__}: {fault}")
    off = _off(firm, export, loaded)
    return ("wrong", off) if off else ("right", "")


def _off(firm: Firm, export: Export, loaded: Loaded) -> str:
    """What of a load is wrong; nothing where it is right."""
    if loaded.table != export.table:
        return f"loaded as {loaded.table}, is {export.table}"
    if not export.truths:
        return f"loaded, where only a question is right ({export.note})"
    if loaded.load is None:
        return "nothing was loaded, and nothing refused"
    if export.table != "document_line":
        count, want = loaded.load.rows_loaded, len(export.truths[0].rows)
        return "" if count == want else f"{count} rows for {want}"
    found = stored(firm)
    off = [difference(found, truth) for truth in export.truths]
    if "" in off:
        return ""
    aside = loaded.account.rows_quarantined if loaded.account else 0
    return off[0] + (f" ({aside} rows quarantined)" if aside else "")


def judge(family: Family, seed: int, keep: Path | None = None, show: str = "") -> Verdict:
    """Make the file of a seed, load it into a fresh workspace, judge; a file whose verdict is `show` is kept."""
    began = time.perf_counter()
    export = family.export(seed)
    with tempfile.TemporaryDirectory() as folder:
        verdict, said = judged(export, Path(folder))
    if keep and verdict == show:
        kept = keep / f"{family.name}-{seed}"
        kept.mkdir(parents=True, exist_ok=True)
        for file in export.files:
            (kept / file.name).write_bytes(file.content)
        rows = "\n".join("\t".join(map(str, row)) for truth in export.truths[:1] for row in truth.rows)
        (kept / "truth.tsv").write_text(f"{export.note}\n{said}\n{rows}\n", "utf-8")
    return Verdict(family.name, seed, verdict, said, time.perf_counter() - began)


def verdicts(
    families: list[Family], seeds: int | None, first: int = 0, keep: Path | None = None, show: str = ""
) -> Iterator[Verdict]:
    """The verdict on each file of each family."""
    for family in families:
        for seed in range(first, first + (seeds or family.seeds)):
            yield judge(family, seed, keep, show)


def unaided(found: list[Verdict]) -> float:
    """The share of files read right without a question, of those a person would read so."""
    alone = [each for each in found if FAMILIES[each.family].unaided]
    return sum(each.verdict == "right" for each in alone) / max(len(alone), 1)


def report(found: list[Verdict]) -> str:
    """The table family x verdict, then the tally."""
    lines = [f"{'family':30}" + "".join(f"{verdict:>9}" for verdict in VERDICTS)]
    names = list(dict.fromkeys(each.family for each in found))
    for name in names:
        tally = Counter(each.verdict for each in found if each.family == name)
        mark = "" if FAMILIES[name].unaided else "  (may ask)"
        lines.append(f"{name:30}" + "".join(f"{tally[v] or '':>9}" for v in VERDICTS) + mark)
    total = Counter(each.verdict for each in found)
    lines.append(f"{'all ' + str(len(found)):30}" + "".join(f"{total[verdict] or 0:>9}" for verdict in VERDICTS))
    seconds = sum(each.seconds for each in found)
    lines.append(f"right unaided, of those a person reads unaided: {unaided(found):.1%}; {seconds:.0f} s")
    return "\n".join(lines)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:400]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, help="files of each family (otherwise as many as the suite takes)")
    asked.add_argument("--first", type=int, default=0, help="the first seed")
    asked.add_argument("--family", nargs="+", default=[], help="families, or the beginning of their names")
    asked.add_argument("--show", default="", choices=("", *VERDICTS), help="name each file with this verdict, and why")
    asked.add_argument("--keep", type=Path, help="write the files shown to this folder, each with its truth")
    given = asked.parse_args()
    chosen = [f for n, f in FAMILIES.items() if not given.family or any(n.startswith(p) for p in given.family)]
    found = []
    with in_language("en"):
        for each in verdicts(chosen, given.seeds, given.first, given.keep, given.show):
            found.append(each)
            if each.verdict in {given.show, "crash"} or (not given.show and each.verdict == "wrong"):
                print(each.line(), flush=True)
    print(report(found))


if __name__ == "__main__":
    main()
