"""What the documents of a table are like, by arithmetic over its lines: where a document's total stands, and how often.

Heads and lines are told apart by sums: the other rows of a document come to its head, in every document.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.amounts import line_amounts
from liuke.sources.cell_text import clean_text
from liuke.sources.document_rows import Heads, Survey, document_key
from liuke.sources.numbers import read_numbers
from liuke.sources.table import ROW, SAMPLE_ROWS, Choice, Question, RawTable
from liuke.sources.tidy import HEAD, Tidier, tidied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.sources.mapping import Mapping

NEAR = 0.011
SURE = 1e-6  # the chance that amounts of documents are equal on all their lines by accident
PERHAPS = 1e-3
REPEATS = re.compile(
    r"(?i)tax|vat\b|\btva|\biva\b|mwst|\bust\b|gst|\bcess|税(?!收|务|号)|pay|gateway|paid|tender|付款|支付|结算方式|收款方式|coupon|优惠券|voucher|zahlung"
)
TAX_ROW = re.compile(
    r"(?i)^(vat|tax|sales tax|gst|hst|pst|qst|mwst\.?|ust\.?|umsatzsteuer|mehrwertsteuer|tva|iva|btw|moms|"
    r"增值税|销项税|税额|税金)\s*[@(:]?\s*(\d+([.,]\d+)?\s*%?\)?)?$"
)
MOST_TAX = 0.3  # of what is taxed
REPEATED = N_("Some lines stand once for each of {columns}, and are the same in everything else: each counts once.")
LINE_NUMBER = re.compile(r"(?i)^(line|line.?(no\.?|number|item|#)|pos\.?|position|项次|行号|分录号)$")
COUNTERS = re.compile(r"(?i)^(序号|行号|no\.?|#|line|line.?no|row|index|pos|position|lfd|id|项次|分录号)$")


def survey(table: RawTable, mapping: Mapping) -> Survey:
    """The documents of a table under a mapping; the first rows tell, and the whole table where they raise a doubt."""
    document = mapping.header("document_id")
    amount = mapping.header("amount") or mapping.header("amount_with_tax")
    if mapping.table != "document_line" or document is None or amount is None or document not in table.columns:
        return Survey()
    frame = _first_rows(table, mapping)
    if frame.height < 2:
        return Survey()
    found = Survey(inherit=_first_line_alone(frame, mapping, document))
    frame = _filled(frame, found.inherit, document)
    found = replace(found, key=_key(frame, mapping, document))
    lines = _Lines(frame, mapping, found.key, amount)
    if lines.several.height == 0:
        return found
    found = _with_taxes(found, lines, mapping)
    if found.taxes is not None:
        header, words = found.taxes
        frame = frame.filter(~clean_text(frame[header]).is_in(words).fill_null(value=False))
        lines = _Lines(frame, mapping, found.key, amount)
    found = _with_heads(found, lines, mapping)
    if found.heads is None:
        found = _with_repeats(found, lines, mapping)
    if not found.again and found.heads is None and mapping.blank_amounts != "of_document":
        found = _with_totals(found, lines, mapping)
    if (found.heads is not None or found.once) and frame.height >= SAMPLE_ROWS and table.layout != "sheet":
        found = _confirmed(found, table, mapping, amount)
    return found


class _Lines:
    """The rows of documents with several lines, with key and amount as `__key` and `__amount`."""

    def __init__(self, frame: pl.DataFrame, mapping: Mapping, key: tuple[str, ...], amount: str) -> None:
        self.amount = amount
        values = read_numbers(frame[amount], mapping.decimal).value.cast(pl.Float64)
        numbered = clean_text(frame[key[0]]).is_not_null()
        every = frame.with_columns(document_key(frame, key).alias("__key"), values.alias("__amount")).filter(numbered)
        last = every["__key"][-1] if every.height and frame.height >= SAMPLE_ROWS else None
        self.every = every.filter(pl.col("__key") != last) if last is not None else every
        self.several = self.every.filter(pl.len().over("__key") > 1)
        self.documents = self.several["__key"].n_unique()
        self.product: pl.Series | None = None
        if {"quantity", "unit_price"} <= mapping.columns.keys():
            others = {k: match for k, match in mapping.columns.items() if k not in ("amount", "amount_with_tax")}
            self.product = line_amounts(self.several, replace(mapping, columns=others))[0].value.cast(pl.Float64)


def _first_rows(table: RawTable, mapping: Mapping) -> pl.DataFrame:
    frames = list(tidied(table, Tidier(table, mapping), whole=table.layout == "sheet"))
    return pl.concat(frames, how="vertical_relaxed") if frames else table.first(0)


def _key(frame: pl.DataFrame, mapping: Mapping, document: str) -> tuple[str, ...]:
    """The document's number, with customer and day where every row has them and they tell no document apart wrongly."""
    found = [document]
    for name in ("customer_id", "date"):
        header = mapping.header(name)
        if header is not None and frame[header].null_count() == 0 and header not in found:
            found.append(header)
    return tuple(found)


