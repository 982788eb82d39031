"""Which of several amounts is that of the line: by arithmetic between the columns, else asked with every sum."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources import cell_text
from liuke.sources.columns import candidates, which_column
from liuke.sources.known_layouts import BY_LAYOUT
from liuke.sources.mapping import BY_HAND, Mapping, Match
from liuke.sources.profile import Profile, agree, product, usual_ratio

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract
    from liuke.sources.table import Question, RawTable

    Looks = collections.abc.Mapping[str, Profile]

SURE = 0.95  # share of documents, or of rows, an equation must hold for
TAX_RATES = (Decimal("1.005"), Decimal("1.27"))


def choose_amount(
    mapping: Mapping,
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    table: RawTable,
    looks: dict[str, Profile],
    questions: list[Question],
    notes: list[Said],
) -> Mapping:
    """The mapping with the amount, and the amount with tax, of the line; where nothing decides it is asked."""
    mapping = _line_of_heads(mapping, contract, inputs, table, looks, notes, "amount_with_tax")
    header = mapping.header("amount")
    if header is None or "other_side" in mapping.columns:
        return mapping
    if mapping.columns["amount"].why.message in (BY_HAND, BY_LAYOUT):
        return mapping
    mapping = _line_of_heads(mapping, contract, inputs, table, looks, notes, "amount")
    header = mapping.columns["amount"].header
    rivals = _rivals(mapping, contract, inputs, looks, header, "amount")
    rivals = [h for h in rivals if not _is_head(mapping, table, looks, header, h)]
    if not rivals:
        return mapping
    mapping, decided = _by_arithmetic(mapping, looks, [header, *rivals])
    if not decided:
        questions.append(which_column("amount", [looks[h] for h in (header, *rivals)], ()))
    return mapping


def _rivals(
    mapping: Mapping,
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    looks: dict[str, Profile],
    header: str,
    target: str,
) -> list[str]:
    """Other columns whose names could be those of the amount and that say something else."""
    used = {match.header for match in mapping.columns.values()}
    named = [h for _, name, h in candidates(contract, inputs, looks) if name == target and h not in used]
    return [h for h in dict.fromkeys(named) if agree(looks[h].values, looks[header].values) < 0.995]


def _line_of_heads(
    mapping: Mapping,
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    table: RawTable,
    looks: dict[str, Profile],
    notes: list[Said],
    target: str,
) -> Mapping:
    """The amount of the line where the one taken is the document's, repeated on its lines."""
    header = mapping.header(target)
    if header is None or mapping.columns[target].why.message in (BY_HAND, BY_LAYOUT):
        return mapping
    for rival in _rivals(mapping, contract, inputs, looks, header, target):
        for line, head in ((header, rival), (rival, header)):
            if _is_head(mapping, table, looks, line, head):
                told: dict[str, object] = {"line": line, "head": head}
                notes.append(Said(N_("{head} is the document's, repeated on its lines: {line} adds up to it."), told))
                return mapping.with_column(target, line, Said(N_("it adds up to {head} in each document"), told))
    return mapping


def _is_head(mapping: Mapping, table: RawTable, looks: Looks, line: str, head: str) -> bool:
    """Whether one column adds up to the other, which is the same on all lines, in every document of several lines."""
    document = mapping.header("document_id")
    if document is None or document in (line, head):
        return False
    lines = pl.DataFrame(
        {
            "document": clean_of(table, document),
            "line": looks[line].values.cast(pl.Float64),
            "head": looks[head].values.cast(pl.Float64),
        }
    )
    documents = (
        lines.drop_nulls("document")
        .group_by("document")
        .agg(pl.len().alias("lines"), pl.col("line").sum(), pl.col("head").n_unique().alias("heads"),
             pl.col("head").first())
        .filter(pl.col("lines") > 1)
    )  # fmt: skip
    if documents.height < 2:
        return False
    adds_up = (pl.col("heads") == 1) & ((pl.col("line") - pl.col("head")).abs() <= 0.011 * pl.col("lines"))
    return float(documents.select(adds_up.mean()).item() or 0) >= SURE


