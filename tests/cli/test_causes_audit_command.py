"""`liuke causes audit`: the draw, verdicts by somebody who is here, and how often the run was right."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from terminal import liuke

import liuke as liuke_package
from liuke.causes.taxonomy import shipped_causes
from liuke.kernel.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm


@pytest.fixture(scope="module")
def folder(simulated_firm: Firm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the firm with two people; one of them may not confirm."""
    root = tmp_path_factory.mktemp("audit") / "firm"
    shutil.copytree(simulated_firm.workspace.root, root)
    for login, role in (("boss", "owner"), ("amy", "account_manager"), ("wang", "service")):
        assert liuke("user", "add", login, "--name", login, "--role", role, "-w", root).code == 0
    return root


def title_of(cause: str, language: str = "en") -> str:
    return next(str(getattr(each.title, language)) for each in shipped_causes() if each.id == cause)


def draw(folder: Path) -> dict[str, Any]:
    said = liuke("causes", "audit", "-w", folder, "--format", "json")
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_the_draw_is_listed_with_how_far_it_is(folder: Path, simulated_firm: Firm) -> None:
    found = draw(folder)
    table = simulated_firm.current().table("cause_draw")
    assert len(found["cases"]) == found["accuracy"]["drawn"] == len(table) > 0
    shown = liuke("causes", "audit", "-w", folder)
    assert f"of {len(table)} drawn cases are confirmed." in shown.out + shown.err
    assert "of 30 audited cases" in shown.out + shown.err
    assert liuke("causes", "audit", "-w", folder, language="zh").code == 0


def test_a_verdict_is_written_down_corrected_and_taken_back(folder: Path) -> None:
    case = next(row for row in draw(folder)["cases"] if row["part"] == "random" and row["cause"] != "unknown")
    customer, audit = case["customer_id"], ("causes", "audit")
    other = "price" if case["cause"] != "price" else "quality"
    for words, verdict, cause in (
        (("--confirm",), "is", case["cause"]), (("--not",), "is_not", case["cause"]),
        (("--cause", other, "--note", "他自己说的"), "other", other), (("--unclear",), "unclear", None),
        (("--undo",), "other", other),
        (("--cause", title_of(other)), "other", other), (("--cause", title_of(other, "zh")), "other", other),
    ):  # fmt: skip
        said = liuke(*audit, customer, *words, "--by", "wang", "-w", folder)
        assert said.code == 0, said.err
        row = next(row for row in draw(folder)["cases"] if row["customer_id"] == customer)
        assert (row["verdict"], row["found"], row["who"]) == (verdict, cause, "wang")
    assert draw(folder)["accuracy"]["audited"] == 1
    assert draw(folder)["accuracy"]["right"] == 0
    assert liuke(*audit, customer, "--undo", "--by", "boss", "-w", folder).code == 1


def test_python_confirms_under_the_name_of_an_account(folder: Path) -> None:
    firm = liuke_package.open(folder)
    case = next(row for row in firm.cause_draw().to_dicts() if row["verdict"] is None and row["cause"] != "unknown")
    customer, before = case["customer_id"], firm.cause_accuracy()["done"]
    number = firm.confirm_cause(customer, by="wang", note="问过")
    row = next(row for row in firm.cause_draw().to_dicts() if row["customer_id"] == customer)
    assert (row["verdict"], row["found"], row["who"]) == ("is", case["cause"], "wang")
    assert firm.cause_accuracy()["done"] == before + 1
    for refused in (
        lambda: firm.confirm_cause(customer, by="nobody"), lambda: firm.confirm_cause(customer, by="amy"),
        lambda: firm.confirm_cause(customer, "other", "weather", by="boss"),
        lambda: firm.confirm_cause("none", by="boss"), lambda: firm.undo_verdict(number, by="boss"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            refused()
    with pytest.raises(TypeError, match="by"):  # nobody confirms without a name
        firm.confirm_cause(customer)  # type: ignore[call-arg]
    firm.undo_verdict(number, by="wang")
    assert firm.cause_accuracy()["done"] == before
    other = next(cause for cause in shipped_causes() if cause.id != case["cause"])
    number = firm.confirm_cause(customer, "other", other.title.zh, by="wang")  # by a name, as on the terminal
    row = next(row for row in firm.cause_draw().to_dicts() if row["customer_id"] == customer)
    assert (row["verdict"], row["found"]) == ("other", other.id)
    firm.undo_verdict(number, by="wang")


@pytest.mark.parametrize(("words", "code", "told"), [
    (("--confirm", "--by", "boss"), 2, "which customer"), (("{customer}", "--confirm"), 2, "--by LOGIN"),
    (("{customer}", "--by", "boss"), 2, "--confirm"),
    (("{customer}", "--confirm", "--unclear", "--by", "boss"), 2, "--by"),
    (("{customer}", "--confirm", "--by", "nobody"), 1, "nobody"),
    (("{customer}", "--confirm", "--by", "amy"), 1, "No customer"),  # she sees none of hers here
    (("{customer}", "--cause", "weather", "--by", "boss"), 1, "weather"),
    (("none", "--confirm", "--by", "boss"), 1, "none"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_kept(folder: Path, words: tuple[str, ...], code: int, told: str) -> None:
    before = draw(folder)
    customer = before["cases"][0]["customer_id"]
    said = liuke("causes", "audit", *(word.format(customer=customer) for word in words), "-w", folder)
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert draw(folder) == before


def test_who_has_left_confirms_no_more_and_what_was_found_stays(folder: Path) -> None:
    customer = draw(folder)["cases"][-1]["customer_id"]
    assert liuke("causes", "audit", customer, "--unclear", "--by", "wang", "-w", folder).code == 0
    assert liuke("user", "leave", "wang", "-w", folder).code == 0
    gone = liuke("causes", "audit", customer, "--confirm", "--by", "wang", "-w", folder)
    assert gone.code == 1
    assert "wang has left" in gone.err
    assert draw(folder)["cases"][-1]["verdict"] == "unclear"
