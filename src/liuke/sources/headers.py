"""How well a header names a canonical column: exact names first, then names found inside longer headers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from liuke.sources.scripts import simplified

UNITS = frozenset(
    (
        *(
            "元",
            "万元",
            "千元",
            "百元",
            "单位元",
            "单位万元",
            "人民币",
            "人民币元",
            "本位币",
            "¥",
            "￥",
            "$",
            "€",
            "£",
            "%",
        ),
        *("rmb", "cny", "usd", "eur", "个", "件", "台", "套", "箱", "盒", "瓶", "支", "桶", "公斤", "吨", "升", "米"),
        *(
            "cent",
            "cents",
            "pence",
            "centimes",
            "分",
            "thousand",
            "thousands",
            "in thousands",
            "k",
            "t€",
            "k€",
            "k$",
            "千",
        ),
        *("亿元", "kg", "t", "l", "m", "pcs", "天", "日", "小时"),
    )
)
BRACKETED = re.compile(r"[(\[{【〔]([^)\]}】〕]*)[)\]}】〕]")
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-ÿ]+|\d+|[^\W\d_a-zA-Zà-ÿ]+")
NEGATIONS = "不未无非去"
NOT_THE_AMOUNT = (
    *(
        "成本",
        "折扣",
        "优惠",
        "运费",
        "税",
        "余额",
        "已收",
        "未收",
        "已付",
        "未付",
        "欠",
        "预收",
        "预付",
        "佣金",
        "返利",
    ),
    *(
        "毛利",
        "单价",
        "累计",
        "邮费",
        "退款",
        "积分",
        "cost",
        "freight",
        "discount",
        "tax",
        "shipping",
        "balance",
        "paid",
        "due",
        "points",
        "count",
        "tva",
        "mwst",
        "ttc",
        "gst",
        "refund",
        *(
            "running",
            "cumulative",
            "cumulated",
            "cumul",
            "kumuliert",
            "laufend",
            "acumulad",
            "progressivo",
            "todate",
            "ytd",
        ),
    ),
)


FIGURES = frozenset(  # words of a header whose numbers are no money of a line, whatever else it says
    (
        *("unit", "units", "unitario", "unitaire", "unitário", "each", "qty", "quantity", "quantité", "cantidad"),
        *("menge", "anzahl", "stück", "pieces", "weight", "gewicht", "poids", "peso", "profit", "margin", "marge"),
        *("margen", "rohertrag", "id", "code", "rep", "office", "group", "org", "organization", "year", "month"),
        *("number", "orders", "rate", "percent", "pct", "hours", "days"),
    )
)
FIGURE_PARTS = ("数量", "重量", "体积", "件数", "毛利", "成本", "率", "天数", "次数", "个数", "年", "月份")


@cache
def plain(header: str) -> str:
    """A header without case, width, script, punctuation, blanks and units in brackets."""
    text = simplified(unicodedata.normalize("NFKC", header).strip())
    text = BRACKETED.sub(lambda m: "" if m.group(1).strip().lower() in UNITS else m.group(1), text)
    text = re.sub(r"[/_](元|万元|千元)$", "", text)
    return re.sub(r"[\W_]+", "", text.casefold())


@cache
def tokens(header: str) -> tuple[str, ...]:
    """The words of a header written in Latin letters: `CustomerID`, `customer_id` and `Customer Id` are the same."""
    text = unicodedata.normalize("NFKC", header)
    return tuple(word.casefold() for word in WORDS.findall(text))


def unit_of(header: str) -> str | None:
    """The unit a header states in brackets or after a slash."""
    text = simplified(unicodedata.normalize("NFKC", header))
    found = [m.group(1).strip() for m in BRACKETED.finditer(text)] + re.findall(r"[/_](元|万元|千元)$", text)
    return next((unit for unit in found if unit.lower() in UNITS), None)


@cache
def name_score(header: str, names: tuple[str, ...]) -> float:
    """1 for an exact name (a little less the later it stands in the list), 0.5 to 0.95 for one inside, else 0."""
    wanted = plain(header)
    if not wanted:
        return 0.0
    best = 0.0
    for position, name in enumerate(names):
        known = plain(name)
        if known == wanted:
            return 1.0 - 0.0001 * position
        if known not in wanted:
            continue
        best = max(best, _inside(header, wanted, name, known))
    return best


def _inside(header: str, wanted: str, name: str, known: str) -> float:
    if known.isascii():
        if len(known) < 4:
            return 0.0
        have, need = tokens(header), tokens(name)
        if not any(have[k : k + len(need)] == need for k in range(len(have) - len(need) + 1)):
            return 0.0
        return 0.5 + 0.4 * len(need) / len(have)
    at = wanted.find(known)
    if len(known) < 2 or at < 0 or (at > 0 and wanted[at - 1] in NEGATIONS):
        return 0.0
    return 0.5 + 0.4 * len(known) / len(wanted) + (0.05 if wanted.endswith(known) else 0.0)


def names_another_amount(header: str) -> bool:
    """Whether a header speaks of money that is not the line's sale: cost, freight, balance."""
    wanted = plain(header)
    for word in NOT_THE_AMOUNT:
        at = wanted.find(word)
        if at >= 0 and not (word == "税" and (wanted[max(0, at - 2) : at] in ("不含",) or wanted[at - 1] in NEGATIONS)):
            return True
    return False


@cache
def names_another_figure(header: str) -> bool:
    """Whether a header speaks of numbers that are no money of a line: pieces, weight, margin, a code."""
    wanted = plain(header)
    return bool(FIGURES & set(tokens(header))) or any(part in wanted for part in FIGURE_PARTS)
