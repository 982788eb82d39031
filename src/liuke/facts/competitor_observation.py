"""One thing seen of a rival."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.kernel.contract import Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="competitor_observation",
    meaning=N_("one thing seen of a rival"),
    grain=("observation_id",),
    called=listed("竞品, 竞争对手, 竞对, competitors, rivals, wettbewerb"),
    made={
        "observation_id": Made(
            "digest",
            (
                "on",
                "region",
                "competitor",
                "family",
                "text",
            ),
        )
    },
    columns={
        "observation_id": Column(
            "text", N_("number of the observation"), required=True, names=listed("观察编号, 竞品编号, observation_id")
        ),
        "on": Column(
            "date",
            N_("day it was seen"),
            required=True,
            names=listed("观察日期, 采集日期, on, observed on, observation date"),
        ),
        "region": Column("text", N_("region"), names=listed("地区, 区域, 省份, region")),
        "competitor": Column("text", N_("rival"), names=listed("竞争对手, 对手, 竞品, competitor, rival")),
        "family": Column("text", N_("product family"), names=listed("产品大类, 产品类别, family")),
        "price_index": Column(
            "number",
            N_("rival's price against our first list, 1 is equal"),
            names=listed("对手价格指数, 竞品价格指数, price_index"),
        ),
        "delivery_days": Column(
            "number", N_("days the rival needs to deliver"), names=listed("对手交货天数, delivery_days")
        ),
        "text": Column("text", N_("notes"), names=listed("观察说明, 说明, text, notes")),
    },
)
