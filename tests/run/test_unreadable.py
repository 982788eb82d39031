"""What a disk does not give during a run is an error of reading, what it does not take one of writing."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

import liuke
from firms import firm_of, load, monthly, random_docs
from liuke.kernel.errors import Refused
from liuke.kernel.i18n import in_language
from liuke.store import manifest, partials, runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from liuke.app.firm import Firm


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    made = liuke.open(tmp_path / "w")
    load(made, random_docs(4, 5, 16))
    with in_language("en"):
        yield made


def failing(number: int, name: str | None = None) -> object:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "Input/output error" if number == errno.EIO else "No space left on device", name)

    return fail


def test_a_stored_file_that_can_not_be_read_is_named_and_nothing_is_said_of_writing(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "checksum", failing(errno.EIO, "document_line.parquet"))
    monkeypatch.setattr(manifest, "_sound", set())
    with pytest.raises(Refused) as refused:
        firm.run()
    said = refused.value.text()
    assert "can't be read: document_line.parquet: Input/output error" in said
    assert "written" not in said
    assert "space" not in said
    assert not list(firm.workspace.runs.glob("*"))


@pytest.mark.parametrize("where", [(partials, "checksum"), (runs, "write_parquet"), (runs, "put")])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_what_can_not_be_written_is_said_so(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, where: tuple[object, str], number: int
) -> None:
    monkeypatch.setattr(*where, failing(number))
    with pytest.raises(Refused, match=r"The run could not be written: (Input|No space)"):
        firm.run()


def test_no_room_for_what_is_laid_aside_while_reading_is_no_error_of_reading(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "checksum", failing(errno.ENOSPC))
    monkeypatch.setattr(manifest, "_sound", set())
    with pytest.raises(Refused, match="The run could not be written: No space"):
        firm.run()


def test_money_that_sums_could_not_hold_is_refused_with_its_file(tmp_path: Path) -> None:
    docs = [doc for n in range(4) for doc in monthly(f"c{n}", [1e14] * 16)]
    firm = firm_of(docs, tmp_path)
    with in_language("en"), pytest.raises(Refused, match=r"add up to 6400000000000000\.00"):
        firm.run()
    assert not [*firm.workspace.runs.glob("draft-*")]
