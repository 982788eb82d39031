"""The panel of a scope, chunk by chunk: partials on disk, arrays out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.kinds import KINDS, RETURN
from liuke.kernel.period import day_number, period_end, period_start
from liuke.kernel.said import Said
from liuke.panel import aggregate, build, coverage
from liuke.run.earliest_kind import KindCounts
from liuke.run.events import exposed
from liuke.store.beginnings import heard_of
from liuke.store.documents import owners_of
from liuke.store.engines import open_engine
from liuke.store.partials import Partials, Task, fill, plan, unfilled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy.typing as npt
    import pyarrow as pa

    from liuke.kernel.period import Unit
    from liuke.kernel.progress import Progress
    from liuke.kernel.settings import Settings
    from liuke.panel.coverage import Coverage
    from liuke.panel.exposure import Events
    from liuke.panel.panel import Int32, Panel
    from liuke.run.scope import Scope
    from liuke.store.engines import Engine
    from liuke.store.fact_store import FactStore
    from liuke.store.workspace import Workspace

T = TypeVar("T")
SUMMING = Said(N_("summing up periods"))
AT_ONCE = 2  # chunks: as many as cores commonly are
CHUNK = 32_768  # customers a chunk: arrays of a few MB each, so that they stay near the processor


@dataclass(frozen=True)
class Wanted:
    """Which measures the rules and settings ask for."""

    margin: bool = False
    quantity: bool = False
    products: bool = False
    families: bool = False
    events: bool = True  # what customers met: no rule asks for it


@dataclass
class Panels:
    """The customers of a scope and their panel by chunk."""

    scope: Scope
    customers: Int32  # codes, ascending, merged ones left out
    attributes: dict[str, npt.NDArray[np.object_]]  # customer columns in the order of `customers`
    parts: dict[str, Partials]
    paths: set[Path]  # the cached partials behind `parts`
    coverage: dict[str, Coverage] = field(default_factory=dict)  # of margin and quantity, where they were wanted
    family_names: npt.NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))
    family_days: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    events: dict[str, Events] = field(default_factory=dict)  # what customers met, by kind of exposure
    kinds: frozenset[str] = frozenset()  # of documents, those that were known
    asked_of: str = ""  # the kind that says first that a customer buys

    @cached_property
    def export_started(self) -> Int32 | None:
        """The first document of the basis as it was known at each period's end, where that moved; (periods,)."""
        scope = self.scope
        starts = [
            min(day for told, day in scope.begun.items() if told <= end or told == min(scope.begun))
            for end in (period_end(number, scope.periods.unit) for number in scope.periods.numbers)
        ]
        days = np.array([day_number(day) for day in starts], np.int32)
        return None if (days == day_number(scope.first_on)).all() else days

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return max(1, -(-len(self.customers) // CHUNK))

    def __iter__(self) -> Iterator[Panel]:
        """The panels of all chunks in order of customer; the next ones are built while one is worked on."""
        return self.each(lambda _, panel: panel)

    def each(self, work: Callable[[int, Panel], T]) -> Iterator[T]:
        """What `work` makes of the number and the panel of each chunk, in order; some chunks are worked on at once."""
        from collections import deque
        from concurrent.futures import ThreadPoolExecutor

        def done(number: int) -> T:
            return work(number, self.chunk(number))

        with ThreadPoolExecutor(max_workers=AT_ONCE) as workers:
            coming = deque(workers.submit(done, number) for number in range(min(AT_ONCE, self.chunks)))
            for number in range(self.chunks):
                result = coming.popleft().result()
                if number + AT_ONCE < self.chunks:
                    coming.append(workers.submit(done, number + AT_ONCE))
                yield result

    def described(self, customers: pl.DataFrame) -> pl.DataFrame:
        """Who each customer is, in the order of `customers`, of the frame the panels were opened with."""
        kept = customers.filter(pl.col("merged_into").is_null()).sort("customer_code")
        return kept.drop("customer_code", "merged_into", "since")

    def rows(self, number: int) -> slice:
        """Positions of a chunk's customers in `customers`."""
        return slice(number * CHUNK, min((number + 1) * CHUNK, len(self.customers)))

    @lru_cache(maxsize=AT_ONCE + 1)  # noqa: B019  (an instance lives as long as a run)
    def chunk(self, number: int) -> Panel:
        """The panel of one chunk."""
        rows = self.rows(number)
        return self.of(self.customers[rows], {name: values[rows] for name, values in self.attributes.items()})

    def at(self, positions: npt.NDArray[np.intp]) -> Panel:
        """The panel of the customers at these positions (ascending)."""
        return self.of(self.customers[positions], {name: values[positions] for name, values in self.attributes.items()})

    def of(self, customers: Int32, attributes: dict[str, npt.NDArray[np.object_]]) -> Panel:
        """The panel of some customers (codes ascending)."""
        span = build.PanelSpan(
            customers=customers,
            periods=self.scope.periods,
            known_until=self.scope.known_until,
            basis=self.scope.basis,
            export_start=day_number(self.scope.first_on),
            export_started=self.export_started,
            kinds=self.kinds,
            measures=frozenset(name for name, found in self.coverage.items() if found.enough),
        )

        def columns(part: str) -> dict[str, npt.NDArray[Any]]:
            return self.parts[part].of(customers)

        breadth = columns("breadth") if "breadth" in self.parts else None
        sums = coverage.usable(columns("sums"), self.coverage)
        panel = build.panel(span, sums, columns("occasions"), breadth, attributes)
        panel = replace(panel, events={name: each.between(customers) for name, each in self.events.items()})
        if "families" not in self.parts:
            return panel
        split = build.families(panel, columns("families"), span, self.family_names, self.family_days)
        return replace(panel, by_family=split)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def open_panels(
    workspace: Workspace,
    store: FactStore,
    scope: Scope,
    customers: pl.DataFrame,
    wanted: Wanted,
    progress: Progress,
) -> Panels:
    """Compute the partials that are missing and open them all.

    `customers` has customer_code, merged_into (null or a code) and the customer columns rules may ask for.
    """
    merged = customers.filter(pl.col("merged_into").is_not_null()).select(
        from_code="customer_code", to_code="merged_into"
    )
    families = _families(store, scope) if wanted.families else None
    sums = _Sums(workspace, store, scope.periods.unit, wanted, merged, families)
    try:
        tasks = _fill(workspace.partials, sums, scope, progress)
    finally:
        sums.close()
    names = [c for c in customers.columns if c not in ("customer_code", "customer_id", "merged_into")]
    parts = {part: Partials([task.path for task in planned]) for part, planned in tasks.items()}
    seen, kinds, earliest = _heard_of(store, scope, customers, parts["occasions"])
    kept = customers.filter(pl.col("merged_into").is_null(), pl.col("customer_code").is_in(seen)).sort("customer_code")
    return Panels(
        scope=scope,
        customers=kept["customer_code"].to_numpy().astype(np.int32),
        attributes={
            name: kept[name].to_numpy().astype(object) for name in names if kept[name].null_count() < len(kept)
        },
        parts=parts,
        paths={task.path for planned in tasks.values() for task in planned},
        coverage=_coverage(parts["sums"], scope, wanted),
        family_names=np.empty(0, object) if families is None else families[1]["family"].to_numpy().astype(object),
        family_days=np.empty(0) if families is None else families[1]["days"].to_numpy(),
        events=exposed(store, scope, customers) if wanted.events else {},
        kinds=kinds,
        asked_of=earliest,
    )


def _heard_of(
    store: FactStore, scope: Scope, customers: pl.DataFrame, documents: Partials
) -> tuple[npt.NDArray[np.intp], frozenset[str], str]:
    """Codes of the customers with a document of any kind that was known, the kinds there were, and the earliest.

    Who is heard of later is not in the run; a kind that occurs is there for every chunk, be it without documents of it.
    """
    owner = owners_of(customers)
    seen = np.zeros(int(owner["customer_code"].to_numpy().max(initial=0)) + 1, np.bool_)
    kinds = np.zeros(len(KINDS), np.bool_)
    counts = KindCounts(len(seen), scope.basis)
    for rows in documents.newest(len(documents.paths)):
        if rows:
            told: npt.NDArray[Any] = rows["known_from"]
            known = told <= scope.known_until
            chosen = slice(None) if known.all() else known  # a copy of what is whole would cost more than the question
            kind, customer = rows["kind"][chosen], rows["customer_code"][chosen]
            seen[customer] = True
            kinds[kind] = True
            counts.add(kind, customer)
    early = heard_of(store, scope.loads, period_start(scope.periods.first, scope.periods.unit), scope.known)
    seen[owner.filter(pl.col("customer_code").is_in(early))["owner_code"].to_numpy()] = True
    return np.flatnonzero(seen), frozenset(KINDS[code] for code in np.flatnonzero(kinds)), counts.earliest()


def _coverage(sums: Partials, scope: Scope, wanted: Wanted) -> dict[str, Coverage]:
    """How much of the money carries each further measure that is wanted."""
    kinds, last = {scope.basis, RETURN}, coverage.YEARS * scope.periods.per_year
    return {
        name: coverage.coverage(sums.newest(last), name, kinds, scope.known_until)
        for name in ("margin", "quantity")
        if getattr(wanted, name)
    }


@dataclass
class _Sums:
    """The queries that sum up documents by period; the engine is opened by the first that is asked."""

    workspace: Workspace
    store: FactStore
    unit: Unit
    wanted: Wanted
    merged: pl.DataFrame
    families: tuple[pl.DataFrame, pl.DataFrame] | None

    @property
    def parts(self) -> dict[str, tuple[str, Callable[[tuple[str, ...], bool], pa.Table]]]:
        """The query of every part that is wanted, and what beside documents its result hangs on."""
        salt = str(self.merged.rows()) if len(self.merged) else ""
        parts: dict[str, tuple[str, Callable[[tuple[str, ...], bool], pa.Table]]] = {
            "sums": (f"{self.wanted.margin}{self.wanted.quantity}|{salt}", self._sums),
            "occasions": (f"|{salt}", self._occasions),
        }
        if self.wanted.products:
            parts["breadth"] = (f"|{salt}", self._breadth)
        if self.families is not None:
            split = str(self.families[0].hash_rows(seed=0).sort().to_list())
            parts["families"] = (f"{split}|{salt}", self._family_sums)
        return parts

    @cached_property
    def engine(self) -> Engine:
        """Where documents are grouped."""
        return open_engine(self.workspace, self.store)

    def close(self) -> None:
        """Let go of the engine, if it was needed."""
        if "engine" in self.__dict__:
            self.engine.close()

    @cached_property
    def _merge(self) -> Any:
        return self.engine.small("customer_merge", self.merged.to_arrow()) if len(self.merged) else None

    @cached_property
    def _product(self) -> Any:
        assert self.families is not None
        return self.engine.small("product_family", self.families[0].to_arrow())

    def _rows(self, part: str, months: tuple[str, ...], late: bool) -> Any:
        table = self.engine.rows(part, months, with_superseded=late)
        return table if self._merge is None else aggregate.merged(table, self._merge)

    def _sums(self, months: tuple[str, ...], late: bool) -> pa.Table:
        line = self._rows("document_line", months, late)
        return self.engine.fetch(aggregate.sums(line, self.unit, late, self.wanted.margin, self.wanted.quantity))

    def _occasions(self, months: tuple[str, ...], late: bool) -> pa.Table:
        return self.engine.fetch(aggregate.occasions(self._rows("document", months, late), self.unit, late))

    def _breadth(self, months: tuple[str, ...], late: bool) -> pa.Table:
        return self.engine.fetch(aggregate.breadth(self._rows("document_line", months, late), self.unit, late))

    def _family_sums(self, months: tuple[str, ...], late: bool) -> pa.Table:
        line = self._rows("document_line", months, late)
        return self.engine.fetch(aggregate.family_sums(line, self._product, self.unit, late))


def _fill(folder: Path, sums: _Sums, scope: Scope, progress: Progress) -> dict[str, list[Task]]:
    """Plan every part and compute what is not there yet."""
    tasks: dict[str, list[Task]] = {}
    parts = sums.parts
    done, total = 0, len(parts) * len(scope.periods)

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress.step(SUMMING, done, total)

    for part, (salt, query) in parts.items():
        tasks[part] = plan(folder, part, scope.periods, scope.loads, salt)
        lacking = unfilled(tasks[part])
        step(len(tasks[part]) - len(lacking))
        if lacking:
            fill(lacking, sums.engine.periods_a_query, query, step)
    return tasks


def _families(store: FactStore, scope: Scope) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """(product_id → family_code, family codes with name and interval), or None when no product has a family."""
    from liuke.facts import contracts

    product = store.master(contracts()["product"], scope.known).filter(pl.col("family").is_not_null())
    if product.is_empty():
        return None
    family = (
        product.group_by("family")
        .agg(days=pl.col("service_interval_days").cast(pl.Float64).median())
        .sort("family")
        .with_row_index("family_code")
        .with_columns(pl.col("family_code").cast(pl.Int32), pl.col("days").fill_null(float("nan")))
    )
    return product.join(family, on="family").select("product_id", "family_code"), family


def measured_by(settings: Settings, panels: Panels) -> str:
    """What core customers are measured by: what was asked for where enough of the money carries it, else amounts."""
    asked = settings.text("core_measure")
    usable = {name for name, found in panels.coverage.items() if found.enough}
    if asked == "auto":
        asked = "margin"
    return asked if asked in usable else "amount"
