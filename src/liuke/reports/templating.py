"""Templates and the one seam of words: `t` puts what it is given into the languages of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from string import Formatter
from typing import Any, Literal

from markupsafe import Markup, escape

from liuke.facts.customer import OWNED
from liuke.kernel.i18n import in_language, language, translate
from liuke.kernel.said import Said, as_read
from liuke.reports import charts, figures, rule_charts, value_words, words
from liuke.reports.listings import customers
from liuke.reports.renderers import html

FORMATTER = Formatter()
WORDS = 4096  # msgids without fields that are kept as they were said


class Seam:
    """Words of a page in its languages, the first of which attributes are in.

    In a template: `{{ t('Customers') }}`, `{{ t('{n} customers', n=3) }}`, `{{ t(a_sentence) }}`, `{{ t(an_amount) }}`.
    """

    def __init__(self, *languages: str) -> None:
        self.languages = languages
        self._word = lru_cache(maxsize=WORDS)(lambda msgid: self.say(lambda: _markup(msgid, {})))

    def __call__(self, what: object, **fields: object) -> Markup:
        """A msgid with its fields, a sentence, or what has a wording in each language; fields are escaped."""
        if not fields and type(what) is str:
            return self._word(what)
        return self.say(lambda: _markup(what, fields))

    def say(self, make: Callable[[], object]) -> Markup:
        """What is made, in every language: one element a language, or plain text where they agree."""
        if self.languages == (language(),):
            return escape(make())
        made = [(language, escape(text)) for language, text in self._made(make)]
        if len({text for _, text in made}) == 1:
            return made[0][1]
        return Markup("").join(
            Markup('<span class="lk-t" lang="{}">{}</span>').format(*each) for each in sorted(made, reverse=True)
        )

    def each(self, what: object, **fields: object) -> list[tuple[str, str]]:
        """(language, text), for places that hold no markup."""
        made = self._made(lambda: _markup(what, fields).unescape())
        return sorted(((language, str(text)) for language, text in made), reverse=True)

    def plain(self, what: object, **fields: object) -> str:
        """The text of an attribute, which holds one language only: the first."""
        with in_language(self.languages[0]):
            return _markup(what, fields).unescape()

    def _made(self, make: Callable[[], object]) -> list[tuple[str, object]]:
        made = []
        for each in self.languages:
            with in_language(each):
                made.append((each, make()))
        return made


def _markup(what: object, fields: Mapping[str, object]) -> Markup:
    """A msgid, a sentence, or any value, in the language in force."""
    if isinstance(what, str):
        what = Said(what)
    if not isinstance(what, Said):
        return escape(what)
    if not what.message:
        return Markup("")
    filled = {name: _field(value) for name, value in (*what.fields.items(), *fields.items())}
    return _filled(str(escape(translate(what.message))), filled)


def _filled(message: str, fields: Mapping[str, object]) -> Markup:
    """A message that is markup with its fields, which are escaped unless they are markup too."""
    parts = []
    for before, name, form, way in _parts(message):
        parts.append(before)
        if name is not None:
            value = FORMATTER.convert_field(fields[name], way)
            if form and not isinstance(value, Markup):
                value = format(value, form)
            parts.append(str(escape(value)))
    return Markup("".join(parts))  # noqa: S704  (each part is escaped)


@lru_cache(maxsize=WORDS)
def _parts(message: str) -> tuple[tuple[str, str | None, str | None, Literal["r", "s", "a"] | None], ...]:
    """The message taken apart: text, and the field after it with its format and conversion."""
    return tuple(FORMATTER.parse(message))  # type: ignore[arg-type]  # nothing else is a conversion


def _field(value: object) -> object:
    """A field as markup: a day never breaks across lines, a sentence is said with its own fields escaped."""
    if isinstance(value, date):
        return Markup('<span class="lk-nb">{}</span>').format(value.isoformat())
    if isinstance(value, Said):
        return _markup(value, {})
    if isinstance(value, tuple):
        return Markup(figures.joined(str(escape(_field(each))) for each in value))  # noqa: S704  (each is escaped)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value if isinstance(value, (Markup, int)) else as_read(value)


def _core(row: Mapping[str, Any]) -> str:
    """The msgid of what sort of core customer a row is, empty for none."""
    return value_words.CORE.get((row["core"], row["core_next_year"])) or ""


def _about(row: Mapping[str, Any]) -> str:
    """Number, grade, region and so on, those that are known, in one line."""
    number = row["customer_id"] if customers.name_of(row) != row["customer_id"] else None
    parts = (number, *(row[name] for name in OWNED))
    return " · ".join(figures.printable(str(part)) for part in parts if part)


@cache
def environment(*languages: str, packages: tuple[str, ...] = ("liuke.reports",)) -> Any:
    """The templates of these packages in these languages, the first of which attributes are in."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(package, "templates") for package in packages]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    t = Seam(*languages)
    made.globals.clear()
    made.globals["t"] = t
    made.filters |= {
        "about": _about,
        "alarm_bar": rule_charts.alarm_bar,
        "bar": charts.bar,
        "calibration": charts.calibration_chart,
        "cell": lambda shown, row, currency: html.cell(shown, row, currency, t.say),
        "cells": lambda listed, customers="": html.rows(listed, t.say, customers),
        "columns": charts.column_chart,
        "core": _core,
        "count": figures.count,
        "dots": rule_charts.dots,
        "exact": figures.exact,
        "full": figures.full,
        "heads": lambda listed: html.heads(listed, t.say),
        "kind_bar": rule_charts.kind_bar,
        "kind": lambda kind: words.KINDS.get(kind, kind),
        "line": charts.line_chart,
        "month": figures.month_of,
        "moon": charts.moon,
        "name": lambda row: figures.printable(customers.name_of(row)),
        "percent": figures.percent,
        "ranged_bar": charts.ranged_bar,
        "path_chart": charts.path_chart,
        "risk_range": charts.risk_range,
        "rounded": figures.nearly,
        "scored": customers.scored,
        "signed": figures.signed,
        "span": figures.span_text,
        "state": lambda state: words.STATES[state],
        "turnover": lambda basis: words.TURNOVER[basis],
        "unknown": lambda why: html.unknown(Said(why) if isinstance(why, str) else why, t.say),
    }
    return made
