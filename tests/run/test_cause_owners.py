"""Who owns a cause: a file of the workspace, read and written, and no cause of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language
from liuke.run.cause_files import workspace_causes
from liuke.run.cause_owners import CauseOwned, cause_owners, owners_or_why_not, owners_path, owners_text
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "firm")


def write(workspace: Workspace, text: str) -> None:
    workspace.causes.mkdir(exist_ok=True)
    owners_path(workspace).write_text(text, "utf-8")


def test_what_is_written_is_read(workspace: Workspace) -> None:
    assert cause_owners(workspace) == {}
    owned = {"price": CauseOwned('王 "老" \\ 总', ""), "quality": CauseOwned("", "events"), "market": CauseOwned()}
    write(workspace, owners_text(owned))
    assert cause_owners(workspace) == {"price": owned["price"], "quality": owned["quality"]}
    assert {cause.id for cause in workspace_causes(workspace)} >= {"price", "quality"}
    assert "owners" not in {cause.id for cause in workspace_causes(workspace)}


@pytest.mark.parametrize("text", ["[price", "price = 3", "[price]\nowner = 3", '[price]\nboss = "x"'])
def test_what_is_no_such_file_is_refused_with_what_to_write(workspace: Workspace, text: str) -> None:
    write(workspace, text)
    with pytest.raises(Invalid, match=r"owners\.toml"):
        cause_owners(workspace)


@pytest.mark.parametrize(
    "owner", ["a\nb\u0007", "C:\\new", 'the "boss"', "\x7f", "\u202eback", "王\u2028总", "# no", '"""', "\ud800"]
)
@pytest.mark.parametrize("cause", ["price", "价格 x", 'a"b', "a.b", "", "a\\b", "a]b"])
def test_whatever_is_written_is_read_again(workspace: Workspace, cause: str, owner: str) -> None:
    """Also when it is written a second time, which is what a save of another cause does."""
    write(workspace, owners_text({cause: CauseOwned(owner, owner)}))
    first = cause_owners(workspace)
    write(workspace, owners_text({**first, "quality": CauseOwned("Wu")}, owners_path(workspace).read_text("utf-8")))
    again = cause_owners(workspace)
    assert again.pop("quality") == CauseOwned("Wu")
    assert again == first
    assert all("\n" not in each.owner and "\u202e" not in each.owner for each in first.values())
    if owner.isprintable():
        assert first[cause].owner == owner


def test_a_save_keeps_what_somebody_remarked(workspace: Workspace) -> None:
    text = (
        '# Ours.\n# Since May.\n\n# ask Li\n[price]  # the big one\nowner = "Li"\n'
        '["价格 x"]\n# kept too\nowner = """a\nb"""\n# last\n'
    )
    write(workspace, text)
    made = owners_text({**cause_owners(workspace), "quality": CauseOwned("Wu")}, text)
    lines = made.splitlines()
    assert lines[:2] == ["# Ours.", "# Since May."]
    assert lines[lines.index("[price]") - 1] == "# ask Li"
    assert {"# kept too", "# last", '["价格 x"]'} <= set(lines)
    write(workspace, made)
    assert cause_owners(workspace) == {
        "price": CauseOwned("Li"), "quality": CauseOwned("Wu"), "价格 x": CauseOwned("a b"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["[price", "price = 3", '[price]\nowner = "a\nb"', "[价格 x]", "a = " + "[" * 50_000,
     f'[price]\nowner = "{"x" * 201}"', "a = 1\na = 2", "a = 2026-13-45", "a = ", '[a]\nowner = "\\q"', "="],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_broken_file_is_told_of_in_our_words(workspace: Workspace, text: str, language: str) -> None:
    """Which file, what, what to do; no path of the server, and no sentence of a library."""
    write(workspace, text)
    owned, why = owners_or_why_not(workspace)
    with in_language(language):
        said = why.text()
    assert owned == {}
    assert "causes/owners.toml" in said
    assert str(workspace.root) not in said
    foreign = ("Expected", "Invalid", "Unclosed", "Unescaped", "Cannot", "recursion", "declaration", "(at ")
    assert not any(word in said for word in foreign)
    assert ("删除" if language == "zh" else "delete") in said or "owner = " in said


def test_a_file_that_is_no_text_is_told_of_too(workspace: Workspace) -> None:
    workspace.causes.mkdir(exist_ok=True)
    owners_path(workspace).write_bytes(b'[price]\nowner = "\xff"')
    assert "causes/owners.toml" in owners_or_why_not(workspace)[1].text()
    owners_path(workspace).unlink()
    owners_path(workspace).mkdir()
    told = owners_or_why_not(workspace)[1].text()
    assert "causes/owners.toml" in told
    assert str(workspace.root) not in told


@pytest.mark.parametrize("name", ["price.TOML", "Price.Toml", "price.toml.txt", "price.TOML.TXT"])
def test_a_file_nobody_would_read_is_said(workspace: Workspace, name: str) -> None:
    workspace.causes.mkdir(exist_ok=True)
    (workspace.causes / name).write_text("off = true\n", "utf-8")
    with pytest.raises(Invalid) as raised:
        workspace_causes(workspace)
    assert name in raised.value.text()
    assert f"{name.split('.', maxsplit=1)[0]}.toml" in raised.value.fix.text()
    (workspace.causes / name).rename(workspace.causes / "notes.md")
    (workspace.causes / ".price.toml.swp").write_text("x", "utf-8")
    assert workspace_causes(workspace)
