"""A column of days that holds months instead: on which day of its month each is put is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import clean_text
from liuke.sources.days import months
from liuke.sources.headers import name_score, plain
from liuke.sources.mapping import Match
from liuke.sources.table import Choice, Question

if TYPE_CHECKING:
    from liuke.kernel.contract import Contract
    from liuke.sources.profile import Profile
    from liuke.sources.table import RawTable

MOST = 0.9
SHOWN = 3
PERIODS = frozenset(
    plain(name)
    for name in (
        *("会计期间", "期间", "月份", "年月", "所属期", "所属月份", "账期", "统计月份", "会计月份", "业务月份", "月"),
        *("month", "period", "fiscal period", "posting period", "accounting period", "year month", "yearmonth"),
        *("monat", "periode", "buchungsperiode", "mois", "mes", "mês", "mese", "periodo", "maand"),
    )
)


def months_instead(
    columns: dict[str, Match],
    contract: Contract,
    looks: dict[str, Profile],
    table: RawTable,
    questions: list[Question],
) -> None:
    """Where the column of days holds months without a day, it is taken and asked on which day each is to be put."""
    column = contract.columns.get("date")
    if column is None or not column.required:
        return
    sample = table.sample()
    match = columns.get("date")
    headers = [match.header] if match else [h for h in looks if name_score(h, column.names) > 0.95]
    if not headers and not any(look.dates + look.compact >= MOST for look in looks.values()):
        headers = [header for header in looks if plain(header) in PERIODS]
    for header in headers:
        cells = clean_text(sample[header]).drop_nulls()
        if cells.is_empty() or int(months(cells).is_not_null().sum()) < MOST * cells.len():
            continue
        if match is None:
            if header in {each.header for each in columns.values()}:
                continue
            columns["date"] = Match(header, Said(N_("the only column of time: it holds months")))
        told = {"header": header, "values": ", ".join(cells.unique(maintain_order=True).head(SHOWN).to_list())}
        ask = Said(
            N_("{header} holds months, not days: {values}. On which day of its month shall each sale be put?"), told
        )
        choices = (
            Choice("end", Said(N_("the last day of the month"))),
            Choice("first", Said(N_("the first day of the month"))),
        )
        questions.append(Question("months", ask, choices, "--months", None, ()))
        return
