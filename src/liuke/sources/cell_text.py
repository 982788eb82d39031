"""Text cells: blanks at the ends, full-width characters, what Excel does to codes, words that mean a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.sources import currency

if TYPE_CHECKING:
    import collections.abc
    from collections.abc import Callable

WIDE = [chr(c) for c in range(0xFF01, 0xFF5F)] + ["\u3000", "\u00a0"]
NARROW = [chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)] + [" ", " "]
BLANKS = (
    "",
    "null",
    "NULL",
    "Null",
    "#N/A",
    "#NULL!",
    "#REF!",
    "#VALUE!",
    "nan",
    "NaN",
    "<NA>",
    "None",
    "\\N",
    "-",
    "—",
    "/",
)
SHORTENED = r"^\d(\.\d+)?[eE]\+\d{2}$"
ENDS = " \t\r\n\u3000\u00a0\ufeff\u200b'"

KIND_WORDS = {
    "return": [
        "退",
        "红字",
        "红冲",
        "冲红",
        "冲销",
        "红票",
        "贷项",
        "负数发票",
        "credit",
        "return",
        "refund",
        "reversal",
        "storno",
        "gutschrift",
    ],
    "delivery": ["出库", "发货", "送货", "交货", "配送", "deliver", "dispatch", "shipment", "shipping", "lieferschein"],
    "order": ["订单", "订货", "合同", "销售单", "order", "auftrag", "bestellung"],
    "invoice": [
        "发票",
        "蓝字",
        "蓝票",
        "开票",
        "专票",
        "普票",
        "应收",
        "零售",
        "invoice",
        "sales",
        "sale",
        "billing",
        "rechnung",
    ],
}
KIND_WHOLE = {"红": "return", "蓝": "invoice", "销售": "invoice", "正常": "invoice"}
CANCELLED_WORDS = ("作废", "取消", "撤销", "void", "cancel", "storniert")
NOT_CANCELLED_WORDS = ("未作废", "未取消", "非作废", "not void", "not cancel")
YES = ("是", "y", "yes", "true", "1", "√", "t", "ja", "x")
NO = ("否", "n", "no", "false", "0", "", "f", "nein", "×")


def by_unique(series: pl.Series, parse: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`parse` of each value, worked out once for each distinct one where values repeat."""
    distinct = series.unique()
    if distinct.len() * 3 > series.len():
        return parse(series)
    parsed = parse(distinct)
    table = pl.DataFrame({"value": distinct, "parsed": parsed})
    joined = series.to_frame("value").join(table, on="value", how="left", nulls_equal=True, maintain_order="left")
    return joined["parsed"]


def as_text(series: pl.Series) -> pl.Series:
    """Any column as text; whole floats without their `.0`, NaN as null."""
    dtype = series.dtype
    if dtype == pl.String:
        return series
    if dtype.is_float():
        whole = series.is_finite() & (series == series.round(0)) & (series.abs() < 1e15)
        numbers = series.to_frame("v").select(
            pl.when(pl.lit(whole)).then(pl.col("v").cast(pl.Int64, strict=False).cast(pl.String))
            .when(pl.col("v").is_not_nan()).then(pl.col("v").cast(pl.String))
        )  # fmt: skip
        return numbers.to_series().alias(series.name)
    if dtype == pl.Decimal:
        return series.cast(pl.String).str.replace(r"\.0+$", "")
    return series.cast(pl.String)


def half_width(series: pl.Series) -> pl.Series:
    """Full-width letters, digits, punctuation and blanks as their plain forms."""
    if bool((series.str.len_bytes() != series.str.len_chars()).any()):
        return series.str.replace_many(WIDE, NARROW)
    return series


def clean_text(series: pl.Series) -> pl.Series:
    """Trimmed text, null where a cell is blank or says that it is."""
    text = half_width(as_text(series)).str.strip_chars(ENDS)
    blank = text.is_in(BLANKS)
    return (
        text
        if not bool(blank.any())
        else text.to_frame("v").select(pl.when(~pl.lit(blank)).then(pl.col("v"))).to_series().alias(series.name)
    )


