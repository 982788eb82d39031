"""What an older program made is upgraded or said to need it; what a newer one made is said to be newer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import liuke
from commands import program
from firms import docs, load, monthly
from liuke.kernel.errors import Refused
from liuke.run import mending, pipeline
from liuke.store import manifest
from liuke.store.fact_store import FactStore
from liuke.store.manifest import Manifest, sealed, unsealed
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from liuke.app.firm import Firm

OLD = Path(__file__).parents[1] / "data" / "workspace_0_1_0"
COMMANDS = (
    ("list",),
    ("list", "--as-of", "2024-11-30"),
    ("show", "c1"),
    ("run",),
    ("loads",),
    ("unload", "0003"),
    ("load", "more.csv"),
    ("merge",),
    ("merge", "--confirm", "c1=c2"),
    ("indicators",),
    ("report", "--out", "."),
    ("backtest",),
    ("rules", "list"),
    ("rules", "preview", "overdue"),
    ("value", "list"),
    ("doctor",),
    ("doctor", "--repair"),
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The workspace 0.1.0 left."""
    return Path(shutil.copytree(OLD / "workspace", tmp_path / "old"))


def figures(folder: Path) -> dict[str, Any]:
    """What the newest run says, in the form of `expected.json`."""
    made, _ = pipeline.run(Workspace.at(folder))
    names = ["customer_id", "state", "amount_12", "documents", "last_on"]
    rows = made.table("customer_now").sort("customer_id").select(names).rows()
    return {"as_of": made.info["as_of"], "customers": [[str(value) for value in row] for row in rows]}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_on_an_older_workspace_says_upgrade(old: Path, words: tuple[str, ...]) -> None:
    (old / "more.csv").write_text("customer_id,date,amount\nc1,2025-02-05,10\n", "utf-8")
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    done = program(*words, cwd=old)
    assert done.code == 1
    assert "liuke upgrade" in done.err + done.out
    assert "Traceback" not in done.err
    assert {path: path.read_bytes() for path in before} == before, "nothing was touched"


def test_after_the_upgrade_the_numbers_are_those_of_before(old: Path) -> None:
    done = program("upgrade", cwd=old)
    assert done.code == 0, done.err
    assert "2 loads" not in done.out
    assert "3 loads" in done.out
    refused = program("list", cwd=old)
    assert refused.code == 1
    assert "older Liuke" in refused.err, "what the old run has may not be what is read today"
    assert figures(old) == json.loads((OLD / "expected.json").read_text("utf-8"))
    assert "up to date" in program("upgrade", cwd=old).out
    assert program("list", cwd=old).code == 0
    assert mending.damage(Workspace.at(old)) == []


def test_numbers_given_before_the_upgrade_are_not_given_again(old: Path) -> None:
    mending.upgraded(old)
    firm = liuke.open(old)
    held = FactStore(firm.workspace.facts)
    assert held.next_id() == "0004"
    codes = customer_codes(firm)
    load(firm, docs("X1 new 2025-01-21 5"), source="other")
    assert customer_codes(firm)["new"] == max(codes.values()) + 1


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5, 6])
def test_an_upgrade_stopped_anywhere_is_finished_by_the_next(
    old: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from liuke.store import disk

    calls = 0
    move = disk.move

    def stop(*given: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == after:
            raise KeyboardInterrupt
        move(*given)

    monkeypatch.setattr(disk, "move", stop)
    with pytest.raises(KeyboardInterrupt):
        mending.upgraded(old)
    monkeypatch.undo()
    mending.upgraded(old)
    assert figures(old) == json.loads((OLD / "expected.json").read_text("utf-8"))


def test_an_older_load_that_lost_lines_is_not_sealed_as_sound(old: Path) -> None:
    next((old / "facts" / "loads" / "0001" / "document_line").rglob("*.parquet")).unlink()
    with pytest.raises(Refused, match="can't be read"):
        mending.upgraded(old)
    assert not (old / "workspace.json").exists()


def customer_codes(firm: Firm) -> dict[str, int]:
    """Every customer's internal number."""
    from liuke.run.customers import codes

    return dict(codes(FactStore(firm.workspace.facts)).select("customer_id", "customer_code").iter_rows())


def newer(path: Path) -> None:
    """Write a file of ours as a program after this one would."""
    if "checksum" in json.loads(path.read_text("utf-8")):
        path.write_text(sealed({**unsealed(path), "format": manifest.FORMAT + 1}), "utf-8")
    else:
        found = json.loads(path.read_text("utf-8"))
        rewritten(path, {**found, "format": found["format"] + 1})


def rewritten(path: Path, found: dict[str, Any]) -> None:
    """Another run.json, the run whole again."""
    path.write_text(json.dumps(found), "utf-8")
    Manifest.write(path.parent)


def test_a_run_of_an_older_program_is_said_to_be_older_and_made_anew(firm: Firm) -> None:
    """Its tables may lack columns that are read today."""
    load(firm, monthly("c1", [10] * 6))
    firm.run()
    path = firm.workspace.runs / "00001" / "run.json"
    found = json.loads(path.read_text("utf-8"))
    rewritten(path, {**found, "format": found["format"] - 1})
    root = firm.workspace.root
    for command in ("list", "backtest", "show c1", "indicators"):
        done = program(*command.split(), cwd=root)
        assert done.code == 1
        assert "older Liuke" in done.err
        assert "Traceback" not in done.err
    assert program("run", cwd=root).code == 0
    assert program("list", cwd=root).code == 0
    assert (firm.workspace.runs / "00002" / "run.json").exists()


@pytest.mark.parametrize(
    "name",
    [
        "workspace.json",
        "facts/register.json",
        "facts/loads/0001/load.json",
        "facts/loads/0001/manifest.json",
        "runs/00001/run.json",
        "runs/00001/manifest.json",
    ],
)
def test_what_a_newer_program_made_is_said_to_be_newer(firm: Firm, name: str) -> None:
    load(firm, monthly("c1", [10] * 6))
    firm.run()
    root = firm.workspace.root
    newer(root / name)
    command = "list" if name.startswith("runs") else "run"
    done = program(command, cwd=root)
    assert done.code == 1
    assert "newer Liuke" in done.err
    assert "Traceback" not in done.err


def test_a_field_of_a_newer_program_is_no_traceback(firm: Firm) -> None:
    load(firm, monthly("c1", [10] * 6))
    path = firm.workspace.facts / "loads" / "0001" / "load.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "lines_of": 1}), "utf-8")
    Manifest.write(path.parent)
    with pytest.raises(Refused, match="newer Liuke"):
        firm.run()


def test_numbers_are_never_given_again_whatever_is_undone(firm: Firm) -> None:
    load(firm, docs("D1 c1 2025-01-10 1 | D2 c2 2025-01-10 1"))
    load(firm, docs("N n0 2025-02-10 1"))
    gone = customer_codes(firm)["n0"]
    tokens = {each.token for each in FactStore(firm.workspace.facts).loads()}
    last = FactStore(firm.workspace.facts).loads()[-1]
    firm.unload("0002")
    done = load(firm, docs("Z z0 2025-02-10 1"))
    assert done.load is not None
    assert done.load.load_id == "0003"
    assert done.load.token not in tokens
    assert customer_codes(firm)["z0"] > gone
    assert customer_codes(firm)["c1"] == 0
    assert done.load.next_document_code == last.next_document_code + 1
    firm.unload("0003")
    firm.unload("0001")
    assert load(firm, docs("D1 c1 2025-01-10 1")).load is not None
    assert min(customer_codes(firm).values()) > gone
