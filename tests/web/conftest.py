"""The firm with its cast, once for all tests of a module."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from cast import World, world

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def firm_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The firm served; nobody has changed anything yet."""
    made = world(tmp_path_factory.mktemp("world"))
    yield made
    for client in made.clients.values():
        client.close()
    made.service.store.close()
