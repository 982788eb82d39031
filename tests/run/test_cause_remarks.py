"""Remarks as sayings of causes: of the year before, read once, weighed where audited cases say what they are worth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from firms import firm_of, monthly
from liuke.causes.keywords import shipped_words
from liuke.causes.taxonomy import by_name, shipped_causes
from liuke.kernel.i18n import in_language
from liuke.kernel.period import day_number
from liuke.reports.stored import stored_sentence
from liuke.run.cause_remarks import LONGEST, MOST, REMARK, Remarks, taught_by

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

CAUSES = tuple(cause.id for cause in shipped_causes())
NAMES = by_name(shipped_causes())
LEFT = date(2025, 6, 30)
NOTES = pl.DataFrame(schema={name: pl.Boolean if name == "by_owner" else pl.String
                             for name in ("text", "stated_cause", "audited_cause", "by_owner")})  # fmt: skip
TAKEN = "市场窜货严重，厂家直接抢我们的客户"
LATE = "答应的交货期一拖再拖，送货总是晚到"
DEAR = "价格太贵，比别家高一成，客户嫌贵"


def remarks(*rows: tuple[int, int, str], notes: pl.DataFrame = NOTES) -> Remarks:
    """Remarks of customers so many days before they left."""
    held = [(who, day := LEFT - timedelta(days=ago), day, "complaint", f"{who}-{ago}", text) for who, ago, text in rows]
    return Remarks(pl.DataFrame(held, schema=REMARK, orient="row"), notes, NAMES, shipped_words())


def suggested(held: Remarks, *customers: int) -> list[str | None]:
    codes = np.array(customers)
    said = held.suggest(codes, np.full(len(codes), day_number(LEFT)), CAUSES).said
    return [CAUSES[each] if each >= 0 else None for each in said]


def test_a_remark_of_the_year_before_suggests_a_cause() -> None:
    """Who said nothing, something else, a year too early, or after it left, suggests nothing."""
    held = remarks((1, 9, LATE), (2, 365, DEAR), (3, 366, DEAR), (4, -1, DEAR), (5, 9, "例行拜访，一切正常"))
    assert suggested(held, 1, 2, 3, 4, 5, 6) == ["late_delivery", "price", None, None, None, None]


@pytest.mark.parametrize(
    "text",
    [
        LATE * 3_000,  # 50 kB
        "送货总是晚到，late delivery again",
        "ＬＡＴＥ ＤＥＬＩＶＥＲＹ ａｇａｉｎ，送货总是晚到",
        "😡😡 送货总是晚到 😡",
    ],
)
def test_long_mixed_wide_and_with_emoji(text: str) -> None:
    assert suggested(remarks((1, 9, text)), 1) == ["late_delivery"]


@pytest.mark.parametrize("text", ["😡", "。。。", "——", "x", "送货很及时，非常满意，服务周到"])
def test_what_says_nothing_or_praises_suggests_no_cause(text: str) -> None:
    assert suggested(remarks((1, 9, text)), 1) == [None]


def test_without_remarks_no_model_is_fitted() -> None:
    held = remarks()
    assert suggested(held, 1, 2) == [None, None]
    assert not {"reader", "mood"} & vars(held).keys()


def test_the_likeliest_of_the_newest_counts() -> None:
    """More remarks than are read: the old one is not."""
    many = [(1, ago, f"例行拜访 {ago}") for ago in range(MOST)]
    assert suggested(remarks(*many, (1, 99, LATE)), 1) == [None]
    [row] = (
        remarks((1, 3, LATE), (1, 2, LATE))
        .suggest(np.array([1]), np.array([day_number(LEFT)]), CAUSES)
        .rows.rows(named=True)
    )
    assert row["row_id"] == "1-2"


def test_what_teaches_is_audited_or_asked_by_others() -> None:
    rows = [
        ("说贵", "价格", None, False),
        ("说慢", "交货不及时", None, True),
        ("查过", "价格", "产品质量", True),
        ("没人问", "价格", None, None),
        ("不明", "不明", None, False),
        ("", "价格", None, False),
        ("长" * 50_000, "停业", None, False),
    ]
    notes = pl.DataFrame(rows, schema=NOTES.schema, orient="row")
    texts, causes = taught_by(notes.rename({"text": "text"}), NAMES)
    assert texts == ["说贵", "查过", "长" * LONGEST]
    assert causes == ["price", "quality", "closed_or_moved"]


def test_a_firm_teaches_its_own_words() -> None:
    own = [("老板小舅子也开了厂", "竞争对手", None, False)] * 12
    notes = pl.DataFrame(own, schema=NOTES.schema, orient="row")
    said = (1, 9, "听说老板小舅子也开了厂")
    assert suggested(remarks(said), 1) == [None]
    assert suggested(remarks(said, notes=notes), 1) == ["competitor"]


AS_OF = date(2025, 1, 31)
LOADED = date(2026, 3, 1)
HEADER = "complaint_id,customer_id,opened_on,replied_on,resolved_on,verdict,recorded_on,text\n"


def made(folder: Path, complaints: list[str], audited: int = 0) -> Firm:
    """A firm half of whose customers left, with complaints; notes say the price, audits of so many another cause."""
    folder.mkdir()
    stays = [100] * 16
    docs = [doc for n in range(160) for doc in monthly(f"c{n}", stays if n % 2 else stays[: 5 + n % 6])]
    firm = firm_of(docs, folder)
    (folder / "complaints.csv").write_text(HEADER + "\n".join(complaints), "utf-8")
    notes = [
        f"c{n},2024-12-11,价格,是,2024-12-11,价格太贵,{'渠道冲突' if n < 2 * audited else ''}" for n in range(0, 160, 2)
    ]
    header = "customer_id,on,stated_cause,by_owner,recorded_on,text,audited_cause\n"
    (folder / "notes.csv").write_text(header + "\n".join(notes), "utf-8")
    firm.load(folder / "complaints.csv", table="complaint", loaded_on=LOADED)
    firm.load(folder / "notes.csv", table="exit_note", loaded_on=LOADED)
    return firm


def said(number: str, who: int, day: str, text: str, entered: str = "") -> str:
    return f"{number},c{who},{day},{day},,不满意,{entered or day},{text}"


OF_LEAVERS = [said(f"K{n}", n, "2024-02-10", TAKEN) for n in range(0, 160, 2)]


def test_too_few_audited_and_a_remark_is_shown_but_moves_nothing(tmp_path: Path) -> None:
    plain = [each.rpartition(",")[0] + "," for each in OF_LEAVERS]
    told = made(tmp_path / "told", OF_LEAVERS).run(AS_OF, AS_OF)
    bare = made(tmp_path / "bare", plain).run(AS_OF, AS_OF)
    assert_frame_equal(told.table("customer_cause"), bare.table("customer_cause"))
    assert told.info["causes"]["remarks"] == {"leavers": 80, "audited": 0}
    assert "text" not in told.info["causes"]["said"]


def test_with_audited_cases_remarks_are_a_channel_and_their_rows_evidence(tmp_path: Path) -> None:
    run = made(tmp_path / "one", OF_LEAVERS, audited=40).run(AS_OF, AS_OF)
    assert run.info["causes"]["remarks"] == {"leavers": 80, "audited": 40}
    assert run.info["causes"]["said"]["text"] == 80
    evidence = run.table("cause_evidence").filter(pl.col("cause") == "channel_conflict", pl.col("table") == "complaint")
    assert evidence.height >= 40
    assert set(evidence["row_id"]) <= {f"K{n}" for n in range(0, 160, 2)}
    assert (evidence["ratio"] >= 1).all()  # 1 where nothing else is thought of
    for language in ("zh", "en"):
        with in_language(language):
            words = stored_sentence(evidence["said"][0]).text()
            assert ("指向它" if language == "zh" else "suggests it") in words
    causes = run.table("customer_cause").filter(pl.col("place") == 1, ~pl.col("audited"), pl.col("judged") == "lost")
    assert (causes["cause"] == "channel_conflict").mean() > 0.9  # 40 audits say what remarks are worth, and notes not


def test_remarks_dated_or_entered_later_move_nothing(tmp_path: Path) -> None:
    later = [said(f"L{n}", n, "2025-02-03", DEAR) for n in range(0, 160, 2)]
    entered = [said(f"E{n}", n, "2024-02-12", DEAR, "2025-02-12") for n in range(0, 160, 2)]
    one = made(tmp_path / "one", OF_LEAVERS, audited=40).run(AS_OF, AS_OF)
    two = made(tmp_path / "two", [*OF_LEAVERS, *later, *entered], audited=40).run(AS_OF, AS_OF)
    for name in ("customer_cause", "cause_evidence", "cause_channel", "cause_card"):
        assert_frame_equal(one.table(name), two.table(name))


def test_a_row_that_speaks_by_its_words_is_not_read_again(tmp_path: Path) -> None:
    """A rude driver is an event of staff attitude: its remark is no second witness."""
    rude = [said(f"R{n}", n, "2024-02-10", "司机态度恶劣，骂人") for n in range(0, 160, 2)]
    run = made(tmp_path / "one", rude, audited=40).run(AS_OF, AS_OF)
    assert run.info["causes"]["remarks"] == {"leavers": 0, "audited": 0}
    assert "staff_attitude" in set(run.table("cause_card").filter(pl.col("events") > 0)["cause"])
