"""Cases worth confirming: what was judged of each customer before anybody checked it, and whom to ask next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.audited import what_stands
from liuke.causes.draw import draw_of, entropy
from liuke.causes.labels import CHANNELS
from liuke.causes.taxonomy import UNKNOWN
from liuke.run.cause_contract import CAUSE_DRAW
from liuke.run.cause_tables import kept_shares
from liuke.run.cause_totals import year_from
from liuke.run.value_columns import as_money
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import date

    from liuke.causes.audited import WhatStands
    from liuke.causes.combine import CauseModel, Labels
    from liuke.panel.panel import Bool, Float, Int
    from liuke.run.known import Known


def found_of(known: Known) -> Mapping[int, WhatStands]:
    """What stands of the verdicts of people, by the code of the customer of today."""
    if not known.audits:
        return {}
    owners = owners_of(known.customers).with_columns(known.customers["customer_id"])
    who: dict[str, Hashable] = dict(owners.select("customer_id", "owner_code").iter_rows())
    return {int(str(code)): stands for code, stands in what_stands(known.audits, who).items()}


def before_checked(
    model: CauseModel, codes: Int, hazard: Float, labels: Labels, lost: Bool, usual: Int, on: Int
) -> pl.DataFrame:
    """What was judged of each customer without anybody's check of it: the likeliest cause, how sure, what it is worth.

    What all checks together taught is in it; the customer's own is not.
    """
    found = kept_shares(model.posterior(hazard, labels.stated))
    ids, first = (*model.causes, UNKNOWN), found.argmax(axis=1)
    return pl.DataFrame({
        "customer_code": pl.Series(codes, dtype=pl.Int32),
        "lost": lost,
        "audited": labels.audited >= 0 if len(labels.audited) else np.zeros(len(codes), bool),
        "cause": pl.Series([ids[each] for each in first], dtype=pl.String),
        "probability": found[np.arange(len(first)), first] if len(first) else np.empty(0),
        "uncertain": entropy(found),
        "on": pl.Series(on.astype(np.int32)).cast(pl.Date),
        **{channel: _named(ids, labels.stated.get(channel), len(codes)) for channel in CHANNELS},
    }).with_columns(money=as_money(usual))  # fmt: skip


def _named(ids: Sequence[str], stated: Int | None, rows: int) -> pl.Series:
    """What a channel said, null where it said nothing."""
    said = [-1] * rows if stated is None else stated.tolist()
    return pl.Series([ids[each] if each >= 0 else None for each in said], dtype=pl.String)


def worth_confirming(
    unseen: pl.DataFrame, who: pl.DataFrame, audits: Mapping[int, WhatStands], as_of: date
) -> pl.DataFrame:
    """`cause_draw`: among those lost in the last 12 months, by what was judged without anybody's check of them."""
    lately = unseen.filter(pl.col("lost"), pl.col("on") >= year_from(as_of))
    checked = [code for code, stands in audits.items() if stands.says or stands.unclear]
    named = lately.join(who.select("customer_code", "customer_id"), on="customer_code", how="left").with_columns(
        audited=pl.col("audited") | pl.col("customer_code").is_in(checked)
    )
    worth = named.with_columns(pl.col("money").cast(pl.Float64))
    found = draw_of(worth).join(named.drop("audited", "lost", "customer_id"), on="customer_code", how="left",
                                maintain_order="left")  # fmt: skip
    return found.select(list(CAUSE_DRAW.columns))
