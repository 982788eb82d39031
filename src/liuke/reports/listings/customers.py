"""Customers: the watch list and everybody, the documents of one, those behind the flags, their sales by period.

Rows are those of the run's `customer_now` with `reasons`: a list of sentences, the leading rule's first (see
`reports.reasons`), and `core_next_year` where next year can be expected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liuke.facts.customer import OWNED
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.panel.summary import TREND_PERIODS
from liuke.reports import figures, views, words
from liuke.reports.shown import CURRENCY, DATA, FILES, Listing, Shown
from liuke.reports.value_words import CORE
from liuke.signals.watch_list import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.shown import Row
    from liuke.signals.watch_list import View

IS_CORE = {True: N_("core"), False: ""}
PAGE = ("html",)
APART = ("grid", *FILES)  # everywhere but on a page, which shows it in a cell of several
YES = {True: N_("yes"), False: ""}


def core_word(row: Row) -> str | None:
    """The msgid of what sort of core customer it is."""
    return CORE.get((row["core"], row.get("core_next_year")))


def who(row: Row) -> str:
    """A customer on one line of a terminal: number, name, core or not."""
    word = core_word(row) if "core" in row else None
    name = f"{row['customer_id']} {row['name'] or ''}".strip()
    return f"{name} [{translate(word)}]" if word else name


def name_of(row: Row) -> str:
    """The name, or the number of a customer without one."""
    return str(row["name"] or row["customer_id"])


def scored(row: Row) -> bool:
    """Whether a customer's risk rests on anything."""
    return row["risk"] is not None and row["risk_basis"] != "none"


WHO = Shown("customer", N_("Customer"), "name", width=22, on=("grid",), of=who)
NUMBER = Shown("customer_id", N_("Customer number"), width=14, on=FILES)
NAME = Shown("name", N_("Customer"), "name", width=22, on=("html", "sheet"), of=name_of)
NAME_DATA = Shown("name", N_("Customer"), on=DATA)
CUSTOMER = (WHO, NUMBER, NAME, NAME_DATA)  # who a row is about
STATE = Shown("state", N_("State"), "state", width=13, words=words.STATES)


def _risk(row: Row) -> float | None:
    return row["risk"] if scored(row) else None


def basis(row: Row) -> str:
    """The rung, the id of the rule, or what else names what a risk rests on; `none` where there is none."""
    found = str(row["risk_basis"]) if scored(row) else "none"
    return found.removeprefix("model:").removeprefix("rule:")


def _range(row: Row) -> str | None:
    known = scored(row) and row["risk_low"] is not None
    return figures.span_text(row["risk_low"], row["risk_high"]) if known else None


BASES = {"none": words.NO_RISK, "base_rate": N_("share of all customers that leave"), **words.RUNGS}
CHANCE = N_("Chance of leaving within the horizon, with its range.")
ENDS = ("risk_low", "risk_high")
RISK = (
    Shown("risk", N_("Risk"), "share", ends=ENDS, on=("grid",), of=_risk, help=CHANCE),
    Shown("risk", N_("Risk of leaving"), "share", width=9, on=FILES, of=_risk, help=CHANCE),
    Shown("range", N_("Range"), width=10, on=("sheet",), of=_range),
    Shown("risk_low", N_("from"), "share", on=DATA),
    Shown("risk_high", N_("to"), "share", on=DATA),
    Shown("risk_basis", N_("Rests on"), "word_note", width=22, on=FILES, words=BASES, of=basis),
)
SOON = N_("Chance of being lost within 90 days, of those who still buy in their own rhythm, with its range.")
EARLY_ENDS = ("early_low", "early_high")


def _early_range(row: Row) -> str | None:
    return None if row["early_low"] is None else figures.span_text(row["early_low"], row["early_high"])


EARLY = (
    Shown("early", N_("Lost in 90 days"), "share", ends=EARLY_ENDS, on=("grid",), help=SOON),
    Shown("early", N_("Chance of loss in 90 days"), "share", width=10, on=FILES, help=SOON, optional=True),
    Shown("early_range", N_("Its range"), width=10, on=("sheet",), of=_early_range, optional=True),
    Shown("early_low", N_("90 days, from"), "share", on=DATA),
    Shown("early_high", N_("90 days, to"), "share", on=DATA),
)


def views_of(row: Row) -> list[View]:
    """The views of the list a customer stands on."""
    return [view for view in VIEWS if row[f"{view}_rank"] is not None]


