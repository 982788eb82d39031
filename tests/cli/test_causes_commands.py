"""`liuke causes`: what it prints, in which form, what it refuses, and what it says of a run made before causes."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import fastexcel
import polars as pl
import pytest
from terminal import Said, liuke

import liuke as liuke_package
from liuke.app import run_causes
from liuke.kernel.errors import NotFound, Usage
from liuke.kernel.i18n import in_language
from liuke.store.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

TABLES = ("customer_cause", "cause_evidence", "cause_total", "cause_card", "cause_channel", "direction", "cause_draw")
BEFORE = "before causes were argued"


@pytest.fixture(scope="module")
def folder(simulated_firm: Firm) -> Path:
    return simulated_firm.workspace.root


@pytest.fixture(scope="module")
def before_causes(simulated_firm: Firm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same firm whose run has no causes."""
    root = tmp_path_factory.mktemp("before") / "firm"
    shutil.copytree(simulated_firm.workspace.root, root)
    run = root / "runs" / simulated_firm.current().made.root.name
    for name in TABLES:
        (run / f"{name}.parquet").unlink()
    Manifest.write(run)
    return root


def json_of(*words: str | Path) -> Any:
    said = liuke(*words, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def one_of(firm: Firm, judged: str) -> str:
    """A customer at risk or lost whose likeliest cause has evidence for it, and nobody checked."""
    causes = (
        firm.current()
        .table("customer_cause")
        .filter(pl.col("judged") == judged, pl.col("place") == 1, ~pl.col("audited"))
    )
    told = firm.current().table("cause_evidence").filter(pl.col("speaks") == "for")
    who = firm.current().table("customer_now").select("customer_code", "customer_id")
    return str(causes.join(told, on=("customer_code", "cause")).join(who, on="customer_code")["customer_id"].min())


def test_the_list_names_every_cause_and_says_what_it_is_judged_by(folder: Path, simulated_firm: Firm) -> None:
    rows = json_of("causes", "list", "-w", folder)
    card = simulated_firm.current().table("cause_card")
    assert [row["cause"] for row in rows] == card["cause"].to_list()
    assert all(row["judged_by"] for row in rows)
    assert {row["title"] for row in rows} == set(card["title_en"])
    chinese = liuke("causes", "list", "-w", folder, language="zh")
    assert "不明" in chinese.out
    assert "可用的应对" in chinese.out


@pytest.mark.parametrize("by", ["all", "month", "act", "region", "grade", "salesperson"])
def test_totals_of_each_group_are_those_of_the_run(folder: Path, simulated_firm: Firm, by: str) -> None:
    rows = json_of("causes", "totals", "--by", by, "-w", folder)
    run = simulated_firm.current().table("cause_total").filter(pl.col("by") == by, pl.col("judged") == "lost")
    assert len(rows) == len(run) > 0
    assert sum(row["customers"] for row in rows) == pytest.approx(run["customers"].sum())
    assert all(row["customers_low"] <= row["customers"] <= row["customers_high"] for row in rows)
    assert "unknown" in {row["cause"] for row in rows}
    if by == "all":
        assert [row["customers"] for row in rows] == sorted((row["customers"] for row in rows), reverse=True)
        assert rows[-1]["summed"] == pytest.approx(1)
        untold = {row["cause"] for row in rows if row["change"] is None}
        assert untold == {"market", "unknown"} & {row["cause"] for row in rows}  # two years of sales tell of a market
        told = [row for row in rows if row["cause"] not in untold]
        assert all(row["change"] == pytest.approx(row["customers"] - row["before"]) for row in told)
    if by == "act":
        assert sum(row["share"] for row in rows) == pytest.approx(1)
        every = {row["cause"]: row for row in json_of("causes", "totals", "-w", folder)}
        assert {(row["cause"], row["share"], row["of"]) for row in rows} == {
            (cause, row["share"], row["of"]) for cause, row in every.items()
        }
        csv = pl.read_csv(liuke("causes", "totals", "--by", by, "-w", folder, "--format", "csv").out.encode())
        assert sorted(csv["Share"].to_list()) == sorted(row["share"] for row in rows)
    table = liuke("causes", "totals", "--by", by, "-w", folder)
    assert table.code == 0
    assert "90 % range" in table.out


def test_totals_of_who_is_at_risk_and_where_the_lost_went(folder: Path, simulated_firm: Firm) -> None:
    total, direction = (simulated_firm.current().table(name) for name in ("cause_total", "direction"))
    rows = json_of("causes", "totals", "--at-risk", "-w", folder)
    assert len(rows) == len(total.filter(pl.col("by") == "all", pl.col("judged") == "at_risk")) > 0
    assert not {"before", "change"} & rows[0].keys()
    went = json_of("causes", "totals", "--by", "direction", "-w", folder)
    assert [row["customers"] for row in went] == direction["customers"].to_list()


@pytest.mark.parametrize(("words", "told"), [
    (("--by", "weather"), "salesperson"), (("--by", "month", "--at-risk"), "not left yet"),
    (("--by", "direction", "--at-risk"), "not left yet"),
])  # fmt: skip
def test_groups_there_are_not_are_wrong_usage(folder: Path, words: tuple[str, ...], told: str) -> None:
    said = liuke("causes", "totals", *words, "-w", folder)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


@pytest.mark.parametrize("judged", ["lost", "at_risk"])
def test_one_customer_s_causes_stand_with_unknown_and_the_rows(folder: Path, simulated_firm: Firm, judged: str) -> None:
    customer = one_of(simulated_firm, judged)
    found = json_of("causes", "show", customer, "-w", folder)
    assert (found["customer_id"], found["judged"]) == (customer, judged)
    assert sum(row["probability"] for row in found["causes"]) == pytest.approx(1)
    assert "unknown" in {row["cause"] for row in found["causes"]}
    assert "nknown" in found["said"]
    likeliest = found["causes"][0]["cause"]
    for row in (each for each in found["evidence"] if each["cause"] == likeliest and each["day"]):
        assert row["table"]
        assert row["row_id"]
        assert row["said"]
    table = liuke("causes", "show", customer, "-w", folder)
    assert found["said"] in table.out.replace("\n", " ")
    shown = liuke("show", customer, "-w", folder)
    assert found["said"] in shown.out.replace("\n", " ")
    chinese = liuke("causes", "show", customer, "-w", folder, language="zh")
    assert "不明" in chinese.out
    assert "可能性" in chinese.out


def test_who_is_neither_lost_nor_at_risk_is_not_asked_of(folder: Path, simulated_firm: Firm) -> None:
    view = simulated_firm.current()
    judged = view.table("customer_cause")["customer_code"].unique()
    others = view.table("customer_now").filter(~pl.col("customer_code").is_in(judged.implode()))
    customer = str(others["customer_id"][0])
    assert "nobody asks why" in liuke("causes", "show", customer, "-w", folder).out
    assert json_of("causes", "show", customer, "-w", folder)["causes"] == []
    assert "Why it" not in liuke("show", customer, "-w", folder).out
    assert simulated_firm.why(customer).is_empty()


def test_files_hold_every_piece_of_evidence(folder: Path, simulated_firm: Firm, tmp_path: Path) -> None:
    customer = one_of(simulated_firm, "lost")
    frame = simulated_firm.why(customer)
    out = tmp_path / "why.csv"
    assert liuke("causes", "show", customer, "-w", folder, "--format", "csv", "--codes", "--out", out).code == 0
    assert len(pl.read_csv(out)) == len(frame)
    book = tmp_path / "totals.xlsx"
    assert liuke("causes", "totals", "-w", folder, "--format", "xlsx", "--out", book).code == 0
    assert fastexcel.read_excel(str(book)).sheet_names == ["Causes of customers lost"]
    assert liuke("causes", "list", "-w", folder, "--as-of", "1999-01-01").code == 1


def test_python_gives_the_same_in_words(simulated_firm: Firm) -> None:
    customer = one_of(simulated_firm, "at_risk")
    why = simulated_firm.why(customer)
    assert why.unique("cause")["probability"].sum() == pytest.approx(1)
    assert {"title", "said", "day", "table", "row_id"} <= set(why.columns)
    assert not any(text.startswith("{") for text in why["said"].drop_nulls())
    with in_language("zh"):
        assert "不明" in simulated_firm.why(customer)["title"].to_list()
    assert len(simulated_firm.causes()) == len(simulated_firm.current().table("cause_card"))
    assert "salesperson" in simulated_firm.cause_totals("salesperson").columns
    with pytest.raises(Usage):
        simulated_firm.cause_totals("weather")
    shown = run_causes.first_with_evidence(simulated_firm.current())
    assert shown is not None
    assert simulated_firm.why(shown)["speaks"][0] == "for"


@pytest.mark.parametrize("words", [("causes", "list"), ("causes", "totals"), ("causes", "totals", "--by", "direction"),
                                   ("causes", "show", "{customer}")])  # fmt: skip
@pytest.mark.parametrize(("language", "told"), [("en", BEFORE), ("zh", "还没有流失原因的判断")])
def test_a_run_of_before_causes_says_so_and_what_to_do(
    before_causes: Path, simulated_firm: Firm, words: tuple[str, ...], language: str, told: str
) -> None:
    customer = str(simulated_firm.current().table("customer_now")["customer_id"][0])
    said: Said = liuke(*(word.format(customer=customer) for word in words), "-w", before_causes, language=language)
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert "liuke run --again" in said.err


def test_show_and_python_say_that_a_run_knows_no_causes(before_causes: Path, simulated_firm: Firm) -> None:
    customer = str(simulated_firm.current().table("customer_now")["customer_id"][0])
    shown = liuke("show", customer, "-w", before_causes)
    assert shown.code == 0
    assert BEFORE in shown.out
    firm = liuke_package.open(before_causes)
    for asked in (firm.causes, firm.cause_totals, lambda: firm.why(customer)):
        with pytest.raises(NotFound, match=BEFORE):
            asked()


def test_what_somebody_confirmed_is_said_to_be_confirmed(folder: Path, simulated_firm: Firm) -> None:
    view = simulated_firm.current()
    checked = view.table("customer_cause").filter("audited", pl.col("cause") != "unknown", pl.col("place") == 1)
    who = view.table("customer_now").select("customer_code", "customer_id")
    customer = str(checked.join(who, on="customer_code")["customer_id"][0])
    assert "checked and confirmed" in liuke("causes", "show", customer, "-w", folder).out.replace("\n", " ")


def test_two_sides_are_printed_in_both_languages(folder: Path, simulated_firm: Firm) -> None:
    total = simulated_firm.current().table("cause_total").filter(pl.col("by") == "region", pl.col("judged") == "lost")
    one, other = total.filter(pl.col("value") != "-")["value"].unique().sort().to_list()[:2]
    words = ("causes", "totals", "--side", f"region={one}", "--side", f"region={other}", "-w", folder)
    english, chinese = (liuke(*words, language=language) for language in ("en", "zh"))
    assert "Difference of shares" in " ".join(english.out.split())
    assert "不明" in chinese.out
    assert "占比差" in chinese.out
    assert liuke(*words, "--by", "region").code == 2


def test_bounds_stand_beside_what_all_evidence_says(folder: Path, simulated_firm: Firm) -> None:
    rows = json_of("causes", "totals", "--by", "bounds", "-w", folder)
    assert len(rows) == len(simulated_firm.current().table("cause_bound")) > 0
    assert all(row["low"] <= row["high"] for row in rows)
    assert "Somebody says why for" in liuke("causes", "totals", "--by", "bounds", "-w", folder).out


def test_an_owner_and_a_measure_are_written_shown_and_taken_back(folder: Path) -> None:
    assert liuke("causes", "own", "price", "--owner", "Wang", "--measure", "price index", "-w", folder).code == 0
    rows = {row["cause"]: row for row in json_of("causes", "list", "-w", folder)}
    assert (rows["price"]["owner"], rows["price"]["measure"]) == ("Wang", "price index")
    assert rows["quality"]["measure"] in ("events", "customers")
    assert "Wang" in liuke("causes", "totals", "-w", folder).out
    assert liuke("causes", "own", "price", "--owner", "", "--measure", "", "-w", folder).code == 0
    assert {row["cause"]: row for row in json_of("causes", "list", "-w", folder)}["price"]["owner"] is None
    assert liuke("causes", "own", "no_such", "--owner", "x", "-w", folder).code != 0
    (folder / "causes" / "owners.toml").unlink()  # the firm is every test's


def test_one_customer_s_json_holds_its_causes(folder: Path, simulated_firm: Firm) -> None:
    found = json_of("show", one_of(simulated_firm, "lost"), "-w", folder)
    assert sum(row["probability"] for row in found["causes"]["causes"]) == pytest.approx(1)
    assert found["causes"]["evidence"]
