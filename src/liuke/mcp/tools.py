"""The tools an assistant has: questions to one run, each answered with its day and scope. None changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import printable
from liuke.mcp import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from liuke.app.connected import ConnectedFirm
    from liuke.mcp.words import ToolAnswer

TEXT = 200  # characters of an argument, unless it says otherwise
MOST = 100  # rows of an answer


@dataclass(frozen=True)
class Argument:
    """One argument of a tool."""

    kind: str  # string, integer, boolean
    help: str  # msgid
    choices: tuple[str, ...] = ()
    pattern: str = ""
    required: bool = False

    def schema(self) -> dict[str, Any]:
        """As JSON Schema, in the language in force."""
        limits: dict[str, Any] = {"string": {"maxLength": TEXT}, "integer": {"minimum": 1, "maximum": MOST}}.get(
            self.kind, {}
        )
        made = {"type": self.kind, "description": translate(self.help), **limits}
        if self.choices:
            made["enum"] = [*self.choices]
        if self.pattern:
            made["pattern"] = self.pattern
        return made

    def checked(self, name: str, value: object) -> object:
        """The value; Invalid where it is not what it must be."""
        if isinstance(value, str):
            value = printable(value).strip()
        kinds = {"string": str, "integer": int, "boolean": bool}
        fits = isinstance(value, kinds[self.kind]) and (self.kind != "integer" or not isinstance(value, bool))
        if fits and isinstance(value, str):
            fits = bool(value) and len(value) <= TEXT and (not self.choices or value in self.choices)
        elif fits and self.kind == "integer":
            fits = isinstance(value, int) and 1 <= value <= MOST
        if not fits:
            raise Invalid(N_("The argument {name} can't be that: {help}"), name=name, help=translate(self.help),
                          code="bad_argument")  # fmt: skip
        return value


@dataclass(frozen=True)
class Tool:
    """One tool."""

    title: str  # msgid
    help: str  # msgid
    arguments: Mapping[str, Argument]
    run: Callable[[ConnectedFirm, Mapping[str, Any]], ToolAnswer]

    def checked(self, given: Mapping[str, object]) -> dict[str, Any]:
        """The arguments; Invalid for unknown, missing and wrong ones. What is null was not said."""
        said = {name: value for name, value in given.items() if value is not None}
        if unknown := [name for name in said if name not in self.arguments]:
            raise Invalid(N_("There is no argument {name}."), name=str(unknown[0])[:80], code="bad_argument",
                          have=", ".join(self.arguments) or "-", fix=N_("Arguments are: {have}."))  # fmt: skip
        if missing := [name for name, each in self.arguments.items() if each.required and name not in said]:
            raise Invalid(N_("The argument {name} is missing."), name=missing[0], code="bad_argument")
        return {name: self.arguments[name].checked(name, value) for name, value in said.items()}


TOP = Argument("integer", N_("How many rows at most, 1 to 100; 10 without it."))
AS_OF = Argument("string", N_("A past day such as 2026-10-31; the current run without it."),
                 pattern=r"^\d{4}-\d{2}-\d{2}$")  # fmt: skip
OWNER = Argument("string", N_("Salesperson, by number or name."))
REGION = Argument("string", N_("Region, as the firm writes it, such as 华东."))
CORE = Argument("boolean", N_("Core customers alone."))
TOOLS: dict[str, Tool] = {
    "at_risk": Tool(
        N_("Who is leaving, and why"),
        N_(
            "Customers at risk, best worth a call first, with reasons, risk and money at stake; one region or one"
            " salesperson if asked. One call answers who is leaving in a region and why."
        ),
        {
            "view": Argument("string", N_("going: still buying, but likely lost within 90 days; silent: beyond the own"
                                          " rhythm; money: most money at risk. Without it the whole list."),
                             choices=("going", "silent", "money")),
            "region": REGION, "owner": OWNER, "core": CORE, "top": TOP, "as_of": AS_OF,
        },
        asking.tell_at_risk,
    ),
    "customer": Tool(
        N_("One customer"),
        N_("State, risk, reasons, value, the newest documents and notes of one customer, by number or name."),
        {"customer": Argument("string", N_("Number or name of the customer."), required=True), "as_of": AS_OF},
        asking.tell_customer,
    ),
    "overview": Tool(
        N_("Overview"),
        N_("Who is leaving, what it costs, what changed since the period before; of what the token's user sees."),
        {"as_of": AS_OF},
        asking.tell_overview,
    ),
    "indicators": Tool(
        N_("Indicators"),
        N_("Rates such as churn and retention, each with one definition, against target and last year; whole firm."),
        {"as_of": AS_OF},
        asking.tell_indicators,
    ),
    "values": Tool(
        N_("Customers by worth"),
        N_("What customers are expected to bring in the coming year, the largest first."),
        {
            "grade": Argument("string", N_("Grade, such as A.")),
            "neglected": Argument("boolean", N_("Only who gets less service than owed.")),
            "core": CORE, "top": TOP, "as_of": AS_OF,
        },
        asking.tell_values,
    ),
    "rules": Tool(
        N_("Rules"),
        N_("The rules that put customers on the list, and how each did on the firm's own history; whole firm."),
        {},
        asking.tell_rules,
    ),
    "search": Tool(
        N_("Find customers"),
        N_("Customers whose number or name contains a text, at risk or not."),
        {"text": Argument("string", N_("Part of the number or name."), required=True), "top": TOP, "as_of": AS_OF},
        asking.tell_search,
    ),
}  # fmt: skip


def shown_tools() -> list[dict[str, Any]]:
    """The tools as the protocol lists them, in the language in force, always in the same order."""
    return [
        {
            "name": name,
            "title": translate(tool.title),
            "description": translate(tool.help),
            "inputSchema": {
                "type": "object",
                "properties": {each: argument.schema() for each, argument in tool.arguments.items()},
                "required": [each for each, argument in tool.arguments.items() if argument.required],
                "additionalProperties": False,
            },
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }
        for name, tool in TOOLS.items()
    ]
