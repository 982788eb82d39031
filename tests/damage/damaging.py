"""A small workspace with one of everything, and what its commands say while nothing is amiss."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import liuke
from firms import docs, load, monthly
from liuke.run import customers, merges

READS: dict[str, tuple[str, ...]] = {
    "list": ("list", "--format", "json", "--state", "active"),
    "list of a past day": ("list", "--format", "json", "--state", "active", "--as-of", "2024-04-30"),
    "show": ("show", "c1", "--format", "json"),
    "value list": ("value", "list", "--format", "json"),
    "value show": ("value", "show", "c1", "--format", "json"),
    "value economics": ("value", "economics", "--format", "json"),
    "value service": ("value", "service", "--format", "json"),
    "value standard": ("value", "standard", "--format", "json"),
    "indicators": ("indicators", "--format", "json"),
    "backtest": ("backtest", "--format", "json"),
    "families": ("families", "--format", "json"),
    "rules list": ("rules", "list", "--format", "json"),
    "rules backtest": ("rules", "backtest", "--format", "json"),
    "loads": ("loads", "--format", "json"),
    "merge": ("merge", "--format", "json"),
}
HOWS = ("deleted", "truncated", "flipped", "emptied")
OWN = ("liuke.toml", "value.toml", "rules", "mappings")  # files a person writes
COMPUTES: dict[str, tuple[str, ...]] = {
    "rules preview": ("rules", "preview", "own", "--format", "json"),
    "run": ("run",),
    "load": ("load", "more.csv", "--source", "invoices", "--table", "document_line"),
    "report": ("report", "--out", "."),
}
OWN_RULE = """title = { zh = "自定", en = "Own" }
help = { zh = "两期下降。", en = "Falling two periods." }
[[when.any]]
condition = "falling"
periods = 2
"""


def build(folder: Path) -> Path:
    """Two loads of documents, the second with a correction, a small table, a merge, own rules, two runs."""
    firm = liuke.open(folder)
    (folder / "liuke.toml").write_text('firm = "甲"\nleft_days = 90\n', "utf-8")
    (folder / "rules").mkdir()
    (folder / "rules" / "own.toml").write_text(OWN_RULE, "utf-8")
    (folder / "value.toml").write_text("[costs]\nreturns = 20\n", "utf-8")
    names = folder / "names.csv"
    names.write_text("customer_id,name,region\nc1,One,N\nc2,Two,S\nc3,Three,S\n", "utf-8")
    first = [*monthly("c1", [100, 90, 80, 70, 60]), *monthly("c2", [50] * 5), *monthly("c3", [9] * 5)]
    load(firm, first, loaded_on=date(2024, 6, 1))
    firm.load(names, source="names", table="customer", loaded_on=date(2024, 6, 2))
    names.unlink()
    merges.confirm(firm.workspace, customers.known(firm.workspace), "c3", "c2", on=date(2024, 6, 3))
    firm.run(as_of="2024-04-30")
    more = docs("c1-2403 c1 2024-03-10 75 | Z c4 2024-05-12 8 | Y c1 2024-06-10 50")
    load(firm, more, loaded_on=date(2024, 6, 12))
    firm.run()
    (folder / "more.csv").write_text("document_id,customer_id,date,amount\nX9,c1,2024-06-11,5\n", "utf-8")
    return folder


def copied(sound: Path, to: Path) -> Path:
    """A copy that shares its bytes until a file is put in another's place."""
    return Path(shutil.copytree(sound, to / "firm", copy_function=os.link))


def spoil(path: Path, how: str) -> None:
    """Damage a file of a copy."""
    was = path.read_bytes()
    path.unlink()
    if how == "truncated":
        path.write_bytes(was[: len(was) // 2])
    elif how == "emptied":
        path.write_bytes(b"")
    elif how == "flipped":
        middle = len(was) // 2
        path.write_bytes(was[:middle] + bytes([was[middle] ^ 0xFF]) + was[middle + 1 :])
