"""One customer under several codes: proposals with their evidence. A person confirms; nothing is merged by itself."""

from __future__ import annotations

import polars as pl

from liuke.kernel.i18n import N_

# words that say what kind of company it is, not which
FORMS = (
    r"(有限责任公司|股份有限公司|有限公司|股份公司|集团公司|集团|公司|工厂|总厂|分公司"
    r"|\b(co|company|ltd|limited|inc|llc|gmbh|corp|corporation|plc|group)\b)"
)
WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
EVIDENCE = {
    "tax_number": N_("same tax number {value}"),
    "name": N_("same name once company forms and brackets are taken off: {value}"),
}


def plain_name(name: pl.Expr) -> pl.Expr:
    """A name without width, case, brackets, punctuation and company forms; null when nothing is left."""
    text = name.str.replace_many(list(WIDE), list(WIDE.values())).str.to_lowercase()
    bare = text.str.replace_all(r"[(（\[【].*?[)）\]】]", "").str.replace_all(FORMS, "")
    key = bare.str.replace_all(r"[\s\p{P}\p{S}]", "")
    return pl.when(key.str.len_chars() >= 2).then(key)


def proposals(customers: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Pairs that look like one customer: customer_id, into (the smallest code of the group), evidence, value.

    `customers` has customer_id, name and tax_number. `settled` has the pairs (customer_id, into) already merged or
    split by a person; they are proposed again in neither direction. A tax number is stronger than a name and is given
    where both hold.
    """
    keyed = customers.with_columns(plain=plain_name(pl.col("name")), tax=pl.col("tax_number").str.strip_chars())
    found = []
    for evidence, key in (("tax_number", "tax"), ("name", "plain")):
        groups = keyed.filter(pl.col(key).is_not_null() & (pl.col(key) != "")).sort("customer_id")
        first = groups.group_by(key).agg(into=pl.col("customer_id").first(), size=pl.len()).filter(pl.col("size") > 1)
        found.append(
            groups.join(first, on=key)
            .filter(pl.col("customer_id") != pl.col("into"))
            .select("customer_id", "into", evidence=pl.lit(evidence), value=pl.col(key))
        )
    pairs = pl.concat(found).unique(["customer_id"], keep="first", maintain_order=True)
    turned = settled.select(customer_id="into", into="customer_id")
    both = pl.concat([settled.select("customer_id", "into"), turned])
    return pairs.join(both, on=["customer_id", "into"], how="anti").sort("into", "customer_id")
