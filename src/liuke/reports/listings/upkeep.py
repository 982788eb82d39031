"""What was loaded, and which customers are one."""

from __future__ import annotations

from liuke.kernel.i18n import N_
from liuke.reports.shown import DATA, Listing, Shown

SOURCES = Listing(
    "sources",
    N_("Data health"),
    (
        Shown("source", N_("Source"), width=26),
        Shown("file", N_("File"), width=18),
        Shown("read", N_("Rows read"), "whole", width=18),
        Shown("loaded", N_("Rows loaded"), "whole", width=18),
        Shown("quarantined", N_("Rows kept apart"), "whole", width=18),
        Shown("amount_read", N_("Amount read"), "money_full", width=18),
        Shown("amount_loaded", N_("Amount loaded"), "money_full", width=18),
        Shown("amount_quarantined", N_("Amount kept apart"), "money_full", width=18),
    ),
)
LOADS = Listing(
    "loads",
    N_("Loads"),
    (
        Shown("load_id", N_("Load")),
        Shown("table", N_("Table")),
        Shown("source", N_("Source")),
        Shown("files", N_("Files"), "list", on=DATA),
        Shown("loaded_on", N_("Loaded on"), "date"),
        Shown("rows_read", N_("Read"), "whole"),
        Shown("rows_loaded", N_("Loaded"), "whole"),
        Shown("rows_quarantined", N_("Quarantined"), "whole"),
        Shown("sum_loaded", N_("Amount"), "money_full"),
    ),
    nothing=N_("Nothing has been loaded yet."),
)
MERGES = Listing(
    "merges",
    N_("Merged customers"),
    (
        Shown("customer_id", N_("Customer")),
        Shown("into", N_("Counts under")),
        Shown("why", N_("Since, or why perhaps"), on=("grid", "html", "sheet")),
        Shown("evidence", N_("Evidence"), on=DATA),
        Shown("value", N_("Value"), on=DATA),
        Shown("merged_on", N_("Since"), on=DATA),
    ),
    nothing=N_("No two customers share a tax number or a name, and none are merged."),
)
