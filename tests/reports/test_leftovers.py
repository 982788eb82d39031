"""What a killed report was writing is taken away at the next one beside it; what is being written is not."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from liuke.reports.files import ABANDONED, whole_file

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_killed_report_left_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    long_ago = time.time() - ABANDONED - 60
    for name, changed in ((".liuke-dead.html", long_ago), (".liuke-alive.html", time.time()), ("mine.html", long_ago)):
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (changed, changed))
    with whole_file(tmp_path / "report.html") as scratch:
        scratch.write_text("whole")
    assert {path.name for path in tmp_path.iterdir()} == {".liuke-alive.html", "mine.html", "report.html"}
