"""A column that adds up another from row to row is no amount, whatever it is called."""

from decimal import Decimal

import pytest
from small_loads import load, text_file

from liuke.kernel.i18n import in_language

VALUES = [12.5, 80.25, 7.1, 300, 45.45, 9.99, 120, 61.3]


def rows(whole, *, line="Value", downwards=True, each_customer=False):
    made, so_far, by_customer = [], 0.0, {}
    for k, value in enumerate(VALUES):
        who = f"Firm {k // 3}"
        so_far += value
        by_customer[who] = by_customer.get(who, 0.0) + value
        total = by_customer[who] if each_customer else so_far
        made.append(f"A{k},2026-03-{k + 1:02d},{who},{value:.2f},{total:.2f}")
    made = made if downwards else list(reversed(made))
    return "\n".join([f"Invoice No,Date,Customer,{line},{whole}", *made]) + "\n"


@pytest.mark.parametrize("whole", ["Running Total", "Total", "Amount", "Net Amount", "累计金额"])
@pytest.mark.parametrize("downwards", [True, False], ids=["downwards", "upwards"])
def test_a_running_sum_is_never_the_amount(tmp_path, whole, downwards):
    found = load(text_file(tmp_path, rows(whole, downwards=downwards)))
    assert sum(found.amounts()) == Decimal("636.59")


@pytest.mark.parametrize("line", ["Value", "Ext. Price", "Zahl"])
def test_the_column_it_adds_up_is_the_amount(tmp_path, line):
    with in_language("en"):
        found = load(text_file(tmp_path, rows("Total", line=line)))
        assert found.plan.mapping.header("amount") == line
        assert f"Total adds up {line} from row to row" in found.notes


def test_a_sum_that_begins_anew_with_each_customer_is_none_either(tmp_path):
    found = load(text_file(tmp_path, rows("Total", line="Amount", each_customer=True)))
    assert sum(found.amounts()) == Decimal("636.59")


def test_amounts_that_happen_to_rise_stay_amounts(tmp_path):
    lines = "\n".join(f"A{k},2026-03-{k + 1:02d},Firm {k % 3},{k + 1},{100.5 + k}" for k in range(12))
    found = load(text_file(tmp_path, f"Invoice No,Date,Customer,Qty,Amount\n{lines}\n"))
    assert sum(found.amounts()) == Decimal("1272.00")
