"""A work store of any age becomes one of this program, in one transaction: the whole of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def revision_of(connection: Connection) -> str | None:
    """The version of the store; None where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> frozenset[str]:
    """Every version of a store this program can read or bring up to date."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config(None)).walk_revisions())


def migrated(connection: Connection, shown: str, to: str = "head") -> None:
    """Bring the store to the version of this program (one that is not there yet to version `to`).

    `shown` names it in the sentence when it can't be.

    Refused when its version is not among ours (a newer program made it), or when it holds tables and no version.
    """
    config = _config(connection)
    script = ScriptDirectory.from_config(config)
    ours = {revision.revision for revision in script.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None and inspect(connection).get_table_names():
        raise Refused(
            N_("{store} holds tables of something else; no work store was made in it."),
            store=shown,
            code="store_foreign",
            fix=N_("Give an empty database or a path where nothing lies."),
        )
    if found is not None and found not in ours:
        raise Refused(
            N_("The work store {store} was made by a newer Liuke (its version is {version}). Nothing was changed."),
            store=shown,
            version=found,
            code="store_newer",
            fix=N_("Start that version of the program, or newer."),
        )
    if found not in (to, script.get_current_head()):
        command.upgrade(config, to)


def _config(connection: Connection | None) -> Config:
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
