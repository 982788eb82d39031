"""The bundled invoices of Online Retail, from file to list, with every figure known beforehand."""

from __future__ import annotations

from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import liuke

if TYPE_CHECKING:
    from liuke.app.firm import Firm
    from liuke.app.load import Loaded

FILE = Path(str(resources.files("liuke"))) / "data" / "online_retail.parquet"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Firm, Loaded]:
    firm = liuke.open(tmp_path_factory.mktemp("retail") / "firm")
    return firm, firm.load(FILE)


def test_every_row_and_cent_is_loaded_or_kept_apart(loaded: tuple[Firm, Loaded]) -> None:
    _, done = loaded
    account = done.account
    assert (account.rows_read, account.rows_loaded, account.rows_quarantined) == (541_909, 406_829, 135_080)
    assert account.sum_loaded == Decimal("8300065.81")
    assert account.sum_quarantined == Decimal("1447682.12")
    assert account.sum_read == account.sum_loaded + account.sum_quarantined + account.rounding
    assert abs(account.sum_read - Decimal("9747747.93")) <= Decimal("0.01")
    assert account.difference == 0


def test_the_documents_and_customers_are_those_of_the_file(loaded: tuple[Firm, Loaded]) -> None:
    from liuke.run.customers import codes
    from liuke.store.fact_store import FactStore

    firm, done = loaded
    assert done.load is not None
    assert done.load.documents == {"new": 22_190}
    store = FactStore(firm.workspace.facts)
    assert len(codes(store)) == 4_372
    documents = pl.concat([pl.read_parquet(path) for path in store.paths("document")])
    assert len(documents) == 22_190
    assert documents["amount"].sum() == Decimal("8300065.81")
    apart = pl.read_csv(done.quarantine, infer_schema=False)
    assert len(apart) == 135_080
    assert apart["InvoiceNo"].n_unique() == 3_710


def test_loading_it_again_changes_nothing(loaded: tuple[Firm, Loaded]) -> None:
    firm, _ = loaded
    assert firm.load(FILE).load is None


def test_the_run_stands_on_complete_months_and_its_ledger_closes(loaded: tuple[Firm, Loaded]) -> None:
    firm, _ = loaded
    run = firm.run()
    info = run.info
    assert (info["as_of"], info["partial_period"]) == ("2011-11-30", "2011-12")
    assert (info["customers"], info["unit"], info["basis"]) == (4_331, "month", "invoice")
    lines = run.table("money_month")
    december = Decimal("8300065.81") - Decimal(info["amount_total"])
    assert lines["amount"].sum() == Decimal(info["amount_total"])
    assert december > 0
    ledger = run.table("waterfall").filter(pl.col("scope") == "window")
    money = dict(ledger.select("step", "amount").iter_rows())
    assert sum(amount for step, amount in money.items() if step != "closing") == money["closing"]
    listed = run.at_risk()
    assert len(listed) == info["listed"] > 100
    assert listed["rank"].to_list() == list(range(1, len(listed) + 1))
    assert run.table("customer_now")["amount_12"].sum() == Decimal(info["amount_total"]), "to the cent"
