"""Causes argued in firms of benchmarks/otherwise.py, against their truth: what docs/methods/causes.md says of them.

python benchmarks/otherwise_causes.py [--seeds S] [--customers N] [--months M]

The truth of such a firm names the kinds of events that had raised a customer's chance by three tenths or more in the
week it decided, the strongest first; a base that raises nothing is unknown. Printed a firm, as it is and once the cases
its run draws were checked by the truth ("nobody can say" where it is unknown): customers judged as lost that truly
decided to go, those checked aside, causes named rightly beside a logit fitted on the truth, any of the kinds named, the
mean error of shares, and of the probability. Nobody there writes exit notes, and the base counts for nothing in the
truth however much it did.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

import liuke
import otherwise
from liuke.causes.audited import IS, OTHER, UNCLEAR, Verdict
from liuke.causes.taxonomy import UNKNOWN
from liuke.run.cause_audits import write_audits
from liuke.simulate.cause_figures import ceiling, gap_of_chances, put_together, share_error

if TYPE_CHECKING:
    from liuke.app.run_view import RunView
    from liuke.store.workspace import Workspace

CALLED = {
    "base": "unknown", "closing": "closed_or_moved", "complaint": "complaint_badly_handled",
    "complaint_bad": "complaint_badly_handled", "complaint_slow": "complaint_badly_handled",
    "discontinued": "product_discontinued", "late": "late_delivery", "nobody_serves": "salesperson_left",
    "not_visited": "service_neglect", "price": "price", "rebate_late": "promise_broken", "return": "quality",
    "rival": "competitor", "salesperson_left": "salesperson_left", "short": "short_or_out_of_stock",
    "terms": "terms_tightened",
}  # fmt: skip


@dataclass(frozen=True)
class JudgedLost:
    """Who was judged as lost and truly decided to go: customer_cause with `true` and `kinds`; and the evidence."""

    rows: pl.DataFrame
    evidence: pl.DataFrame


def judged(seed: int, customers: int, months: int) -> tuple[JudgedLost, JudgedLost]:
    """What a firm's run says as it is, and once the cases it draws were checked; these are not among the latter."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        otherwise.write(root / "export", root / "truth", seed, customers, months)
        firm = liuke.open(root / "firm")
        for file in sorted((root / "export").iterdir()):
            firm.load(file)
        truth = pl.read_parquet(root / "truth" / "customer.parquet").drop_nulls("causes")
        kinds = pl.col("causes").str.split("+").list.eval(pl.element().replace_strict(CALLED))
        true = truth.select("customer_id", kinds=kinds).with_columns(true=pl.col("kinds").list.first())
        run = firm.run()
        before = _judged(run, true)
        checked = _check(firm.workspace, run, true)
        after = _judged(firm.run(), true)
    unseen = after.rows.filter(~pl.col("customer_id").is_in(checked))
    return before, JudgedLost(unseen, after.evidence)


def _judged(run: RunView, true: pl.DataFrame) -> JudgedLost:
    who = run.table("customer_now").select("customer_code", "customer_id")
    causes, evidence = (run.table(name).join(who, on="customer_code") for name in ("customer_cause", "cause_evidence"))
    return JudgedLost(put_together(causes.filter(pl.col("judged") == "lost")).join(true, on="customer_id"), evidence)


def _check(workspace: Workspace, run: RunView, true: pl.DataFrame) -> list[str]:
    """Write down of every case the run draws what it truly was, where it decided to go; whom that was of."""
    who = run.table("customer_now").select("customer_code", "customer_id")
    drawn = run.table("cause_draw").join(who, on="customer_code").join(true, on="customer_id").sort("customer_id")
    on = date.fromisoformat(run.info["as_of"])
    write_audits(workspace, [
        Verdict(nth, customer, UNCLEAR, None, None, on, said) if found == UNKNOWN else
        Verdict(nth, customer, IS if found == said else OTHER, found, None, on, said)
        for nth, (customer, said, found) in enumerate(drawn.select("customer_id", "cause", "true").iter_rows(), 1)
    ])  # fmt: skip
    return drawn["customer_id"].to_list()


def main() -> None:
    """Print a line a firm."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--customers", type=int, default=4000)
    asked.add_argument("--months", type=int, default=36)
    given = asked.parse_args()
    print("| firm | cases checked | judged | named rightly | ceiling | any of its kinds | error of shares |"
          " error of the probability |")  # fmt: skip
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for seed in range(1, given.seeds + 1):
        for told, found in zip(("none", "those drawn"), judged(seed, given.customers, given.months), strict=True):
            first = found.rows.filter(pl.col("place") == 1).sort("customer_id")
            right = (first["cause"] == first["true"]).to_numpy()
            any_of = first.select(pl.col("kinds").list.contains(pl.col("cause"))).to_series().mean()
            best = ceiling(first, found.evidence).right.mean()
            apart = share_error(found.rows)
            gap = gap_of_chances(first["probability"].to_numpy(), right)
            print(f"| otherwise-{seed} | {told} | {len(first)} | {right.mean():.3f} | {best:.3f} | {any_of:.3f} |"
                  f" {apart:.3f} | {gap:.3f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
