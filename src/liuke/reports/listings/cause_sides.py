"""Two groups side by side on one cause list."""

from __future__ import annotations

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports.listings.causes import CAUSE
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown, high_end, low_end

ON_PAGES = ("grid", "html")
TOTAL = N_("{side}: customers")
SHARE = N_("{side}: share")
MONEY = N_("{side}: usual year")
MONEY_SHARE = N_("{side}: share of money")
WHY = N_("Share on the first side less that on the second, in points of a hundred.")


def sides_listing(one: str, other: str, *, money: bool) -> Listing:
    """The causes of two sides by name; amounts where both count in one currency."""
    return Listing(
        "cause_sides",
        N_("Causes side by side"),
        (
            *CAUSE,
            *_half("a", one, money=money),
            *_half("b", other, money=money),
            Shown("difference", N_("Difference of shares"), "points", N_("points"), help=WHY, on=ON_PAGES,
                  ends=("difference_low", "difference_high")),
            Shown("difference", N_("Difference of shares"), "points", N_("points"), 14, WHY, on=FILES),
            Shown("difference_low", low_end(N_("Difference of shares")), "points", on=FILES),
            Shown("difference_high", high_end(N_("Difference of shares")), "points", on=FILES),
        ),
        nothing=N_("On neither side anybody was lost in the last 12 months."),
        freeze=1,
    )  # fmt: skip


def _half(mark: str, side: str, *, money: bool) -> tuple[Shown, ...]:
    def title(message: str) -> Said:
        return Said(message, {"side": side})

    amounts = (
        Shown(f"{mark}_money", title(MONEY), "money", CURRENCY, 16, on=FILES),
        Shown(f"{mark}_money_low", low_end(title(MONEY)), "money", CURRENCY, 14, on=DATA),
        Shown(f"{mark}_money_high", high_end(title(MONEY)), "money", CURRENCY, 14, on=DATA),
    )  # fmt: skip
    return (
        Shown(f"{mark}_customers", title(TOTAL), "one", on=ON_PAGES,
              ends=(f"{mark}_customers_low", f"{mark}_customers_high")),
        Shown(f"{mark}_customers", title(TOTAL), "one", on=FILES),
        Shown(f"{mark}_customers_low", low_end(title(TOTAL)), "one", on=FILES),
        Shown(f"{mark}_customers_high", high_end(title(TOTAL)), "one", on=FILES),
        Shown(f"{mark}_share", title(SHARE), "rate"),
        *(amounts if money else ()),
        Shown(f"{mark}_money_share", title(MONEY_SHARE), "rate", on=(*PEOPLE, *DATA)),
    )  # fmt: skip
