"""What our own notices announce: a change of terms, prices or products that is not called off, put off or eased."""

from __future__ import annotations

import polars as pl

from liuke.panel.heard import called_off_struck, heard, hears, lexicon

SIGN = r"(?:^|[^\d%％.\s-])\s*[-−]\s?\d+(?:[.,]\d+)?\s*[%％]"  # "rise by -30%", and no range as 5-10%
NOTHING = r"(?:^|[^\d.,])0+(?:[.,]0+)?\s*[%％]"
SOME = r"[1-9]\d*(?:[.,]\d+)?\s*[%％]|0[.,]0*[1-9]\d*\s*[%％]"
NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
UNIT = r"[^\d,，。;；]{0,12}?"
MEASURE = (
    r"\s*(?:days?|weeks?|months?|pieces?|pcs|units?|km|miles?|eur|euros?|usd|dollars?|cny|rmb|yuan|kg|tons?|[%€$¥])?\s*"
)
FROM_TO = (  # "from 60 to 30 days"; no days of a calendar, as in "from 1 March to 3 April"
    rf"(?:由|从|自)\s*{UNIT}{NUMBER}(?:[^\d,，。;；月年号:/-]{UNIT})?(?:到|至|改为|调为|变为|为){UNIT}{NUMBER}",
    rf"\bfrom\s+[€$¥]?{NUMBER}{MEASURE}(?:down |up )?to\s+[€$¥]?{NUMBER}",
)


def announces(text: pl.Expr, *ideas: str) -> pl.Expr:
    """Whether a notice says any of some ideas of something that is to be: not of what is called off or put off."""
    return pl.any_horizontal(hears(called_off_struck(text, lexicon()[idea]), lexicon()[idea]) for idea in ideas)


def raises_prices(text: pl.Expr) -> pl.Expr:
    """Whether a notice says that prices rise: by something, not by less than nothing, and not that others fall."""
    plain = text.fill_null("")
    falls = announces(text, "price_down") | plain.str.contains(SIGN) | _falls(plain)
    by_nothing = plain.str.contains(NOTHING) & ~plain.str.contains(SOME)
    return announces(text, "price_up") & ~falls & ~by_nothing


def tightens(text: pl.Expr, *ideas: str) -> pl.Expr:
    """Whether a notice speaks of any of some ideas of terms, asks more of the customer, and is in force."""
    plain = text.fill_null("")
    eased = heard(text, "eased") | pl.when(heard(text, "lower_is_eased")).then(_falls(plain)).otherwise(_rises(plain))
    return heard(text, *ideas) & ~eased & ~heard(text, "not_yet")


def _ends(plain: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The two numbers of "from 30 to 60", null where no such thing is said."""
    lower = plain.str.to_lowercase()
    first, last = (
        pl.coalesce(
            lower.str.extract(each, nth).str.replace_all(",", "").cast(pl.Float64, strict=False) for each in FROM_TO
        )
        for nth in (1, 2)
    )
    return first, last


def _falls(plain: pl.Expr) -> pl.Expr:
    first, last = _ends(plain)
    return (last < first).fill_null(value=False)


def _rises(plain: pl.Expr) -> pl.Expr:
    first, last = _ends(plain)
    return (last > first).fill_null(value=False)
