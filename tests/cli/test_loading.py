"""Loading as a person meets it: what is said every time, what is refused, and a way out of every question."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from typing import TYPE_CHECKING

import pytest
from terminal import liuke

if TYPE_CHECKING:
    from pathlib import Path

PRICED = "发票号,客户编码,开票日期,数量,单价\nF1,K1,2026-01-05,2,10.00\nF2,K2,2026-01-06,3,10.00\n"
TOTALLED = (
    "发票号,客户编码,开票日期,不含税金额\nF1,K1,2026-01-05,20.00\nF2,K2,2026-01-06,30.00\n"
    "合计,,,{total}\n制表人：王,,,\n"
)
AMBIGUOUS = "invoice no,customer id,date,amount\nF1,K1,01/02/2026,10\nF2,K2,03/04/2026,20\n"


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    liuke("init", tmp_path / "firm")
    return tmp_path / "firm"


def write(folder: Path, text: str, name: str = "发票.csv") -> Path:
    path = folder.parent / name
    path.write_text(text, "utf-8")
    return path


def test_what_a_mapping_takes_for_granted_is_said_at_every_load(firm: Path) -> None:
    file = write(firm, PRICED)
    first = liuke("load", file, "-w", firm, "--source", "s")
    file.write_text(PRICED + "F3,K1,2026-02-05,1,10.00\n", "utf-8")
    second = liuke("load", file, "-w", firm, "--source", "s")
    for said in (first, second):
        assert said.code == 0
        assert "the amount is 数量 x 单价" in said.out
    assert "set by you" not in second.out
    assert "taken by Liuke at an earlier load" in second.out


def test_a_column_changed_in_the_mapping_file_is_said_to_be_set_by_hand(firm: Path) -> None:
    file = write(firm, PRICED.replace("单价", "单价,备注单号").replace("10.00", "10.00,B1"))
    liuke("load", file, "-w", firm, "--source", "s")
    saved = firm / "mappings" / "s.document_line.toml"
    text = saved.read_text("utf-8")
    assert "[guessed]" in text
    saved.write_text(text.replace('document_id = "发票号"', 'document_id = "备注单号"', 1), "utf-8")
    file.write_text(file.read_text("utf-8").replace("B1", "B2"), "utf-8")
    said = liuke("load", file, "-w", firm, "--source", "s")
    line = next(line for line in said.out.splitlines() if "备注单号" in line)
    assert "set by you" in line


def test_a_mistyped_column_is_refused_with_a_saved_mapping_too(firm: Path) -> None:
    file = write(firm, PRICED.replace("单价", "单价,不含税金额").replace("10.00\n", "10.00,25.00\n"))
    assert liuke("load", file, "-w", firm, "--source", "s").code == 0
    saved = (firm / "mappings" / "s.document_line.toml").read_text("utf-8")
    file.write_text(file.read_text("utf-8") + "F3,K1,2026-02-05,1,10.00,12.00\n", "utf-8")
    refused = liuke("load", file, "-w", firm, "--source", "s", "--amount", "无税金额")
    assert refused.code == 1
    assert "has no column 无税金额, which --amount names" in refused.err
    assert "Did you mean 不含税金额?" in refused.err
    assert (firm / "mappings" / "s.document_line.toml").read_text("utf-8") == saved


def test_a_mistyped_column_is_refused_at_the_first_load(firm: Path) -> None:
    refused = liuke("load", write(firm, PRICED), "-w", firm, "--customer", "客户编号")
    assert refused.code == 1
    assert "has no column 客户编号, which --customer names" in refused.err
    assert "Did you mean 客户编码?" in refused.err
    assert not (firm / "mappings").exists()


def test_a_file_without_a_needed_column_is_refused_naming_the_option(firm: Path) -> None:
    file = write(firm, "发票号,客户编码,开票日期\nF1,K1,2026-01-05\n")
    assert "--amount HEADER" in liuke("load", file, "-w", firm).err
    assert "认不出哪一列是金额" in liuke("load", file, "-w", firm, language="zh").err


@pytest.mark.parametrize(
    ("total", "said"), [("50.00", "50.00, equals its rows"), ("1.00", "is 1.00, 49.00 away from its rows")]
)
def test_the_file_s_own_total_is_compared_whatever_stands_below_it(firm: Path, total: str, said: str) -> None:
    done = liuke("load", write(firm, TOTALLED.format(total=total)), "-w", firm)
    assert said in done.out + done.err
    assert f"1 rows are totals, {total} in all" in done.out + done.err


@pytest.mark.parametrize(
    "name", ["发票 (1).csv", "发票（2）.csv", "发票-副本.csv", "发票_最终版.csv", "发票 2026-02.csv"]
)
def test_a_copy_by_another_name_is_the_same_source(firm: Path, name: str) -> None:
    liuke("load", write(firm, PRICED), "-w", firm)
    said = liuke("load", write(firm, PRICED, name), "-w", firm)
    assert said.code == 0
    assert "nothing changed" in said.out + said.err


def test_the_same_documents_from_another_source_are_refused_until_somebody_decides(firm: Path) -> None:
    liuke("load", write(firm, PRICED), "-w", firm)
    again = write(firm, PRICED + "F3,K1,2026-02-05,1,10.00\n", "开票明细.csv")
    refused = liuke("load", again, "-w", firm)
    assert refused.code == 1
    assert "2 of its 3 documents" in refused.err
    assert "--source 发票" in refused.err
    assert "--source 开票明细" in refused.err
    assert len(list((firm / "facts").rglob("load.json"))) == 1
    same = liuke("load", again, "-w", firm, "--source", "发票")
    assert "1 new documents" in same.out + same.err


def test_documents_that_share_a_few_numbers_are_others(firm: Path) -> None:
    """Two shops number from 1, but sell other things on other days."""
    liuke("load", write(firm, PRICED), "-w", firm)
    other = PRICED.replace("2026-01-05,2", "2026-01-07,2") + "F3,K1,2026-02-05,1,10.00\nF4,K2,2026-02-06,1,10.00\n"
    said = liuke("load", write(firm, other, "二店.csv"), "-w", firm)
    assert said.code == 0
    assert "4 new documents" in said.out + said.err


def test_a_load_that_changes_nothing_leaves_the_next_number_free(firm: Path) -> None:
    bad = "F9,K1,someday,1,1.00\n"
    liuke("load", write(firm, PRICED + bad), "-w", firm)
    again = liuke("load", write(firm, PRICED + bad), "-w", firm)
    assert "1 rows were not used: not a date (开票日期: someday) (1.00)" in again.err
    names = sorted(path.name for path in (firm / "quarantine").iterdir())
    assert names == ["0001-发票.csv", "发票.not-loaded.csv"]
    assert str(firm / "quarantine" / names[1]) in again.err


def test_a_dry_run_says_why_rows_are_not_used_and_leaves_nothing(firm: Path) -> None:
    said = liuke("load", write(firm, PRICED + "F9,K1,2999-01-01,1,1.00\n"), "-w", firm, "--dry-run", language="zh")
    assert "1 行没有使用：日期在将来" in said.err
    assert [path.name for path in firm.iterdir() if path.is_dir()] == []


def test_a_column_that_comes_later_is_taken_and_said(firm: Path) -> None:
    liuke("load", write(firm, PRICED), "-w", firm)
    later = PRICED.replace("单价", "单价,业务员,箱号,金额").replace("10.00\n", "10.00,王,B7,19.00\n")
    said = liuke("load", write(firm, later + "F3,K1,2026-02-05,1,10.00,王,B7,9.50\n"), "-w", firm)
    assert "业务员 is new in this source: taken for" in said.out
    assert "箱号 is new in this source and not used" in said.out
    assert "金额 is new in this source and could be" in said.out
    saved = (firm / "mappings" / "发票.document_line.toml").read_text("utf-8")
    assert 'salesperson_id = "业务员"' in saved
    assert 'amount = "金额"' not in saved
    again = liuke("load", write(firm, later), "-w", firm)
    assert "is new in this source" not in again.out


def test_a_column_taken_out_of_the_mapping_file_is_not_new(firm: Path) -> None:
    liuke("load", write(firm, PRICED), "-w", firm)
    saved = firm / "mappings" / "发票.document_line.toml"
    saved.write_text(saved.read_text("utf-8").replace('document_id = "发票号"\n', "", 1), "utf-8")
    said = liuke("load", write(firm, PRICED + "F3,K1,2026-02-05,1,10.00\n"), "-w", firm, "--dry-run")
    assert "is new in this source" not in said.out


def test_a_saved_mapping_that_no_longer_fits_is_not_left_in_silence(firm: Path) -> None:
    liuke("load", write(firm, PRICED), "-w", firm)
    said = liuke("load", write(firm, PRICED.replace("客户编码", "购货单位编码")), "-w", firm)
    assert "The mapping saved for 发票 does not fit" in said.out


def test_what_was_answered_stays_set_by_hand(firm: Path) -> None:
    two = "客户名称,日期,金额1,金额2\n" + "".join(f"甲{i % 3},2026-03-05,{i}.5,{i * i}.25\n" for i in range(9))
    child, terminal = at_a_terminal("load", write(firm, two), "-w", firm)
    read_until(terminal, "> ")
    os.write(terminal, b"2\n")
    read_until(terminal, "as before")
    os.waitpid(child, 0)
    said = liuke("load", write(firm, two), "-w", firm)
    assert "set by you" in next(line for line in said.out.splitlines() if "金额2" in line)


def at_a_terminal(*words: str | Path) -> tuple[int, int]:
    """A process running the program at a terminal of its own: its id and the terminal's other end."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["LIUKE_LANG"] = "en"
        code = "from liuke.cli import main; main()"
        os.execv(sys.executable, [sys.executable, "-c", code, *map(str, words)])
    return child, terminal


