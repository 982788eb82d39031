"""From raw rows to canonical columns: typed, cleaned, exact; rows that can't be used apart, with their reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.kernel.i18n import N_, say
from liuke.sources import cell_text
from liuke.sources.amounts import line_amounts, to_own_currency
from liuke.sources.day_form import day_text
from liuke.sources.days import read_dates
from liuke.sources.made_keys import with_made_keys
from liuke.sources.nobody import identified
from liuke.sources.number_text import EXACT, LIMIT
from liuke.sources.numbers import MONEY, NUMBER, Numbers, read_doubted, to_cents, written
from liuke.sources.reconcile import ReasonTotal, Reconciliation
from liuke.sources.refunds import Refunds, refunds_of, returns_of
from liuke.sources.sides import no_sales
from liuke.sources.table import ROW
from liuke.sources.unread import EXAMPLES, UnreadCells
from liuke.sources.word_cells import WordReading, holds, read_words

if TYPE_CHECKING:
    from liuke.kernel.contract import Contract
    from liuke.sources.mapping import Mapping

TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "date": pl.Date,
    "money": MONEY,
    "number": NUMBER,
    "integer": pl.Int64,
    "boolean": pl.Boolean,
}
REASONS = {
    "cancelled": N_("The document is cancelled: {column} is {found}."),
    "set_aside": N_("{column} is {found}, which is no sale."),
    "other_side": N_("No sale: the money stands in {column}, {found}."),
    "no_customer": N_("No customer: {column} is empty."),
    "missing": N_("{column} is empty."),
    "code_shortened": N_("{column} is {found}: a spreadsheet has shortened the code. Export it as text."),
    "code_rounded": N_(
        "{column} is {found}: a spreadsheet keeps fifteen digits of a number, the rest of this code is "
        "lost. Export it as text."
    ),
    "no_date": N_("No date: {column} is empty."),
    "not_a_date": N_("{column} is {found}, which is not a date."),
    "future_date": N_("{column} is {found}, a day still to come."),
    "before_1970": N_("{column} is {found}, a day before 1970."),
    "no_amount": N_("No amount: {column} is empty."),
    "not_a_number": N_("{column} is {found}, which is not a number."),
    "either_number": N_(
        "{column} is {found}: rows near it have the other decimal sign, so it could be either of two numbers."
    ),
    "not_finite": N_("{column} is {found}, which is not a finite number."),
    "too_large": N_("{column} is {found}, which is larger than any amount."),
    "unknown_kind": N_("{column} is {found}, which is no known kind of document."),
    "no_rate": N_("{column} is {found}, and no rate for it is given on that day."),
    "not_yes_or_no": N_("{column} is {found}, which is neither yes nor no."),
}
IN_SHORT = {  # the same reasons where no row is spoken of
    "cancelled": N_("cancelled documents"),
    "set_aside": N_("a word says that it is no sale"),
    "other_side": N_("payments and the like, on the other side of the ledger"),
    "no_customer": N_("no customer"),
    "missing": N_("a needed column is empty"),
    "code_shortened": N_("codes shortened by a spreadsheet"),
    "code_rounded": N_("codes that lost digits in a spreadsheet, so that several share one: export them as text"),
    "no_date": N_("no date"),
    "not_a_date": N_("not a date"),
    "future_date": N_("a day still to come"),
    "before_1970": N_("a day before 1970"),
    "no_amount": N_("no amount"),
    "not_a_number": N_("not a number"),
    "either_number": N_("two numbers, depending on the decimal sign, and the file has both"),
    "not_finite": N_("not a finite number"),
    "too_large": N_("larger than any amount"),
    "unknown_kind": N_("no known kind of document"),
    "no_rate": N_("no rate of the currency on that day"),
    "not_yes_or_no": N_("neither yes nor no"),
    "too_wide": N_("more fields than the heading"),
}
FIRST_DAY = date(1970, 1, 1)
NUMBER_FAULTS = ("not_a_number", "either_number", "not_finite", "too_large")
ALWAYS = ("customer_id", "document_id", "date", "from_on")  # a row is nobody's, or no document's, without them
TEXT_INPUTS = ("customer_name", "customer_region", "customer_grade", "customer_industry", "product_name",
               "product_family", "salesperson_name")  # fmt: skip


class Cleaned(NamedTuple):
    """Usable rows in canonical columns, unusable raw rows with `reason` and `reason_code`, and their account."""

    good: pl.DataFrame
    bad: pl.DataFrame
    sums: Reconciliation


class _Problems:
    """The first thing wrong with each row."""

    def __init__(self, rows: int, zero: date | None = None) -> None:
        self.zero = zero
        self.unread = UnreadCells()
        self.entries: list[tuple[str, str]] = []
        self.first = pl.Series("first", [None], dtype=pl.Int32).new_from_index(0, rows)

    def add(self, code: str, header: str, mask: pl.Series | None) -> None:
        if mask is None or not bool(mask.any()):
            return
        free = self.first.is_null() & mask.fill_null(value=False)
        if bool(free.any()):
            entry = pl.Series("first", [len(self.entries)], dtype=pl.Int32).new_from_index(0, free.len())
            self.first = entry.zip_with(free, self.first)
            self.entries.append((code, header))

    def add_wrong(self, header: str, wrong: pl.Series | None) -> None:
        if wrong is not None:
            for code in NUMBER_FAULTS:
                self.add(code, header, wrong == code)

    def add_cells(self, code: str, raw: pl.Series, mask: pl.Series | None, *, needed: bool) -> None:
        """Cells of a column that can't be read: without a needed one a row is unusable, any other is left empty."""
        if needed:
            self.add(code, raw.name, mask)
        else:
            self.unread.add(code, raw.name, raw, mask)


