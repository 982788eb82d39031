"""From document lines to sums by customer, kind and period: portable Ibis expressions, the same on every engine.

Every result has one row per (customer_code, kind, period, known_from). `known_from` equals `period` for what was known
when the period ended; rows recorded or replaced later give one more row for each later period in which that became
known, with the whole sums as known from then on (zero where nothing is left). So any past state of knowledge can be
read back exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.kinds import CODE
from liuke.panel.coverage import ADDED

if TYPE_CHECKING:
    import ibis

    from liuke.kernel.period import Unit

KEYS = ("customer_code", "kind", "period", "known_from")
RETURN = CODE["return"]


def period_of(day: Any, unit: Unit) -> Any:
    """The period number of a date expression, equal to `kernel.period.period_number`."""
    import ibis

    if unit == "month":
        return (day.year().cast("int32") * 12 + day.month().cast("int32") - 1).cast("int32")
    if unit == "quarter":
        return (day.year().cast("int32") * 4 + ((day.month().cast("int32") - 1) / 3).floor().cast("int32")).cast(
            "int32"
        )
    return ((day.delta(ibis.date("1970-01-01"), unit="day") + 3) / 7).floor().cast("int32")


def visible(
    rows: ibis.Table,
    unit: Unit,
    late: bool,
    values: tuple[str, ...],
    split: tuple[str, ...] = (),
    kinds_apart: bool = True,
) -> ibis.Table:
    """The rows with `period`, `known_from` and `held` (1 for a row, 0 for a marker that something changed).

    `rows` has customer_code, kind, date, the value columns, and where `late` also recorded_on and superseded_on.
    `split` names further columns the sums will be grouped by: a marker belongs to one of their groups. Unless
    `kinds_apart`, what becomes known of one kind is a change of all the kinds heard of by then, of its customer in the
    period.
    Without late rows every row was known when its period ended and the expression is a plain projection.
    """
    import ibis

    period = period_of(rows.date, unit)
    keep = ["customer_code", "kind", *split, *values]
    if not late:
        return rows.select(*keep, period=period, known_from=period, held=ibis.literal(1, "int32"))
    dated = rows.select(
        *keep,
        period=period,
        recorded=period_of(rows.recorded_on, unit),
        superseded=period_of(rows.superseded_on, unit),
    )
    timely = dated.filter(
        dated.recorded <= dated.period, dated.superseded.isnull() | (dated.superseded > dated.period)
    ).select(*keep, "period", known_from=dated.period, held=ibis.literal(1, "int32"))
    key = ["customer_code", *(["kind"] if kinds_apart else []), *split, "period"]
    came = dated.filter(dated.recorded > dated.period).select(*key, known_from=dated.recorded)
    went = dated.filter(dated.superseded.notnull() & (dated.superseded > dated.period)).select(
        *key, known_from=dated.superseded.cast("int32")
    )
    event = came.union(went, distinct=True)
    again = dated.inner_join(event, key)
    again = again.filter(
        again.recorded <= again.known_from, again.superseded.isnull() | (again.superseded > again.known_from)
    ).select(*keep, "period", "known_from", held=ibis.literal(1, "int32"))
    if not kinds_apart:
        heard = dated.group_by("kind", *key).aggregate(heard=dated.recorded.min())
        event = event.inner_join(heard, key)
        event = event.filter(event.known_from >= event.heard)  # of a kind first heard of later nothing is said before
    schema = timely.schema()
    marker = event.select(
        *[
            event[name] if name in event.columns else ibis.null(schema[name]).name(name)
            for name in [*keep, "period", "known_from"]
        ],
        held=ibis.literal(0, "int32"),
    )
    return timely.union(again, distinct=False).union(marker, distinct=False)


def sums(line: ibis.Table, unit: Unit, late: bool, margin: bool, quantity: bool) -> ibis.Table:
    """Money by customer, kind and period: amount and margin in whole cents, quantity in ten-thousandths, all int64.

    Beside margin and quantity stands the amount of the lines that carry one, `amount_with_<measure>`: a sum over none
    is 0, which is no margin of 0.
    """
    further = (*(["margin"] if margin else []), *(["quantity"] if quantity else []))
    rows = visible(line, unit, late, ("amount", *further))
    scale = {"amount": 100, "margin": 100, "quantity": 10_000}
    whole = {name: (rows[name] * scale[name]).cast("int64") for name in ("amount", *further)}
    carried = {ADDED + name: rows[name].notnull().ifelse(whole["amount"], int64(0)) for name in further}
    return rows.group_by(*KEYS).aggregate(
        **{name: each.sum().fill_null(0).cast("int64") for name, each in {**whole, **carried}.items()}
    )


def occasions(document: ibis.Table, unit: Unit, late: bool) -> ibis.Table:
    """Purchases by customer, kind and period: documents, distinct days (int32), first and last day; null without one.

    A document worth nothing is no purchase, and none is one on a day on which all that was bought was given back: what
    a kind comes to on the day and the returns of that day are 0 together. Returns count as they are.
    """
    rows = visible(document, unit, late, ("date", "amount", "addition"), kinds_apart=False)
    cents, whole = (rows.amount * 100).cast("int64"), (rows.held == 1) & ~rows.addition
    day = rows.group_by(*KEYS, "date").aggregate(
        papers=whole.ifelse(1, 0).sum().cast("int32"),
        worth=(whole & (rows.amount > 0)).ifelse(1, 0).sum().cast("int32"),
        bought=(rows.amount > 0).ifelse(cents, int64(0)).sum().fill_null(0).cast("int64"),
        net=cents.sum().fill_null(0).cast("int64"),
    )
    same_day = ["customer_code", "period", "known_from", "date"]
    back = day.filter(day.kind == RETURN).select(*same_day, back="net")
    both = day.left_join(back, same_day)
    both = both.select(*[day[name] for name in day.columns], back=both.back.fill_null(0))
    kept = (both.kind != RETURN) & (both.bought > 0) & (both.net + both.back != 0)
    returned = (both.kind == RETURN) & (both.papers > 0)
    purchase = kept | returned
    documents = returned.ifelse(both.papers, (both.worth > 0).ifelse(both.worth, 1))
    return both.group_by(*KEYS).aggregate(
        documents=purchase.ifelse(documents, 0).sum().cast("int32"),
        occasions=purchase.ifelse(1, 0).sum().cast("int32"),
        first_on=purchase.ifelse(both.date, ibis_null_date()).min(),
        last_on=purchase.ifelse(both.date, ibis_null_date()).max(),
    )


def breadth(line: ibis.Table, unit: Unit, late: bool) -> ibis.Table:
    """Distinct products by customer, kind and period (int32), among lines that sold something."""
    sold = line.filter(line.amount > 0)
    rows = visible(sold, unit, late, ("product_id",))
    return rows.group_by(*KEYS).aggregate(products=rows.product_id.nunique().cast("int32"))


def family_sums(line: ibis.Table, product: ibis.Table, unit: Unit, late: bool) -> ibis.Table:
    """Money and purchase days by customer, kind, product family (integer code) and period.

    `product` maps product_id to family_code; lines of unknown products are left out.
    """
    known = line.inner_join(product, "product_id")
    rows = visible(known.select(*line.columns, "family_code"), unit, late, ("amount", "date"), split=("family_code",))
    bought = (rows.amount > 0).ifelse(rows.date, ibis_null_date())
    return rows.group_by("customer_code", "kind", "family_code", "period", "known_from").aggregate(
        amount=(rows.amount * 100).cast("int64").sum().fill_null(0).cast("int64"),
        occasions=bought.nunique().cast("int32"),
        first_on=bought.min(),
        last_on=bought.max(),
    )


def ibis_null_date() -> Any:
    """A missing date."""
    import ibis

    return ibis.null("date")


def int64(value: int) -> Any:
    """A number of the type of sums: engines do not agree on the type of a bare one."""
    import ibis

    return ibis.literal(value, "int64")


def merged(rows: ibis.Table, merge: ibis.Table) -> ibis.Table:
    """The rows with each merged customer's code replaced by the one it was merged into."""
    joined = rows.left_join(merge, rows.customer_code == merge.from_code)
    return joined.select(
        *[rows[name] for name in rows.columns if name != "customer_code"],
        customer_code=joined.to_code.fill_null(joined.customer_code).cast("int32"),
    )
