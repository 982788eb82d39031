"""What is seen of shops, rivals and ourselves: inspections, changes of the company, rivals' prices, stock-outs."""

from __future__ import annotations

import numpy as np
import polars as pl

from liuke.simulate.chance import stream
from liuke.simulate.customers import REGIONS
from liuke.simulate.view import View, gather
from liuke.simulate.words import days, pick


def inspection(view: View) -> pl.DataFrame:
    """Mystery shopping: a site and a rival's each quarter, four items scored out of 100."""
    items = view.words.words("inspection_items")
    sides, ways = [view.words.word("ours"), view.words.word("rival")], view.words.words("ways")
    rows = []
    for month in range(1, view.firm.months, 3):
        luck = stream(view.firm.seed, "record/inspection", month)
        for place in range(0, REGIONS, 2):
            for side, whose in enumerate(sides):
                day = int(view.starts[month] + luck.integers(3, 25))
                way = ways[int(luck.integers(0, 3))]
                late = view.firm.happenings.late[view.firm.customers.region == place, month]
                level = 80 - 60 * (late.mean() if len(late) and side == 0 else 0.05)
                for weight, item in zip((20, 25, 25, 30), items, strict=True):
                    score = int(np.clip(level + 8 * luck.standard_normal(), 0, 100))
                    name = f"JC{month:03d}{place}{side}"
                    rows.append((name, item, view.sites[place], whose, way, day, score, weight))
    columns = [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.array([])] * 8
    names = ("inspection_id", "item", "site", "whose", "way")
    frame = {name: pl.Series(column.tolist(), dtype=pl.String) for name, column in zip(names, columns[:5], strict=True)}
    return pl.DataFrame(
        {
            **frame,
            "on": days(columns[5].astype(np.int64)),
            "score": pl.Series(columns[6].astype(np.int64)),
            "weight": pl.Series(columns[7].astype(np.int64)),
            "text": pl.Series([None] * len(rows), dtype=pl.String),
        }
    )


def company_change(view: View) -> pl.DataFrame:
    """Our own announced changes: prices, terms, products, channels, customers dropped."""
    words = view.words.sections["changes"]
    rows = []
    for event in view.firm.world.events:
        for month in event.months(view.firm.months):
            if event.kind not in words:
                continue
            strikes = [s for s in view.firm.happenings.strikes if s[0] == event.kind and s[1] == month]
            regions, things = strikes[0][2], strikes[0][3]
            if event.kind == "discontinued" and len(things) == 0:
                continue
            products = ", ".join(view.product_names.gather(things.astype(np.uint32)).to_list())
            places = ", ".join(view.regions[region] for region in regions)
            said = str(words[event.kind]).format(size=f"{event.size:.0%}", products=products, regions=places)
            scope = products if event.kind == "discontinued" else places or words["scopes"].get(event.scope, "")
            rows.append((int(view.starts[month]), words["kinds"][event.kind], scope, said))
    rows.sort(key=lambda row: row[0])
    return pl.DataFrame(
        {
            "change_id": pl.Series([f"BG{n:03d}" for n in range(1, len(rows) + 1)], dtype=pl.String),
            "kind": pl.Series([row[1] for row in rows], dtype=pl.String),
            "on": days(np.array([row[0] for row in rows], dtype=np.int64)),
            "scope": pl.Series([row[2] for row in rows], dtype=pl.String),
            "text": pl.Series([row[3] for row in rows], dtype=pl.String),
        }
    )


def competitor_observation(view: View) -> pl.DataFrame:
    """Rivals' prices against the list of our first month, seen in two regions a month, to a few per cent; entries."""
    rivals = view.words.words("rivals")
    rows = []
    for month in range(view.firm.months):
        luck = stream(view.firm.seed, "record/rival", month)
        for region in luck.permutation(REGIONS)[:2]:
            index = float(np.exp(view.firm.market.rival[region, month] + 0.02 * luck.standard_normal()))
            day = int(view.starts[month] + luck.integers(0, 27))
            family = int(luck.integers(0, len(view.families)))
            rows.append((int(region), day, round(index, 3), family, int(luck.integers(3, 9)), int(luck.integers(0, 3))))
    seen = len(rows)
    for kind, month, regions, _ in view.firm.happenings.strikes:
        if kind == "entry" and month < view.firm.months:  # noticed a fortnight after it began
            rows += [(int(region), int(view.starts[month]) + 14, 0.97, 0, 3, int(region) % 3) for region in regions]
    table = np.array(rows).reshape(-1, 6)
    code = table[:, [0, 1, 3, 4, 5]].astype(np.int64)
    return pl.DataFrame(
        {
            "observation_id": pl.Series([f"GC{n:05d}" for n in range(1, len(rows) + 1)], dtype=pl.String),
            "on": days(code[:, 1]),
            "region": pick(view.regions, code[:, 0]),
            "competitor": pick(rivals, code[:, 4]),
            "family": pick(view.families, code[:, 2]),
            "price_index": pl.Series(table[:, 2]),
            "delivery_days": pl.Series(code[:, 3]),
            "text": pick([view.words.word("entry")], np.where(np.arange(len(rows)) >= seen, 0, -1)),
        }
    ).sort("on", "observation_id")


def stock_out(view: View) -> pl.DataFrame:
    """Products out of stock in the months a warehouse delivered badly."""
    rows = []
    for month in range(view.firm.months):
        luck = stream(view.firm.seed, "record/stock", month)
        for region in range(0, REGIONS, 2):
            late = view.firm.happenings.late[view.firm.customers.region == region, month]
            if len(late) and late.mean() > 0.12:
                product = int(luck.integers(0, len(view.firm.catalogue)))
                start = int(view.starts[month] + luck.integers(0, 15))
                rows.append((product, start, start + int(luck.integers(3, 20)), region))
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return pl.DataFrame(
        {
            "product_id": gather(view.product_ids, table[:, 0]),
            "from_on": days(table[:, 1]),
            "to_on": days(table[:, 2], table[:, 2] <= view.end),
            "site": pick(view.sites, table[:, 3]),
        }
    )