def canonical(
    batch: pl.DataFrame,
    mapping: Mapping,
    contract: Contract,
    *,
    today: date | None = None,
    day_zero: date | None = None,
) -> Cleaned:
    """The usable rows of a raw batch in the contract's columns and types, the others with a reason, and the account.

    `good` has every column of the contract (null where the file has none), the text inputs that are mapped
    (`customer_name`, …) and `__row`. A document line's amount is what the file gives, else quantity x unit price x
    (1 - discount), rounded half away from zero. `today` is the last day a document may bear; the clock's by default.
    `day_zero` is the day serial numbers count from. A cell that is not needed and can't be read is left empty.
    """
    problems = _Problems(batch.height, day_zero)
    given, batch = batch, identified(batch, mapping)
    if (header := mapping.header("cancelled")) is not None:
        known = holds(batch[header], mapping.words.get(header, {}))
        problems.add("cancelled", header, cell_text.cancelled(batch[header], mapping.cancelled) & ~known)
    words = read_words(batch, mapping)
    for header, off in words.aside.items():
        problems.add("set_aside", header, off)
    columns = _plain_columns(batch, mapping, contract, problems, today or date.today())
    _rounded_codes(mapping, columns, problems)
    amount = Numbers(pl.Series("amount", [], dtype=EXACT), None)
    before, back = amount.value, None
    if "document_id" in contract.columns:  # document lines
        amount, before = _money_of_lines(batch, mapping, columns, problems, words)
        back = _given_back(batch, mapping, columns, problems, today or date.today())
    ok = problems.first.is_null()
    good = with_made_keys(_assemble(batch, contract, columns).filter(ok), contract, mapping)
    bad = _with_reasons(given.filter(~ok), problems.first.filter(~ok), problems.entries)
    account = _account(good, problems, ok, amount.value, before, batch)
    account = replace(account, unread=problems.unread.counted(ok))
    if back is not None:
        returned = returns_of(good, back, ok)
        good, account = pl.concat([good, returned]), account.with_returns(returned.height, _sum(returned["amount"]))
    return Cleaned(good, bad, account)


