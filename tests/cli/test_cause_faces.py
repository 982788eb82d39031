"""What the faces of causes have in common: headings, sums, names for ids, keys that mean one thing."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from terminal import liuke

from liuke.app.run_causes import cause_totals
from liuke.causes.audited import IS, IS_NOT, OTHER, UNCLEAR
from liuke.causes.taxonomy import LABELS, UNKNOWN
from liuke.kernel.i18n import in_language
from liuke.reports.contexts.cause_audit import question_for
from liuke.reports.listings import cause_audit, cause_sides, causes, causes_on_page, events, salespeople
from liuke.reports.shown import DATA, FACES, Listing

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

LISTINGS = [
    *(each for module in (causes, causes_on_page, cause_audit, events, salespeople)
      for each in vars(module).values() if isinstance(each, Listing)),
    *(causes.totals_listing(by, judged) for by in causes.GROUPS for judged in ("lost", "at_risk")),
    causes.short_totals(), events.short_events(), cause_sides.sides_listing("A", "B", money=True),
]  # fmt: skip


@pytest.fixture
def folder(simulated_firm: Firm) -> Path:
    return simulated_firm.workspace.root


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("face", FACES)
def test_no_two_columns_of_a_table_of_causes_have_one_heading(face: str, language: str) -> None:
    with in_language(language):
        for listing in LISTINGS:
            headings = [each.heading("CNY") if face != "json" else each.column for each in listing.on(face)]
            assert sorted(headings) == sorted(set(headings)), (listing.name, face)


def test_csv_with_titles_bears_no_codes(folder: Path) -> None:
    rows = [*csv.DictReader(io.StringIO(liuke("causes", "totals", "--by", "act", "--format", "csv", "-w", folder).out))]
    acts = {row["Whose act"] for row in rows}
    assert acts <= {*LABELS["act"].values(), "Not known"}
    assert len(acts) > 1
    assert {row["Watched by"] for row in rows} <= {"Events on record", "Customers lost by it"}


def test_the_last_row_of_totals_is_their_sum_to_the_cent(folder: Path, simulated_firm: Firm) -> None:
    view = simulated_firm.current()
    for by in (causes.ALL, causes.ACT, "region"):
        listed = cause_totals(view, by)
        rows = [*listed.records()]
        assert listed.foot is not None
        assert listed.foot["money"] == sum((row["money"] for row in rows), Decimal(0))
        assert listed.foot["customers"] == pytest.approx(sum(row["customers"] for row in rows))
    shown = liuke("causes", "totals", "-w", folder).out
    assert "Total" in shown.splitlines()[-2]
    assert cause_totals(view, causes.MONTH).foot is None
    assert [each for each in FACES if each in DATA] == ["csv", "json"]  # whose rows bear no sum


@pytest.mark.parametrize("text", ["价格", "Price", "price"])
def test_a_cause_is_owned_by_its_name_in_either_language(folder: Path, text: str) -> None:
    assert liuke("causes", "own", text, "--owner", "Wang", "-w", folder).err == "Price: owner Wang, measure -.\n"
    (folder / "causes" / "owners.toml").unlink()  # the firm is every test's


def test_a_name_no_cause_has_is_answered_with_names_and_ids(folder: Path) -> None:
    said = liuke("causes", "own", "weather", "--owner", "Wang", "-w", folder)
    assert said.code == 1
    assert "Price (price)" in said.err
    assert "price" in liuke("causes", "list", "-w", folder).out


@pytest.mark.parametrize("likeliest", ["price", UNKNOWN])
@pytest.mark.parametrize("lost", [True, False])
def test_a_key_means_the_same_whatever_is_asked(likeliest: str, *, lost: bool) -> None:
    card = [{"cause": each, "title_zh": each, "title_en": each} for each in ("price", "quality", UNKNOWN)]
    form = question_for("C1", likeliest, card, lost=lost)
    keys = {verdict: key for verdict, _, key in form.buttons}
    assert keys == {verdict: key for verdict, key in ((IS, "1"), (IS_NOT, "2"), (UNCLEAR, "3")) if verdict in keys}
    assert (IS_NOT in keys) == (likeliest != UNKNOWN)
    assert (form.other_key, OTHER not in keys) == ("4", True)
    with in_language("en"):
        assert ("has not left" in form.asked.text()) == (not lost)
