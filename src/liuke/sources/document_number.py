"""A document's number under a name that says little, `No.`, `Ref`, `编号`: taken where its values are such numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import clean_text
from liuke.sources.headers import plain
from liuke.sources.mapping import Match

if TYPE_CHECKING:
    from liuke.sources.profile import Profile

NAMES = frozenset(
    plain(name)
    for name in (
        *("no", "nr", "num", "number", "ref", "reference", "ref no", "reference no", "nr doc", "doc nr", "ticket"),
        *("ticket no", "ticket number", "job no", "job number", "transaction", "sale", "numero", "número", "n°", "nº"),
        *("n.º", "núm", "serie/número", "serie número", "referencia", "riferimento", "rif", "referência", "referenz"),
        *(
            "referentie",
            "vorgang",
            "vorgangsnr",
            "nummer",
            "编号",
            "号码",
            "单据",
            "记录编号",
            "票据",
            "番号",
            "伝票番号",
        ),
    )
)
SURE = 0.99  # share of the numbers that have one customer and one day


def weakly_named(columns: dict[str, Match], looks: dict[str, Profile], sample: pl.DataFrame) -> None:
    """Take such a column where each number has one customer and one day, and the rows are not merely counted."""
    customer, day = columns.get("customer_id"), columns.get("date")
    if "document_id" in columns or customer is None or day is None:
        return
    used = {match.header for match in columns.values()}
    named = [header for header in looks if header not in used and plain(header) in NAMES]
    for header in named:
        if _numbers_documents(sample, looks[header], header, customer.header, day.header):
            columns["document_id"] = Match(header, Said(N_("each has one customer and one day, as a document has")))
            return


def _numbers_documents(sample: pl.DataFrame, look: Profile, header: str, customer: str, day: str) -> bool:
    number = clean_text(sample[header])
    if look.filled < 0.98 * sample.height or look.fractions > 0 or look.dates > 0 or look.distinct < look.filled / 5:
        return False
    count = look.values.cast(pl.Float64)
    if sample.height > 2 and not count.null_count() and bool((count.diff().drop_nulls() == 1).all()) and count[0] == 1:
        return False
    rows = pl.DataFrame({"number": number, "who": clean_text(sample[customer]), "day": clean_text(sample[day])})
    each = rows.drop_nulls().group_by("number").agg(pl.col("who").n_unique(), pl.col("day").n_unique())
    return each.height > 1 and float(each.select(((pl.col("who") == 1) & (pl.col("day") == 1)).mean()).item()) >= SURE