def _given_back(
    batch: pl.DataFrame, mapping: Mapping, columns: dict[str, pl.Series], problems: _Problems, today: date
) -> Refunds | None:
    """Refunds in a column of their own; a row whose refund can't be read is unusable."""
    if mapping.refunds != "apart" or "refund" not in mapping.columns:
        return None
    days = {name: series for name, series in columns.items() if name in ("date", "currency")}
    if (on := mapping.header("refund_on")) is not None:
        days["refund_on"] = _day("refund_on", batch[on], mapping, problems, needed=False)
    back = refunds_of(batch, mapping, days, today)
    if back is not None:
        problems.add_wrong(back.header, back.money.wrong)
    return back


def _plain_columns(
    batch: pl.DataFrame, mapping: Mapping, contract: Contract, problems: _Problems, today: date
) -> dict[str, pl.Series]:
    """Every mapped column but the kind and amount of document lines; what is wrong is noted, required columns first."""
    columns: dict[str, pl.Series] = {}
    order = sorted(contract.columns, key=lambda name: (not contract.columns[name].required, name != "customer_id"))
    for name in [*order, *TEXT_INPUTS]:
        header = mapping.header(name)
        if header is None or (name in ("kind", "amount") and "document_id" in contract.columns):
            continue
        column = contract.columns.get(name)
        raw = batch[header]
        if column and column.words:
            raw = cell_text.worded(raw, column.words).alias(header)
        kind = column.type if column else "text"
        needed = name in ALWAYS or bool(column and column.required)
        if kind == "text":
            columns[name] = _text(name, raw, problems, needed=needed)
        elif kind == "date":
            columns[name] = _day(name, raw, mapping, problems, needed=needed)
            if name == "date":
                problems.add("future_date", header, columns[name] > today)
                problems.add("before_1970", header, columns[name] < FIRST_DAY)
        elif kind == "boolean":
            columns[name] = cell_text.flags(raw)
            neither = columns[name].is_null() & cell_text.clean_text(raw).is_not_null()
            problems.add_cells("not_yes_or_no", raw, neither, needed=needed)
        else:
            unit = mapping.unit if name == "margin" else None
            columns[name] = _number(kind, raw, mapping, problems, unit, needed=needed)
        if column and column.required and name != "date" and name not in contract.made:
            code = "no_customer" if name == "customer_id" else "missing"
            problems.add(code, header, columns[name].is_null())
    return columns


def _text(name: str, raw: pl.Series, problems: _Problems, *, needed: bool) -> pl.Series:
    if name == "currency":
        return cell_text.currency_codes(raw)
    if not name.endswith("_id"):
        return cell_text.clean_text(raw)
    code = cell_text.clean_code(raw)
    if raw.dtype != pl.String:
        return code
    short = cell_text.shortened(code)
    problems.add_cells("code_shortened", raw, short, needed=needed)
    return code if needed or not bool(short.any()) else _emptied(code, short)


def _rounded_codes(mapping: Mapping, columns: dict[str, pl.Series], problems: _Problems) -> None:
    """Rows whose customer or document has a code that lost digits can't be told from others'."""
    for code, witness in (("customer_id", "customer_name"), ("document_id", "customer_id")):
        header = mapping.header(code)
        if header is not None and code in columns:
            problems.add("code_rounded", header, cell_text.rounded(columns[code], columns.get(witness)))


def _emptied(values: pl.Series, mask: pl.Series) -> pl.Series:
    """The values, null where the mask holds."""
    return pl.select(pl.when(~pl.lit(mask.fill_null(value=False))).then(pl.lit(values)).alias(values.name)).to_series()


