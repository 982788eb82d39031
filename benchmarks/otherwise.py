"""Firms that work otherwise than those of `liuke simulate`, with their truth: what is learnt there is tested here.

python benchmarks/otherwise.py DIR [--seed S] [--customers N] [--months M] [--mode typical|null|"orders only"]

Customers have clocks of their own (renewals by gaps, weekdays, days of the month, seasons, families refilled apart) and
leave by hazard: a base, and what befalls them times a relative risk, delay and memory that each firm draws anew; some
kinds do nothing in a firm. They go at once, after some more orders, slower first, or only shrink. DIR/export is what
`liuke load` reads; DIR/truth lies apart: customer.parquet (customer_id, joined_on, decided_on, left_on, last_order_on,
style, causes), order_after.parquet (lines of the year after), hazard.parquet (each customer's true chance of deciding
within the 90 days after each month's last day, as things then befell) and firm.json (the firm's mechanisms).

`null`: nobody leaves or shrinks for any reason. `orders only`: the same firm as typical, but no table besides orders.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

import otherwise_tables as tables
from otherwise_events import befall
from otherwise_life import STYLES, WARM, WEEK, buying, going, gone, make_firm

if TYPE_CHECKING:
    from otherwise_life import Firm, Going
    from otherwise_tables import Calendar, Lines

MODES = ("typical", "null", "orders only")
LINES = ("order", "delivery", "invoice", "return")


def write(
    folder: Path, truth_folder: Path, seed: int, customers: int = 1500, months: int = 36, mode: str = "typical"
) -> None:
    """Write one firm's files and, apart, its truth; the same arguments give the same firm."""
    first = np.datetime64(f"{2019 + seed % 5}-{1 + seed * 5 % 12:02d}-01", "D") - WARM
    last = ((first + WARM).astype("datetime64[M]") + months).astype("datetime64[D]")  # the day after the export's last
    firm = make_firm(seed, customers, int((last - first).astype(int)), mode)
    calendar = tables.Calendar(first, firm)
    buys = buying(firm)
    all_of = befall(firm, buys)
    go = going(firm)
    real, happens, spent = gone(firm, buys, go)
    held = tables.lines(firm, buys, all_of, real, happens, spent)
    frames = tables.documents(firm, held, all_of, go, calendar)
    here = np.unique(held.customer[held.day < firm.end])
    if mode != "orders only":
        placed = np.bincount(buys.order, happens, len(real)) > 0
        frames |= tables.registers(firm, all_of, go, here, calendar)
        frames["complaint"] = tables.complaint(firm, buys, all_of, real, placed, calendar)
        frames |= tables.told(firm, all_of, go, calendar)
    folder.mkdir(parents=True, exist_ok=True)
    truth_folder.mkdir(parents=True, exist_ok=True)
    mine = tables.codes("C", here).to_list()
    for name, frame in frames.items():
        known = frame.filter(pl.col("customer_id").is_in(mine)) if "customer_id" in frame.columns else frame
        if name in LINES:
            known.write_parquet(folder / f"{name}.parquet")
        elif len(known):
            known.write_csv(folder / f"{name}.csv")
    _truth(truth_folder, firm, go, held, here, calendar)
    told = {"seed": seed, "customers": customers, "months": months, "mode": mode, "last_day": str(last - 1)}
    told |= {"dials": firm.dial, "kinds": {name: asdict(kind) for name, kind in firm.kinds.items()}}
    (truth_folder / "firm.json").write_text(json.dumps(told, indent=1, default=float), "utf-8")


def _truth(folder: Path, firm: Firm, go: Going, held: Lines, here: np.ndarray, calendar: Calendar) -> None:
    last = np.full(firm.size, -1)
    np.maximum.at(last, held.customer, held.day)

    def day(of: np.ndarray) -> pl.Series:
        return calendar.days(np.where(of[here] >= firm.days, tables.NEVER, of[here]), False)

    decides = go.decided < firm.days
    pl.DataFrame({
        "customer_id": tables.codes("C", here), "joined_on": day(firm.joined), "decided_on": day(go.decided),
        "left_on": day(go.left), "last_order_on": day(last),
        "style": pl.Series([STYLES[go.style[k]] if decides[k] else None for k in here], dtype=pl.String),
        "causes": pl.Series([go.causes[k] or None for k in here], dtype=pl.String),
        "changes_frequency_on": day(firm.changed_on),
    }).write_parquet(folder / "customer.parquet")  # fmt: skip
    after = tables.after(firm, held, calendar)
    after.filter(pl.col("customer_id").is_in(tables.codes("C", here).to_list())).write_parquet(
        folder / "order_after.parquet"
    )
    stay = np.concatenate([np.zeros((firm.size, 1)), np.cumsum(np.log1p(-go.hazard), 1)], 1)
    parts = []
    for end in _month_ends(calendar, firm):
        week = (end + 1) // WEEK
        chance = 1 - np.exp(stay[:, min(week + 13, firm.weeks)] - stay[:, week])
        alive = here[(go.left[here] > end) & (firm.joined[here] <= end)]
        parts.append(pl.DataFrame({
            "customer_id": tables.codes("C", alive), "on": calendar.days(np.full(len(alive), end)),
            "chance": pl.Series(chance[alive]),
        }))  # fmt: skip
    pl.concat(parts).write_parquet(folder / "hazard.parquet")


def _month_ends(calendar: Calendar, firm: Firm) -> list[int]:
    """The last days of the export's months, as days of the firm."""
    months = np.arange(
        (calendar.first + WARM).astype("datetime64[M]") + 1, (calendar.first + firm.end).astype("datetime64[M]") + 1
    )
    return [int((month.astype("datetime64[D]") - 1 - calendar.first).astype(int)) for month in months]


def main() -> None:
    """Write one firm into DIR/export and DIR/truth."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--customers", type=int, default=1500)
    asked.add_argument("--months", type=int, default=36)
    asked.add_argument("--mode", choices=MODES, default="typical")
    given = asked.parse_args()
    write(given.folder / "export", given.folder / "truth", given.seed, given.customers, given.months, given.mode)


if __name__ == "__main__":
    main()
