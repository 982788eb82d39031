"""The sound workspace that each case damages a copy of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from damaging import READS, build

from commands import program
from liuke.kernel.i18n import in_language

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace as it should be; nobody writes in it."""
    with in_language("en"):
        return build(tmp_path_factory.mktemp("sound") / "firm")


@pytest.fixture(scope="session")
def expected(sound: Path) -> dict[str, str]:
    """What each reading command prints there."""
    said = {name: program(*words, cwd=sound) for name, words in READS.items()}
    assert {name: each.err for name, each in said.items() if each.code} == {}
    return {name: each.out for name, each in said.items()}