def _first_line_alone(frame: pl.DataFrame, mapping: Mapping, document: str) -> tuple[str, ...]:
    """Columns of the document that stand on its first line alone."""
    heads = [mapping.header(name) for name in HEAD if name != "document_id"]
    runs = frame.with_columns(clean_text(frame[document]).alias("__doc")).with_columns(
        pl.col("__doc").ne_missing(pl.col("__doc").shift(1)).cum_sum().alias("__run")
    )
    runs = runs.filter(pl.col("__doc").is_not_null() & (pl.len().over("__run") > 1))
    if runs.is_empty():
        return ()
    alone: dict[str, int] = {}  # by header, the documents of several lines whose first one alone is filled
    for header in frame.columns:
        if frame[header].null_count() == 0:
            continue
        counted = runs.group_by("__run").agg(
            pl.col(header).first().is_not_null().alias("first"), pl.col(header).slice(1).is_not_null().sum().alias("n")
        )
        if counted.filter(pl.col("n") > 0).is_empty():
            alone[header] = int(counted["first"].sum())
    if max(alone.values(), default=0) == runs["__run"].n_unique():  # else a lone word may be its own line's: a refund's
        heads += list(getattr(mapping, "words", {}))
    return tuple(header for header in dict.fromkeys(filter(None, heads)) if alone.get(header, 0) >= 2)


def _filled(frame: pl.DataFrame, inherit: tuple[str, ...], document: str) -> pl.DataFrame:
    if not inherit:
        return frame
    run = pl.col(document).ne_missing(pl.col(document).shift(1)).cum_sum()
    return frame.with_columns(pl.col(list(inherit)).forward_fill().over(run))


def _with_taxes(found: Survey, lines: _Lines, mapping: Mapping) -> Survey:
    """Rows that are the tax of their document's other rows: a word of tax, and a part of them as taxes are."""
    named = filter(None, map(mapping.header, ("product_id", "product_name")))
    texts = (name for name in lines.several.columns if lines.several.schema[name] == pl.String)
    own = {lines.amount, *map(mapping.header, ("customer_id", "date", "document_id"))}
    for header in dict.fromkeys((*named, *(name for name in texts if name not in own and name[:2] != "__"))):
        told = clean_text(lines.several[header])
        words = tuple(word for word in told.drop_nulls().unique().sort().to_list() if TAX_ROW.match(word))
        if not words:
            continue
        marked = lines.several.with_columns(told.is_in(words).fill_null(value=False).alias("__head"))
        sums = _by_document(marked).filter((pl.col("heads") > 0) & (pl.col("lines") > 0) & (pl.col("rest") != 0))
        part = (pl.col("head") / pl.col("rest")).is_between(0, MOST_TAX)
        if sums.height < 2 or float(sums.select(part.mean()).item() or 0) < 0.95:
            continue
        said = N_("Rows with {words} in {header} are the tax of their documents' other rows: they are no sales.")
        note = Said(said, {"words": ", ".join(words), "header": header})
        return replace(found, taxes=(header, words), notes=(*found.notes, note))
    return found


