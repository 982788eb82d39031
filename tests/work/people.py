"""A small firm's people for the tests: hashed without the work a real password costs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from liuke.work.people.users import User, add_user
from liuke.work.people.viewer import Viewer, viewer_of

if TYPE_CHECKING:
    from liuke.work.store import WorkStore

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def joined(store: WorkStore, login: str, *roles: str, **more: object) -> User:
    """A user who can sign in with PASSWORD."""
    given = {"name": login.title(), "password_hash": QUICK.hash(PASSWORD.encode()), "now": NOW, **more}
    with store.writing() as connection:
        return add_user(connection, None, login=login, roles=roles, **given)  # type: ignore[arg-type]


def looking(store: WorkStore, user: User | int) -> Viewer:
    """The viewer a user is now."""
    with store.reading() as connection:
        return viewer_of(connection, user if isinstance(user, int) else user.id)
