"""A package nobody may write to, run by somebody without a home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import liuke

# root without its powers keeps to permissions like everybody else
AS_ANYBODY = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
WORK = """
import sys
import liuke
assert liuke.__file__.startswith(sys.argv[1]), liuke.__file__
from liuke.cli import main
for words in (["simulate", "exports", "--customers", "60", "--no-xlsx"], ["init", "firm"],
              ["load", "exports/invoices.parquet", "-w", "firm"], ["run", "-w", "firm"],
              ["report", "-w", "firm", "--out", "."]):
    sys.argv = ["liuke", *words]
    try:
        main()
    except SystemExit as left:
        assert not left.code, (words, left.code)
fitted = liuke.MbgNbd().fit([0, 1, 2, 3] * 20, [0, 1, 2, 3] * 20, [5] * 80)
assert fitted.converged_
"""


@pytest.mark.slow
def test_a_read_only_install_without_a_home_does_all_its_work(tmp_path: Path) -> None:
    home, site, work = tmp_path / "home", tmp_path / "site", tmp_path / "work"
    shutil.copytree(Path(liuke.__file__).parent, site / "liuke", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (home, work):
        folder.mkdir()
    for path in (home, site, *site.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(site), "LIUKE_LANG": "en"}
    try:
        for refused in (home, site / "liuke"):
            done = subprocess.run(
                [*AS_ANYBODY, "touch", refused / "x"], env=surroundings, capture_output=True, check=False
            )
            assert done.returncode, "the folder must be closed for this test to say anything"
        done = subprocess.run(
            [*AS_ANYBODY, sys.executable, "-c", WORK, str(site)],
            cwd=work, env=surroundings, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert len(list(work.glob("liuke-*"))) == 2, "the workbook and the page"
        assert pl.read_parquet(work / "exports" / "invoices.parquet").height
        assert not list(site.rglob("__pycache__"))
    finally:
        for path in (home, site, *(each for each in site.rglob("*") if each.is_dir())):
            path.chmod(0o755)
