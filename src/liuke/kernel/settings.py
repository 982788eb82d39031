"""Settings: each a row with its unit, its help and its check; a value knows where it came from."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.toml_file import NotToml, parsed, text_if_any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Value = str | int | float


@dataclass(frozen=True)
class Setting:
    """One setting: name, default, unit, help (a message) and what a value must satisfy."""

    name: str
    default: Value
    unit: str
    help: str
    check: Callable[[Any], bool]
    must: str  # what the check asks for, in words


def one_of(*values: str) -> Callable[[Any], bool]:
    """A check: the value is one of these words."""
    return lambda value: value in values


def between(low: float, high: float) -> Callable[[Any], bool]:
    """A check: the value is a number within these bounds, both included."""
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def is_currency(value: object) -> bool:
    """A check: three letters."""
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha()


def is_text(value: object) -> bool:
    """A check: any text."""
    return isinstance(value, str)


SETTINGS = (
    Setting("firm", "", "", N_("The firm's name, as it stands on pages and workbooks"), is_text, N_("a text")),
    Setting(
        "currency", "CNY", "", N_("Currency of all amounts (ISO 4217)"), is_text, N_("a currency code such as CNY")
    ),
    Setting(
        "attribution", "", "", N_("Source and licence of the data, printed on every report"), is_text, N_("a text")
    ),
    Setting(
        "period",
        "month",
        "",
        N_("Length of a period"),
        one_of("month", "week", "quarter"),
        N_("month, week or quarter"),
    ),
    Setting(
        "basis",
        "auto",
        "",
        N_("Document kind that states and the list stand on; auto takes invoices, else deliveries, else orders"),
        one_of("auto", "invoice", "order", "delivery"),
        N_("auto, invoice, order or delivery"),
    ),
    Setting(
        "left_days",
        0,
        "days",
        N_("Days without a purchase after which a customer counts as lost; 0 takes 3 median gaps, within 60-365"),
        between(0, 1095),
        N_("a number of days from 0 to 1095"),
    ),
    Setting(
        "leaving_fall",
        0.0,
        "share",
        N_("Fall of a quarter's money against the year before that counts as leaving for the model; 0: silence counts"),
        between(0, 0.99),
        N_("0-0.99"),
    ),
    Setting(
        "core_share",
        0.8,
        "share",
        N_("Share of the value that core customers make"),
        between(0.5, 0.99),
        N_("0.5-0.99"),
    ),
    Setting(
        "core_measure",
        "auto",
        "",
        N_("What core customers are measured by; auto takes margin where it is known, else sales"),
        one_of("auto", "amount", "margin", "quantity"),
        N_("auto, amount, margin or quantity"),
    ),
    Setting(
        "churn_target",
        0.0,
        "share a year",
        N_("Churn thought reasonable; 0 means none is set"),
        between(0, 1),
        N_("0-1"),
    ),
    Setting(
        "discount_rate",
        0.1,
        "share a year",
        N_("Discount on money to come: what a year of waiting costs"),
        between(0, 1),
        N_("0-1"),
    ),
    Setting(
        "lifetime_years",
        3,
        "years",
        N_("How far ahead the lifetime value of a customer looks"),
        between(1, 10),
        N_("1-10 years"),
    ),
    Setting(
        "acquisition_cost",
        0.0,
        "currency a customer",
        N_("What winning one new customer costs; 0 means not stated"),
        between(0, 1e12),
        N_("an amount of at least 0"),
    ),
    Setting(
        "keeping_cost",
        0.0,
        "currency a customer and year",
        N_("What keeping one customer costs a year; 0 means not stated"),
        between(0, 1e12),
        N_("an amount of at least 0"),
    ),
    Setting("keep_runs", 12, "runs", N_("How many runs are kept beside month ends"), between(1, 10000), N_("1-10000")),
    Setting(
        "export_rows",
        20_000,
        "rows",
        N_("How many customers may leave in one export; a longer list is refused, never cut"),
        between(1, 1_000_000),
        N_("1-1,000,000 rows"),
    ),
    Setting(
        "upload_megabytes",
        200,
        "MB",
        N_("How large a file may be that is loaded in the browser"),
        between(1, 20_000),
        N_("1-20,000 MB"),
    ),
    Setting(
        "engine",
        "duckdb",
        "",
        N_("Engine that groups the document lines"),
        one_of("duckdb", "postgres", "spark"),
        N_("duckdb, postgres or spark"),
    ),
    Setting(
        "engine_url", "", "", N_("Address of the engine, for example postgresql://host/base"), is_text, N_("an address")
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
TITLES = {  # what each is called on a page
    "firm": N_("Name of the firm"),
    "currency": N_("Currency"),
    "attribution": N_("Source and licence"),
    "period": N_("Length of a period"),
    "basis": N_("Kind of document counted"),
    "left_days": N_("Silent so long: lost"),
    "leaving_fall": N_("Fall that counts as leaving"),
    "core_share": N_("Share of the core"),
    "core_measure": N_("Measure of the core"),
    "churn_target": N_("Churn thought reasonable"),
    "discount_rate": N_("Discount on later money"),
    "lifetime_years": N_("Years of lifetime value"),
    "acquisition_cost": N_("Cost of a new customer"),
    "keeping_cost": N_("Cost of keeping a customer"),
    "keep_runs": N_("Runs kept"),
    "export_rows": N_("Most rows of one export"),
    "upload_megabytes": N_("Largest upload"),
    "engine": N_("Engine"),
    "engine_url": N_("Address of the engine"),
}
UNITS = {  # units as they are read on a page
    "days": N_("days"),
    "share": N_("share, 0 to 1"),
    "share a year": N_("share a year, 0 to 1"),
    "years": N_("years"),
    "currency a customer": N_("in the firm's currency, a customer"),
    "currency a customer and year": N_("in the firm's currency, a customer and year"),
    "runs": N_("runs"),
    "rows": N_("rows"),
    "MB": N_("MB"),
}
CHOICES = {  # the words a setting may have, where they are few
    "period": {"month": N_("month"), "week": N_("week"), "quarter": N_("quarter")},
    "basis": {"auto": N_("chosen by itself"), "invoice": N_("invoices"), "order": N_("orders"),
              "delivery": N_("deliveries")},
    "core_measure": {"auto": N_("chosen by itself"), "amount": N_("sales"), "margin": N_("margin"),
                     "quantity": N_("quantity")},
    "engine": {"duckdb": "DuckDB", "postgres": "PostgreSQL", "spark": "Spark"},
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """Values by name, and where each came from (a file's name, or `default`)."""

    values: dict[str, Value]
    origin: dict[str, str]

    def text(self, name: str) -> str:
        """A setting that is a text."""
        return str(self.values[name])

    def number(self, name: str) -> float:
        """A setting that is a number."""
        return float(self.values[name])


def read_settings(path: Path) -> Settings:
    """The settings of a workspace file, every one checked; a wrong one is refused with its line and a proposal."""
    text = text_if_any(path)
    if text is not None and not text.strip():
        raise Invalid(
            N_("{path} is empty: what was set there is lost."),
            path=path,
            fix=N_("Bring it back from a backup, or write the settings anew; a line with # alone takes the defaults."),
        )
    try:
        given = parsed(text or "")
    except NotToml as error:
        raise Invalid(
            N_("{file} is not valid TOML: {detail}"),
            file=path.name,
            detail=error.said,
            fix=N_("Mend the line named there; `liuke init` in an empty folder shows a complete file."),
        ) from error
    values: dict[str, Value] = {s.name: s.default for s in SETTINGS}
    origin = dict.fromkeys(values, "default")
    for name, value in given.items():
        line = next((i for i, row in enumerate((text or "").splitlines(), 1) if row.split("=")[0].strip() == name), 0)
        setting = BY_NAME.get(name)
        if setting is None:
            near = difflib.get_close_matches(name, BY_NAME, n=1)
            raise Invalid(
                N_("{file}, line {line}: there is no setting {name!r}."),
                file=path.name,
                line=line,
                name=name,
                near=near[0] if near else ", ".join(BY_NAME),
                fix=N_("Did you mean: {near}?"),
            )
        if not setting.check(value):
            raise Invalid(
                N_("{file}, line {line}: {name} must be {must}; {value!r} was found."),
                file=path.name,
                line=line,
                name=name,
                must=setting.must,
                value=value,
            )
        values[name], origin[name] = value, path.name
    return Settings(values, origin)


def default_file() -> str:
    """The text of a fresh `liuke.toml`: every setting with its help, commented out at its default."""
    from liuke.kernel.i18n import translate

    rows = []
    for setting in SETTINGS:
        unit = f" [{setting.unit}]" if setting.unit else ""
        value = f'"{setting.default}"' if isinstance(setting.default, str) else setting.default
        rows.append(f"# {translate(setting.help)}{unit}\n# {setting.name} = {value}\n")
    return "\n".join(rows)


def with_setting(text: str, name: str, value: Value | None) -> str:
    """The text of a `liuke.toml` with a setting put in, or taken out (None), everything else as it was.

    It stands where it stood, else at its commented line, else at the top; a remark behind it stays. Invalid where it is
    written in a way this can't change: then nobody's text is touched.
    """
    rows = text.splitlines()
    at = next((i for i, row in enumerate(rows) if re.match(rf"\s*[\"']?{name}[\"']?\s*=", row)), None)
    free = next((i for i, row in enumerate(rows) if row.replace(" ", "").startswith(f"#{name}=")), None)
    default = BY_NAME[name].default
    line = f"{name} = {_written(default if value is None else value)}"
    if at is not None:
        remark = _remark(rows[at])
        kept = (
            []
            if value is None and free is not None and not remark
            else [("# " if value is None else "") + line + remark]
        )
        made = [*rows[:at], *kept, *rows[at + 1 :]]
    elif value is None:
        made = rows
    else:
        made = [line, *rows] if free is None else [*rows[:free], line, *rows[free + 1 :]]
    after = "\n".join(made) + "\n"
    if not _changes_only(text, after, name, value):
        raise Invalid(
            N_("{name} is written in liuke.toml in a way that can't be changed here."),
            name=name,
            code="unchangeable",
            fix=N_("Change it in the file with an editor."),
        )
    return after


def _written(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else repr(value)


def _remark(row: str) -> str:
    """What is remarked behind the value of a line, with the space before it; empty for nothing."""
    for at in (i for i, letter in enumerate(row) if letter == "#"):
        try:
            parsed(row[:at])
        except NotToml:
            continue  # a # inside of a text
        return row[len(row[:at].rstrip()) :]
    return ""


def _changes_only(before: str, after: str, name: str, value: Value | None) -> bool:
    try:
        was, now = parsed(before), parsed(after)
    except NotToml:
        return False
    was.pop(name, None)
    return now == (was if value is None else {**was, name: value})
