from decimal import Decimal

import pytest
from small_loads import load, text_file

from liuke.kernel.errors import Invalid
from liuke.sources.delimiters import guess_delimiter
from liuke.sources.files import open_source

HEAD = "客户编码,开票日期,不含税金额"
ROWS = [("00123", "2026-03-05", "10.50"), ("00124", "2026-03-06", "20.25")]


def csv(delimiter: str = ",", head: str = HEAD) -> str:
    return "\n".join(delimiter.join(row) for row in [head.split(","), *ROWS]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_read_alike(tmp_path, encoding):
    loaded = load(text_file(tmp_path, csv(), encoding=encoding))
    assert loaded.column("customer_id") == ["00123", "00124"]
    assert loaded.amounts() == [Decimal("10.50"), Decimal("20.25")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_every_usual_delimiter_is_found(tmp_path, delimiter):
    assert load(text_file(tmp_path, csv(delimiter))).amounts() == [Decimal("10.50"), Decimal("20.25")]


def test_runs_of_blanks_are_a_delimiter_when_nothing_else_is():
    assert guess_delimiter([" customer_id  date number_of_cds", " 00001 19970101  1"]) == " "
    assert guess_delimiter(["name;city", "Ann Smith;New York"]) == ";"


def test_a_western_file_keeps_its_accents(tmp_path):
    content = (
        "Kundennr;Rechnungsdatum;Nettobetrag;Firma\n7;2026-03-05;10,50;Müller Söhne\n8;2026-03-06;1.234,00;Café é\n"
    )
    loaded = load(text_file(tmp_path, content, encoding="cp1252"))
    assert loaded.column("customer_name") == ["Müller Söhne", "Café é"]
    assert loaded.amounts() == [Decimal("10.50"), Decimal("1234.00")]


def test_old_line_ends_and_excels_sep_line_are_understood(tmp_path):
    assert load(text_file(tmp_path, csv(";").replace("\n", "\r"))).good.height == 2
    loaded = load(text_file(tmp_path, "sep=;\r\n" + csv(";").replace("\n", "\r\n")))
    assert loaded.column("__row") == [3, 4]


def test_title_rows_and_blank_lines_do_not_shift_row_numbers(tmp_path):
    content = "某某公司销售明细\n\n单位：元,制表：张三\n" + HEAD + "\n00123,2026-03-05,1\n\n00124,2026-03-06,2\n"
    assert load(text_file(tmp_path, content)).column("__row") == [5, 7]


def test_quotation_marks_may_enclose_delimiters_and_line_breaks(tmp_path):
    content = HEAD + ',备注\n00123,2026-03-05,"1,234.50","two\nlines"\n00124,2026-03-06,2,5" pipe\n'
    assert load(text_file(tmp_path, content)).amounts() == [Decimal("1234.50"), Decimal("2.00")]


def test_a_number_cut_by_its_own_comma_is_put_together(tmp_path):
    content = HEAD + "\n" + "00123,2026-03-05,1\n" * 500 + "00124,2026-03-06,1,234.50\n"
    loaded = load(text_file(tmp_path, content))
    assert sum(loaded.amounts()) == Decimal("1734.50")
    assert "the first is row 502" in loaded.notes


def test_a_row_with_more_fields_than_the_header_is_set_aside_with_its_number(tmp_path):
    content = HEAD + "\n" + "00123,2026-03-05,1\n" * 500 + "00124,2026-03-06,1,one,2,234.50\n"
    loaded = load(text_file(tmp_path, content))
    account = loaded.reading.reconciliation
    assert (account.rows_read, account.rows_loaded, account.rows_quarantined, account.unknown) == (501, 500, 1, 1)
    assert loaded.bad["reason_code"].to_list() == ["too_wide"]
    assert loaded.bad["__row"].to_list() == ["502"]


def test_a_file_of_two_encodings_is_refused_with_the_line(tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_bytes((HEAD + "\n客户甲,2026-03-05,1\n").encode("gb18030") + "客户乙公司,2026-03-06,2\n".encode())
    with pytest.raises(Invalid) as refused:
        open_source(str(path))
    assert refused.value.said.fields["row"] == 3


def test_bytes_that_are_no_text_are_refused_with_the_line(tmp_path):
    path = tmp_path / "broken.csv"
    path.write_bytes((HEAD + "\n客户甲,2026-03-05,1\n").encode("gb18030") + b"\xff\xff,2026-03-06,2\n")
    with pytest.raises(Invalid) as refused:
        open_source(str(path))
    assert refused.value.said.fields["row"] == 3
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.encode() + b"\nabc\xff,2026-03-05,1\n")
    with pytest.raises(Invalid) as refused:
        open_source(str(path))
    assert refused.value.said.fields["row"] == 2


def test_batches_can_be_read_again(tmp_path):
    (table,) = open_source(str(text_file(tmp_path, csv(), encoding="gb18030"))).tables
    assert [b.height for b in table.batches()] == [b.height for b in table.batches()] == [2]


def test_a_transcoded_copy_goes_with_its_table(tmp_path, monkeypatch):
    import gc
    import tempfile

    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    tables = open_source(str(text_file(tmp_path, csv(), encoding="gb18030"))).tables
    assert len(list(copies.iterdir())) == 1
    del tables
    gc.collect()
    assert list(copies.iterdir()) == []
