"""Causes argued in firms of benchmarks/otherwise.py, against their truth: what docs/methods/causes.md says of them.

python benchmarks/otherwise_causes.py [--seeds S] [--customers N] [--months M]

The truth of such a firm names the kinds of events that had raised a customer's chance by three tenths or more in the
week it decided, the strongest first; a base that raises nothing is unknown. Printed a firm: customers judged as lost
that truly decided to go, causes named rightly beside a logit fitted on the truth, any of the kinds named, the mean
error of shares. Nobody there writes exit notes, and the base counts for nothing in the truth however much it did.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import polars as pl

import liuke
import otherwise
from liuke.simulate.cause_figures import ceiling, put_together, share_error

CALLED = {
    "base": "unknown", "closing": "closed_or_moved", "complaint": "complaint_badly_handled",
    "complaint_bad": "complaint_badly_handled", "complaint_slow": "complaint_badly_handled",
    "discontinued": "product_discontinued", "late": "late_delivery", "nobody_serves": "salesperson_left",
    "not_visited": "service_neglect", "price": "price", "rebate_late": "promise_broken", "return": "quality",
    "rival": "competitor", "salesperson_left": "salesperson_left", "short": "short_or_out_of_stock",
    "terms": "terms_tightened",
}  # fmt: skip


def judged(seed: int, customers: int, months: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """customer_cause of who was judged as lost and truly decided to go, with `true` and `kinds`; and the evidence."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        otherwise.write(root / "export", root / "truth", seed, customers, months)
        firm = liuke.open(root / "firm")
        for file in sorted((root / "export").iterdir()):
            firm.load(file)
        run = firm.run()
        truth = pl.read_parquet(root / "truth" / "customer.parquet").drop_nulls("causes")
        who = run.table("customer_now").select("customer_code", "customer_id")
        causes, evidence = (
            run.table(name).join(who, on="customer_code") for name in ("customer_cause", "cause_evidence")
        )
    kinds = pl.col("causes").str.split("+").list.eval(pl.element().replace_strict(CALLED))
    true = truth.select("customer_id", kinds=kinds).with_columns(true=pl.col("kinds").list.first())
    return put_together(causes.filter(pl.col("judged") == "lost")).join(true, on="customer_id"), evidence


def main() -> None:
    """Print a line a firm."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--customers", type=int, default=4000)
    asked.add_argument("--months", type=int, default=36)
    given = asked.parse_args()
    print("| firm | judged | named rightly | ceiling | any of its kinds | error of shares |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for seed in range(1, given.seeds + 1):
        rows, evidence = judged(seed, given.customers, given.months)
        first = rows.filter(pl.col("place") == 1).sort("customer_id")
        right = (first["cause"] == first["true"]).mean()
        any_of = first.select(pl.col("kinds").list.contains(pl.col("cause"))).to_series().mean()
        best = ceiling(first, evidence).right.mean()
        apart = share_error(rows)
        print(f"| otherwise-{seed} | {len(first)} | {right:.3f} | {best:.3f} | {any_of:.3f} | {apart:.3f} |",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
