"""Where only names tell customers apart, spellings of one name are one customer: listed, dated, taken back."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.loading.spellings import pairs
from liuke.run.merges import merge_history

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

ALIKE = ["Acme Ltd", "ACME LTD", "Acme Ltd.", "acme  ltd", "Acme Limited"]


def export(folder: Path, names: list[str], header: str = "Customer", name: str = "names") -> Path:
    rows = [f"Invoice No,Date,{header},Amount"]
    for n, (month, customer) in enumerate(product(range(1, 7), names)):
        rows.append(f'{name}{n},2025-{month:02d}-{1 + n % 27:02d},"{customer}",{100 + n}.00')
    path = folder / f"{name}.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def customers(firm: Firm) -> set[str]:
    return set(firm.run().table("customer_now")["customer_id"])


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Customer", ALIKE),
        ("客户名称", ["上海万家有限公司", "上海万家有限责任公司", "上海万家 有限公司", "上海万家有限公司。"]),
        ("Customer Name", ["Ann Smith", "ANN SMITH", "ann  smith"]),
        ("Email", ["ann@example.com", "Ann@Example.com", "ANN@EXAMPLE.COM"]),
    ],
)
def test_spellings_of_one_name_count_as_one_customer(firm: Firm, tmp_path: Path, header: str, names: list[str]) -> None:
    done = firm.load(export(tmp_path, [*names, "Beta Ltd" if header != "Email" else "b@example.com"], header))
    assert [note for note in done.notes if "spelled differently" in note.text()]
    assert len(customers(firm)) == 2
    rows = list(firm.merges().records())
    assert len(rows) == len(names) - 1
    one = rows[0]["customer_id"]
    firm.split(one)
    assert one in customers(firm)
    firm.load(export(tmp_path, names[:2], header, "later"))
    assert one not in [row["customer_id"] for row in firm.merges().records() if row["merged_on"]], "people have decided"


def test_a_spelling_that_comes_later_joins_those_there_are(firm: Firm, tmp_path: Path) -> None:
    firm.load(export(tmp_path, ["Acme Ltd", "ACME LTD", "Beta"], name="one"))
    firm.load(export(tmp_path, ["acme ltd.", "Beta"], name="two"))
    assert len(customers(firm)) == 2
    assert len({row["into"] for row in firm.merges().records()}) == 1


def test_a_load_on_the_same_day_does_not_take_a_spelling_from_the_list_it_was_first_on(
    firm: Firm, tmp_path: Path
) -> None:
    """That load completes another month: without the list that was the newest the merge would count from that one."""
    first = export(tmp_path, ["Acme Ltd", "ACME LTD", "Beta"], name="one")
    firm.load(first)
    listed_on = firm.run().info["as_of"]
    (entry,) = merge_history(firm.workspace)
    assert entry["newest_list"] == listed_on
    later = first.read_text("utf-8").replace("2025-", "2026-").replace("one", "next")
    (tmp_path / "next.csv").write_text(later, "utf-8")
    firm.load(tmp_path / "next.csv", source="one")
    assert firm.run().info["as_of"] > listed_on
    assert len(firm.run(as_of=listed_on).table("customer_now")) == 2


def test_codes_are_never_spellings(firm: Firm, tmp_path: Path) -> None:
    done = firm.load(export(tmp_path, ["C-001", "C001", "c001", "C002"], "Customer No"))
    assert not [note for note in done.notes if "spelled" in note.text()]
    assert len(customers(firm)) == 4


def test_two_legal_forms_are_two_firms() -> None:
    assert list(pairs(["Meyer GmbH", "Meyer AG", "MEYER AG"], {})) == [("MEYER AG", "Meyer AG")]
    assert list(pairs(["Meyer GmbH", "Meyer"], {})) == [("Meyer", "Meyer GmbH")]
    assert list(pairs(["Meyer GmbH", "Meyer AG", "Meyer"], {})) == []


@given(st.lists(st.sampled_from([*ALIKE, "Beta", "BETA", "b e t a", "Gamma"]), unique=True), st.data())
def test_a_merge_never_leads_to_another_and_nobody_is_lost(names: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(names)))
    first = dict(pairs(names[:cut], {}))
    both = first | dict(pairs(names, first))
    assert not set(both) & set(both.values())
    assert {key: both[key] for key in first} == first
    groups = {both.get(name, name) for name in names}
    assert len(groups) == len({"".join(name.lower().split())[:2] for name in names})