def read_until(terminal: int, text: str, seconds: float = 60) -> str:
    """What stands on the terminal once the text has come, or once nothing more can come."""
    seen, until = "", time.monotonic() + seconds
    while text not in seen and time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 4096).decode("utf-8", "replace")
            except OSError:  # the other side is gone
                break
    return seen


def test_ctrl_c_at_a_question_stops_at_once(firm: Path) -> None:
    child, terminal = at_a_terminal("load", write(firm, AMBIGUOUS), "-w", firm)
    asked = read_until(terminal, "> ")
    assert "month" in asked
    time.sleep(0.5)  # nobody is quicker, and between prompt and waiting a signal is only noted
    os.write(terminal, b"\x03")
    assert "Stopped" in read_until(terminal, "unchanged", 20)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    assert not list((firm / "facts").rglob("load.json"))


def test_a_question_can_be_answered_at_a_terminal(firm: Path) -> None:
    child, terminal = at_a_terminal("load", write(firm, AMBIGUOUS), "-w", firm)
    read_until(terminal, "> ")
    os.write(terminal, b"2\n")
    assert "2 new documents" in read_until(terminal, "as before")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_where_documents_come_from_is_asked_at_a_terminal(firm: Path) -> None:
    liuke("load", write(firm, PRICED), "-w", firm)
    again = write(firm, PRICED + "F3,K1,2026-02-05,1,10.00\n", "开票明细.csv")
    child, terminal = at_a_terminal("load", again, "-w", firm)
    assert "the same export again" in read_until(terminal, "> ")
    os.write(terminal, b"1\n")
    assert "1 new documents" in read_until(terminal, "as before")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not (firm / "mappings" / "开票明细.document_line.toml").exists()


