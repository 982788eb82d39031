"""The law of damage: whatever happens to a stored file, a command gives the same numbers or says what is amiss.

Never other numbers without a word, never a traceback, never a workspace that nothing gets moving again.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from damaging import COMPUTES, HOWS, OWN, READS, build, copied, spoil

import liuke
from commands import program
from firms import docs, load, monthly
from liuke.kernel.i18n import in_language
from liuke.run import mending
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from commands import Said

SAID = re.compile(r"damaged|missing|not known|lost or gained|does not hold|older Liuke|UTF-8|is empty|no workspace")
WAY_OUT = re.compile(
    r"liuke (run|load|unload|doctor|upgrade|init)|put it back|bring it back|save it as UTF-8", re.IGNORECASE
)
TURNS = len(HOWS)
STORED = ("facts", "runs", "workspace.json", "merges.json")  # what a program of ours wrote and nobody else


def cases(sound: Path) -> list[str]:
    """Every file of the workspace but locks and the cache."""
    found = [path.relative_to(sound).as_posix() for path in sorted(sound.rglob("*")) if path.is_file()]
    return [name for name in found if not name.endswith(".lock") and not name.startswith(("cache", "more.csv"))]


def refused(said: Said) -> bool:
    """Whether a command said what is damaged and the way out."""
    return said.code == 1 and bool(SAID.search(said.err)) and bool(WAY_OUT.search(said.err))


def chosen(name: str, number: int, turn: int) -> list[str]:
    """The reading commands tried on a file at a turn: over all turns, all of them on what most of them read.

    Of the facts and of a past run few commands read anything: those do, and one more in turn.
    """
    every = list(READS)
    if name.startswith(("facts/", "runs/00001/")):
        return ["loads" if name.startswith("facts/") else "list of a past day", every[(4 * number + turn) % len(every)]]
    return every[turn::TURNS]


def tried(folder: Path, expected: dict[str, str], case: tuple[str, int, int], how: str) -> dict[str, str]:
    """What went wrong where a damaged workspace is used: nothing, if the law holds."""
    name, number, turn = case
    edited = name.startswith(OWN) and how in ("deleted", "truncated")  # as the person whose file it is may do
    wrong = {}
    for command in chosen(name, number, turn):
        said = program(*READS[command], cwd=folder)
        if not (edited or refused(said) or (said.code == 0 and said.out == expected[command])):
            wrong[command] = f"{said.code} {said.out[:200]} {said.err[:300]}"
    if name.startswith(STORED):
        with in_language("en"):
            found = mending.damage(Workspace(folder))
        if not SAID.search(" ".join(map(str, found))):
            wrong["doctor"] = str(found)
    command = list(COMPUTES)[(turn + number // TURNS) % len(COMPUTES)]
    said = program(*COMPUTES[command], cwd=folder)
    if not (edited or said.code == 0 or refused(said)):
        wrong[command] = f"{said.code} {said.err[:300]}"
    if command == "run" and said.code == 0 and not edited:
        after = program(*READS["list"], cwd=folder)
        if after.code or after.out != expected["list"]:
            wrong["list after run"] = f"{after.code} {after.err[:300]}"
    return wrong


@pytest.fixture(scope="session")
def names(sound: Path) -> list[str]:
    return cases(sound)


def test_there_is_one_of_everything(names: list[str]) -> None:
    kinds = {"/".join(part for part in name.split("/")[:2]) for name in names}
    assert {"facts/loads", "facts/register.json", "runs/00001", "runs/00002", "runs/current"} <= kinds
    assert {"liuke.toml", "value.toml", "merges.json", "workspace.json", "rules/own.toml"} <= kinds
    assert len(names) > 60


@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, TURNS))])
def test_each_file_damaged_in_each_way(
    sound: Path, names: list[str], expected: dict[str, str], tmp_path: Path, turn: int
) -> None:
    """Over all turns every file meets every damage and every command, and every command every damage."""
    wrong = {}
    for number, name in enumerate(names):
        how = HOWS[(number + turn) % len(HOWS)]
        folder = copied(sound, tmp_path / str(number))
        spoil(folder / name, how)
        found = tried(folder, expected, (name, number, turn), how)
        if found:
            wrong[name, how] = found
    assert wrong == {}


MENDED = ("facts/register.json", "runs/current", "runs/00002/run.json", "runs/00002/manifest.json", "workspace.json")


@pytest.mark.parametrize("how", ["deleted", "flipped"])
@pytest.mark.parametrize("name", [*MENDED, "runs/00001/customer_now.parquet", "runs/00002/reason.parquet"])
def test_what_can_be_mended_safely_is_mended(
    sound: Path, expected: dict[str, str], tmp_path: Path, name: str, how: str
) -> None:
    folder = copied(sound, tmp_path)
    spoil(folder / name, how)
    program("doctor", "--repair", cwd=folder)
    assert program("run", cwd=folder).code == 0
    assert program("run", "--as-of", "2024-04-30", cwd=folder).code == 0
    again = {command: program(*words, cwd=folder) for command, words in READS.items()}
    assert {command: said.out for command, said in again.items()} == expected
    assert program("doctor", cwd=folder).code == 0


def test_a_register_written_anew_gives_no_number_twice(sound: Path, tmp_path: Path) -> None:
    folder = copied(sound, tmp_path)
    firm = liuke.open(folder)
    firm.unload("0003")
    (folder / "facts" / "register.json").unlink()
    program("doctor", "--repair", cwd=folder)
    from liuke.run.customers import codes
    from liuke.store.fact_store import FactStore

    load(firm, docs("Q q9 2024-05-20 1"), loaded_on=date(2024, 6, 13))
    known = dict(codes(FactStore(firm.workspace.facts)).select("customer_id", "customer_code").iter_rows())
    assert known["q9"] > 3, "c4 had 3 in the run that is still read"


@pytest.mark.parametrize("how", HOWS)
def test_damaged_merges_are_set_aside_and_said(sound: Path, tmp_path: Path, how: str) -> None:
    folder = copied(sound, tmp_path)
    spoil(folder / "merges.json", how)
    assert refused(program("run", cwd=folder))
    said = program("doctor", "--repair", cwd=folder)
    assert "confirm merges again" in said.out
    assert program("merge", "--confirm", "c3=c2", cwd=folder).code == 0
    assert program("run", cwd=folder).code == 0


def test_damaged_facts_are_loaded_again_as_is_said(sound: Path, expected: dict[str, str], tmp_path: Path) -> None:
    folder = copied(sound, tmp_path)
    lost = sorted((folder / "facts" / "loads" / "0001" / "document_line").rglob("*.parquet"))[2]
    spoil(lost, "deleted")
    said = program("run", cwd=folder).err
    assert "Load 0001 is damaged" in said
    assert "source invoices" in said
    for step in re.findall(r"liuke (unload \d+)", said):
        assert program(*step.split(), cwd=folder).code == 0
    firm = liuke.open(folder)
    load(firm, [*monthly("c1", [100, 90, 80, 70, 60]), *monthly("c2", [50] * 5), *monthly("c3", [9] * 5)])
    load(firm, docs("c1-2403 c1 2024-03-10 75 | Z c4 2024-05-12 8 | Y c1 2024-06-10 50"), loaded_on=date(2024, 6, 12))
    assert program("run", cwd=folder).code == 0
    assert of_customers(program(*READS["list"], cwd=folder).out) == of_customers(expected["list"])


def of_customers(printed: str) -> dict[str, dict[str, object]]:
    """Rows of the list by customer, without the internal number: one given once is not given again."""
    return {row["customer_id"]: {**row, "customer_code": None} for row in json.loads(printed)}


@pytest.mark.parametrize("how", HOWS)
def test_damaged_sums_are_made_anew_and_the_doctor_says_so(
    sound: Path, expected: dict[str, str], tmp_path: Path, how: str
) -> None:
    folder = copied(sound, tmp_path)
    cached = sorted((folder / "cache" / "partials").glob("*.arrow"))
    assert len(cached) > 15
    for path in cached:
        spoil(path, how)
    doctor = program("doctor", cwd=folder)
    assert doctor.code == 0
    if how != "deleted":
        assert f"{len(cached)} cached sums are damaged" in " ".join(doctor.out.split())
    assert program("run", "--again", cwd=folder).code == 0
    assert program(*READS["list"], cwd=folder).out == expected["list"]
    assert "cached sums" not in program("doctor", cwd=folder).out


def test_every_byte_of_a_cached_sum_counts(sound: Path, tmp_path: Path) -> None:
    from liuke.store.partials import sound as is_sound

    path = min((sound / "cache" / "partials").glob("*.arrow"), key=lambda each: each.stat().st_size)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        flipped = tmp_path / f"{at}.arrow"
        flipped.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert not is_sound(flipped), at


def test_a_file_added_by_somebody_changes_nothing(sound: Path, expected: dict[str, str], tmp_path: Path) -> None:
    folder = copied(sound, tmp_path)
    one = next((folder / "facts" / "loads" / "0001" / "document_line").rglob("*.parquet"))
    os.link(one, one.with_name("copy.parquet"))
    program("run", "--again", cwd=folder)
    assert program(*READS["list"], cwd=folder).out == expected["list"]


def test_a_folder_taken_out_of_the_facts_is_said(sound: Path, tmp_path: Path) -> None:
    import shutil

    folder = copied(sound, tmp_path)
    shutil.rmtree(folder / "facts" / "loads" / "0002")
    said = program("run", cwd=folder)
    assert refused(said)
    assert "0002" in said.err
    assert "names.csv" in said.err


def test_build_twice_gives_the_same(tmp_path: Path, expected: dict[str, str]) -> None:
    """What the law compares does not move by itself."""
    other = build(tmp_path / "firm")
    assert program(*READS["list"], cwd=other).out == expected["list"]
