"""Exposures in a run: what complaints and promises add to the panel, and what no kind of them may read."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from firms import firm_of, monthly
from liuke.kernel.period import day_number
from liuke.kernel.progress import Unwatched
from liuke.panel import exposure
from liuke.run.customers import customer_frame
from liuke.run.events import exposed, unconnected
from liuke.run.panels import Wanted, open_panels
from liuke.run.scope import resolve
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.panel.panel import Panel

PROMISES = """promise_id,customer_id,promised_on,due_on,kept_on
1,c0,2024-01-05,2024-02-01,
2,c1,2024-01-05,2024-02-01,2024-02-05
3,c1,2024-03-05,2024-05-20,
4,nobody,2024-01-05,2024-02-01,
"""


def firm(folder: Path) -> Firm:
    """Three customers who buy for eight months, and four promises."""
    made = firm_of([d for n in range(3) for d in monthly(f"c{n}", [100] * 8)], folder)
    (folder / "promises.csv").write_text(PROMISES)
    made.load(folder / "promises.csv", table="promise")
    return made


def panel_at(made: Firm, as_of: date) -> Panel:
    store = FactStore(made.workspace.facts)
    scope = resolve(made.workspace, store, as_of, None)
    customers = customer_frame(made.workspace, store, scope)
    return open_panels(made.workspace, store, scope, customers, Wanted(), Unwatched()).chunk(0)


def weighed(panel: Panel) -> exposure.Weighed:
    return panel.events["promise_broken"].weigh(panel.customer, panel.periods.ends)


def test_a_broken_promise_weighs_from_the_day_it_could_be_known(tmp_path: Path) -> None:
    met = weighed(panel_at(firm(tmp_path), date(2024, 6, 30)))
    assert (met.weight[0] > 0).tolist() == [False, True, True, True, True, True]  # due on 1 February, 10 days of grace
    assert (met.weight[1] > 0).tolist() == [False] * 4 + [True, True]  # kept in time; the next one due on 20 May
    assert not met.weight[2].any()
    assert met.weight[0, 1] == pytest.approx(np.exp(-18 / 300.0))


def test_a_past_day_knows_no_later_event(tmp_path: Path) -> None:
    made = firm(tmp_path)
    now, then = (weighed(panel_at(made, day)) for day in (date(2024, 6, 30), date(2024, 3, 31)))
    assert np.array_equal(now.weight[:, :3], then.weight)


@pytest.mark.parametrize(("recorded", "first"), [("", date(2024, 1, 5)), (",2024-03-02", date(2024, 3, 2))])
def test_a_table_tells_from_its_first_row_on_whosever_it_is(tmp_path: Path, recorded: str, first: date) -> None:
    """A promise to nobody here is a row of the table all the same; one that is kept tells as much as a broken one."""
    made = firm_of([d for n in range(3) for d in monthly(f"c{n}", [100] * 8)], tmp_path)
    head = "promise_id,customer_id,promised_on,due_on,kept_on" + (",recorded_on" if recorded else "")
    rows = ["1,nobody,2024-01-05,2024-02-01,2024-01-20", "2,c1,2024-03-05,2024-04-20,"]
    (tmp_path / "promises.csv").write_text("\n".join([head, *(row + recorded for row in rows)]) + "\n")
    made.load(tmp_path / "promises.csv", table="promise")
    assert panel_at(made, date(2024, 6, 30)).events["promise_broken"].told_from == day_number(first)


def test_the_run_says_which_tables_would_add_to_it(tmp_path: Path) -> None:
    made = firm(tmp_path)
    missing = unconnected(FactStore(made.workspace.facts))
    assert "complaint" in missing
    assert "late_delivery" in missing  # prices are told by the documents themselves
    assert "promise" not in missing
    assert made.run().info["model"]["unconnected"] == missing


def test_what_describes_customers_alone_tells_of_no_event_and_follows_its_own_clock(tmp_path: Path) -> None:
    """Terms were tightened for grade A; a grade changed long after the day leaves its list as it was."""
    made = firm_of([d for n in range(3) for d in monthly(f"c{n}", [100] * 8)], tmp_path, loaded_on=date(2024, 9, 2))

    def load(name: str, text: str, table: str, day: date) -> None:
        (tmp_path / f"{name}.csv").write_text(text)
        made.load(tmp_path / f"{name}.csv", table=table, loaded_on=day)

    load("people", "customer_id,grade\nc0,A\nc1,B\n", "customer", date(2024, 9, 2))
    assert "terms_tightened" not in panel_at(made, date(2024, 6, 30)).events
    load("news", "change_id,on,kind,scope\n1,2024-03-01,terms,grade A\n", "company_change", date(2024, 9, 2))
    then = panel_at(made, date(2024, 6, 30)).events["terms_tightened"]
    assert then.customer.tolist() == [0]
    load("again", "customer_id,grade\nc0,B\nc1,A\n", "customer", date(2024, 12, 2))
    assert panel_at(made, date(2024, 6, 30)).events["terms_tightened"].customer.tolist() == [0]


@pytest.mark.parametrize(
    ("model", "asks", "banned"),
    [
        (True, (), set()),
        (True, exposure.BANNED, set()),
        (False, (), set()),
        (False, ("stated_cause",), {"stated_cause"}),
    ],
)
def test_no_kind_of_the_model_is_shown_what_is_known_only_of_who_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: bool, asks: tuple[str, ...], banned: set[str]
) -> None:
    """Not even one that asks for it; a kind of causes alone is shown what it asks for and nothing more."""
    made = firm(tmp_path)
    seen: list[str] = []

    class Peeking:
        READS = ("exit_note", "customer")
        FADE_DAYS = 300.0
        IN_MODEL = model
        AFTER_LEAVING = asks

        @staticmethod
        def events(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
            seen.extend([*tables["exit_note"].columns, *tables["customer"].columns])
            return pl.DataFrame(schema=exposure.EVENT)

    (tmp_path / "notes.csv").write_text("customer_id,on,stated_cause,audited_cause\nc0,2024-05-01,price,quality\n")
    made.load(tmp_path / "notes.csv", table="exit_note")
    monkeypatch.setattr("liuke.run.events.exposures", lambda: {"peeking": Peeking})
    store = FactStore(made.workspace.facts)
    scope = resolve(made.workspace, store, None, None)
    exposed(store, scope, customer_frame(made.workspace, store, scope))
    assert "customer_id" in seen
    assert set(seen) & set(exposure.BANNED) == banned


@pytest.mark.parametrize("name", exposure.exposures())
def test_who_asks_for_what_is_known_after_leaving_serves_causes_alone(name: str) -> None:
    kind = exposure.exposures()[name]
    asked = getattr(kind, "AFTER_LEAVING", ())
    assert set(asked) <= set(exposure.BANNED)
    assert not (asked and kind.IN_MODEL)


def test_a_table_that_never_fills_what_a_kind_needs_tells_it_nothing(tmp_path: Path) -> None:
    """Accounts closed without a reason are no knowledge of why; with one reason the kind is known."""
    for reason, known in (("", False), ("倒闭", True)):
        folder = tmp_path / str(known)
        folder.mkdir()
        made = firm(folder)
        (folder / "people.csv").write_text(f"customer_id,closed_on,closed_reason\nc0,2024-05-01,{reason}\nc1,,\n")
        made.load(folder / "people.csv", table="customer")
        assert ("closed_or_moved" in panel_at(made, date(2024, 6, 30)).events) == known
    assert panel_at(made, date(2024, 6, 30)).events["closed_or_moved"].customer.tolist() == [0]
    assert not len(panel_at(made, date(2024, 4, 30)).events.get("closed_or_moved", ()))


TOY = """
from liuke.kernel.i18n import N_
from liuke.panel.exposure import row_of
import polars as pl
READS = ("wallet", "promise")
TITLE = N_("toys")
SAYS = N_("A toy of {{day}}.")
FADE_DAYS = 100.0
IN_MODEL = {in_model}
def events(tables):
    return tables["promise"].select(
        "customer_id", day="promised_on", known_on="recorded_on", until=pl.lit(None, pl.Date), strength=pl.lit(2.0),
        **row_of("promise"),
    )
"""
ASK = """
import sys
import liuke.panel.exposures as kinds
kinds.__path__.append(sys.argv[1])
from liuke.panel.exposure import exposures, in_model
from liuke.signals.churn.reasons import IDEAS
from liuke.reports.model_card import FEATURES
import liuke
firm = liuke.open(sys.argv[2])
run = firm.run()
print("toy" in exposures(), "toy" in in_model(), "toy" in IDEAS, "toy" in FEATURES,
      "wallet" in run.info["model"]["unconnected"])
"""


@pytest.mark.parametrize("in_model", [True, False])
def test_an_exposure_is_one_file_and_enters_the_model_only_when_it_says_so(tmp_path: Path, in_model: bool) -> None:
    made = firm(tmp_path)
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "toy.py").write_text(TOY.format(in_model=in_model))
    command = [sys.executable, "-c", ASK, str(tmp_path / "kinds"), str(made.workspace.root)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() == f"True {' '.join([str(in_model)] * 4)}"
