"""Words that say return or cancelled in other languages, as codes, or under a heading that says nothing of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from small_loads import load, text_file

from liuke.kernel.errors import NeedsAnswer

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, header: str, words: tuple[str, ...]) -> Path:
    rows = [f"N{i},2025-03-{i + 1:02d},c{i % 5},{10 + i}.50,{words[i % len(words)]}" for i in range(24)]
    return text_file(folder, "\n".join([f"Invoice,Date,Customer,Amount,{header}", *rows]) + "\n", "x.csv")


def sum_of(words: tuple[str, ...], signs: dict[str, int]) -> Decimal:
    return sum((signs.get(words[i % len(words)], 1) * Decimal(f"{10 + i}.50") for i in range(24)), Decimal(0))


@pytest.mark.parametrize(
    ("header", "words", "signs"),
    [
        ("Situação", ("Autorizada", "Autorizada", "Cancelada"), {"Cancelada": 0}),
        ("Operação", ("Venda", "Venda", "Devolução"), {"Devolução": -1}),
        ("Stato", ("Pagata", "Bozza", "Annullata"), {"Bozza": 0, "Annullata": 0}),
        ("Tipo documento", ("TD01", "TD24", "TD04"), {"TD04": -1}),
        ("Tipo factura", ("F1", "F2", "R1"), {"R1": -1}),
        ("Invoice type code", ("380", "380", "381"), {"381": -1}),
        ("売上区分", ("掛売上", "現金売上", "返品"), {"返品": -1}),
        ("赤黒区分", ("黒", "黒", "赤"), {"赤": -1}),
        ("ステータス", ("発送済み", "発送済み", "キャンセル"), {"キャンセル": 0}),
        ("구분", ("매출", "매출", "반품"), {"반품": -1}),
        ("주문상태", ("배송완료", "배송완료", "취소완료"), {"취소완료": 0}),
        ("發票狀態", ("開立", "作廢", "折讓"), {"作廢": 0, "折讓": -1}),
    ],
)
def test_words_of_more_languages_decide(
    tmp_path: Path, header: str, words: tuple[str, ...], signs: dict[str, int]
) -> None:
    loaded = load(written(tmp_path, header, words))
    assert sum(loaded.amounts()) == sum_of(words, signs)


@pytest.mark.parametrize(
    ("header", "words", "asked"),
    [
        ("Movement", ("Outbound", "Outbound", "Return"), "Return"),
        ("Remarks", ("", "", "urgent", "CANCELLED"), "CANCELLED"),
        ("备注", ("", "加急", "作废"), "作废"),
        ("Bemerkung", ("", "eilig", "storniert - doppelt"), "storniert - doppelt"),
        ("Info", ("", "", "Avoir"), "Avoir"),
    ],
)
def test_a_strong_word_under_another_heading_is_asked(
    tmp_path: Path, header: str, words: tuple[str, ...], asked: str
) -> None:
    with pytest.raises(NeedsAnswer) as refused:
        load(written(tmp_path, header, words))
    said = str(refused.value)
    assert header in said
    assert asked in said
    assert "urgent" not in said


@pytest.mark.parametrize("words", [("check", "credit", "transfer"), ("red", "blue"), ("urgent", "")])
def test_words_that_may_mean_anything_ask_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert sum(load(written(tmp_path, "Remarks", words)).amounts()) == sum_of(words, {})


def test_a_return_that_bears_its_minus_asks_nothing(tmp_path: Path) -> None:
    rows = [f"N{i},2025-03-{i + 1:02d},c{i % 5},{'-' * (i % 4 == 3)}{10 + i}.50,{'Return' * (i % 4 == 3)}"
            for i in range(24)]  # fmt: skip
    path = text_file(tmp_path, "\n".join(["Invoice,Date,Customer,Amount,Remarks", *rows]) + "\n", "x.csv")
    assert sum(load(path).amounts()) == sum((Decimal(row.split(",")[3]) for row in rows), Decimal(0))


def test_rows_of_tax_are_known_under_any_heading_of_text(tmp_path: Path) -> None:
    rows = ["Beleg;Datum;Kunde;Position;Betrag"]
    for i in range(12):
        head = f"R{i};{i + 11}.03.2025;c{i % 5}"
        rows += [f"{head};Teil A;100,00", f"{head};Teil B;{50 + i},00", f"{head};MwSt 19%;{(150 + i) * 0.19:.2f}"]
    text = "\n".join([rows[0], *(row if "MwSt" not in row else row[:-3] + "," + row[-2:] for row in rows[1:])]) + "\n"
    assert sum(load(text_file(tmp_path, text, "x.csv")).amounts()) == sum(150 + i for i in range(12))