@pytest.mark.parametrize("source", ["../../x", "a/b", ".x", "", "x" * 400])
def test_a_source_that_would_be_kept_elsewhere_is_refused(firm: Path, source: str) -> None:
    before = sorted(firm.parent.rglob("*"))
    file = write(firm, PRICED)
    refused = liuke("load", file, "-w", firm, "--source", source)
    assert refused.code == 2
    assert "can't be the name of a source" in refused.err
    assert sorted({*firm.parent.rglob("*")} - {file}) == before


def test_an_empty_word_does_not_load_the_folder_one_stands_in(firm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(firm, PRICED).parent)
    refused = liuke("load", "", "-w", firm)
    assert refused.code == 1
    assert "No file is named" in refused.err
    assert not (firm / "facts").exists()


def test_with_standard_input_closed_nobody_is_asked(firm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    liuke("load", write(firm, PRICED), "-w", firm)
    assert "0001" in liuke("loads", "-w", firm).out


def test_a_total_that_takes_returns_off_is_the_rows_own(firm: Path) -> None:
    rows = "单号,客户编码,日期,金额,单据类型\nF1,K1,2026-01-05,50.00,销售单\n"
    rows += "F2,K2,2026-01-06,30.00,销售退货单\n合计,,,20.00,\n"
    done = liuke("load", write(firm, rows), "-w", firm)
    assert "The file's own total, 20.00, equals its rows." in done.out + done.err


def test_a_refund_of_one_line_leaves_the_lines_below_it(firm: Path) -> None:
    refunds = {(n, 10): "退款完成" for n in range(1, 4)}
    head = "订单号,订单状态,买家昵称,买家手机号,下单时间,商品名称,商品数量,商品实际成交金额,退款状态\n"
    rows = [
        f"E{n},交易完成,小雨{n},1390000000{n},2026-01-0{n} 20:00:00,皂,1,{amount},{refunds.get((n, amount), '')}"
        for n in range(1, 9)
        for amount in (10, 20)
    ]
    done = liuke("load", write(firm, head + "\n".join(rows)), "-w", firm)
    assert "210.00" in done.out, done.out + done.err
