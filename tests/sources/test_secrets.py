"""A password in an address is shown to nobody, wherever in the address it stands, and written nowhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

import liuke
from liuke.kernel.errors import LiukeError, Refused
from liuke.sources import databases
from liuke.sources.address import hidden, without_secrets
from liuke.sources.files import open_source
from liuke.sources.source_name import source_name

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s3cret"
ADDRESSES = (
    "postgresql://u:s3cret@127.0.0.1:1/db",
    "postgresql://127.0.0.1:1/db?user=u&password=s3cret",
    "mysql://127.0.0.1:1/db?passwd=s3cret",
    "mysql://127.0.0.1:1/db?user=u&nobody_knows_this=s3cret",
    "postgresql://u:a@s3cret@127.0.0.1:1/db",
    "postgresql://u:a[s3cret@127.0.0.1:1/db",
    "postgresql://u:a/s3cret@127.0.0.1:1/db",
    "postgresql://u:a?s3cret@127.0.0.1:1/db",
    "postgresql://u:a#s3cret@127.0.0.1:1/db",
    "postgresql://u@127.0.0.1:port/db?token=s3cret",
    "postgresql://u:s3cret/db",
    "postgresql:/u:s3cret@127.0.0.1/db",
    "postgresql:u:s3cret@127.0.0.1/db",
    "mongodb://u:s3cret@host/db",
    "postgresql+nothing://u:s3cret@host/db",
    "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3Ds3cret",
    "sqlite:///nowhere.db?token=s3cret",
    "mysql://u:s3cret@[::1/db",
    "postgresql://u:%733cret@127.0.0.1:1/db?p%61ssword=%733cret",
    "https://u:s3cret@host/file.csv",
)


@pytest.mark.filterwarnings("ignore:'passwd' is deprecated:DeprecationWarning")  # the driver's word on its own
@pytest.mark.parametrize("query", [None, "select 1"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_message_and_no_name_holds_a_secret_of_the_address(address: str, query: str | None) -> None:
    with pytest.raises(LiukeError) as refused:
        open_source(address, query=query)
    told = refused.value
    assert not [text for text in (told.text(), hidden(address), source_name(address, query)) if SECRET in text]
    assert not [field for field in told.said.fields.values() if SECRET in str(field)]


def test_what_is_not_secret_is_shown() -> None:
    assert (
        hidden("postgresql://u:x@erp:5432/sales?sslmode=require") == "postgresql://u:***@erp:5432/sales?sslmode=require"
    )
    assert hidden("postgresql://u@erp/sales") == "postgresql://u@erp/sales"
    assert hidden("postgresql://[::1]:5432/sales") == "postgresql://[::1]:5432/sales"
    assert hidden("a:b/export@home.csv") == "a:b/export@home.csv"
    assert without_secrets("no role for pw in pw1", "postgresql://u:pw@h/db?token=pw1") == "no role for *** in ***"


def test_nothing_a_load_writes_holds_a_secret_of_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "erp.db")) as connection:
        connection.execute("CREATE TABLE line (customer_id, date, amount)")
        connection.execute("INSERT INTO line VALUES ('007', '2026-03-05', 1), ('008', 'someday', 1)")
        connection.commit()
    firm = liuke.open(tmp_path / "firm")
    file = create_engine(f"sqlite:///{tmp_path / 'erp.db'}")
    monkeypatch.setattr(databases, "_engine", lambda _: file)
    address = f"postgresql://u:{SECRET}@erp/sales?password={SECRET}"
    done = firm.load(address)
    assert done.load is not None
    assert SECRET not in str(done)
    assert done.quarantine is not None
    files = [path for path in firm.workspace.root.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if SECRET in str(path) or SECRET.encode() in path.read_bytes()]
    with pytest.raises(Refused) as refused:
        firm.load(address, query="select nothing from nowhere")
    assert SECRET not in refused.value.text()
    file.dispose()
