"""`liuke show`."""

from pathlib import Path
from typing import TYPE_CHECKING

from liuke.cli.options import AsOf, Customer, Folder, FormOf, Out
from liuke.cli.output import bold, give, put, tell, text_out
from liuke.cli.reading import customer_of
from liuke.kernel.i18n import N_, say, translate

if TYPE_CHECKING:
    from liuke.app.firm import OneCustomer, RunView

WORDS, HELP = ("show",), N_("One customer: state, trend, why it was flagged, documents.")
SHOWN_DOCUMENTS = 15


def command(
    customer: Customer, workspace: Folder = Path(), as_of: AsOf = None, form: FormOf = "table", out: Out = None
) -> None:
    """Print one customer."""
    import json

    view, found = customer_of(workspace, customer, as_of)
    if form == "table":
        _show(view, found)
    elif form == "json":
        text_out(json.dumps(view.record(found), ensure_ascii=False) + "\n", out)
    else:
        give(view.alone(found), form, out)


def _show(view: "RunView", found: "OneCustomer") -> None:
    from liuke.reports import figures, forms
    from liuke.reports.listings.customers import RISK
    from liuke.reports.words import STATES

    row, currency = found.row, view.info["currency"]
    put(bold(f"{row['customer_id']} {row['name'] or ''}").append(f"  {translate(STATES[row['state']])}", "not bold"))
    put(
        say(
            N_(
                "As of {as_of}: {documents} documents, last purchase {last_on}, {silent_days} days ago; usual gap"
                " {gap}."
            ),
            as_of=view.info["as_of"],
            documents=row["documents"],
            last_on=row["last_on"] or "-",
            silent_days="-" if row["silent_days"] is None else row["silent_days"],
            gap="-" if row["own_gap_days"] is None else say(N_("{days} days"), days=f"{row['own_gap_days']:.0f}"),
        )
    )
    put(
        say(
            N_("Last 12 months {now}, the 12 before {before}; usual year {usual}; risk {risk}; at stake {stake}."),
            now=figures.Money(row["amount_12"], currency),
            before=figures.Money(row["amount_before_12"], currency),
            usual=figures.Money(row["usual_year"], currency),
            risk=forms.words(RISK[0], row) or translate(N_("not enough data")),
            stake="-" if row["at_stake"] is None else figures.Money(row["at_stake"], currency),
        )
    )
    for reason in row["reasons"]:
        if reason not in row["early_reasons"]:
            put(f"• {forms.said(reason, currency)}")
    for sentence in view.early_sentences(found):
        put(sentence)
    for sentence in view.cause_sentences(found):
        put(sentence)
    for sentence in view.value_sentences(found):
        put(f"  {sentence}")
    put(forms.bars(row["trend"]))
    give(view.documents_of(found, SHOWN_DOCUMENTS), "table")
    if len(found.documents) > SHOWN_DOCUMENTS:
        tell(N_("{count} documents in all; --format json has every one."), count=len(found.documents))
