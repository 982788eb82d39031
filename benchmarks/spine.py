"""The claims of docs/benchmarks.md, measured in one run: load, panel against plain SQL, one more month, whole run.

python benchmarks/spine.py [LINES] [--customers N] [--rounds R] [--keep DIR]

Every figure is of a process of its own, with its peak memory as the operating system has it. Ratios are of pairs run in
turn; their median is printed with the smallest and largest.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from lines import generate

HERE = Path(__file__).parent
XLSX_ROWS = 200_000
MONTHS_AGAIN = 6
NEXT_MONTH_SHARE = 36  # one month of lines out of 36


def measured(*command: str) -> tuple[float, float, str]:
    """Wall seconds, peak memory in GB and output of one process; a failing process stops the benchmark."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(command)}\n{output}")
    return time.perf_counter() - started, usage.ru_maxrss / 2**20, output


def liuke(*words: str) -> tuple[float, float, str]:
    """One command of the program."""
    return measured("-c", "from liuke.cli import main; main()", "--lang", "en", *words)


def line(name: str, value: str, bar: str) -> None:
    """One row of the table."""
    print(f"| {name} | {value} | {bar} |", flush=True)


def workbook(path: Path) -> None:
    """A workbook as an ERP exports it: titles, Chinese headers, a total row."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("发票明细")
        sheet.write_row(0, 0, ["销售发票明细"])
        sheet.write_row(1, 0, ["客户编码", "客户名称", "开票日期", "发票号", "存货编码", "数量", "不含税金额"])
        for row in range(XLSX_ROWS):
            day = f"2025-{row * 12 // XLSX_ROWS + 1:02d}-{row % 28 + 1:02d}"
            client = row * 7919 % 3000
            sheet.write_row(
                row + 2, 0, [f"K{client:05d}", f"客户{client}", day, f"F{row // 4:07d}", f"P{row % 400}", 3, 12.5]
            )


def compare(lines: Path, workspace: Path, rounds: int) -> float:
    """Panel, both classic rules for every month, 80/20 set, recency, frequency, money: Liuke against plain SQL."""
    ours, theirs, walls = [], [], []
    for _ in range(rounds):
        wall_sql, _, said_sql = measured(str(HERE / "plain_sql.py"), str(lines))
        shutil.rmtree(workspace / "cache", ignore_errors=True)
        wall, _, said = measured(str(HERE / "spine_panel.py"), str(workspace))
        if said.split()[2:] != said_sql.split()[2:]:
            sys.exit(f"the answers differ: {said} {said_sql}")
        ours.append([float(x) for x in said.split()[:2]])
        theirs.append([float(x) for x in said_sql.split()[:2]])
        walls.append(wall - wall_sql)
    ratios = [a[0] / b[0] for a, b in zip(ours, theirs, strict=True)]
    middle = statistics.median
    line("plain DuckDB SQL", f"{middle(t[0] for t in theirs):.1f} s, {max(t[1] for t in theirs):.2f} GB", "")
    line("Liuke, first time", f"{middle(o[0] for o in ours):.1f} s, {max(o[1] for o in ours):.2f} GB", "≤ 1 GB")
    line("ratio", f"{middle(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})", "≤ 1.0, aim 0.5")
    line("whole process, Liuke minus plain SQL", f"{middle(walls):+.1f} s", "≤ +2 s at 10 M lines")
    return middle(o[0] for o in ours)


def one_more_month(firm: Path) -> float:
    """Seconds of the panel when the sums of the newest month alone have to be computed."""
    kept = list((firm / "cache" / "partials").iterdir())
    newest = max(path.name.split("-")[1] for path in kept)
    for path in kept:
        if path.name.split("-")[1] == newest:
            path.unlink()
    return float(measured(str(HERE / "spine_panel.py"), str(firm))[2].split()[0])


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("lines", nargs="?", default="10_000_000")
    options.add_argument("--customers", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    count = int(given.lines.replace("_", ""))
    folder = given.keep or Path(tempfile.mkdtemp(prefix="liuke-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    lines, more, firm = folder / "lines.parquet", folder / "month.parquet", folder / "firm"
    if not lines.exists():
        generate(count, lines, customers=given.customers)
    if not more.exists():
        generate(count // NEXT_MONTH_SHARE, more, customers=given.customers, month=36)
    shutil.rmtree(firm, ignore_errors=True)
    liuke("init", str(firm))
    print(f"{count:,} lines, {given.customers:,} customers, 36 months, {os.cpu_count()} cores\n")
    print("| what | measured | bar |\n| --- | --- | --- |")
    seconds, peak, _ = liuke("load", str(lines), "-w", str(firm), "--source", "lines")
    line("load with reconciliation", f"{seconds:.0f} s, {peak:.2f} GB", "≤ 60 s, ≤ 2 GB at 10 M lines")
    first = compare(lines, firm, given.rounds)
    run_seconds, run_peak, _ = liuke("run", "-w", str(firm))
    line("`liuke run`: eleven rules, back-test, tables", f"{run_seconds:.0f} s, {run_peak:.2f} GB", "")
    preview, peak, _ = liuke("rules", "preview", "token_orders", "-w", str(firm), "--top", "0")
    line("`liuke rules preview` of one rule, whole process", f"{preview:.1f} s, {peak:.2f} GB", "≤ 3 s")
    line("load and run together", f"{seconds + run_seconds:.0f} s", "≤ 600 s, ≤ 12 GB at 10 M customers, 100 M lines")
    measured(str(HERE / "spine_panel.py"), str(firm))
    seconds, _, _ = liuke("load", str(more), "-w", str(firm), "--source", "lines")
    line("load one more month", f"{seconds:.0f} s", "")
    again = [one_more_month(firm) for _ in range(MONTHS_AGAIN)]
    middle = statistics.median(again)
    shown = f"{middle:.2f} s ({min(again):.2f}-{max(again):.2f}), {middle / first:.1%} of the first"
    line(f"Liuke, one more month, {MONTHS_AGAIN} times", shown, "≤ 10 %")
    book = folder / "发票明细.xlsx"
    workbook(book)
    small = folder / "small"
    shutil.rmtree(small, ignore_errors=True)
    liuke("init", str(small))
    seconds, peak, _ = liuke("load", str(book), "-w", str(small))
    line(f"load an xlsx of {XLSX_ROWS:,} rows", f"{seconds:.1f} s, {peak:.2f} GB", "≤ 10 s")
    if given.keep is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
