"""Which tables a mapping and a person's words fit; what names a header nobody has is refused."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.columns import NAMED
from liuke.sources.mapping import ALLOWED, MEANINGS, Mapping, Match, is_rate
from liuke.sources.table import ANSWER

if TYPE_CHECKING:
    from liuke.kernel.contract import Contract
    from liuke.sources.answers import Answers
    from liuke.sources.opened import Opened
    from liuke.sources.table import RawTable

OPTIONS = {name: "--" + name.replace("_", "-") for name in ("date_order", "kind", "discount", "tax")}


def refuse_without_rows(opened: Opened) -> None:
    """Refuse a source that has column names and nothing below them."""
    if all(table.sample(1).is_empty() for table in opened.tables):
        raise Invalid(
            N_("{file} has column names but no rows."),
            fix=N_("Export again with the period you need, and check that the export holds rows."),
            file=opened.tables[0].place,
        )


def refuse_unknown_headers(opened: Opened, answers: Answers) -> None:
    """Refuse a header an option names that no table has: without it another column would be taken in silence."""
    have = opened.headers
    for name, option in NAMED.items():
        header = getattr(answers, name)
        if header is None or header in have:
            continue
        near = difflib.get_close_matches(header, have, 1, 0.5)
        raise Invalid(
            N_("{file} has no column {column}, which {option} names. Its columns: {have}."),
            fix=N_("Did you mean {near}?") if near else N_("Name one of these columns."),
            file=opened.tables[0].place,
            column=header,
            option=option,
            have=", ".join(have),
            near=near[0] if near else "",
        )


def fitting_tables(tables: list[RawTable], mapping: Mapping, contract: Contract) -> tuple[list[RawTable], list[Said]]:
    """The tables that can be read with a mapping, with notes on what they lack and on tables left out."""
    needed = mapping.needed(contract.required)
    fitting, notes = [], []
    for table in tables:
        lacking = [m.header for m in mapping.columns.values() if m.header not in table.columns]
        told: dict[str, object] = {"place": table.place, "column": ", ".join(lacking)}
        if needed & set(lacking):
            told["column"] = ", ".join(header for header in lacking if header in needed)
            notes.append(Said(N_("{place} was left out: it has no column {column}."), told))
            continue
        fitting.append(table)
        if lacking:
            notes.append(Said(N_("{place} has no column {column}: left empty."), told))
    if not fitting:
        lacking = sorted(needed - set(tables[0].columns))
        near = difflib.get_close_matches(lacking[0], tables[0].columns, 1, 0.5)
        raise Invalid(
            N_("{file} has no column {column}, which the mapping names. Its columns: {have}."),
            fix=N_("Did you mean {near}? Correct the mapping file, or leave it away to have it guessed.")
            if near
            else N_("Correct the mapping file, or leave it away to have it guessed."),
            file=tables[0].place,
            column=lacking[0],
            have=", ".join(tables[0].columns),
            near=near[0] if near else "",
        )
    return fitting, notes


def _with_others(mapping: Mapping, answers: Answers, contract: Contract) -> Mapping:
    """The mapping with what `--answer KEY=VALUE` says of columns and of their words."""
    for key, value in answers.others:
        header, _, word = key.rpartition(":")
        if key in contract.columns:
            mapping = mapping.with_column(key, value, Match(value).why)
        elif header in mapping.headers or header in mapping.words:
            if value not in MEANINGS:
                raise Invalid(
                    N_("{found} is not an answer to {option}."),
                    fix=N_("Possible answers: {have}."),
                    found=value,
                    option=f"{ANSWER} {key}",
                    have=", ".join(MEANINGS),
                )
            mapping = mapping.with_words(header, {word: value})
    return mapping


def with_answers(mapping: Mapping, answers: Answers, contract: Contract) -> Mapping:
    """The mapping with what was given beforehand put in force."""
    for name in NAMED:
        header = getattr(answers, name)
        if header is not None and mapping.header(name) != header and name in contract.columns:
            mapping = mapping.with_column(name, header, Match(header).why)
    mapping = _with_others(mapping, answers, contract)
    changed: dict[str, Any] = {}
    for name in ALLOWED:
        value = answers.to(name)
        if value is None:
            continue
        if value not in ALLOWED[name] and not (name == "tax" and is_rate(value)):
            raise Invalid(
                N_("{found} is not an answer to {option}."),
                fix=N_("Possible answers: {have}."),
                found=value,
                option=OPTIONS.get(name, f"{ANSWER} {name}"),
                have=", ".join(ALLOWED[name]),
            )
        changed[name] = value
    if answers.currency is not None:
        changed["currency"] = answers.currency
    if answers.rates:
        changed["rates"] = answers.rates
    return replace(mapping, **changed) if changed else mapping
