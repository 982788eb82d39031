"""From raw tables to clean rows, batch by batch, with an account of every row and cent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources import cell_text, number_text
from liuke.sources.apart import lines_apart
from liuke.sources.reconcile import ZERO, Reconciliation
from liuke.sources.row_classes import TWICE_SAID
from liuke.sources.table import ROW, RawTable
from liuke.sources.tidy import Tidier, tidied
from liuke.sources.values import TEXT_INPUTS, canonical

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from liuke.kernel.contract import Contract
    from liuke.sources.document_rows import Survey
    from liuke.sources.mapping import Mapping
    from liuke.sources.opened import Opened
    from liuke.sources.reconcile import ReasonTotal


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
    surveys: dict[str, Survey] = field(default_factory=dict)
    reconciliation: Reconciliation = field(default_factory=Reconciliation)
    by_table: dict[str, Reconciliation] = field(default_factory=dict)
    currency: str | None = None  # that the rows read so far say they are in

    def clean(self) -> Iterator[CleanBatch]:
        """The rows, a batch at a time; after the last one the account is checked, and that no file has changed."""
        self.reconciliation, self.by_table = Reconciliation(), {}
        money = _OneCurrency()
        for table in self.tables:
            mapping = self._mapping(table)
            tidier = Tidier(table, mapping, self.surveys.get(table.place))
            account = Reconciliation()
            for raw in table.batches():
                batch = tidier(raw)
                if batch.is_empty():
                    continue
                money.check(batch, table, mapping)
                self.currency = money.seen
                cleaned = canonical(batch, mapping, self.contract, today=self.today, day_zero=table.day_zero)
                account += cleaned.sums
                tidier.read(cleaned.sums.sum_read, cleaned.sums.rows_read)
                yield CleanBatch(self._level(cleaned.good), cleaned.bad, table.origin, table.sheet)
            if table.apart:
                good, bad, apart = lines_apart(table, self.contract)
                account += apart
                yield CleanBatch(self._level(good), bad, table.origin, table.sheet)
            account = replace(account, skipped=len(tidier.totals.found), filled=tidier.filled, by_class=tidier.by_class)
            if (total := tidier.file_total) is not None:
                again = sum((one.amount for kind, one in account.by_class.items() if kind in TWICE_SAID), ZERO)
                ways = [account.sum_read - turned + more for turned in (ZERO, account.turned) for more in (again, ZERO)]
                whole = total if total in ways else account.sum_read  # with the returns as they stand, or taken off
                account = replace(account, file_total=total, totalled=whole)
            self.by_table[table.place] = account
            self.reconciliation += account
        self.opened.refuse_if_changed()
        self.reconciliation.check(self.opened.location)

    def first_rows(self, rows: int) -> CleanBatch:
        """The first rows of the first table as they will be read, the unusable ones with their reasons."""
        table = self.tables[0]
        mapping = self._mapping(table)
        batch = Tidier(table, mapping, self.surveys.get(table.place))(table.first(rows))
        zero = table.day_zero
        cleaned = canonical(batch, mapping, self.contract, today=self.today, day_zero=zero)
        return CleanBatch(self._level(cleaned.good), cleaned.bad, table.origin, table.sheet)

    def row_classes(self) -> dict[str, ReasonTotal]:
        """Rows that are no lines, by class, with their money: of whole sheets, of the first rows of other tables."""
        found = Reconciliation()
        for table in self.tables:
            mapping = self._mapping(table)
            tidier = Tidier(table, mapping, self.surveys.get(table.place))
            for batch in tidied(table, tidier, whole=table.layout == "sheet"):
                del batch
            found += Reconciliation(by_class=tidier.by_class)
        return found.by_class

    def _mapping(self, table: RawTable) -> Mapping:
        """What a table's columns mean; lines are worked out where its documents proved that."""
        mapping, found = self.mapping.within(table.columns), self.surveys.get(table.place)
        return replace(mapping, blank_amounts="of_document") if found and found.worked_out else mapping

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
            codes = cell_text.currency_codes(number_text.money_sign(batch[amount]))
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
