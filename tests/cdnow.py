"""CDNOW: the sample as the literature hands it out, and firms of its full size drawn from the model fitted to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

DATA = Path(__file__).parent / "data"
PUBLISHED = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}  # Pareto/NBD; Fader, Hardie and Lee (2005)
FULL = 23_570  # customers of the full set


def purchases() -> pl.DataFrame:
    """Every purchase: customer, date, cds, cents."""
    return pl.read_parquet(DATA / "cdnow_sample.parquet")


def text_of(folder: Path, least_cents: int = 0) -> Path:
    """The sample as a file laid out like CDNOW_master.txt: columns by width, CR LF, an empty line at the end.

    The literature counts the rows of 0.00 as purchases: with `least_cents` of 1 they are worth something here too.
    """
    lines = [
        f" {who:05} {day:%Y%m%d} {cds:2} {max(cents, least_cents) / 100:7.2f}"
        for who, day, cds, cents in purchases().iter_rows()
    ]
    path = folder / "CDNOW_sample.txt"
    path.write_bytes("\r\n".join([" customer_id  date number_of_cds  dollar_value", *lines, "", ""]).encode())
    return path


def drawn(seed: int) -> pl.DataFrame:
    """Purchases of a firm of the full set's size that buys and leaves by the published parameters, a row a day."""
    chance = np.random.default_rng(seed)
    rate = chance.gamma(PUBLISHED["r"], 1.0 / PUBLISHED["alpha"] / 7.0, FULL)  # a day; the parameters count weeks
    leaves = chance.exponential(1.0 / chance.gamma(PUBLISHED["s"], 1.0 / PUBLISHED["beta"] / 7.0, FULL))
    first = chance.integers(0, 84, FULL)  # from 1997-01-01 to 1997-03-25, as CDNOW's
    last = (date(1998, 7, 1) - date(1997, 1, 1)).days
    again = chance.poisson(rate * np.minimum(leaves, last - first))
    who = np.repeat(np.arange(FULL), again)
    later = first[who] + chance.random(len(who)) * np.minimum(leaves, last - first)[who]
    bought = pl.DataFrame({"customer": np.r_[np.arange(FULL), who], "day": np.r_[first, later.astype(np.int64)]})
    return bought.unique(maintain_order=True).select(
        "customer", date=pl.lit(date(1997, 1, 1)) + pl.duration(days="day"), cents=pl.lit(2_000)
    )
