"""A small firm with Chinese headers, and the program as a person calls it."""

from __future__ import annotations

import gettext
import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from liuke.kernel.i18n import in_language

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "单据号,客户编码,客户名称,开票日期,不含税金额,存货编码,数量"
NAMES = {"K1": "常州恒远机械有限公司", "K2": "=HYPERLINK(1)", "K3": "苏州立新", "K4": "恒远机械", "K5": "无锡三江"}


def export() -> str:
    """Two years of monthly invoices of five customers: K3 stops, K5 shrinks, K2's name begins like a formula."""
    rows = [HEAD]
    for month in range(24):
        day = f"{2024 + month // 12}-{month % 12 + 1:02d}-10"
        for nth, customer in enumerate(NAMES):
            amount = 1000 * (nth + 1) + 10 * (month % 7) + 0.25
            if customer == "K3" and month > 15:
                continue
            if customer == "K5" and month > 17:
                amount = amount * 0.05
            rows.append(f"FP{month:02d}{nth},{customer},{NAMES[customer]},{day},{amount:.2f},P{nth % 3},{nth + 1}")
    return "\n".join(rows) + "\n"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def liuke(*words: str | Path, language: str = "en") -> Said:
    """Run the program in this process."""
    from liuke.cli import main

    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, in_language("en"), redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["liuke", *map(str, words)])
        patch.setenv("LIUKE_LANG", language)
        patch.setattr(gettext, "gettext", gettext.gettext)
        with pytest.raises(SystemExit) as left:
            main()
    return Said(int(left.value.code or 0), out.getvalue(), err.getvalue())


def process(*words: str | Path, language: str = "en") -> Said:
    """Run the program in a process of its own, its warnings being errors as everywhere."""
    quiet = ("-W", "error", "-W", "ignore:fetch_arrow_table:DeprecationWarning")
    done = subprocess.run(
        [sys.executable, *quiet, "-c", "from liuke.cli import main; main()", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LIUKE_LANG": language, "COLUMNS": "200"},
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the export loaded and run, only ever read."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "发票明细.csv").write_text(export(), "utf-8")
    firm = folder / "firm"
    for words in (("init", firm), ("load", folder / "发票明细.csv", "-w", firm), ("run", "-w", firm)):
        done = liuke(*words)
        assert done.code == 0, done.err
    return firm
