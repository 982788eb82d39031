"""Debit and credit in two columns: which side are the sales, and what stands on the other, by words and balances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources import lexicon
from liuke.sources.cell_text import clean_text
from liuke.sources.headers import name_score
from liuke.sources.mapping import BY_HAND, Match
from liuke.sources.number_text import EXACT
from liuke.sources.numbers import Numbers, read_numbers
from liuke.sources.table import ANSWER, SAMPLE_ROWS, Choice, Question
from liuke.sources.tidy import Tidier

if TYPE_CHECKING:
    import collections.abc

    from liuke.sources.mapping import Mapping
    from liuke.sources.profile import Profile
    from liuke.sources.table import RawTable

    Looks = collections.abc.Mapping[str, Profile]

TWO_SIDES = N_("debit and credit stand in two columns")
SALES_AND_RETURNS = N_("{sales} holds the sales; {other} holds returns and credit notes and is taken off.")
SALES_AND_PAYMENTS = N_(
    "{sales} holds the sales; rows with money in {other} are payments, no sales: they are set aside."
)
SIDES = {
    "net": N_("{first} holds sales; {second} holds returns and credit notes, taken off"),
    "first": N_("{first} holds sales; {second} holds payments, which are no sales and are set aside"),
    "turned": N_("{second} holds sales; {first} holds returns and corrections, taken off"),
    "second": N_("{second} holds sales; rows with money in {first} are no sales and are set aside"),
}
PROVEN = 0.9  # of the rows, for a balance to show which side adds to it
KNOWN = 0.8  # of the rows of a side, for a column of words to tell what they are
MOST_WORDS = 40  # different words of such a column that are given a meaning one by one
DISJOINT = 0.5  # of the rows: money on one side alone; totals of a period have it on both
NONE = "none"


class Side(NamedTuple):
    """What the words of a column say of one side's rows: shares of sales, payments and the like, and returns."""

    sales: float
    aside: float
    returns: float


def two_sides(columns: dict[str, Match], looks: Looks) -> dict[str, Match]:
    """The columns with debit as the amount and credit beside it, where a file has both and no other amount."""
    debit, credit = _sides(looks)
    if debit is None or credit is None:
        return columns
    taken = columns.get("amount")
    if taken is not None and (taken.why.message == BY_HAND or taken.header not in (debit, credit)):
        return columns
    if taken is None and "amount_with_tax" in columns:
        return columns
    left = {name: match for name, match in columns.items() if match.header not in (debit, credit)}
    why = Said(TWO_SIDES)
    return {**left, "amount": Match(debit, why), "other_side": Match(credit, why)}


def is_ledger(looks: Looks) -> bool:
    """Whether a file lists postings in debit and in credit: on each row money stands on one side alone."""
    debit, credit = _sides(looks)
    return debit is not None and credit is not None


def _sides(looks: Looks) -> tuple[str | None, str | None]:
    """The columns of debit and of credit, each filled with numbers where the other one is not."""
    found: dict[str, str] = {}
    for side, other in (("debit", "credit"), ("credit", "debit")):
        scored = [
            (score, header)
            for header in looks
            if (score := name_score(header, lexicon.header_names(side))) >= 0.6
            and name_score(header, lexicon.header_names(other)) < 0.6
            and (not looks[header].filled or looks[header].numbers >= PROVEN)
            and looks[header].dates < 0.1
        ]
        if not scored:
            return None, None
        found[side] = max(scored, key=lambda each: each[0])[1]
    debit, credit = (looks[found[side]].values.cast(pl.Float64).fill_null(0) != 0 for side in ("debit", "credit"))
    rows = int((debit | credit).sum())
    if not rows or int((debit & credit).sum()) > (1 - DISJOINT) * rows:
        return None, None
    return found["debit"], found["credit"]


