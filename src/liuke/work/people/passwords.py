"""Passwords: strong enough, hashed with argon2id, two at a time. Hash before a writing unit begins, never in one."""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_

LEAST = 10  # characters
MOST = 1000
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)  # 19 MiB, some 30 ms
AT_ONCE = threading.BoundedSemaphore(2)  # forty sign-ins at a time would take all processors and 760 MB
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no two that look alike


def hashed_password(password: str, *names: str) -> str:
    """The hash to store. Invalid when it is too short, common, or one of the `names` (login, name) of its user."""
    plain = password.casefold()
    if len(password) < LEAST:
        raise _weak(N_("A password needs at least {least} characters."))
    if len(password) > MOST:
        raise _weak(N_("A password can have {most} characters at most."))
    if plain in {name.casefold() for name in names}:
        raise _weak(N_("The password is the name it belongs to."))
    if plain in _common() or len(set(plain)) < 4:
        raise _weak(N_("This password is one of the first that would be tried."))
    return hashed_anew(password)


def hashed_anew(password: str) -> str:
    """The hash of a password that was taken already, with the work asked for today."""
    with AT_ONCE:
        return HASHER.hash(_bytes(password))


def password_fits(stored: str | None, password: str) -> bool:
    """Whether a password is the one of a stored hash. With no hash as much work is done and it does not fit."""
    known = stored or _nobody()
    if len(password) > MOST:
        return False
    with AT_ONCE:
        try:
            return HASHER.verify(known, _bytes(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_new_hash(stored: str) -> bool:
    """Whether a hash was made with less work than is asked for today."""
    return HASHER.check_needs_rehash(stored)


def one_time_password() -> str:
    """A password to be read out and changed at the first visit: 60 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def hashed_secret(secret: str) -> str:
    """What is stored of a secret the program itself drew at random: it needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _nobody() -> str:
    """A hash no password has: an unknown name takes as long as a wrong password."""
    return HASHER.hash(secrets.token_hex(16))


@cache
def _common() -> frozenset[str]:
    """Passwords of ten characters and more that are tried first."""
    return frozenset(resources.files("liuke.work.people").joinpath("common_passwords.txt").read_text("utf-8").split())


def _bytes(password: str) -> bytes:
    """The same whichever keyboard typed it: a full-width letter is the letter."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _weak(message: str) -> Invalid:
    return Invalid(
        message, least=LEAST, most=MOST, code="weak_password", fix=N_("Take a sentence of several words, for example.")
    )
