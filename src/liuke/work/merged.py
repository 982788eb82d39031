"""Customers that became one: what was recorded under a former id belongs to the customer of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def current_id(customer_id: str, merged: Mapping[str, str]) -> str:
    """The customer of today, through merges of merges; a circle ends where it began."""
    seen = {customer_id}
    while (into := merged.get(customer_id)) is not None and into not in seen:
        customer_id = into
        seen.add(into)
    return customer_id


def with_former(customer_ids: Iterable[str], merged: Mapping[str, str]) -> set[str]:
    """These customers and every former one that became one of them."""
    wanted = set(customer_ids)
    return wanted | {former for former in merged if current_id(former, merged) in wanted}
