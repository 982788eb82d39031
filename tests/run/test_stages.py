"""A run is stages: one more is one more file, and what did not change is not computed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

import liuke
from firms import docs, firm_of, load, monthly
from liuke.run import keys, pipeline
from liuke.run.contracts import Broken, check, frame, table, text, whole
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages import STAGES
from liuke.run.stages.states import Horizon
from liuke.run.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.run.known import Known

BIG = table(
    "big",
    "How many customers were big, by the average of the base",
    ("size",),
    size=text("big or small", "big", "small", required=True),
    customers=whole("Customers", required=True),
)


@dataclass(frozen=True)
class Sums:
    """Money and customers."""

    cents: int
    customers: int

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.cents + other.cents, self.customers + other.customers)


@dataclass(frozen=True)
class Average:
    """Cents a customer."""

    cents: float


class BigStage(Stage):
    """A toy: everything a stage can do, in one file."""

    name = "big"
    needs = ("states",)
    settings = ("left_days",)
    tables = (BIG,)

    def learn(self, chunk: Chunk, known: Known) -> Sums:
        amount = chunk.latest.amount
        return Sums(int(amount.sum()), len(amount))

    def fit(self, total: Sums, known: Known) -> Average:
        return Average(total.cents / total.customers)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        own = chunk.latest.amount.sum(axis=1)
        return Judged(columns={"big": own > known.of(Average).cents})

    def finish(self, passed: Passed, known: Known) -> Finished:
        big = int(np.count_nonzero(passed.columns["big"]))
        rows = [("big", big), ("small", len(passed.columns["big"]) - big)]
        return Finished({"big": frame(BIG, rows)})

    def describe(self, known: Known) -> dict[str, object]:
        return {"average": known.of(Average).cents, "horizon": known.of(Horizon).now}


@pytest.fixture
def small(tmp_path: Path) -> Firm:
    return firm_of([*monthly("c1", [100] * 8), *monthly("c2", [1] * 8), *docs("E c3 2024-09-05 1")], tmp_path)


def test_one_more_stage_is_one_class_and_its_table_is_in_the_run(small: Firm) -> None:
    stages = (*STAGES, BigStage())
    made, _ = pipeline.run(small.workspace, stages=stages)
    assert dict(made.table("big").iter_rows()) == {"big": 1, "small": 1}, "c3 was first heard of later"
    assert made.info["average"] == pytest.approx((80_000 + 800) / 2, rel=0.01)
    assert tables(stages)["big"] is BIG
    assert set(made.tables) == set(tables(stages))


def test_every_table_of_a_run_has_a_contract_and_keeps_it(simulated_firm: Firm) -> None:
    made = simulated_firm.current().made
    assert set(made.tables) == set(tables())
    for name, contract in tables().items():
        check(contract, made.table(name))
        assert all(about.meaning for about in contract.columns.values())


def test_a_table_that_breaks_its_contract_is_a_fault() -> None:
    good = frame(BIG, [("big", 1), ("small", 2)])
    assert check(BIG, good) is good
    wrong = {
        "in no contract": good.with_columns(other=pl.lit(1)),
        "missing": good.drop("size"),
        "not integer": good.with_columns(pl.col("customers").cast(pl.String)),
        "has no value": good.with_columns(customers=pl.lit(None, pl.Int64)),
        "two rows": pl.concat([good, good]),
        "holds": good.with_columns(size=pl.lit("huge")),
    }
    for says, broken in wrong.items():
        with pytest.raises(Broken, match=says):
            check(BIG, broken)


def test_a_stage_reads_the_settings_it_declares_and_no_others(small: Firm) -> None:
    class Curious(BigStage):
        settings = ()

        def fit(self, total: Sums, known: Known) -> Average:
            return Average(known.settings.number("left_days") + total.cents)

    with pytest.raises(KeyError, match="left_days"):
        pipeline.run(small.workspace, stages=(*STAGES, Curious()))


def test_every_stage_stands_after_those_it_needs() -> None:
    before: set[str] = set()
    for stage in STAGES:
        assert set(stage.needs) <= before, stage.name
        before.add(stage.name)
    assert len(tables()) == sum(len(stage.tables) for stage in STAGES), "no table is made twice"


def computed(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The stages the next run computes."""
    seen: set[str] = set()
    original = pipeline.compute

    def watch(ground: object, stages: list[Stage], *given: object) -> object:
        seen.update(stage.name for stage in stages)
        return original(ground, stages, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "compute", watch)
        pipeline.run(liuke.open(firm.workspace.root).workspace)
    return seen


def test_the_name_of_the_firm_makes_another_run_of_the_same_tables(
    small: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = small.run()
    (small.workspace.root / "liuke.toml").write_text('firm = "Another"\nkeep_runs = 3\n')
    assert computed(small, monkeypatch) == set()
    again = liuke.open(small.workspace.root).current()
    assert again.info["run_id"] == "00002"
    assert again.info["firm"] == "Another"
    assert again.info["left_days"] == first.info["left_days"]
    for name in first.tables:
        assert again.table(name).equals(first.table(name)), name


def test_a_changed_condition_computes_the_rules_again_and_not_the_indicators(
    small: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.run()
    content = keys.content

    def changed(package: str) -> str:
        return "changed" if package == "liuke.signals.conditions" else content(package)

    monkeypatch.setattr(keys, "content", changed)
    found = computed(small, monkeypatch)
    assert {"rules", "customer_now", "reasons"} <= found
    assert not {"indicators", "waterfall", "documents"} & found


def test_a_setting_computes_what_it_decides_alone(small: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    small.run()
    (small.workspace.root / "liuke.toml").write_text("churn_target = 0.1\n")
    assert computed(small, monkeypatch) == {"states", "indicators"}
    load(small, docs("N1 c1 2024-09-06 5"))
    assert computed(small, monkeypatch) == {stage.name for stage in STAGES}


def test_a_damaged_run_is_not_taken_over(small: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flipped byte, of which nobody has heard yet."""
    made = small.run().made.root / "indicator.parquet"
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 1
    made.write_bytes(content)
    (small.workspace.root / "liuke.toml").write_text('firm = "Another"\n')
    assert computed(small, monkeypatch) == {stage.name for stage in STAGES}


def test_a_run_that_is_stopped_leaves_nothing(small: Firm) -> None:
    from liuke.kernel.progress import Stopped

    good = small.run()

    class Impatient:
        def __init__(self, steps: int) -> None:
            self.left = steps

        def step(self, *_: object) -> None:
            self.left -= 1
            if self.left < 0:
                raise Stopped

    for steps in range(0, 12, 3):
        with pytest.raises(Stopped):
            pipeline.run(small.workspace, again=True, progress=Impatient(steps))
        assert [path.name for path in sorted(small.workspace.runs.glob("*"))] == ["00001", "current"]
    assert small.current().info["run_id"] == good.info["run_id"]
