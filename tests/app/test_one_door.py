"""The Python face: frames in, options by name, clear words for what is wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

import liuke
from liuke.kernel.errors import LiukeError, NotFound
from liuke.kernel.i18n import in_language
from liuke.kernel.said import Said
from liuke.reports.query import customers

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

INVOICES = pl.DataFrame(
    {
        "发票号": ["F1", "F2"],
        "客户编码": ["K1", "K2"],
        "开票日期": ["2026-01-05", "2026-01-06"],
        "金额": [Decimal("10.50"), Decimal("20.25")],
        "含税": [Decimal("11.87"), Decimal("22.88")],
    }
)


class OnlyArrow:
    """Any other library's frame: all it can do is hand out Arrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return INVOICES.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("frame", [INVOICES, INVOICES.to_arrow(), OnlyArrow()], ids=["polars", "arrow", "other"])
def test_a_frame_is_loaded_and_ties_to_the_cent(frame: object, tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    done = firm.load(frame, source="invoices")  # type: ignore[arg-type]
    assert (done.account.rows_loaded, done.account.sum_loaded) == (2, Decimal("30.75"))
    assert firm.load(frame, source="invoices").load is None  # type: ignore[arg-type]


def test_a_frame_without_a_name_an_unknown_option_and_a_day_that_is_none_are_refused(tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    with in_language("en"):
        with pytest.raises(LiukeError) as refused:
            firm.load(INVOICES)
        assert "give source" in refused.value.text()
        with pytest.raises(TypeError):
            firm.load(INVOICES, source="x", taxes="inclusive")  # type: ignore[call-arg]  # a word no verb takes
        firm.load(INVOICES, source="x")
        with pytest.raises(LiukeError) as refused:
            firm.run(as_of="2024/06/30")
        assert "2024/06/30 is not a day" in refused.value.text()


def test_what_a_command_may_say_of_a_file_may_be_said_by_name(tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    done = firm.load(INVOICES, source="x", amount="含税", kind="order")
    assert done.account.sum_loaded == Decimal("34.75")
    assert done.mapping.kind == "order"


def test_one_set_of_verbs_reads_a_run(tmp_path: Path) -> None:
    rows = [[f"F{n}", f"K{n % 2 + 1}", f"2025-{n // 2 + 1:02d}-10", Decimal(100 + n)] for n in range(20)]
    frame = pl.DataFrame(rows, schema=["发票号", "客户编码", "开票日期", "金额"], orient="row")
    firm = liuke.open(tmp_path / "firm")
    firm.load(frame, source="x")
    firm.run()
    everybody = firm.list(customers(state="active"))
    assert set(everybody["customer_id"]) == {"K1", "K2"}
    assert everybody.schema["reasons"] == pl.List(pl.String)
    one = firm.show("K1").row(0, named=True)
    assert one["documents"] == len(one["documents_list"]) == 9  # the last month is not over
    with in_language("en"), pytest.raises(NotFound) as refused:
        firm.show("K1", as_of="2025-05-31")
    assert "liuke run --as-of 2025-05-31" in refused.value.text(), "reading computes nothing"
    firm.run(as_of="2025-05-31")
    assert firm.show("K1", as_of="2025-05-31")["documents"].item() == 5
    assert "rule" in firm.rules().columns
    assert firm.indicators().equals(firm.current().table("indicator"))
    with in_language("en"), pytest.raises(NotFound) as refused:
        firm.list(customers(state="gone"))
    assert "There is no state gone" in refused.value.text()


def test_both_faces_hear_the_same_of_a_run(tmp_path: Path) -> None:
    """What stands against a run comes from the one door: a load undone since, documents loaded since."""
    firm = liuke.open(tmp_path / "firm")
    rows = [[f"F{n}", f"K{n % 2 + 1}", f"2025-{n // 2 + 1:02d}-10", Decimal(100 + n)] for n in range(20)]
    frame = pl.DataFrame(rows, schema=["发票号", "客户编码", "开票日期", "金额"], orient="row")
    firm.load(frame.head(10), source="x")
    firm.run()
    assert firm.current().notices == ()
    second = firm.load(frame.tail(10), source="y")
    with in_language("en"):
        assert [said.text() for said in firm.current().notices] == [
            "Documents were loaded since this run. Run again: liuke run"
        ]
        firm.run()
        assert firm.current().notices == ()
        assert second.load is not None
        firm.unload(second.load.load_id)
        assert ["undone" in said.text() for said in firm.current().notices] == [True]


def test_at_risk_gives_one_view_in_its_order_and_refuses_what_is_none(simulated_firm: Firm) -> None:
    run = simulated_firm.current()
    money = simulated_firm.at_risk("money")
    now = run.table("customer_now").filter(pl.col("money_rank").is_not_null()).sort("money_rank")
    assert money["customer_id"].to_list() == now["customer_id"].to_list()
    assert set(money["customer_id"]) <= set(simulated_firm.at_risk()["customer_id"])
    assert money["reasons"].dtype == money["early_reasons"].dtype == pl.List(pl.String)
    with pytest.raises(LiukeError) as refused:
        simulated_firm.at_risk("gone")  # type: ignore[arg-type]
    assert "going, silent, money" in refused.value.text()


def test_the_early_chance_of_one_customer_has_reasons_of_its_own(simulated_firm: Firm) -> None:
    run = simulated_firm.current()
    found = run.customer(run.at_risk()["customer_id"][0])
    early = {"early": 0.4, "early_low": 0.3, "early_high": 0.5, "early_reasons": [Said("No oil.").pack()]}
    told = run.early_sentences(replace(found, row={**found.row, **early}))
    assert told == ["Still in its own rhythm; lost within 90 days: 40% (30–50%).", "• No oil."]
    assert run.early_sentences(replace(found, row={**found.row, "early": None, "risk": None})) == []
