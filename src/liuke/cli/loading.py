"""`liuke load`: the questions on the terminal, and the account of what was loaded."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from liuke.app.firm import Firm
from liuke.app.load import LoadOptions, question_of
from liuke.cli.output import grid, put, stored, tell
from liuke.cli.progress import progress
from liuke.kernel.errors import NeedsAnswer, Usage
from liuke.kernel.i18n import N_, say, translate
from liuke.kernel.said import Said
from liuke.reports import figures

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.load import Answers, Loaded
    from liuke.sources.table import Question

MOST_WORDS = 12  # of one column, printed one by one


def ask(question: Question) -> str:
    """Put a question on the terminal until one of its choices is given."""
    put(question.ask.text())
    for line in question.evidence:
        put(f"  {line}")
    for number, choice in enumerate(question.choices, 1):
        put(f"  {number}  {choice.meaning.text()} ({choice.value})")
    values = [choice.value for choice in question.choices]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # Polars' own would let Ctrl-C pass by a waiting prompt
    while True:
        answer = input("> ").strip() or question.default or ""
        if answer.isdigit() and 1 <= int(answer) <= len(values):
            return values[int(answer) - 1]
        if answer in values:
            return answer
        put(say(N_("Please answer with a number from 1 to {last}."), last=len(values)))


def answers_given(told: list[str]) -> tuple[tuple[str, str], ...]:
    """Answers given beforehand as KEY=VALUE; the value stands behind the last equals sign."""
    pairs = []
    for each in told:
        key, equals, value = each.rpartition("=")
        if not (equals and key and value):
            raise Usage(N_("--answer is KEY=VALUE, not {found}."), found=each)
        pairs.append((key.strip(), value.strip()))
    return tuple(pairs)


def _of_table(asked: NeedsAnswer, chosen: LoadOptions, interactive: bool) -> LoadOptions:
    """What was chosen, with the table a person says the file is; the refusal where nobody can be asked."""
    if not interactive or asked.decides != "table":
        raise asked
    return replace(chosen, table=ask(question_of(asked)))


def load(folder: Path, location: str, answers: Answers, **options: Any) -> None:
    """Plan, ask what the plan leaves open, apply, ask what the documents held bring up, and print the account.

    Without a terminal nobody is asked: safe defaults are taken, and what has none is refused.
    """
    firm = Firm.at(folder)
    interactive = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))  # None: closed
    with progress() as step:
        chosen = LoadOptions(**options, answers=answers, progress=step)
        try:
            plan = firm.plan(location, chosen)
        except NeedsAnswer as asked:
            chosen = _of_table(asked, chosen, interactive)
            plan = firm.plan(location, chosen)
        if interactive:
            while plan.open:
                plan = plan.answered({question.key: ask(question) for question in plan.open})
        with firm.applying(plan, chosen) as act:
            while interactive and act.question is not None:
                step.rest()
                act.answer(ask(act.question))
            done = act.loaded_or_refused()
    note(done)
    describe(done)


def note(done: Loaded) -> None:
    """Remember what was stored, in case nothing can be printed any more."""
    if done.load is not None and not done.dry_run:
        stored(Said(N_("Load {load} stored."), {"load": done.load.load_id}))


def describe(done: Loaded) -> None:
    """Print the mapping, what was assumed, and the account that ties to the cent."""
    columns = [(translate(head), "left") for head in (N_("Column"), N_("Sample"), N_("Taken for"), N_("Why"))]
    rows = [(c.header, c.sample[:40], c.title or "-", c.why) for c in done.columns]
    title = say(N_("{source} → {table}"), source=done.source, table=done.table)
    put(grid(columns, rows, title))
    show_amounts(done)
    show_words(done)
    for note in done.notes:
        put(f"• {note.text()}")
    account = done.account
    lines = [
        (translate(N_("Read")), account.rows_read, account.sum_read),
        (translate(N_("Loaded")), account.rows_loaded, account.sum_loaded),
        (translate(N_("Quarantined")), account.rows_quarantined, account.sum_quarantined),
        (translate(N_("Rounding")), None, account.rounding),
        (translate(N_("Returns given a minus")), None, account.turned),
        (translate(N_("Refunds in a column of their own")), None, account.given_back),
        (
            translate(N_("Difference")),
            account.rows_missing,
            account.difference,
        ),
    ]
    shown = [
        (name, "" if rows is None else figures.count(rows), f"{amount:,}" if amount else "0.00")
        for name, rows, amount in lines
        if rows is not None or amount
    ]
    put(
        grid(
            [("", "left"), (translate(N_("Rows")), "right"), (translate(N_("Amount")), "right")],
            shown if done.has_amounts else [(name, rows, "") for name, rows, _ in shown if rows],
        )
    )
    for taken_out in done.apart:
        put(taken_out.text())
    if account.filled:
        said = N_("{count} rows with blank cells were taken as part of the document above.")
        tell(said, count=figures.count(account.filled))
    if account.off_file_total is not None:
        off = N_("The file's own total is {total}, {off} away from its rows.")
        said = off if account.off_file_total else N_("The file's own total, {total}, equals its rows.")
        tell(said, total=f"{account.file_total:,}", off=f"{account.off_file_total:,}")
    for left_empty in done.left_empty:
        put(left_empty.text())
    tell_unused(done)
    tell_doubts(done)
    if done.dry_run:
        tell(N_("Nothing was stored: this was a dry run."))
    elif done.load is None:
        tell(N_("Everything in it was loaded before; nothing changed."))
    elif done.load.documents:
        counts = {
            name: figures.count(done.load.documents.get(name, 0)) for name in ("new", "corrected", "grown", "same")
        }
        tell(N_("Load {load}: {new} new documents, {corrected} corrected, {grown} grown, {same} as before."),
             load=done.load.load_id, **counts)  # fmt: skip
    else:
        tell(N_("Load {load} stored."), load=done.load.load_id)


def show_amounts(done: Loaded) -> None:
    """Print what every column that could be the amount comes to, where there is more than one."""
    if not done.amounts:
        return
    heads = [(translate(N_("Amounts in the file")), "left"), (translate(N_("Sum")), "right"), ("", "left")]
    rows = [(each.header, f"{each.total:,.2f}", translate(N_("taken")) if each.taken else "") for each in done.amounts]
    put(grid(heads, rows))


def show_words(done: Loaded) -> None:
    """Print the words that say what a row is: the rows and money behind each, and what it is taken for."""
    if not done.words:
        return
    heads = [(translate(N_("Column")), "left"), (translate(N_("Word")), "left"), (translate(N_("Rows")), "right"),
             (translate(N_("Amount")), "right"), (translate(N_("Taken for")), "left")]  # fmt: skip
    rows, before = [], ""
    for header, group in groupby(done.words, key=lambda each: each.header):
        listed = list(group)
        for each in listed[:MOST_WORDS]:
            money = "" if each.money is None else f"{each.money:,.2f}"
            rows.append((header if header != before else "", each.word[:40], figures.count(each.rows), money,
                         each.means.text()))  # fmt: skip
            before = header
        if len(listed) > MOST_WORDS:
            left = say(N_("… {count} more"), count=figures.count(len(listed) - MOST_WORDS))
            rows.append(("", left, figures.count(sum(each.rows for each in listed[MOST_WORDS:])), "", ""))
    put(grid(heads, rows))


def tell_unused(done: Loaded) -> None:
    """Say how many rows could not be used for which reason, and where they are."""
    account = done.account
    for rows, reason, amount in done.reasons:
        said = (
            N_("{rows} rows were not used: {reason} ({amount})")
            if amount
            else N_("{rows} rows were not used: {reason}")
        )
        tell(said, rows=figures.count(rows), reason=reason, amount=f"{amount:,.2f}")
    if account.unknown:
        tell(
            N_("{count} quarantined rows have no readable amount and are in no sum."),
            count=figures.count(account.unknown),
        )
    if done.quarantine is not None:
        tell(N_("Rows that could not be used, with reasons: {path}"), path=done.quarantine)


def tell_doubts(done: Loaded) -> None:
    """Say how many rows failed which audit, and where they are listed."""
    for one in done.broken:
        tell(N_("{rows} rows are usable, but {says}: {examples}"),
             rows=figures.count(one.rows), says=translate(one.says), examples=one.examples())  # fmt: skip
    if done.doubtful is not None:
        tell(N_("Those rows are loaded; to look at them, with what is doubtful: {path}"), path=done.doubtful)