def _with_heads(found: Survey, lines: _Lines, mapping: Mapping) -> Survey:
    """Rows that are totals of the other rows of their document."""
    doubt: tuple[Heads, float] | None = None
    for heads in _possible_heads(lines, mapping):
        marked = lines.several.with_columns(heads.expr.alias("__head"))
        sums = _by_document(marked)
        if sums.filter(pl.col("heads") == 1).height < 0.98 * sums.height or sums.height < 2:
            continue
        able = sums.filter((pl.col("heads") == 1) & (pl.col("head") != 0))
        tie = able.filter((pl.col("head") - pl.col("rest")).abs() <= NEAR).height
        if able.height >= 2 and tie >= 0.95 * able.height:
            return _heads_found(found, heads, lines)
        ratio = float(able["head"].sum()) / (float(able["rest"].sum()) or 1.0)
        if able.height >= 3 and 0.7 <= ratio <= 1.45 and heads.blank and _has_no_line(marked, heads, mapping):
            doubt = doubt or (heads, ratio)
    if doubt is None:
        return found
    if mapping.document_heads == "aside":
        return _heads_found(found, doubt[0], lines)
    return replace(found, questions=(*found.questions, _heads_question(doubt[0], lines)))


def _possible_heads(lines: _Lines, mapping: Mapping) -> Iterator[Heads]:
    """Marks that exactly one row of a document may bear."""
    line = {mapping.header(name) for name in ("product_id", "product_name", "quantity", "unit_price", "line_no")}
    frame = lines.several
    names = [n for n in frame.columns if not n.startswith("__") and n not in (ROW, lines.amount)]
    for name in sorted(names, key=lambda n: n not in line):
        blank = frame[name].null_count()
        if 0 < blank < frame.height:
            if blank <= frame.height // 2:
                yield Heads(name, blank=True)
            if frame.height - blank <= frame.height // 2:
                yield Heads(name, blank=False)
        elif blank == 0 and frame.schema[name] == pl.String:
            values = frame[name].str.strip_chars().unique()
            if 2 <= values.len() <= 12:
                yield from (Heads(name, word=value) for value in values.sort().to_list())


def _by_document(marked: pl.DataFrame) -> pl.DataFrame:
    head = pl.col("__head")
    return marked.group_by("__key").agg(
        head.sum().alias("heads"),
        pl.col("__amount").filter(head).sum().alias("head"),
        pl.col("__amount").filter(~head).sum().alias("rest"),
        (~head).sum().alias("lines"),
    )


def _has_no_line(marked: pl.DataFrame, heads: Heads, mapping: Mapping) -> bool:
    """Whether the marked rows lack what a line has: product, quantity and price."""
    headers = [mapping.header(name) for name in ("product_id", "product_name", "quantity", "unit_price")]
    there = [h for h in dict.fromkeys(headers) if h and marked.filter(~pl.col("__head"))[h].null_count() == 0]
    head = marked.filter(pl.col("__head"))
    return len(there) >= 2 and heads.column in there and all(head[h].null_count() == head.height for h in there)


def _heads_found(found: Survey, heads: Heads, lines: _Lines) -> Survey:
    every = lines.every.with_columns(heads.expr.alias("__head"))
    sums = _by_document(every)
    headless = sums.filter(pl.col("lines") == 0)["__key"].alias("key")
    off = sums.filter((pl.col("lines") > 0) & (pl.col("heads") > 0))
    off = off.filter((pl.col("head") - pl.col("rest")).abs() > NEAR)
    told: dict[str, object] = {
        "rows": heads.said(),
        "count": off.height,
        "off": f"{float((off['head'] - off['rest']).sum()):,.2f}",
    }
    said = Said(N_("{rows} are totals of documents whose lines are there too: the lines count."), told)
    if off.height:
        said = Said(N_("{rows} are totals of documents whose lines are there too: the lines count. They differ in "
                       "{count} documents, by {off} in all."), told)  # fmt: skip
    return replace(found, heads=heads, headless=headless, notes=(*found.notes, said))