def clean_code(series: pl.Series) -> pl.Series:
    """Trimmed code: leading zeros stay, the `.0` a spreadsheet adds to a number goes."""
    text = clean_text(series)
    if bool(text.str.ends_with(".0").any()):
        return text.str.replace(r"^(\d+)\.0$", "$1")
    return text


def shortened(series: pl.Series) -> pl.Series:
    """True where a spreadsheet has shortened a long code to `1.38E+10`, so that its digits are lost."""
    return series.str.contains(SHORTENED).fill_null(value=False)


def kind_of(value: str) -> str | None:
    """The kind of document a cell's word means, None when it means none of them."""
    word = value.strip().lower()
    if word in KIND_WHOLE:
        return KIND_WHOLE[word]
    return next((kind for kind, words in KIND_WORDS.items() if any(w in word for w in words)), None)


def kinds(series: pl.Series, given: dict[str, str]) -> pl.Series:
    """Document kinds of a column of words; null where a word is not known."""
    text = clean_text(series)
    words = {word: given.get(word) or kind_of(word) for word in text.drop_nulls().unique().to_list()}
    return text.replace_strict(words, default=None, return_dtype=pl.String) if words else text


def cancelled(series: pl.Series, values: tuple[str, ...]) -> pl.Series:
    """True where a cell says cancelled, by word or by being one of `values` (compared without case)."""
    text = clean_text(series).str.to_lowercase()
    said = text.str.contains_any(list(CANCELLED_WORDS)) & ~text.str.contains_any(list(NOT_CANCELLED_WORDS))
    return (said | text.is_in([v.lower() for v in values])).fill_null(value=False)


def flags(series: pl.Series) -> pl.Series:
    """Yes and no as booleans; null where a cell says neither."""
    if series.dtype == pl.Boolean:
        return series
    text = clean_text(series).str.to_lowercase()
    answers: dict[str, bool] = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return text.replace_strict(answers, default=None, return_dtype=pl.Boolean)


def worded(series: pl.Series, words: collections.abc.Mapping[str, str]) -> pl.Series:
    """Cells whose whole text, without case, is one of `words` as what it stands for; other cells as they are."""
    text = clean_text(series)
    found = {value: words.get(value.casefold(), value) for value in text.drop_nulls().unique().to_list()}
    if all(value == meant for value, meant in found.items()):
        return series
    return text.replace_strict(found, default=None, return_dtype=pl.String)


def currency_codes(series: pl.Series) -> pl.Series:
    """Three-letter codes of a column of currency names; an unknown one stays, one that several share is null."""
    text = clean_text(series)
    known = currency.money_words()
    words = {w: known.get(w.lower(), w.upper()) or None for w in text.drop_nulls().unique().to_list()}
    return text.replace_strict(words, default=None, return_dtype=pl.String) if words else text


def rounded(codes: pl.Series, witness: pl.Series | None) -> pl.Series:
    """True where a code of more than fifteen digits has lost some: a spreadsheet holds no more of a number.

    One code tells little: its last digits could well be noughts. It is taken for rounded where all long codes of the
    column are whole binary numbers, or end in noughts from the sixteenth digit on, and either there are several of
    eighteen digits or one stands beside several names.
    """
    long = codes.str.contains(r"^[1-9]\d{15,}$").fill_null(value=False)
    if not bool(long.any()):
        return long
    distinct = codes.filter(long).unique().to_list()
    if not all(_could_be_rounded(code) for code in distinct):
        return long & False
    sure = sum(len(code) >= 18 for code in distinct) >= 2
    several = False
    if witness is not None:
        beside = pl.DataFrame({"c": codes, "w": witness}).filter(long).drop_nulls()
        several = bool((beside.group_by("c").agg(pl.col("w").n_unique())["w"] > 1).any())
    return long if several or sure else long & False


def _could_be_rounded(code: str) -> bool:
    return int(code[15:]) == 0 or (len(code) >= 17 and int(float(code)) == int(code))
