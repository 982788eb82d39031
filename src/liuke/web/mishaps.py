"""The number of a request, by which what a person saw is found in the log."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope


def number_of(scope: Scope) -> str:
    """The number of a request, drawn when it is first asked for."""
    state = scope.setdefault("state", {})
    number: str = state.setdefault("request_number", secrets.token_hex(4))
    return number
