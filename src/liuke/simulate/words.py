"""What the files call things, in the language of the firm: headers, values, texts, from `wording/*.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from liuke.simulate.chance import Ints


@dataclass(frozen=True)
class Wording:
    """The words of one language by section."""

    lang: str
    sections: dict[str, dict[str, Any]]

    def word(self, name: str) -> str:
        """One value's word."""
        return str(self.sections["values"][name])

    def words(self, name: str, section: str = "values") -> list[str]:
        """A list of words, in the order of their codes."""
        return list(self.sections[section][name])

    def header(self, table: str, column: str, kind: str | None = None) -> str:
        """What a column is called in a file; the canonical name where the language has no other."""
        headers = self.sections["headers"]
        return str(headers.get(kind or table, {}).get(column) or headers.get(table, {}).get(column) or column)

    def rename(self, table: str, frame: pl.DataFrame, kind: str | None = None) -> pl.DataFrame:
        """The frame under the headers of its file."""
        return frame.rename({column: self.header(table, column, kind) for column in frame.columns})


@cache
def wording(lang: str) -> Wording:
    """The words of `zh` or `en`."""
    text = resources.files("liuke.simulate").joinpath("wording", f"{lang}.toml").read_text("utf-8")
    return Wording(lang, tomllib.loads(text))


def pick(words: list[str], codes: Ints) -> pl.Series:
    """The word of each code; null below 0."""
    import numpy as np

    found = pl.Series(words, dtype=pl.String).gather(np.maximum(codes, 0).astype(np.uint32))
    return found.to_frame("w").select(pl.when(pl.Series(codes >= 0)).then(pl.col("w"))).to_series()


def days(numbers: Ints, known: Any = None) -> pl.Series:
    """Day numbers as dates; null where `known` is False."""
    import numpy as np

    series = pl.Series(np.asarray(numbers, dtype=np.int32)).cast(pl.Date)
    if known is None:
        return series
    return series.to_frame("d").select(pl.when(pl.Series(np.asarray(known))).then(pl.col("d"))).to_series()


def money_word(cents: Ints) -> pl.Series:
    """Whole cents as decimal(18,2), exactly."""
    import numpy as np
    import pyarrow as pa

    wide = np.empty((len(cents), 2), dtype=np.int64)  # 128-bit little endian: low word, then the sign
    wide[:, 0] = cents
    wide[:, 1] = wide[:, 0] >> 63
    array = pa.Decimal128Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(wide)])
    return pl.Series(pl.from_arrow(array))
