"""Columns that first appear in a later file of a source: taken where they are known and change nothing held."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.sources.columns import by_names, codes_for_names
from liuke.sources.profile import profile

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract
    from liuke.sources.mapping import Mapping
    from liuke.sources.table import RawTable

# they decide which documents there are and what they come to: a person takes them, not a guess
DECIDING = {
    *("customer_id", "date", "document_id", "kind", "cancelled", "currency"),
    *("amount", "amount_with_tax", "tax", "unit_price", "discount", "other_side", "refund"),
}
TAKEN = N_("{header} is new in this source: taken for {meaning}.")
LEFT = N_("{header} is new in this source and not used.")
OPEN = N_(
    "{header} is new in this source and could be {meaning}. That would change what was loaded, so it is not used; "
    'to use it, write {name} = "{header}" under [columns] in the mapping file.'
)


def with_later_columns(
    mapping: Mapping,
    tables: list[RawTable],
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    *,
    at_once: bool,
) -> tuple[Mapping, list[Said]]:
    """The mapping with the columns of these tables it has not seen before, as far as known, and what to say of them.

    `mapping.headers` are the columns seen before; a mapping written by hand, which has none, is used as it is. Of
    tables looked at all `at_once`, as the sheets of one workbook are, what is not used in one is nothing to say.
    """
    known = {**contract.columns, **inputs}
    columns, seen, notes = dict(mapping.columns), list(mapping.headers), []
    for table in tables:
        fresh = [header for header in table.columns if header not in seen]
        seen += fresh
        if not mapping.headers or not fresh:
            continue
        sample = table.sample()
        given = {name: match.header for name, match in columns.items()}
        looks = {header: profile(header, sample[header]) for header in fresh}
        found = by_names(contract, inputs, looks, given)
        codes_for_names(found, looks, inputs)
        targets = {match.header: name for name, match in found.items() if match.header in fresh and name not in given}
        for header in fresh:
            name = targets.get(header)
            if name is None:
                notes += [Said(LEFT, {"header": header})] if not at_once and header not in given.values() else []
                continue
            if name not in DECIDING:
                columns[name] = found[name]
            told: dict[str, object] = {"header": header, "meaning": translate(known[name].meaning), "name": name}
            notes.append(Said(OPEN if name in DECIDING else TAKEN, told))
    return replace(mapping, columns=columns, headers=tuple(seen)), notes