ON_VIEWS = Shown("views", N_("Views"), "list", width=30, on=FILES, words=views.TITLES, of=views_of)
STAKE = N_("The chance of leaving times a usual year: of those still in rhythm the chance of loss in 90 days.")
MONEY = (
    Shown("at_stake", N_("At stake"), "money", CURRENCY, 14, on=APART, help=STAKE),
    Shown("usual_year", N_("Usual year"), "money", CURRENCY, 14, on=APART,
          help=N_("The 12 months that end with the last month the customer bought.")),
    Shown("amount_12", N_("12 months"), "money", CURRENCY, 14, on=FILES),
    Shown("amount_before_12", N_("12 before"), "money", CURRENCY, 14, on=FILES),
)  # fmt: skip
RHYTHM = (
    Shown("last_on", N_("Last purchase"), "date", width=11, on=APART),
    Shown("silent_days", N_("Days silent"), "whole", width=8, on=FILES),
    Shown("own_gap_days", N_("Usual gap, days"), "one", width=12, on=FILES),
    Shown("silence_chance", N_("Chance of so long a silence"), "rate", width=11, on=FILES,
          help=N_("How likely so long a silence is for a customer of this rhythm that still buys.")),
)  # fmt: skip
ABOUT = tuple(Shown(name, words.COLUMNS[name], width=11, on=FILES, optional=True) for name in OWNED)
ONLY_DATA = (
    Shown("core_probability", N_("Probability of core"), "share", on=DATA),
    Shown("documents", N_("Documents"), "whole", on=DATA),
    Shown("lead_rule", N_("Leading rule"), on=DATA),
    Shown("rules", N_("Rules"), "list", on=DATA),
    Shown("trend", N_("Net cents by period"), "list", on=DATA),
)
CORE_MARK = (
    Shown("core", N_("Core"), "word", width=7, on=FILES, words=IS_CORE),
    Shown("core_next_year", N_("Core by expectation"), "word", width=8, on=FILES, words=IS_CORE, optional=True),
)
LAST = N_("Last {n} {periods}")
DRAWN = {  # heading of the drawing of sales, by document kind
    "order": N_("Orders, last {n} {periods}"),
    "delivery": N_("Deliveries, last {n} {periods}"),
    "invoice": N_("Invoices, last {n} {periods}"),
}
WHY = N_("Why it is on the list")


def drawn(unit: str, kind: str, periods: int) -> Said:
    """The heading of the drawings of sales."""
    return Said(DRAWN[kind], {"n": periods, "periods": Said(words.PERIODS[unit])})


ON_GRID: dict[View | None, tuple[str, ...]] = {  # figures of each view on a terminal, in their order
    None: ("risk", "early", "at_stake", "usual_year", "last_on"),
    "going": ("early", "usual_year"),
    "silent": ("risk", "silent_days", "own_gap_days", "usual_year"),
    "money": ("at_stake", "risk", "early", "usual_year", "last_on"),
}
SILENCE = ("silent_days", "silence_chance")  # says nothing to a person of those who are in rhythm


def _ranks(view: View | None) -> tuple[Shown, ...]:
    """The place that counts here, and for programs the other places."""
    titles: dict[str, str | Said] = {"rank": N_("Rank on the list")}
    titles |= {f"{each}_rank": Said(N_("Rank: {view}"), {"view": Said(views.TITLES[each])}) for each in VIEWS}
    own = "rank" if view is None else f"{view}_rank"
    others = (Shown(name, title, "whole", on=DATA) for name, title in titles.items() if name != own)
    return (Shown(own, N_("Rank"), "whole", width=6, on=APART), *others)


def _figures(view: View | None, risk: tuple[Shown, ...]) -> tuple[Shown, ...]:
    """Chances, money and rhythm: on a terminal those of the view, in files all of them."""
    every = (*EARLY, *risk, *MONEY, *RHYTHM) if view == "going" else (*risk, *MONEY, *EARLY, *RHYTHM)
    named = {each.column: each for each in reversed(every)}  # of one name the first: that of the terminal
    found = [replace(named[name], on=("grid",)) for name in ON_GRID[view]]
    for each in every:
        faces = DATA if view == "going" and each.column in SILENCE else FILES
        found.append(replace(each, on=tuple(face for face in each.on if face in faces)))
    return tuple(each for each in found if each.on)


def _on_page(view: View | None) -> tuple[Shown, ...]:
    """The chance and the money of a view, on a page."""
    if view == "going":
        return (
            Shown("early", N_("Lost in 90 days"), "chance", ends=EARLY_ENDS, on=PAGE, help=SOON),
            Shown("usual_year", N_("Usual year"), "stake", on=PAGE),
        )
    return (
        Shown("risk", N_("Risk of leaving"), "chance", ends=ENDS, on=PAGE, of=_risk, help=CHANCE),
        Shown("at_stake", N_("At stake"), "stake", on=PAGE, help=STAKE),
    )


def _why(view: View | None) -> Shown:
    """The reasons: of a view of the early chance those of that chance first."""
    if view == "going":
        return Shown("reasons", WHY, "reasons", width=(56, 86), of=lambda row: row["going_reasons"])
    return Shown("reasons", WHY, "reasons", width=(56, 86))