def decide_sides(
    mapping: Mapping, table: RawTable, looks: Looks, questions: list[Question], notes: list[Said]
) -> Mapping:
    """Which side are the sales and what the other holds: by the words beside them, by the balance, else asked."""
    if "other_side" not in mapping.columns:
        return mapping
    lines = Tidier(table, mapping)(table.first(SAMPLE_ROWS))
    header, first, second = _worded(mapping, lines, looks)
    if _adds(mapping, lines, looks) == "credit" or _are_sales(second, first):
        mapping, first, second = _changed_over(mapping), second, first
    told = {"sales": mapping.header("amount"), "other": mapping.header("other_side")}
    _, other = _money(lines, mapping)
    if not bool((other != 0).any()):
        return replace(mapping, sides="net")
    if header is None or second.aside + second.returns < 1 or not (_few(lines[header]) or _plain(first, second)):
        questions.append(_question(mapping, lines))
        return mapping
    notes.append(Said(SALES_AND_RETURNS if second.returns else SALES_AND_PAYMENTS, told))
    sides = "net" if second.returns else "first"
    return replace(mapping if _plain(first, second) else _told_by_words(mapping, lines[header], header), sides=sides)


def _plain(first: Side, second: Side) -> bool:
    """Whether every row of a side is of one sort, so that no row's own word is needed."""
    return not first.aside and not (second.aside and second.returns)


def _few(column: pl.Series) -> bool:
    return clean_text(column).drop_nulls().n_unique() <= MOST_WORDS


def _told_by_words(mapping: Mapping, column: pl.Series, header: str) -> Mapping:
    """Where sales, returns and payments are mixed on a side, the words tell which row is which."""
    words = {word: meaning_of_row(word) for word in clean_text(column).drop_nulls().unique().to_list()}
    return mapping.with_words(header, {word: "aside" for word, meaning in words.items() if meaning == "aside"})


def _are_sales(there: Side, here: Side) -> bool:
    """Whether the words say that the other side holds the sales."""
    return there.sales > 0 and there.sales > here.sales and here.aside + here.returns >= there.aside + there.returns


def _changed_over(mapping: Mapping) -> Mapping:
    first, second = mapping.columns["amount"], mapping.columns["other_side"]
    return replace(mapping, columns={**mapping.columns, "amount": second, "other_side": first})


def _worded(mapping: Mapping, lines: pl.DataFrame, looks: Looks) -> tuple[str | None, Side, Side]:
    """The column whose words say what rows are, and what it says of either side; None where no column does."""
    first, second = _money(lines, mapping)
    names = {mapping.header(name) for name in ("customer_id", "customer_name", "document_id", "date")}
    best: tuple[float, str | None, Side, Side] = (0.0, None, Side(0, 0, 0), Side(0, 0, 0))
    for header, look in looks.items():
        if header in names or header not in lines.columns or look.numbers > 0.5 or look.dates > 0.5:
            continue
        text = clean_text(lines[header])
        if text.dtype != pl.String:
            continue
        meanings = {word: meaning_of_row(word) for word in text.drop_nulls().unique().to_list()}
        said = text.fill_null("").replace_strict(meanings, default=NONE, return_dtype=pl.String)
        here, there = (
            _share(said.filter(side)) for side in ((first != 0) & (second == 0), (second != 0) & (first == 0))
        )
        told = sum(there)
        if told >= KNOWN and told > best[0]:
            best = (told, header, here, there)
    return best[1:]


def _share(said: pl.Series) -> Side:
    count = max(said.len(), 1)
    return Side(*(int((said == meaning).sum()) / count for meaning in ("sales", "aside", "return")))


def meaning_of_row(word: str) -> str:
    """What a word or a text beside a posting says it is: sales, aside (a payment, an opening, …), return or none."""
    found = lexicon.listed_meaning("kinds", word) or next(
        (meaning for stem, meaning in lexicon.posting_stems() if stem in lexicon.squeezed(word)), None
    ) or lexicon.meaning_of("kinds", word)  # fmt: skip
    if found in ("payment", "aside"):
        return "aside"
    if found == "return":
        return "return"
    return "sales" if found in ("invoice", "order", "delivery", "count") else NONE


