"""One currency a workspace: set by its file or the first load that states one; files of another are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import liuke
from liuke.app.firm import Firm
from liuke.kernel.errors import Refused, Usage
from liuke.store.workspace import FILE

if TYPE_CHECKING:
    from pathlib import Path


def export(folder: Path, name: str, currency: str | None, amount: str = "100.00", customers: str = "C") -> Path:
    """A file of two dozen invoices; `currency` stands in a column of its own."""
    rows = [f"Invoice No,Date,Customer No{',Currency' if currency else ''},Amount"]
    for n in range(24):
        day = f"2025-{1 + n % 12:02d}-{1 + n:02d}"
        rows.append(f"{name}{n},{day},{customers}{n % 5}{f',{currency}' if currency else ''},{amount}")
    path = folder / f"{name}.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def currency_of(firm: Firm) -> str:
    return Firm.at(firm.workspace.root).workspace.settings.text("currency")


@pytest.mark.parametrize("code", ["USD", "EUR", "JPY", "CNY"])
def test_the_first_file_sets_it_and_another_is_refused(firm: Firm, tmp_path: Path, code: str) -> None:
    done = firm.load(export(tmp_path, "first", code))
    assert currency_of(firm) == code
    assert firm.workspace.settings.text("currency") == code
    assert any(code in note.text() for note in done.notes) == (code != "CNY")
    other = "GBP" if code != "GBP" else "USD"
    with pytest.raises(Refused, match="rates are needed") as refused:
        firm.load(export(tmp_path, "second", other, customers="D"))
    assert {code, other} <= set(refused.value.text().replace('"', " ").replace(":", " ").split())
    assert len(firm.loads().rows) == 1
    firm.load(export(tmp_path, "third", code, customers="E"))
    firm.load(export(tmp_path, "fourth", None, customers="F"))  # says nothing: it is in the workspace's
    assert len(firm.loads().rows) == 3


def test_what_was_set_beforehand_counts(tmp_path: Path) -> None:
    firm = Firm.create(tmp_path / "firm", "eur")
    assert currency_of(firm) == "EUR"
    with pytest.raises(Refused, match="USD"):
        firm.load(export(tmp_path, "first", "USD"))
    firm.load(export(tmp_path, "second", "EUR"))
    with pytest.raises(Usage, match="currency code"):
        Firm.create(tmp_path / "other", "dollars")
    assert not (tmp_path / "other").exists()


def test_a_file_without_a_word_is_in_the_currency_said_for_it(firm: Firm, tmp_path: Path) -> None:
    firm.load(export(tmp_path, "first", None), currency="USD")
    assert currency_of(firm) == "USD"
    with pytest.raises(Refused, match="EUR"):
        firm.load(export(tmp_path, "second", None, customers="D"), currency="EUR")


def test_silent_files_first_then_another_currency_is_asked_about(firm: Firm, tmp_path: Path) -> None:
    firm.load(export(tmp_path, "first", None))
    with pytest.raises(Refused, match='set currency = "USD"'):
        firm.load(export(tmp_path, "second", "USD", customers="D"))
    (firm.workspace.root / FILE).write_text('currency = "USD"\n', "utf-8")
    liuke.open(firm.workspace.root).load(export(tmp_path, "second", "USD", customers="D"))


@pytest.mark.parametrize(("sign", "own", "fits"), [("$", "HKD", True), ("¥", "JPY", True), ("€", "USD", False)])
def test_a_sign_that_currencies_share_is_the_workspaces(tmp_path: Path, sign: str, own: str, fits: bool) -> None:
    firm = Firm.create(tmp_path / "firm", own)
    file = export(tmp_path, "first", None, amount=f"{sign}100.00")
    if fits:
        firm.load(file)
    else:
        with pytest.raises(Refused, match="EUR"):
            firm.load(file)
    assert currency_of(firm) == own


def test_a_dry_run_sets_nothing_and_a_refused_load_neither(firm: Firm, tmp_path: Path) -> None:
    done = firm.load(export(tmp_path, "first", "USD"), dry_run=True)
    assert any("USD" in note.text() for note in done.notes)
    assert currency_of(firm) == "CNY"


def test_the_sign_of_the_currency_is_shown(firm: Firm, tmp_path: Path) -> None:
    firm.load(export(tmp_path, "first", "USD"))
    run = firm.run()
    assert run.info["currency"] == "USD"
    _, page = firm.report(tmp_path)
    assert "$" in page.read_text("utf-8")
    assert "¥" not in page.read_text("utf-8")