def _heads_question(heads: Heads, lines: _Lines) -> Question:
    marked = lines.several.with_columns(heads.expr.alias("__head"))
    sums = _by_document(marked)
    told: dict[str, object] = {
        "rows": heads.said(),
        "head": f"{float(sums['head'].sum()):,.2f}",
        "lines": f"{float(sums['rest'].sum()):,.2f}",
    }
    ask = Said(N_("There is one of the {rows} in every document; they come to {head}, the other rows to {lines}. Are "
                  "they totals of the documents?"), told)  # fmt: skip
    choices = (
        Choice("aside", Said(N_("totals: the other rows count"))),
        Choice("lines", Said(N_("lines like the others: all count"))),
    )
    return Question("document_heads", ask, choices, "--answer", None, ())


def _with_repeats(found: Survey, lines: _Lines, mapping: Mapping) -> Survey:
    """Lines that stand once for each tax or payment."""
    used = {mapping.header(name) for name in ("amount", "quantity", "unit_price", "customer_id", "date", "document_id")}
    names = [name for name in lines.several.columns if not name.startswith("__") and name != ROW]
    repeats = tuple(name for name in names if REPEATS.search(name) and name not in used)
    if not repeats or mapping.tax == "subtract":
        return _with_lines_twice(found, lines, mapping, names)
    counters = tuple(name for name in names if COUNTERS.match(name) and name not in used)
    same = [name for name in names if name not in repeats and name not in counters]
    pairs = lines.several.with_columns(pl.struct(same).hash().alias("__same"), pl.struct(repeats).hash().alias("__tax"))
    groups = pairs.group_by("__same").agg(pl.len().alias("n"), pl.col("__tax").n_unique().alias("taxes"))
    twice = groups.filter(pl.col("taxes") > 1)
    if twice.height < 2 or int(twice["n"].sum()) < 0.02 * lines.every.height:
        return _with_lines_twice(found, lines, mapping, names)
    note = Said(REPEATED, {"columns": ", ".join(repeats)})
    return replace(found, again=repeats, counters=counters, notes=(*found.notes, note))


def _with_lines_twice(found: Survey, lines: _Lines, mapping: Mapping, names: list[str]) -> Survey:
    """Lines whose number comes back within their document, with all that a line has the same."""
    number = mapping.header("line_no") or next((name for name in names if LINE_NUMBER.match(name)), None)
    if number is None or number not in names:
        return found
    frame = lines.several.filter(pl.col(number).is_not_null())
    groups = frame.group_by("__key", number).agg(pl.len().alias("__n"), pl.exclude("__n").n_unique())
    twice = groups.filter(pl.col("__n") > 1)
    own = {mapping.header(name) for name in ("amount", "amount_with_tax", "quantity", "unit_price", "product_id")}
    differ = tuple(name for name in names if name != number and bool((twice[name] > 1).any()))
    if twice.height < 3 or not differ or own & set(differ):
        return found
    note = Said(REPEATED, {"columns": ", ".join(differ)})
    return replace(found, again=differ, notes=(*found.notes, note))


def _with_totals(found: Survey, lines: _Lines, mapping: Mapping) -> Survey:
    """The document's total on every line, or on the first alone."""
    header = lines.amount
    told: dict[str, object] = {"header": header}
    frame = lines.several
    blank = frame["__amount"].is_null()
    if bool(blank.any()) and _on_first_alone(frame):
        if lines.product is not None and _ties(frame, lines.product):
            said = N_("{header} stands on a document's first line and is its lines' quantity x price together: the "
                      "lines are worked out, and {header} is not added to them.")  # fmt: skip
            return replace(found, worked_out=True, notes=(*found.notes, Said(said, told)))
        said = N_("{header} stands on a document's first line alone: it is the document's, and counted once.")
        return replace(found, once=True, notes=(*found.notes, Said(said, told)))
    said = N_("{header} is the same on all lines of a document: it is the document's, and counted once.")
    once = replace(found, once=True, notes=(*found.notes, Said(said, told)))
    chance = _chance(lines, mapping)
    if mapping.document_total == "once" and chance < 1:
        return once
    if chance < SURE:
        return once
    if chance >= PERHAPS:
        return found
    ask = Said(N_("{header} is the same on all lines of each document. Is it the document's total?"), told)
    choices = (
        Choice("once", Said(N_("yes: it is counted once a document"))),
        Choice("each", Said(N_("no: it is each line's"))),
    )
    return replace(found, questions=(*found.questions, Question("document_total", ask, choices, "--answer", None, ())))


