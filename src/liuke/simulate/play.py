"""Playing a policy: a plan goes in, the firm lives on under it, and comes out with a longer history.

Nothing is kept in between: a firm and its life in, a firm and its life out. The luck is that of the firm, so two plans
differ by what they do and nothing else; salespeople leave when they left in the life that was simulated.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from liuke.kernel.errors import NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.simulate import treatments, world
from liuke.simulate.firm import Life, SimulatedFirm, build, live, run_months
from liuke.simulate.state import BUYING, Codes, Path
from liuke.simulate.treatments import TREATMENT

QUARTER = 3
QUARTERS = 8


def begin(name: str, customers: int, months: int, seed: int) -> tuple[SimulatedFirm, Life]:
    """A firm at the end of its history, with luck drawn for eight quarters more."""
    firm = build(world.read_world(name), customers, months, seed, ahead=QUARTER * QUARTERS)
    return firm, live(firm)


def play_codes(firm: SimulatedFirm, plan: pl.DataFrame) -> Codes:
    """A plan as an array (customers, horizon) of treatment codes.

    `plan` has customer (number from 0, in the order of the codes), treatment (a name of TREATMENTS) and month (0 is
    the first month after the history). A later row for the same customer and month replaces an earlier one.
    """
    table = np.zeros((len(firm.customers), firm.horizon), dtype=np.int8)
    unknown = sorted(set(plan["treatment"].unique().to_list()) - set(TREATMENT))
    if unknown:
        raise NotFound(
            N_("There is no treatment {name}."),
            name=unknown[0],
            have=", ".join(TREATMENT),
            fix=N_("There are: {have}."),
        )
    month = firm.months + plan["month"].to_numpy().astype(np.int64)
    if len(month) and (month.min() < firm.months or month.max() >= firm.horizon):
        raise Refused(
            N_("The plan speaks of month {month}; this firm's luck is drawn for {ahead} months after its history."),
            month=int(month.max()) - firm.months,
            ahead=firm.horizon - firm.months,
        )
    treatment = plan["treatment"].replace_strict(TREATMENT, return_dtype=pl.Int8).to_numpy()
    table[plan["customer"].to_numpy().astype(np.int64), month] = treatment
    return table


def advance(
    firm: SimulatedFirm, life: Life, plan: pl.DataFrame, months: int = QUARTER
) -> tuple[SimulatedFirm, Life, pl.DataFrame]:
    """Live `months` on under a plan: the firm with its history so much longer, and what was seen in those months.

    The third result has customer, month (0 is the first after the old history), sales_yuan, margin_yuan (before the
    cost of treatments), cost_yuan, buying. The firm that comes out can be exported, asked for its truth, or played on.
    """
    until = firm.months + months
    if until > firm.horizon:
        raise Refused(
            N_("The plan speaks of month {month}; this firm's luck is drawn for {ahead} months after its history."),
            month=months,
            ahead=firm.horizon - firm.months,
        )
    done = play_codes(firm, plan)
    done[:, until:] = 0
    whole = life.plan + done
    at_end, _ = run_months(firm, life.departures, whole, start=life.at_end, until=until)
    _, ahead = run_months(firm, life.departures, whole, start=life.at_end)
    path = _joined(life.path, ahead, firm.months)
    grown = replace(firm, months=until)
    return grown, Life(path, life.departures, whole, at_end), _seen(firm, ahead, done, months)


def _joined(before: Path, after: Path, months: int) -> Path:
    parts = {
        name: np.concatenate([getattr(before, name)[:, :months], getattr(after, name)], axis=1)
        for name in ("sales", "margin", "share", "status")
    }
    return Path(0, **parts)


def _seen(firm: SimulatedFirm, path: Path, plan: Codes, months: int) -> pl.DataFrame:
    size = len(firm.customers)
    cost = [treatments.cost(firm.world, firm.customers, plan[:, firm.months + month]) for month in range(months)]
    return pl.DataFrame(
        {
            "customer": np.tile(np.arange(size), months),
            "month": np.repeat(np.arange(months), size),
            "sales_yuan": path.sales[:, :months].T.ravel(),
            "margin_yuan": path.margin[:, :months].T.ravel(),
            "cost_yuan": np.concatenate(cost),
            "buying": (path.status[:, :months] == BUYING).T.ravel(),
        }
    )