def _day(name: str, raw: pl.Series, mapping: Mapping, problems: _Problems, *, needed: bool) -> pl.Series:
    dates = read_dates(raw, day_text(mapping, problems.zero))
    problems.add_cells("not_a_date", raw, dates.unreadable, needed=needed)
    if name in {"date", "from_on"}:
        problems.add("no_date", raw.name, dates.value.is_null())
    return dates.value


def _number(
    kind: str, raw: pl.Series, mapping: Mapping, problems: _Problems, unit: Decimal | None, *, needed: bool
) -> pl.Series:
    numbers = read_doubted(raw, mapping.decimal, rate=kind == "number", credit=mapping.credit)
    if numbers.wrong is not None:
        for code in NUMBER_FAULTS:
            problems.add_cells(code, raw, numbers.wrong == code, needed=needed)
    value = numbers.value
    if kind == "integer":
        return value.cast(pl.Int64, strict=False)
    if kind == "money":
        return to_cents(value if unit in (None, 1) else value.cast(EXACT) * unit)
    large = value.abs() >= LIMIT / 100  # decimal(18,4) has fourteen digits before the point
    problems.add_cells("too_large", raw, large, needed=needed)
    return value.cast(NUMBER, strict=False)


def _money_of_lines(
    batch: pl.DataFrame, mapping: Mapping, columns: dict[str, pl.Series], problems: _Problems, words: WordReading
) -> tuple[Numbers, pl.Series]:
    """Kind and amount of document lines; returns exact amounts as booked and as the file has them."""
    amount, header = line_amounts(batch, mapping)
    if (side := no_sales(batch, mapping)) is not None:
        problems.add("other_side", *side)
    problems.add_wrong(header, amount.wrong)
    missing = amount.value.is_null() if amount.wrong is None else amount.value.is_null() & amount.wrong.is_null()
    problems.add("no_amount", header, missing)
    if mapping.rates and "currency" in columns and "date" in columns:
        amount, lacking = to_own_currency(amount, columns["currency"], columns["date"], mapping)
        problems.add("no_rate", mapping.header("currency") or "", lacking)
        columns["currency"] = pl.Series("currency", [mapping.currency]).new_from_index(0, batch.height)
    kind = pl.Series("kind", [mapping.kind or "invoice"]).new_from_index(0, batch.height)
    before = amount.value
    if (given := mapping.header("kind")) is not None:
        known = cell_text.kinds(batch[given], mapping.kinds)
        if given not in mapping.words:
            problems.add("unknown_kind", given, known.is_null() & cell_text.clean_text(batch[given]).is_not_null())
        kind = known.fill_null(mapping.kind or "invoice")
    kind = words.kind.fill_null(kind)
    turned = _turned(amount.value, kind, words, mapping)
    if mapping.returns == "positive" and "quantity" in columns:
        bare = ((columns["quantity"] < 0) & (turned > 0)).fill_null(value=False)
        turned = (-turned).zip_with(bare, turned)
    amount = Numbers(turned, amount.wrong)
    if "quantity" in columns:
        columns["quantity"] = _turned(columns["quantity"], kind, words, mapping)
    if "document_id" in columns:
        credit = (kind == "invoice") & (amount.value < 0) & columns["document_id"].str.contains(r"^[Cc]\d")
        if bool(credit.any()):
            kind = pl.Series("kind", ["return"]).new_from_index(0, kind.len()).zip_with(credit.fill_null(False), kind)
    columns["kind"], columns["amount"] = kind, to_cents(amount.value)
    return amount, before


def _turned(value: pl.Series, kind: pl.Series, words: WordReading, mapping: Mapping) -> pl.Series:
    """Values of rows whose word says minus, and of returns that are written without one, with the other sign."""
    turned = words.minus
    if mapping.returns == "positive":
        turned = turned | ((kind == "return") & (value > 0)).fill_null(value=False)
    return (-value).zip_with(turned, value) if bool(turned.any()) else value


