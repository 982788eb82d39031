"""Who owns a cause: a file of the workspace, read and written, and no cause of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liuke.kernel.errors import Invalid
from liuke.run.cause_files import workspace_causes
from liuke.run.cause_owners import CauseOwned, cause_owners, owners_path, owners_text
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