def _by_arithmetic(mapping: Mapping, looks: dict[str, Profile], able: list[str]) -> tuple[Mapping, bool]:
    """Decide between amounts by quantity and price, by sign, or by tax; whether that decided."""
    if "quantity" in mapping.columns and "unit_price" in mapping.columns:
        made = product(*(looks[mapping.columns[n].header].values for n in ("quantity", "unit_price")))
        ties = [h for h in able if agree(made, looks[h].values) >= 0.9]
        if len(ties) == 1:
            why = Said(N_("quantity x unit price gives it, and not {others}"),
                       {"others": ", ".join(h for h in able if h != ties[0])})  # fmt: skip
            return mapping.with_column("amount", ties[0], why), True
    for signed, bare in permutations(able, 2):
        if _has_the_sign(looks[signed], looks[bare]):
            why = Said(N_("the same as {other}, with a minus where it is one"), {"other": bare})
            left = [header for header in able if header != bare]
            return mapping.with_column("amount", signed, why), len(left) == 1
    for low, high in permutations(able, 2):
        ratio = _tax_between(mapping, looks, low, high)
        if "amount_with_tax" not in mapping.columns and ratio is not None:
            mapping = mapping.with_column("amount", low, Said(ratio[0], {"other": high, **ratio[1]}))
            gross = Match(high, Said(N_("with tax, beside {low} without"), {"low": low}))
            return replace(mapping, columns={**mapping.columns, "amount_with_tax": gross}), True
    return mapping, False


def _has_the_sign(signed: Profile, bare: Profile) -> bool:
    """Whether two columns are the same but for the sign, which only the first one bears."""
    one, other = signed.values.cast(pl.Float64), bare.values.cast(pl.Float64)
    return bool((one < 0).any()) and not bool((other < 0).any()) and agree(one.abs(), other.abs()) >= SURE


def _tax_between(
    mapping: Mapping, looks: dict[str, Profile], low: str, high: str
) -> tuple[str, dict[str, object]] | None:
    """What shows that one amount is the other with tax: one ratio throughout, or a column that makes up for it."""
    size = {header: float(looks[header].values.cast(pl.Float64).abs().sum()) for header in (low, high)}
    if not 0 < size[low] < size[high] <= 1.5 * size[low]:
        return None
    ratio = usual_ratio(looks[high].values, looks[low].values)
    if ratio is not None and TAX_RATES[0] < ratio <= TAX_RATES[1]:
        return N_("{other} is {rate} times it, as with tax"), {"rate": ratio}
    net, gross = (looks[header].values.cast(pl.Float64) for header in (low, high))
    for header in [h for h in (mapping.header("tax"),) if h]:
        if agree(net + looks[header].values.cast(pl.Float64).fill_null(0), gross) >= SURE:
            return N_("{other} is it and {tax}"), {"tax": header}
    return None


def blank_amounts(mapping: Mapping, table: RawTable, looks: Looks, notes: list[Said]) -> Mapping:
    """What blank amounts are where quantity and price stand beside them: worked out only where that is proven."""
    amount, quantity, price = (mapping.header(name) for name in ("amount", "quantity", "unit_price"))
    if amount is None or quantity is None or price is None or "other_side" in mapping.columns:
        return mapping
    made = product(looks[quantity].values, looks[price].values)
    told: dict[str, object] = {"amount": amount, "quantity": quantity, "price": price}
    if not looks[amount].values.null_count():
        proven = agree(made, looks[amount].values) >= 0.9
        return replace(mapping, blank_amounts="worked_out" if proven else "unusable")
    if _on_first_lines(mapping, table, looks, amount, made):
        said = N_("{amount} stands on each document's first line alone; {quantity} x {price} adds up to it and counts.")
        notes.append(Said(said, told))
        return replace(mapping, blank_amounts="of_document")
    if agree(made, looks[amount].values) >= 0.9:
        notes.append(Said(N_("Where {amount} is blank it is worked out: {quantity} x {price}."), told))
        return mapping
    said = N_("Where {amount} is blank nothing is worked out: {quantity} x {price} does not give it elsewhere.")
    notes.append(Said(said, told))
    return replace(mapping, blank_amounts="unusable")


def _on_first_lines(mapping: Mapping, table: RawTable, looks: Looks, amount: str, made: pl.Series) -> bool:
    """Whether an amount stands once in each document, on its first line, and the lines worked out add up to it."""
    document = mapping.header("document_id")
    if document is None or document == amount:
        return False
    given = looks[amount].values.cast(pl.Float64)
    lines = pl.DataFrame({"document": clean_of(table, document), "given": given, "made": made})
    documents = (
        lines.drop_nulls("document")
        .group_by("document", maintain_order=True)
        .agg(pl.len().alias("lines"), pl.col("given").first().alias("first"), pl.col("given").count().alias("filled"),
             pl.col("made").sum())
    )  # fmt: skip
    several = documents.filter(pl.col("lines") > 1)
    if several.height < 2:
        return False
    once = float(documents.select((pl.col("first").is_not_null() & (pl.col("filled") == 1)).mean()).item() or 0)
    adds_up = (pl.col("made") - pl.col("first")).abs() <= 0.011 * pl.col("lines")
    return once >= SURE and float(several.select(adds_up.mean()).item() or 0) >= SURE


def clean_of(table: RawTable, header: str) -> pl.Series:
    """The first cells of a column as clean text."""
    return cell_text.clean_text(table.sample()[header])
