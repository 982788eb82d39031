"""Refusals of the one door in Python's own words: options are arguments there, and not words of a command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Iterator

ARGUMENTS = {"--customer": "customer_id"}
BY_ARGUMENT = N_('Answer with {option}="value", where the value is one of:\n{listed}')
IN_PYTHON = {
    "If one of them is meant, name it: {option} HEADER.": N_('If one of them is meant, name it: {option}="header".'),
    "Answer with {option} VALUE, where VALUE is one of:\n{listed}": BY_ARGUMENT,
    "Answer with {option}, where VALUE is one of:\n{listed}": BY_ARGUMENT,
}


@contextmanager
def in_python() -> Iterator[None]:
    """Put what is refused inside into the words of Python."""
    try:
        yield
    except Refused as refused:
        refused.said, refused.fix = _said(refused.said), _said(refused.fix)
        raise


def _said(sentence: Said) -> Said:
    option = sentence.fields.get("option")
    if not isinstance(option, str) or not option.startswith("--"):
        return sentence
    name = option.removesuffix(" VALUE")
    argument = ARGUMENTS.get(name, name[2:].replace("-", "_"))
    return Said(IN_PYTHON.get(sentence.message, sentence.message), {**sentence.fields, "option": argument})