def _assemble(batch: pl.DataFrame, contract: Contract, columns: dict[str, pl.Series]) -> pl.DataFrame:
    """All columns of the contract in their types, the text inputs, and the row number."""
    ready = [batch[ROW]]
    for name, column in contract.columns.items():
        if name in columns:
            ready.append(columns[name].cast(TYPES[column.type]).alias(name))
        else:
            ready.append(pl.Series(name, [None], dtype=TYPES[column.type]).new_from_index(0, batch.height))
    ready += [columns[name].alias(name) for name in TEXT_INPUTS if name in columns and name not in contract.columns]
    return pl.DataFrame(ready)


def _with_reasons(bad: pl.DataFrame, first: pl.Series, entries: list[tuple[str, str]]) -> pl.DataFrame:
    """The raw rows with `reason` in the language in force and `reason_code`."""
    if bad.is_empty():
        return bad.with_columns(pl.lit(None, pl.String).alias("reason"), pl.lit(None, pl.String).alias("reason_code"))
    sentence: pl.Expr = pl.lit(None, dtype=pl.String)
    for number, (code, header) in enumerate(entries):
        parts = say(REASONS[code], column=header, found="\0").split("\0")
        found = pl.col(header).cast(pl.String).fill_null("") if header in bad.columns else pl.lit("")
        pieces: list[pl.Expr] = [pl.lit(parts[0])]
        for part in parts[1:]:
            pieces += [found, pl.lit(part)]
        sentence = pl.when(pl.col("__first") == number).then(pl.concat_str(pieces)).otherwise(sentence)
    codes = pl.col("__first").replace_strict(
        list(range(len(entries))), [code for code, _ in entries], default=None, return_dtype=pl.String
    )
    told = bad.with_columns(first.alias("__first")).with_columns(sentence.alias("reason"), codes.alias("reason_code"))
    return told.drop("__first")


def _account(
    good: pl.DataFrame,
    problems: _Problems,
    ok: pl.Series,
    booked: pl.Series,
    before: pl.Series,
    batch: pl.DataFrame,
) -> Reconciliation:
    rows = ok.len()
    if booked.is_empty():
        counts = _by_reason(problems, pl.Series([None], dtype=EXACT).new_from_index(0, rows), batch)
        return Reconciliation(rows, good.height, rows - good.height, by_reason=counts)
    loaded, kept, raw_kept = good["amount"], booked.filter(ok), before.filter(ok)
    sums = [_sum(s) for s in (before, loaded, before.filter(~ok), kept, raw_kept)]
    exact = kept.dtype == loaded.dtype
    return Reconciliation(
        rows_read=rows,
        rows_loaded=good.height,
        rows_quarantined=rows - good.height,
        sum_read=sums[0],
        sum_loaded=sums[1],
        sum_quarantined=sums[2],
        rounding=sums[3] - sums[1],
        turned=sums[4] - sums[3],
        unknown=before.null_count(),
        rounded_rows=0 if exact else int((kept != loaded).sum()),
        by_reason=_by_reason(problems, before, batch),
    )


def _by_reason(problems: _Problems, amounts: pl.Series, batch: pl.DataFrame) -> dict[str, ReasonTotal]:
    totals: dict[str, ReasonTotal] = {}
    for number, (code, header) in enumerate(problems.entries):
        here = problems.first == number
        found = amounts.filter(here)
        cells = batch[header].filter(here).drop_nulls() if header in batch.columns else pl.Series([], dtype=pl.String)
        examples = tuple((header, str(cell)) for cell in cells.unique(maintain_order=True).head(EXAMPLES))
        total = ReasonTotal(found.len(), _sum(found), found.null_count(), examples)
        totals[code] = totals.get(code, ReasonTotal()) + total
    return totals


def _sum(series: pl.Series) -> Decimal:
    """The exact sum, written with two decimals or as many more as it needs."""
    total = series.sum() if series.len() else 0
    return written(Decimal(total if isinstance(total, (int, Decimal)) else 0))
