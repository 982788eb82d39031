"""What a workbook hides or has not worked out is said; cells repeated without end are refused."""

import zipfile

import pytest
import xlsxwriter
from small_loads import load

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language

HEAD = ["Invoice No", "Date", "Customer", "Amount"]


def book(tmp_path, *, hidden_rows=(), hidden_sheet=False, errors=(), unworked=()):
    path = tmp_path / "book.xlsx"
    made = xlsxwriter.Workbook(path)
    sheet = made.add_worksheet("Sales")
    sheet.write_row(0, 0, HEAD)
    for row in range(1, 9):
        sheet.write_row(row, 0, [f"A{row}", f"2026-03-{row:02d}", f"Firm {row % 3}"])
        if row in errors:
            sheet.write_formula(row, 3, "=#REF!", None, "#REF!")
        elif row in unworked:
            sheet.write_formula(row, 3, "=1+1", None, "")
        else:
            sheet.write(row, 3, 10.5)
    for row in hidden_rows:
        sheet.set_row(row, None, None, {"hidden": True})
    if hidden_sheet:
        other = made.add_worksheet("Old")
        other.write_row(0, 0, HEAD)
        other.write_row(1, 0, ["Z1", "2025-01-01", "Firm 9", 99])
        other.hide()
    made.close()
    return path


def notes(path):
    with in_language("en"):
        return load(path).notes


def test_hidden_rows_are_read_and_said(tmp_path):
    path = book(tmp_path, hidden_rows=(3, 4))
    assert "2 rows are hidden" in notes(path)
    assert load(path).good.height == 8


def test_a_hidden_sheet_is_named(tmp_path):
    path = book(tmp_path, hidden_sheet=True)
    assert "hidden sheets are not used: Old" in notes(path)
    assert load(path).good.height == 8


def test_errors_and_formulas_without_a_result_are_said_by_column_and_row(tmp_path):
    path = book(tmp_path, errors=(2, 5), unworked=(7,))
    assert "2 cells of column D hold an error such as #REF!, the first in row 3" in notes(path)
    assert "1 cells of column D hold a formula without its result, the first in row 8" in notes(path)
    found = load(path)
    assert (found.good.height, found.bad.height) == (5, 3)


def test_a_plain_workbook_says_nothing_of_all_this(tmp_path):
    said = notes(book(tmp_path))
    assert not any(word in said for word in ("hidden", "error", "formula"))


def test_a_column_nothing_has_worked_out_is_refused_with_the_way(tmp_path):
    path = book(tmp_path, unworked=range(1, 9))
    with in_language("en"), pytest.raises(Invalid) as refused:
        load(path)
    assert "column D holds formulas without their results" in refused.value.text()
    assert "save it" in refused.value.fix.text()


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def open_document(tmp_path, more):
    path = tmp_path / "sheet.ods"

    def row(*cells):
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def cell(text):
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    def number(value):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    lines = [row(*map(cell, (f"A{k}", f"2026-03-{k:02d}", f"Firm {k % 3}")), number(1.5)) for k in range(1, 9)]
    body = row(*map(cell, HEAD)) + "".join(lines) + more
    spaces = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        kind = 'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"'
        made.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" {kind}/></manifest:manifest>',
        )
        made.writestr(
            "content.xml",
            f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">'
            f"{body}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_blank_cells_may_be_repeated_to_the_end_of_an_open_document(tmp_path):
    blank = (
        '<table:table-row table:number-rows-repeated="1048560">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    assert load(open_document(tmp_path, blank)).good.height == 8


@pytest.mark.parametrize("rows", ["1048576", "1300"])
def test_filled_cells_repeated_without_end_are_refused(tmp_path, rows):
    bomb = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>'
        "</table:table-row>"
    )
    with in_language("en"), pytest.raises(Invalid) as refused:
        load(open_document(tmp_path, bomb))
    assert "repeated" in refused.value.text()


def test_a_cell_far_from_all_others_is_refused(tmp_path):
    far = (
        '<table:table-row table:number-rows-repeated="1040000"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
        '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    with in_language("en"), pytest.raises(Invalid) as refused:
        load(open_document(tmp_path, far))
    assert "far from each other" in refused.value.text()
