"""The program as a person calls it in a workspace, in this process: a traceback is the test's failure."""

from __future__ import annotations

import gettext
import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from liuke.kernel.i18n import in_language

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def program(*words: str, cwd: Path) -> Said:
    """Run one command where it is called."""
    from liuke.cli import main

    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, in_language("en"), redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["liuke", *words])
        patch.setenv("LIUKE_LANG", "en")
        patch.setattr(gettext, "gettext", gettext.gettext)
        patch.chdir(cwd)
        with pytest.raises(SystemExit) as left:
            main()
    return Said(int(left.value.code or 0), out.getvalue(), err.getvalue())
