"""From raw tables to clean rows, batch by batch, with an account of every row and cent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources import cell_text
from liuke.sources.apart import lines_apart
from liuke.sources.reconcile import Reconciliation
from liuke.sources.table import ROW, RawTable
from liuke.sources.tidy import Tidier
from liuke.sources.values import TEXT_INPUTS, canonical

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from liuke.kernel.contract import Contract
    from liuke.sources.mapping import Mapping
    from liuke.sources.opened import Opened

MONEY_SIGN = r"(HK\$|NT\$|US\$|[¥￥$€£元]|CNY|RMB|USD|EUR|GBP|HKD|JPY)"


class CleanBatch(NamedTuple):
    """Canonical rows, quarantined raw rows, and where they come from."""

    good: pl.DataFrame
    bad: pl.DataFrame
    origin: str
    sheet: str | None


@dataclass
class Reading:
    """One passage over the tables a mapping fits; `clean()` fills the account and refuses what does not tie."""

    opened: Opened
    contract: Contract
    mapping: Mapping
    tables: list[RawTable]
    today: datetime.date | None = None
    reconciliation: Reconciliation = field(default_factory=Reconciliation)
    by_table: dict[str, Reconciliation] = field(default_factory=dict)

    def clean(self) -> Iterator[CleanBatch]:
        """The rows, a batch at a time; after the last one the account is checked, and that no file has changed."""
        self.reconciliation, self.by_table = Reconciliation(), {}
        money = _OneCurrency()
        for table in self.tables:
            mapping = self.mapping.within(table.columns)
            tidier = Tidier(table, mapping)
            account = Reconciliation()
            for raw in table.batches():
                batch = tidier(raw)
                if batch.is_empty():
                    continue
                money.check(batch, table, mapping)
                cleaned = canonical(batch, mapping, self.contract, today=self.today)
                account += cleaned.sums
                yield CleanBatch(self._level(cleaned.good), cleaned.bad, table.origin, table.sheet)
            if table.apart:
                good, bad, apart = lines_apart(table, self.contract)
                account += apart
                yield CleanBatch(self._level(good), bad, table.origin, table.sheet)
            account = replace(account, skipped=len(tidier.totals), filled=tidier.filled)
            if (total := tidier.file_total) is not None:
                account = replace(account, file_total=total, totalled=account.sum_read)
            self.by_table[table.place] = account
            self.reconciliation += account
        self.opened.refuse_if_changed()
        self.reconciliation.check(self.opened.location)

    def first_rows(self, rows: int) -> CleanBatch:
        """The first rows of the first table as they will be read, the unusable ones with their reasons."""
        table = self.tables[0]
        mapping = self.mapping.within(table.columns)
        batch = Tidier(table, mapping)(table.first(rows))
        cleaned = canonical(batch, mapping, self.contract, today=self.today)
        return CleanBatch(self._level(cleaned.good), cleaned.bad, table.origin, table.sheet)

    def _level(self, good: pl.DataFrame) -> pl.DataFrame:
        """The same columns from every table, null where one of them lacks a mapped column."""
        extra = [name for name in TEXT_INPUTS if name in self.mapping.columns and name not in self.contract.columns]
        lacking = [pl.lit(None, pl.String).alias(name) for name in extra if name not in good.columns]
        return good.with_columns(lacking).select(ROW, *self.contract.columns, *extra)


class _OneCurrency:
    """Refuses a second currency unless rates are given."""

    def __init__(self) -> None:
        self.seen: str | None = None

    def check(self, batch: pl.DataFrame, table: RawTable, mapping: Mapping) -> None:
        if mapping.rates:
            return
        header = mapping.header("currency")
        amount = mapping.header("amount") or mapping.header("amount_with_tax") or mapping.header("unit_price")
        if header is not None:
            codes = cell_text.currency_codes(batch[header])
        elif amount is not None and batch[amount].dtype == pl.String:
            signs = batch[amount].str.to_uppercase().str.extract(MONEY_SIGN, 1)
            codes = cell_text.currency_codes(signs)
        else:
            return
        for code in codes.drop_nulls().unique(maintain_order=True).to_list():
            if self.seen is not None and code != self.seen:
                row = batch.filter((codes == code).fill_null(value=False))[ROW][0]
                raise Invalid(
                    N_("{file}, row {row}, column {column}: {found} beside {seen}. Currencies can't be added up."),
                    fix=N_("Give rates by day ([[rates]] in the mapping file), or load one currency at a time."),
                    file=table.place,
                    row=row,
                    column=header or amount,
                    found=code,
                    seen=self.seen,
                )
            self.seen = code