def _money(lines: pl.DataFrame, mapping: Mapping) -> tuple[pl.Series, pl.Series]:
    """The numbers of both sides, blanks as nothing."""
    headers = (mapping.columns["amount"].header, mapping.columns["other_side"].header)
    first, second = (
        read_numbers(lines[header], mapping.decimal).value.cast(pl.Float64).fill_null(0) for header in headers
    )
    return first, second


def _adds(mapping: Mapping, lines: pl.DataFrame, looks: Looks) -> str:
    """The side that adds to the customer's balance, where the file has one that runs: debit, credit or none."""
    customer = mapping.header("customer_id")
    balance = next(
        (h for h in looks if name_score(h, lexicon.header_names("balance")) > 0.95 and h in lines.columns), None
    )
    if balance is None or customer is None or customer not in lines.columns:
        return NONE
    first, second = _money(lines, mapping)
    held = read_numbers(lines[balance], mapping.decimal).value.cast(pl.Float64)
    rows = pl.DataFrame({"who": clean_text(lines[customer]), "held": held, "moved": first - second})
    steps = rows.with_columns((pl.col("held") - pl.col("held").shift(1).over("who")).alias("step"))
    steps = steps.drop_nulls("step").filter(pl.col("moved") != 0)
    if steps.height < 3:
        return NONE
    for side, sign in (("debit", 1), ("credit", -1)):
        if float(steps.select(((pl.col("step") - sign * pl.col("moved")).abs() < 0.011).mean()).item()) >= PROVEN:
            return side
    return NONE


def _question(mapping: Mapping, lines: pl.DataFrame) -> Question:
    first, second = mapping.columns["amount"].header, mapping.columns["other_side"].header
    ask = Said(N_("Money stands in {first} and in {second}, and nothing says what either holds. Which are the sales?"),
               {"first": first, "second": second})  # fmt: skip
    choices = tuple(Choice(key, Said(text, {"first": first, "second": second})) for key, text in SIDES.items())
    sums = zip((first, second), _money(lines, mapping), strict=True)
    said = N_("{header}: {sum} in {rows} of the first rows")
    evidence = tuple(
        Said(said, {"header": header, "sum": f"{side.sum():,.2f}", "rows": int((side != 0).sum())}).text()
        for header, side in sums
    )
    return Question("sides", ask, choices, ANSWER, None, evidence)


def of_both_sides(first: Numbers, second: Numbers, sides: str) -> Numbers:
    """The amount of postings on two sides; none where neither holds money."""
    one, other = first.value.cast(EXACT).fill_null(0), second.value.cast(EXACT).fill_null(0)
    if sides in ("turned", "second"):
        one, other = other, one
    value = one.zip_with(one != 0, -other) if sides in ("first", "second") else one - other
    nothing = (one == 0) & (other == 0)
    wrong = first.wrong
    if second.wrong is not None:
        wrong = second.wrong if wrong is None else wrong.fill_null(second.wrong)
        nothing = nothing | second.wrong.is_not_null()
    return Numbers(pl.select(pl.when(~pl.lit(nothing)).then(pl.lit(value)).alias("amount")).to_series(), wrong)


def no_sales(batch: pl.DataFrame, mapping: Mapping) -> tuple[str, pl.Series] | None:
    """The side that holds no sales and the rows whose money stands there alone; None where both sides count."""
    if "other_side" not in mapping.columns or mapping.sides not in ("first", "second"):
        return None
    first, second = _money(batch, mapping)
    here, there = ("other_side", (first == 0) & (second != 0)), ("amount", (second == 0) & (first != 0))
    name, off = here if mapping.sides == "first" else there
    return mapping.columns[name].header, off


def said_of_sides(mapping: Mapping) -> list[Said]:
    """What is said at every load of a file with two sides."""
    if "other_side" not in mapping.columns:
        return []
    first, second = mapping.header("amount"), mapping.header("other_side")
    if mapping.sides in ("turned", "second"):
        first, second = second, first
    says = SALES_AND_PAYMENTS if mapping.sides in ("first", "second") else SALES_AND_RETURNS
    return [Said(says, {"sales": first, "other": second})]
