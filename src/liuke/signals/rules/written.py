"""A rule as values written as the TOML people read: what `kernel.toml_file.parsed` reads back to the same values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.toml_file import toml_key, toml_string

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = ("id", "title", "help", "severity", "order", "kind", "measure", "scope")
JOINS = ("all", "any")


def rule_text(raw: Mapping[str, object]) -> str:
    """The text of a rule file: a line a field, a table a condition, what lies deeper on lines of its own list."""
    lines = [f"{name} = {_value(raw[name])}" for name in FIRST if raw.get(name) not in (None, {})]
    when = raw.get("when")
    inner = [(join, when[join]) for join in JOINS if isinstance(when, dict) and list(when) == [join]]
    if not inner or not isinstance(inner[0][1], list):
        return "\n".join([*lines, f"when = {_value(when)}", ""])
    ((join, nodes),) = inner
    if not nodes:
        return "\n".join([*lines, f"when = {{ {join} = [] }}", ""])
    for node in nodes:
        lines += ["", f"[[when.{join}]]", *(f"{toml_key(name)} = {_value(value)}" for name, value in node.items())]
    return "\n".join([*lines, ""])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inside = ", ".join(f"{toml_key(name)} = {_value(each)}" for name, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        if any(isinstance(each, dict) for each in value):
            return "[\n" + "".join(f"  {_value(each)},\n" for each in value) + "]"
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, int | float):
        return repr(value)
    return f"{value:f}" if isinstance(value, Decimal) else toml_string(str(value))
