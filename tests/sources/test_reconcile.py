from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel.errors import Invalid
from liuke.sources.reconcile import ReasonTotal, Reconciliation

SOUND = Reconciliation(
    rows_read=3,
    rows_loaded=2,
    rows_quarantined=1,
    sum_read=Decimal("6.004"),
    sum_loaded=Decimal(4),
    sum_quarantined=Decimal(2),
    rounding=Decimal("0.004"),
    by_reason={"no_customer": ReasonTotal(1, Decimal(2), 0)},
)


def test_a_sound_account_passes_and_parts_add_up():
    SOUND.check()
    both = SOUND + SOUND
    both.check()
    assert (both.rows_read, both.sum_read) == (6, Decimal("12.008"))
    assert both.by_reason["no_customer"] == ReasonTotal(2, Decimal(4), 0)


@pytest.mark.parametrize(
    "wrong", [{"rows_loaded": 1}, {"sum_loaded": Decimal("3.99")}, {"sum_quarantined": Decimal(3)}, {"rows_read": 4}]
)
def test_a_row_or_a_cent_too_few_is_refused(wrong):
    with pytest.raises(Invalid):
        Reconciliation(**{**SOUND.__dict__, **wrong}).check("a.csv")


def test_more_rounding_than_half_a_cent_a_line_is_refused():
    account = Reconciliation(
        rows_read=1, rows_loaded=1, sum_read=Decimal("1.006"), sum_loaded=Decimal(1), rounding=Decimal("0.006")
    )
    with pytest.raises(Invalid, match="more than half a cent a line"):
        account.check()


@given(st.lists(st.decimals(-1000, 1000, places=3), max_size=8))
def test_the_order_of_adding_changes_nothing(amounts):
    parts = [Reconciliation(rows_read=1, rows_loaded=1, sum_read=a, sum_loaded=a) for a in amounts]
    assert sum(parts, Reconciliation()) == sum(reversed(parts), Reconciliation())


def test_the_files_own_total_is_compared_with_every_amount_there_is():
    """A footer without an amount, such as who made the list, is no reason not to look."""
    account = Reconciliation(totalled=Decimal(5), file_total=Decimal(6))
    assert account.off_file_total == Decimal(-1)
    assert Reconciliation(totalled=Decimal(5), file_total=Decimal(6), unknown=1).off_file_total == Decimal(-1)
    assert Reconciliation(totalled=Decimal(6), file_total=Decimal(6), unknown=1).off_file_total == 0
    assert Reconciliation(sum_read=Decimal(5)).off_file_total is None
