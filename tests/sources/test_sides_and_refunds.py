"""Debit and credit in two columns, refunds in a column of their own, returns told by the quantity alone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

import liuke
from liuke.kernel.errors import NeedsAnswer

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.loading.applying import Loaded


def load(folder: Path, text: str) -> Loaded:
    """What a load of a text says."""
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return liuke.open(folder / "firm").load(path)


def loaded(folder: Path, text: str) -> tuple[int, Decimal]:
    """Rows and money of a loaded text, after its account was found to tie."""
    account = load(folder, text).account
    assert account is not None
    assert account.difference == 0
    assert account.rows_missing == 0
    return account.rows_loaded, account.sum_loaded


def ledger(words: tuple[str, str], heads: str) -> str:
    rows = [f"V{i},2025-0{i % 9 + 1}-11,Firm {'ABC'[i % 3]},{words[0]},{100 + i}.50," for i in range(12)]
    rows += [f"W{i},2025-0{i % 9 + 1}-12,Firm {'ABC'[i % 3]},{words[1]},,{40 + i}.25" for i in range(4)]
    return "\n".join([f"Voucher No,Date,Customer,Remarks,{heads}", *rows])


SOLD, OTHER = Decimal("1272.00"), Decimal("167.00")


@pytest.mark.parametrize("heads", ["Debit,Credit", "借方,贷方", "Soll,Haben", "Débit,Crédit", "Dr,Cr"])
def test_payments_on_the_other_side_are_no_sales(tmp_path: Path, heads: str) -> None:
    assert loaded(tmp_path, ledger(("Invoice", "Payment"), heads)) == (12, SOLD)


@pytest.mark.parametrize("heads", ["Debit,Credit", "借方金额,贷方金额", "Debe,Haber"])
def test_credit_notes_on_the_other_side_are_taken_off(tmp_path: Path, heads: str) -> None:
    assert loaded(tmp_path, ledger(("Invoice", "Credit note"), heads)) == (16, SOLD - OTHER)


def test_two_sides_without_a_word_are_asked(tmp_path: Path) -> None:
    with pytest.raises(NeedsAnswer, match="Which are the sales"):
        load(tmp_path, ledger(("", ""), "Debit,Credit"))


def shop(amounts: list[str], refunds: list[str], heads: str = "Amount,Refunded Amount") -> str:
    pairs = enumerate(zip(amounts, refunds, strict=True))
    rows = [f"N{i},2025-01-{i + 10},Buyer {'ABC'[i % 3]},{a},{r}" for i, (a, r) in pairs]
    return "\n".join([f"Order No,Order Date,Customer,{heads}", *rows])


AMOUNTS = [f"{20 + i}.50" for i in range(9)]


@pytest.mark.parametrize("heads", ["Amount,Refunded Amount", "金额,退款金额", "Amount,Total Refunded"])
def test_a_refund_beside_its_sale_becomes_a_return(tmp_path: Path, heads: str) -> None:
    text = shop(AMOUNTS, ["0", "21.50", "", "5.25", "0", "0", "26.50", "0", "0"], heads)
    assert loaded(tmp_path, text) == (12, Decimal("220.50") - Decimal("53.25"))


def test_refunds_that_could_be_taken_off_already_are_asked(tmp_path: Path) -> None:
    with pytest.raises(NeedsAnswer, match="taken off Amount already"):
        load(tmp_path, shop(AMOUNTS, ["0", "90.00", "", "5.25", "0", "0", "3.10", "0", "0"]))


def test_a_quantity_below_zero_makes_its_amount_a_return(tmp_path: Path) -> None:
    rows = [
        f"N{i},2025-01-{i + 10},Buyer {'ABC'[i % 3]},{q},{10 + i}.50,{abs(q) * (Decimal(10 + i) + Decimal('0.50'))}"
        for i, q in enumerate((1, 2, -1, 3, -2, 1))
    ]
    text = "\n".join(["Order No,Order Date,Customer,Qty,Unit Price,Amount", *rows])
    sold = sum((q * (Decimal(10 + i) + Decimal("0.50")) for i, q in enumerate((1, 2, -1, 3, -2, 1))), Decimal(0))
    assert loaded(tmp_path, text) == (6, sold)
