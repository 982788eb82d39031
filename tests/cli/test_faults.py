"""What goes wrong around a command: output closed or full, signals, days and sizes out of all bounds, NUL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from terminal import export, liuke

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "from liuke.cli import main; main()"


def run(script: str, *words: str | Path, stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own, called with the words of a command."""
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "LIUKE_LANG": "en"},
    )


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A workspace with nothing in it, and an export beside it."""
    (tmp_path / "invoices.csv").write_text(export(), "utf-8")
    assert liuke("init", tmp_path / "w").code == 0
    return tmp_path / "w"


def full() -> int:
    return os.open("/dev/full", os.O_WRONLY)


def closed() -> int:
    """The end of a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize("where", [full, closed])
def test_what_was_stored_is_said_where_nothing_can_be_printed(where: object, firm: Path) -> None:
    out = where()  # type: ignore[operator]
    done = run(MAIN, "load", firm.parent / "invoices.csv", "-w", firm, stdout=out)
    os.close(out)
    assert done.returncode == 1
    assert "Load 0001 stored." in done.stderr
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert '"load_id": "0001"' in liuke("loads", "-w", firm, "--format", "json").out


def test_a_reader_who_has_seen_enough_is_no_fault_and_a_full_disk_is(ready: Path) -> None:
    for form in ("table", "json", "csv"):
        for where, code in ((closed, 0), (full, 1)):
            out = where()
            done = run(MAIN, "list", "--state", "active", "-w", ready, "--format", form, stdout=out)
            os.close(out)
            assert done.returncode == code, (form, done.stderr)
            assert "Traceback" not in done.stderr
            assert "Exception" not in done.stderr


def test_without_any_standard_output_the_command_says_so(ready: Path) -> None:
    words = f"{sys.executable} -c '{MAIN}' list -w {ready} >&-"
    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr
    assert "Traceback" not in done.stderr


AS_OF = ("list", "show K1", "report", "indicators", "backtest", "families", "run", "rules backtest", "value list",
         "value show K1", "value economics", "value service")  # fmt: skip


@pytest.mark.parametrize("command", AS_OF)
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "soon", "20261031x", ""])
def test_a_day_that_is_none_is_wrong_usage(command: str, day: str, ready: Path) -> None:
    said = liuke(*command.split(), "-w", ready, "--as-of", day)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip()


BEYOND = (
    "list --top 1e20", "list --top -1", "list --top 99999999999999999999", "list --page 0", "list --size 0",
    "list --size -5", "list --top 3 --page 2", "value list --top -1", "families --top 1e20", "value service --top -2",
    "simulate nowhere --customers -1", "simulate nowhere --customers 999999999999", "simulate nowhere --months 0",
    "simulate nowhere --months 99999999", "simulate nowhere --seed -1", "demo nowhere --customers -3",
)  # fmt: skip


@pytest.mark.parametrize("words", BEYOND)
def test_a_size_out_of_all_bounds_is_wrong_usage(
    words: str, ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = () if words.startswith(("simulate", "demo")) else ("-w", ready)
    said = liuke(*words.split(), *folder)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [("list", "--owner", "a\0b"), ("list", "--search", "\0"), ("load", "a\0.csv"), ("init", "\0"), ("show", "K\0"),
     ("load", "a.csv", "--source", "x\0"), ("report", "--out", "\0"), ("simulate", "a\0")],
)  # fmt: skip
def test_nul_in_any_word_is_wrong_usage(words: tuple[str, ...]) -> None:
    said = liuke(*words)
    assert (said.code, said.out) == (2, "")
    assert "NUL" in said.err


def test_what_no_run_has_is_asked_for_in_vain_and_said(ready: Path) -> None:
    for words in (("--where", "risk>=much"), ("--where", "last_on>=soon"), ("--where", "core=perhaps"),
                  ("--where", "rules>=x"), ("--where", "customer_code=1"), ("--where", "risk>=1e99999"),
                  ("--sort", "trend"), ("--sort", "customer_code"), ("--where", "name; DROP TABLE x=1")):  # fmt: skip
        said = liuke("list", "-w", ready, *words)
        assert (said.code, said.out) == (1, ""), words
        assert said.err.strip()


def test_conditions_search_order_and_pages_go_together(ready: Path) -> None:
    words = ("list", "-w", ready, "--state", "active", "--sort", "name", "--format", "csv", "--codes")
    whole = liuke(*words).out.splitlines()
    pages = [liuke(*words, "--page", str(page), "--size", "2").out.splitlines() for page in (1, 2)]
    assert all(page[0] == whole[0] for page in pages)
    assert [line for page in pages for line in page[1:]] == whole[1:]
    turned = liuke(*words, "--descending").out.splitlines()
    assert turned[1:] == whole[:0:-1]
    assert len(liuke(*words, "--search", "恒").out.splitlines()) == 3
    said = liuke("list", "-w", ready, "--search", "k", "--where", "usual_year>=20,000", "--top", "1")
    assert "Usual year at least 20,000" in said.out
    assert "1 of " in said.err


def test_a_password_in_an_address_is_shown_nowhere(firm: Path) -> None:
    said = liuke("load", "postgresql://me:geheim7@127.0.0.1:1/sales", "--query", "t", "-w", firm)
    assert said.code == 1
    assert "geheim7" not in said.out + said.err


SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
AT_A_STEP = """
import os
from liuke.cli.progress import TerminalProgress
before, seen = TerminalProgress.step, []
def step(self, stage, done, total):
    seen.append(stage)
    if len(seen) == {nth}:
        try:
            os.kill(os.getpid(), {number})
        except KeyboardInterrupt:
            if {kept}:  # as a library that keeps it to itself
                pass
            else:
                raise
    before(self, stage, done, total)
TerminalProgress.step = step
"""


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("nth", [1, 3])
def test_a_signal_stops_a_run_and_leaves_everything_as_it_was(
    number: signal.Signals, code: int, kept: bool, nth: int, ready: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(ready, own)
    before = sorted(path.relative_to(own) for path in own.rglob("*") if "cache" not in path.parts)
    script = AT_A_STEP.format(number=int(number), kept=kept, nth=nth) + MAIN
    done = run(script, "run", "--again", "-w", own)
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1
    assert "Stopped" in done.stderr
    assert sorted(path.relative_to(own) for path in own.rglob("*") if "cache" not in path.parts) == before
    assert liuke("list", "-w", own).code == 0


IN_A_QUERY = """
import os, threading
from liuke.app.firm import Firm
def slow(self):
    import duckdb
    threading.Timer(0.3, os.kill, (os.getpid(), {number})).start()
    duckdb.connect().execute("SELECT count(*) FROM range(1000000000000) t(i) WHERE hash(i) = 42").fetchall()
Firm.loads = slow
"""


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_signal_inside_a_query_ends_it_without_a_traceback(number: signal.Signals, code: int, ready: Path) -> None:
    done = run(IN_A_QUERY.format(number=int(number)) + MAIN, "loads", "-w", ready)
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
    assert "Stopped" in done.stderr
