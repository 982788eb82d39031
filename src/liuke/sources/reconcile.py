"""The account of a load: every row and every cent read is loaded, quarantined or named as rounding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.unread import EXAMPLES, Unread, added

HALF_A_CENT = Decimal("0.005")
ZERO = Decimal(0)


@dataclass(frozen=True)
class ReasonTotal:
    """Rows quarantined for one reason, their exact amount, and how many of them have no readable amount.

    `examples` are some (column, cell) that were at fault.
    """

    rows: int = 0
    amount: Decimal = ZERO
    unknown: int = 0
    examples: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: ReasonTotal) -> ReasonTotal:
        examples = tuple(dict.fromkeys(self.examples + other.examples))[:EXAMPLES]
        return ReasonTotal(self.rows + other.rows, self.amount + other.amount, self.unknown + other.unknown, examples)

    @property
    def cells(self) -> str:
        """The examples by column: `Date: soon, later`."""
        headers = dict.fromkeys(header for header, _ in self.examples)
        return "; ".join(f"{name}: {', '.join(c for h, c in self.examples if h == name)}" for name in headers)


@dataclass(frozen=True)
class Reconciliation:
    """Counts and exact sums; accounts of parts add up with `+`.

    `sum_read` and `sum_quarantined` are exact, `sum_loaded` is in whole cents, `rounding` is what the loaded rows lost
    by it. `turned` is the difference made by booking returns, written without a minus, as negative. `given_back` is
    money of refunds in a column of their own, of which `returns_made` more lines are loaded. Rows without a
    readable amount are counted in `unknown` and in no sum. Rows that are no lines (`by_class`; totals also in
    `skipped`) are not rows read; where totals state a `file_total`, `totalled` is what the rows of these tables come
    to. `unread` are cells left empty, by column and reason, whose rows count.
    """

    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    sum_read: Decimal = ZERO
    sum_loaded: Decimal = ZERO
    sum_quarantined: Decimal = ZERO
    rounding: Decimal = ZERO
    turned: Decimal = ZERO
    given_back: Decimal = ZERO
    returns_made: int = 0
    unknown: int = 0
    rounded_rows: int = 0
    skipped: int = 0
    filled: int = 0
    file_total: Decimal | None = None
    totalled: Decimal = ZERO
    by_reason: dict[str, ReasonTotal] = field(default_factory=dict)
    by_class: dict[str, ReasonTotal] = field(default_factory=dict)
    unread: dict[tuple[str, str], Unread] = field(default_factory=dict)

    def __add__(self, other: Reconciliation) -> Reconciliation:
        totals = [t for t in (self.file_total, other.file_total) if t is not None]
        return Reconciliation(
            rows_read=self.rows_read + other.rows_read,
            rows_loaded=self.rows_loaded + other.rows_loaded,
            rows_quarantined=self.rows_quarantined + other.rows_quarantined,
            sum_read=self.sum_read + other.sum_read,
            sum_loaded=self.sum_loaded + other.sum_loaded,
            sum_quarantined=self.sum_quarantined + other.sum_quarantined,
            rounding=self.rounding + other.rounding,
            turned=self.turned + other.turned,
            given_back=self.given_back + other.given_back,
            returns_made=self.returns_made + other.returns_made,
            unknown=self.unknown + other.unknown,
            rounded_rows=self.rounded_rows + other.rounded_rows,
            skipped=self.skipped + other.skipped,
            filled=self.filled + other.filled,
            file_total=sum(totals, ZERO) if totals else None,
            totalled=self.totalled + other.totalled,
            by_reason=_added(self.by_reason, other.by_reason),
            by_class=_added(self.by_class, other.by_class),
            unread=added(self.unread, other.unread),
        )

    @property
    def difference(self) -> Decimal:
        """What is not accounted for; zero in every sound load."""
        gone = self.sum_quarantined + self.rounding + self.turned + self.given_back
        return self.sum_read - self.sum_loaded - gone

    @property
    def rows_missing(self) -> int:
        """Rows not accounted for; none in every sound load."""
        return self.rows_read + self.returns_made - self.rows_loaded - self.rows_quarantined

    def with_returns(self, rows: int, amount: Decimal) -> Reconciliation:
        """The account with lines more, of refunds that stood beside their sales; their amount is below zero."""
        return replace(
            self,
            rows_loaded=self.rows_loaded + rows,
            returns_made=self.returns_made + rows,
            sum_loaded=self.sum_loaded + amount,
            given_back=self.given_back - amount,
        )

    @property
    def off_file_total(self) -> Decimal | None:
        """How far the rows with an amount are from the total the file states; None where it states none."""
        return None if self.file_total is None else self.totalled - self.file_total

    def check(self, origin: str = "") -> None:
        """Refuse a load that does not tie: by a row, by a cent, or by more rounding than half a cent a line."""
        if self.rows_missing:
            raise Invalid(
                N_("{file}: {read} rows read, but {loaded} loaded and {quarantined} quarantined. Nothing was loaded."),
                file=origin,
                read=self.rows_read,
                loaded=self.rows_loaded,
                quarantined=self.rows_quarantined,
            )
        if self.difference:
            raise Invalid(
                N_("{file}: the sums differ by {difference}: {read} read, {loaded} loaded, {quarantined} quarantined."),
                fix=N_("Nothing was loaded. Please report this with the file's first rows."),
                file=origin,
                difference=self.difference,
                read=self.sum_read,
                loaded=self.sum_loaded,
                quarantined=self.sum_quarantined,
            )
        if abs(self.rounding) > HALF_A_CENT * self.rows_loaded:
            raise Invalid(
                N_("{file}: rounding took {rounding}, more than half a cent a line. Nothing was loaded."),
                fix=N_("Check which column is the amount: a column of shares or prices was perhaps taken for it."),
                file=origin,
                rounding=self.rounding,
            )


def _added(these: dict[str, ReasonTotal], others: dict[str, ReasonTotal]) -> dict[str, ReasonTotal]:
    return {
        key: these.get(key, ReasonTotal()) + others.get(key, ReasonTotal()) for key in dict.fromkeys([*these, *others])
    }
