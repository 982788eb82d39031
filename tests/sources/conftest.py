"""Database fixtures and the helpers of these tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import pytest

from liuke.kernel.i18n import in_language
from servers import mariadb_url, postgres_url

__all__ = ["mariadb_url", "postgres_url"]


@pytest.fixture(autouse=True)
def _english():
    with in_language("en"):
        yield