def watch_listing(
    unit: str = "month",
    kind: str = "invoice",
    periods: int = TREND_PERIODS,
    titles: Mapping[str, str] | None = None,
    view: View | None = None,
) -> Listing:
    """The watch list of a run with periods of such a length, sums of such a kind, or one view of it.

    `titles` names rules by id.
    """
    last = Said(LAST, {"n": TREND_PERIODS, "periods": Said(words.PERIODS[unit])})
    risk = tuple(replace(each, words=BASES | dict(titles or {})) if each.words else each for each in RISK)
    return Listing(
        "watch_list" if view is None else f"{view}_view",
        N_("Watch list") if view is None else views.TITLES[view],
        (
            *_ranks(view),
            *(each for each in CUSTOMER if "html" not in each.on),
            replace(NAME, on=("sheet",)),
            Shown("name", N_("Customer"), "who", on=PAGE, of=name_of),
            STATE,
            Shown("state_since", N_("Since"), "date", width=11, on=FILES),
            *CORE_MARK,
            _why(view),
            Shown("early_reasons", N_("Why in 90 days"), "reasons", on=DATA),
            Shown("trend", last, "trend", width=26, on=("sheet",)),
            Shown("trend", drawn(unit, kind, periods), "trend", on=PAGE),
            *_on_page(view),
            *_figures(view, risk),
            ON_VIEWS,
            *ABOUT,
            *ONLY_DATA,
        ),
        nothing=N_("No customer matches. Widen the conditions, or leave them away for the watch list."),
        freeze=3,
    )


WATCH_LIST = watch_listing()
CUSTOMERS = replace(WATCH_LIST, name="customers", title=N_("Customers"), nothing=N_("No customer matches."))
CORE_ON_LIST = Listing(
    "core_on_list",
    N_("Core customers on the list"),
    (
        *(each for each in WATCH_LIST.columns if each.column in ("customer_id", "name") and "sheet" not in each.on),
        NUMBER,
        STATE,
        Shown("risk", N_("Risk"), "share", ends=ENDS, of=_risk, help=CHANCE),
        Shown("at_stake", N_("At stake"), "money", CURRENCY, 14),
        Shown("usual_year", N_("Usual year"), "money", CURRENCY, 14),
        Shown("reasons", N_("Why"), "reasons", width=56),
    ),
)

DOCUMENTS = Listing(
    "documents",
    N_("Documents"),
    (
        Shown("date", N_("Date"), "date", width=12),
        Shown("kind", N_("Kind"), "word", width=10, words=words.KINDS),
        Shown("document_id", N_("Document"), width=24),
        Shown("lines", N_("Lines"), "whole", width=8),
        Shown("amount", N_("Amount"), "money_full", CURRENCY, 16),
    ),
    nothing=N_("No document."),
)
LISTED_DOCUMENTS = Listing(
    "listed_documents",
    N_("Documents"),
    (
        Shown("rank", N_("Rank"), "whole", width=6),
        WHO,
        NUMBER,
        replace(NAME, width=24),
        NAME_DATA,
        *(each for each in DOCUMENTS.columns if each.column not in ("lines", "amount")),
        Shown("amount", N_("Amount"), "money_full", width=16),
    ),
    freeze=3,
)


def core_listing(share: str) -> Listing:
    """Core customers, back and ahead, each with its probability, beside the plain few that make such a share."""
    return Listing(
        "core_customers",
        N_("Core customers"),
        (
            WHO,
            NUMBER,
            replace(NAME, width=24),
            NAME_DATA,
            replace(STATE, width=14),
            Shown("listed", N_("On the list"), "word", width=10, words=YES),
            Shown("core", N_("Core"), "word", width=8, words=YES),
            Shown("core_probability", N_("Probability"), "share", width=10),
            Shown("raw_core", Said(N_("Plain {share}"), {"share": share}), "word", width=11, words=YES),
            Shown("core_next_year", N_("Core by expectation"), "word", width=10, optional=True, words=YES),
            Shown("core_next_year_probability", N_("Its probability"), "share", width=10, optional=True),
            Shown("amount_12", N_("12 months"), "money", width=16),
            Shown("amount_before_12", N_("12 before"), "money", width=16),
            Shown("margin_12", N_("Margin, 12 months"), "money", width=16),
        ),
        freeze=2,
    )


def trends(heads: Sequence[str]) -> Listing:
    """Net amounts of the last periods under their headings, oldest first; a shorter history stands at the right."""

    def amount(at: int) -> Shown:
        return Shown(heads[at], heads[at], lambda row: _heat(row, at), width=12, of=lambda row: _period(row, at))

    periods = [amount(at) for at in range(len(heads))]
    return Listing("trends", N_("Trends"), (Shown("rank", N_("Rank"), "whole", width=6), *CUSTOMER, STATE, *periods),
                   freeze=4)  # fmt: skip


def _period(row: Row, at: int) -> float | None:
    trend = row["trend"] or []
    place = at - (TREND_PERIODS - len(trend))
    return trend[place] / 100 if place >= 0 else None


def _heat(row: Row, at: int) -> str:
    """Warm from where the flag of a listed customer began."""
    trend, flag = row["trend"] or [], row["flag_at"]
    warm = row["listed"] and flag is not None and at - (TREND_PERIODS - len(trend)) >= flag
    return "hot" if warm else "money"
