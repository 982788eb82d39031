"""What all exported tables share: the firm, its life, the words, codes of people and things, days of months."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from liuke.kernel.period import day_number
from liuke.simulate.catalogue import FAMILIES
from liuke.simulate.chance import F64, Bools, Ints, stream
from liuke.simulate.firm import Life, SimulatedFirm
from liuke.simulate.orders import month_start
from liuke.simulate.state import BUYING
from liuke.simulate.words import Wording, days, pick


@dataclass(frozen=True)
class View:
    """A firm seen at the end of its history, in one language."""

    firm: SimulatedFirm
    life: Life
    words: Wording

    @cached_property
    def starts(self) -> Ints:
        """First day of each month up to the horizon, as day numbers."""
        return np.array([day_number(month_start(month)) for month in range(self.firm.horizon + 1)], dtype=np.int64)

    @property
    def end(self) -> int:
        """Last day of the history."""
        return int(self.starts[self.firm.months]) - 1

    @cached_property
    def customer_ids(self) -> pl.Series:
        """Codes of the customers."""
        return _codes("C", len(self.firm.customers), 6)

    @cached_property
    def product_ids(self) -> pl.Series:
        """Codes of the products."""
        return _codes("P", len(self.firm.catalogue), 3)

    @cached_property
    def salesperson_ids(self) -> pl.Series:
        """Codes of the salespeople, hired or not."""
        return _codes("S", len(self.life.departures.left), 3)

    @cached_property
    def salesperson_names(self) -> pl.Series:
        """Names of the salespeople: made up from their number."""
        count = len(self.life.departures.left)
        return pl.Series([self.words.word("salesperson").format(number=n + 1) for n in range(count)])

    @cached_property
    def regions(self) -> list[str]:
        """Names of the regions."""
        return self.words.words("names", "regions")

    @cached_property
    def families(self) -> list[str]:
        """Names of the product families, by number."""
        named = self.words.sections["families"]
        return [named[family[0]] for family in FAMILIES[self.firm.world.trade]]

    @cached_property
    def industries(self) -> list[str]:
        """Names of the industries."""
        return self.words.words(self.firm.world.trade, "industries")

    @cached_property
    def customer_names(self) -> pl.Series:
        """Names of the customers: region, industry and a number; no real firm is called so."""
        who, word = self.firm.customers, self.words.word("customer_name")
        rows = zip(who.region.tolist(), who.industry.tolist(), strict=True)
        names = [
            word.format(region=self.regions[r], industry=self.industries[i], number=n)
            for n, (r, i) in enumerate(rows, 1)
        ]
        return pl.Series(names)

    @cached_property
    def product_names(self) -> pl.Series:
        """Names of the products: family and number."""
        word, sold = self.words.word("product_name"), self.firm.catalogue
        pairs = zip(sold.family.tolist(), sold.within.tolist(), strict=True)
        return pl.Series([word.format(family=self.families[f], number=n) for f, n in pairs])

    @cached_property
    def sites(self) -> list[str]:
        """Branches: two regions share one."""
        word = self.words.word("site")
        return [word.format(region=self.regions[2 * (region // 2)]) for region in range(len(self.regions))]

    @cached_property
    def buying(self) -> Bools:
        """Whether each customer bought in each month of the history; (customers, months)."""
        return np.asarray(self.life.path.status[:, : self.firm.months] == BUYING)

    def luck(self, name: str, size: int) -> F64:
        """Uniform numbers of a named stream."""
        return np.asarray(stream(self.firm.seed, f"record/{name}").random(size))

    def day(self, month: Ints, part: F64) -> Ints:
        """A day number inside each month."""
        start, after = self.starts[month], self.starts[month + 1]
        return np.asarray(start + ((after - start) * part).astype(np.int64))

    def yes_no(self, flags: Bools) -> pl.Series:
        """Yes and no in words."""
        return pick([self.words.word("no"), self.words.word("yes")], flags.astype(np.int64))

    def entered(self, frame: pl.DataFrame, on: Ints, name: str) -> pl.DataFrame:
        """The frame as customer records are kept: some never entered, some late (`recorded_on`), none after the end."""
        world, count = self.firm.world, len(frame)
        luck = stream(self.firm.seed, f"entered/{name}")
        missing = luck.random(count) < world["missing_share"]
        late = luck.random(count) < world["late_record_share"]
        delay = np.where(late, 1 + luck.standard_exponential(count) * world["late_record_days"], 0).astype(np.int64)
        recorded = on + delay
        kept = pl.Series(~missing & (recorded <= self.end) & (on <= self.end))
        return frame.with_columns(recorded_on=days(recorded)).filter(kept)


def _codes(letter: str, count: int, width: int) -> pl.Series:
    return pl.Series([f"{letter}{number:0{width}d}" for number in range(1, count + 1)], dtype=pl.String)


def gather(values: pl.Series, where: Ints) -> pl.Series:
    """The value at each place; null below 0."""
    if len(where) == 0 or int(where.min()) >= 0:
        return values.gather(where.astype(np.uint32))
    return pick(values.to_list(), where)