def _on_first_alone(frame: pl.DataFrame) -> bool:
    counted = frame.group_by("__key", maintain_order=True).agg(
        pl.col("__amount").first().is_not_null().alias("first"),
        pl.col("__amount").slice(1).is_not_null().sum().alias("n"),
    )
    return counted.height >= 2 and bool((counted["first"] & (counted["n"] == 0)).all())


def _ties(frame: pl.DataFrame, made: pl.Series) -> bool:
    sums = frame.with_columns(made.alias("__made")).group_by("__key").agg(pl.col("__made", "__amount").sum())
    return float(sums.select(((pl.col("__made") - pl.col("__amount")).abs() <= NEAR).mean()).item()) >= 0.9


def _chance(lines: _Lines, mapping: Mapping) -> float:
    """How likely it is that amounts equal on all lines of every document are so by accident; 1 where they are not so.

    Lines whose quantity times price is their amount are lines, and so are rows of several days.
    """
    frame = lines.several
    values = frame.group_by("__key").agg(pl.col("__amount").n_unique().alias("n"), pl.len().alias("rows"))
    if bool((values["n"] > 1).any()) or values.height < 3 or bool(frame["__amount"].is_null().any()):
        return 1.0
    if lines.product is not None:
        near = (lines.product - frame["__amount"]).abs() <= NEAR
        if float(near.mean() or 0) >= 0.9:  # type: ignore[arg-type]
            return 1.0
    day = mapping.header("date")
    if day is not None and bool(frame.group_by("__key").agg(pl.col(day).n_unique() > 1)[day].any()):
        return 1.0
    if not _differs(frame, mapping):
        return 1.0
    once = lines.every.unique("__key")["__amount"].value_counts()
    share = (once["count"] / once["count"].sum()) ** 2
    equal = float(share.sum())
    return float(equal ** int((values["rows"] - 1).sum()))


def _differs(frame: pl.DataFrame, mapping: Mapping) -> bool:
    """Whether the lines of documents differ in product, quantity or price, so that equal amounts are odd."""
    headers = [mapping.header(name) for name in ("product_id", "product_name", "quantity", "unit_price")]
    known = [header for header in dict.fromkeys(headers) if header]
    if not known:
        return True
    counts = frame.group_by("__key").agg(pl.col(known).n_unique())
    return bool(counts.select(pl.max_horizontal(known) > 1).to_series().mean() or 0)


def _confirmed(found: Survey, table: RawTable, mapping: Mapping, amount: str) -> Survey:
    """What the first rows said, held against the whole table, document by document."""
    parts = []
    heads = found.heads.expr if found.heads is not None else pl.lit(value=False)
    for raw in tidied(table, Tidier(table, mapping), whole=True):
        batch = _filled(raw, found.inherit, found.key[0])
        values = read_numbers(batch[amount], mapping.decimal).value.cast(pl.Float64)
        numbered = clean_text(batch[found.key[0]]).is_not_null()
        marked = batch.select(
            document_key(batch, found.key).alias("__key"), values.alias("__amount"), heads.alias("__head")
        ).filter(numbered)
        summed = _by_document(marked)
        ends = marked.group_by("__key").agg(
            pl.col("__amount").min().alias("least"), pl.col("__amount").max().alias("most")
        )
        parts.append(summed.join(ends, on="__key"))
    whole = (
        pl.concat(parts)
        .group_by("__key")
        .agg(pl.col("heads", "head", "rest", "lines").sum(), pl.col("least").min(), pl.col("most").max())
    )
    if found.heads is None:
        even = whole.filter((pl.col("most") - pl.col("least")).abs() <= NEAR).height / max(whole.height, 1)
        return found if even >= 0.98 else replace(found, once=False, notes=())
    several = whole.filter((pl.col("heads") > 0) & (pl.col("lines") > 0))
    tie = several.filter((pl.col("head") - pl.col("rest")).abs() <= NEAR).height
    if tie < 0.9 * several.height:
        return replace(found, heads=None, notes=())
    return replace(found, headless=whole.filter(pl.col("lines") == 0)["__key"].alias("key"))
