"""What all tests share: their helpers on the path, English unless a test says otherwise, listed foreign warnings."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from hypothesis import HealthCheck, settings

from liuke.kernel.i18n import in_language

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser

    from liuke.app.firm import Firm
    from liuke.store.runs import Run

# warnings of other people's code, each with the reason why it can't be mended here
FOREIGN = (
    "ignore:fetch_arrow_table:DeprecationWarning",  # ibis 12 still calls it; duckdb 1.5 has renamed it
)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
settings.register_profile("liuke", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("liuke")


def pytest_configure(config: pytest.Config) -> None:
    for line in FOREIGN:
        config.addinivalue_line("filterwarnings", line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true everything must be there: a test that skips has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"{why} (with CI=true a skipped test is a failure)"
    return report


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with in_language("en"):
        yield


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A fresh workspace."""
    import liuke

    return liuke.open(tmp_path / "firm")


@pytest.fixture(scope="session")
def simulated_firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """A simulated firm of 300 customers with every table it exports, run once a session: read it, don't change it."""
    from firms import simulated

    made = simulated(tmp_path_factory.mktemp("simulated"), 300, 36)
    made.run()
    return made


@pytest.fixture(scope="session")
def simulated_run(simulated_firm: Firm) -> Run:
    """The run of the simulated firm."""
    return simulated_firm.current().made


@pytest.fixture(scope="session")
def young_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of a firm with ten months of invoices: no model, no back-test, no year to hold against another."""
    from firms import firm_of, monthly, random_docs

    folder = tmp_path_factory.mktemp("young")
    made = firm_of([*random_docs(7, 40, 10, late=False), *monthly("c-first", [100] * 10)], folder)
    return made.run().made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, closed at the end; without one the test is skipped and says so."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium found: install it with `apt-get install chromium`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
