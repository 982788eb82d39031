"""Lists of past ends as they would have been made, and the table of how early they warned."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import polars as pl
import pytest

import liuke
from churn_base import HORIZON, asked, base
from commands import program
from liuke.kernel.i18n import in_language, translate
from liuke.kernel.said import Said
from liuke.panel.summary import year_to_last_purchase, years_to_last_purchase
from liuke.reports.listings.warning import WARNINGS, past_warnings
from liuke.reports.renderers import json
from liuke.run import pipeline
from liuke.run.stage import Finished, Passed
from liuke.run.stages import STAGES
from liuke.run.stages.churn import Leaving
from liuke.run.stages.warning import WarningStage
from liuke.signals.churn import early, model
from liuke.signals.churn.past_lists import LARGEST, LIST, LOT, OVERDUE, Standing, past_lists, views_at
from liuke.signals.churn.rolling import Fitted
from liuke.signals.churn.rows import ModelRows, model_rows
from liuke.signals.churn.warning import MONEY, WHEN
from liuke.signals.rhythm import Rhythm
from liuke.signals.watch_list import VIEWS, Views

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.panel.panel import Panel
    from liuke.run.known import Known
    from liuke.store.runs import Run


class AtTheLastEnd(WarningStage):
    """The list of the last end, made as those of past ends are."""

    name = "at_the_last_end"
    tables = ()
    made: ClassVar[dict[str, list[list[int]]]] = {}

    def finish(self, passed: Passed, known: Known) -> Finished:
        leaving = known.of(Leaving)
        rows, standing = ModelRows.joined(passed.sums.rows), Standing.joined(passed.sums.standing)
        now = (rows.position == leaving.question.at) & standing.buying
        there, last = rows.pick(now), Fitted(leaving.question.at, leaving.model, leaving.early)
        found, true = views_at(there, standing.pick(now), last, leaving.earliest), known.of(Views)
        self.made["found"] = [there.customer[found.of(view)].tolist() for view in VIEWS]
        self.made["true"] = [known.panels.customers[true.of(view)].tolist() for view in VIEWS]
        return Finished()


def test_the_list_of_the_last_end_made_as_those_of_the_past_is_the_list(simulated_firm: Firm, tmp_path: Path) -> None:
    shutil.copytree(simulated_firm.workspace.root, tmp_path / "copy")
    copy = liuke.open(tmp_path / "copy").workspace
    pipeline.run(copy, stages=(*STAGES, AtTheLastEnd()), again=True)
    found, true = AtTheLastEnd.made["found"], AtTheLastEnd.made["true"]
    assert found == true
    assert min(len(true[VIEWS.index(view)]) for view in ("silent", "money")) > 1


def test_a_usual_year_at_every_end_is_that_of_the_panel_as_it_stood_then() -> None:
    panel = base(40, months=30, seed=5)
    found = years_to_last_purchase(panel)
    for position in range(30):
        assert found[:, position].tolist() == year_to_last_purchase(panel.until(position)).tolist()


FIRST = 5  # the first end looked at, however long the panel: early warning learns from all there are


def listed(panel: Panel, origin: int, until: int) -> dict[str, np.ndarray]:
    """Ways of the ends from an origin on, by models fitted there, as a panel has them; (customers, lists) up to one."""
    rows, rhythm = model_rows(panel, range(FIRST, panel.shape[1])), Rhythm.of(panel)
    now, then = asked(panel), asked(panel, origin)
    past = rows.pick(rows.position <= origin)
    still = early.in_rhythm(past, rhythm.parameters)
    fitted = Fitted(origin, model.fit(past, then), early.fit(past, still, then))
    place = np.searchsorted(panel.customer, rows.customer), rows.position
    buying = panel.has_bought & (panel.silent_days <= HORIZON)
    flags = {"silent": (panel.silent_days > 40)[place]}
    standing = Standing(
        np.maximum(years_to_last_purchase(panel)[place], 0), flags["silent"], buying[place], flags,
        panel.last_on[place],
    )  # fmt: skip
    _, ways = past_lists(rows, standing, [fitted], rhythm, now)
    return {way: named[:, : until - origin + 1] for way, named in ways.items()}


def test_nothing_that_comes_after_an_end_touches_its_list() -> None:
    panel = base(900, monthly=0.06, seed=2)
    whole, cut = listed(panel, 20, 25), listed(panel.until(25), 20, 25)
    assert whole.keys() == cut.keys() >= {LIST, OVERDUE, LARGEST, LOT}
    for way in whole:
        assert np.array_equal(whole[way], cut[way]), way
    assert whole[LIST].sum() > 20


def test_other_ways_name_as_many_and_views_make_the_list() -> None:
    ways = listed(base(900, monthly=0.06, seed=2), 20, 29)
    lengths = ways[LIST].sum(axis=0)
    for way in (OVERDUE, LARGEST, LOT):
        assert ways[way].sum(axis=0) == pytest.approx(lengths)
    assert np.array_equal(ways[LIST], np.max([ways[f"view:{view}"] for view in VIEWS], axis=0))


def test_the_table_of_a_run_has_every_way_and_its_shares_sum_to_one(simulated_firm: Firm) -> None:
    run = simulated_firm.current()
    table = run.table("warning")
    rules = run.table("rule_score").filter(pl.col("flags").is_not_null())["rule"].to_list()
    ways = {LIST, OVERDUE, LARGEST, LOT, *(f"view:{view}" for view in VIEWS)}
    assert ways < set(table["way"]) <= ways | {f"rule:{rule}" for rule in rules}
    known = table.filter(pl.col("never").is_not_null())
    assert len(known) == len(table), "a firm of 300 loses more than twenty"
    for ending in ("", MONEY):
        assert known.select(pl.sum_horizontal(f"{when}{ending}" for when in WHEN)).to_series().to_list() == (
            pytest.approx([1.0] * len(known))
        )
    length = dict(table.select("way", "names").iter_rows())
    assert [length[way] for way in (OVERDUE, LARGEST, LOT)] == pytest.approx([length[LIST]] * 3)


def test_both_languages_say_it_on_every_face(simulated_firm: Firm, tmp_path: Path) -> None:
    folder = simulated_firm.workspace.root
    run = simulated_firm.current()
    for language in ("en", "zh"):
        with in_language(language):
            heads = [shown.heading() for shown in WARNINGS.on("grid")]
            said = program("--lang", language, "backtest", "--warning", cwd=folder).out
            assert translate("As many, drawn by lot")[:6] in said
            assert all(text[:12] in said for text in run.warning().said)
            assert len(set(heads)) == len(heads)
            if language == "zh":
                assert not any(head.isascii() for head in heads)
    assert next(row["way"] for row in json.records(run.warning())) == LIST
    assert program("report", "--out", str(tmp_path), cwd=folder).code == 0
    page = next(tmp_path.glob("*.html")).read_text("utf-8")
    assert 'id="warning"' in page
    assert "预警名单（三份合计）" in page
    assert "Watch list, all views together" in page


def test_of_few_losses_no_figure_is_given_but_why(young_run: Run) -> None:
    table = young_run.table("warning")
    assert len(table) > len(VIEWS)
    assert table.select(*WHEN, *(f"{when}{MONEY}" for when in WHEN), "false_names").null_count().row(0) == (
        (len(table),) * (2 * len(WHEN) + 1)
    )
    assert all("needs 20 customers lost" in Said.unpack(why).text() for why in table["reason"])
    about = past_warnings(table, young_run.table("rule_score"), young_run.info).said
    assert about[-1].startswith("What is not given: needs 20 customers lost")
