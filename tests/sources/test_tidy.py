from decimal import Decimal

import pytest
from small_loads import load, text_file

from liuke.sources import layout, text

HEAD = "单据号,客户,日期,产品,金额\n"


@pytest.mark.parametrize(
    "label", ["合计", "合 计", "小计：", "总计", "Total", "Grand Total", "甲公司小计", "本月合计：12"]
)
def test_total_rows_are_skipped_whatever_they_are_called(tmp_path, label):
    loaded = load(text_file(tmp_path, HEAD + f"A1,甲,2026-03-05,p,10\n{label},,,,10\nA2,乙,2026-03-05,p,5\n"))
    account = loaded.reading.reconciliation
    assert (account.rows_read, account.skipped, account.sum_loaded) == (2, 1, Decimal(15))


def test_a_customer_called_total_is_a_customer(tmp_path):
    loaded = load(text_file(tmp_path, HEAD + "A1,Total,2026-03-05,p,10\nA2,合计商贸,2026-03-05,p,5\n"))
    assert loaded.column("customer_id") == ["Total", "合计商贸"]


def test_blank_heads_are_filled_across_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "BATCH_ROWS", 2)
    monkeypatch.setattr(layout, "BATCH_ROWS", 2)
    content = HEAD + "A1,甲,2026-03-05,p,1\n" + ",,,q,2\n" * 4 + "A2,乙,2026-03-06,p,3\n,,,q,4\n"
    loaded = load(text_file(tmp_path, content.replace("A2,", '"A2\n",')))
    assert loaded.column("customer_id") == ["甲"] * 5 + ["乙"] * 2
    assert loaded.reading.reconciliation.filled == 5


def test_lines_before_any_document_are_not_filled(tmp_path):
    loaded = load(text_file(tmp_path, HEAD + ",,,q,2\nA1,甲,2026-03-05,p,1\n"))
    assert loaded.bad["reason_code"].to_list() == ["no_customer"]
    assert loaded.good.height == 1


def test_several_totals_of_parts_are_no_total_of_the_file(tmp_path):
    content = HEAD + "A1,甲,2026-03-05,p,10\n合计,,,,10\nA2,乙,2026-03-05,p,5\n合计,,,,5\n"
    assert load(text_file(tmp_path, content)).reading.reconciliation.file_total is None
    content += "总计,,,,15\n"
    assert load(text_file(tmp_path, content)).reading.reconciliation.file_total == 15
