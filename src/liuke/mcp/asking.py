"""What each tool asks of a firm, and how its answer reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_, say
from liuke.mcp.words import ToolAnswer, listed_answer, one_line, row_lines, scope_of, stands_on
from liuke.reports import figures
from liuke.reports.query import OVERALL, Condition, Query, customers, values
from liuke.reports.renderers.json import records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.app.connected import ConnectedFirm

TOP = 10
DOCUMENTS, NOTES = 20, 10  # newest of a customer
INNER = ("trend", "views", "risk_basis", "lead_rule", "rules", "core_probability")  # of no use in a conversation


def tell_at_risk(firm: ConnectedFirm, given: Mapping[str, Any]) -> ToolAnswer:
    """Who is at risk and why, with how many there are and what they have at stake in all."""
    view = firm.read(given.get("as_of"))
    where = [Condition("region", given["region"])] if "region" in given else []
    query = customers(view=given.get("view"), owner=given.get("owner"), core=given.get("core", False), where=where,
                      size=given.get("top", TOP))  # fmt: skip
    sums = view.sums(replace(query, size=None), "at_stake")
    currency = view.info["currency"]
    stake = None if sums["at_stake"] is None else str(sums["at_stake"])
    made = listed_answer(view, view.watch_list(query), INNER, at_stake_total=stake)
    total = say(
        N_("{total} customers, {stake} at stake a year in all."), total=figures.count(sums["rows"]),
        stake=str(figures.Money(sums["at_stake"], currency)) if stake else "-",
    )  # fmt: skip
    return ToolAnswer(made.data, f"{made.text}\n{total}")


def tell_customer(firm: ConnectedFirm, given: Mapping[str, Any]) -> ToolAnswer:
    """One customer with reasons, value, newest documents and notes."""
    view = firm.read(given.get("as_of"))
    found = view.customer(given["customer"])
    alone, papers = view.alone(found), view.documents_of(found, DOCUMENTS)
    (row,) = records(alone)
    noted = firm.notes(found.row["customer_id"]).head(NOTES)
    notes = [{**each, "at": each["at"].isoformat(), "text": one_line(each["text"])} for each in noted.to_dicts()]
    data = {
        **scope_of(view),
        "customer": {name: value for name, value in row.items() if name not in INNER},
        "merged_from": found.merged_from,
        "value": None if found.value is None else view.value_record(found),
        "documents": [*records(papers)], "documents_total": len(found.documents), "notes": notes,
    }  # fmt: skip
    lines = [*stands_on(view), *row_lines(alone)]
    lines += [one_line(each) for each in (*view.early_sentences(found), *view.value_sentences(found))]
    lines += [say(N_("Documents: {total}, the newest first."), total=figures.count(len(found.documents)))]
    lines += row_lines(papers)
    lines += [say(N_("Note of {by}, {at}: {text}"), by=one_line(each["by"]), at=str(each["at"])[:10], text=each["text"])
              for each in notes]  # fmt: skip
    return ToolAnswer(data, "\n".join(lines))


def tell_overview(firm: ConnectedFirm, given: Mapping[str, Any]) -> ToolAnswer:
    """The answer of the overview page: who, how much, what changed."""
    view = firm.read(given.get("as_of"))
    page = firm.overview(given.get("as_of"))
    answer, changes = page["answer"], page["changes"]
    said = [answer[name] for name in ("first", "second", "alarm") if answer.get(name)]
    about = [each["text"] for each in changes["changes"]]
    data = {**scope_of(view), "answer": said, "by_view": view.info["listed_by_view"],
            "changes": [{"state": each["state"], "text": each["text"]} for each in changes["changes"]],
            "leads": page["leads"]["leads"], "core": page["core"]}  # fmt: skip
    names = [f"{one_line(each['name'])} ({one_line(each['customer_id'])})" for each in page["core"]]
    core = [say(N_("Core customers at risk: {names}."), names=figures.joined(names))] if names else []
    return ToolAnswer(data, "\n".join([*stands_on(view), *map(one_line, said), *map(one_line, about), *core]))


def tell_indicators(firm: ConnectedFirm, given: Mapping[str, Any]) -> ToolAnswer:
    """The indicators of the firm as a whole."""
    view = firm.read(given.get("as_of"))
    return listed_answer(view, view.indicators(Query("indicator", (OVERALL,), size=None)))


def tell_values(firm: ConnectedFirm, given: Mapping[str, Any]) -> ToolAnswer:
    """Customers by worth."""
    view = firm.read(given.get("as_of"))
    query = values(grade=given.get("grade"), core=given.get("core", False), neglected=given.get("neglected", False),
                   size=given.get("top", TOP))  # fmt: skip
    return listed_answer(view, view.values(query))


def tell_rules(firm: ConnectedFirm, given: Mapping[str, Any]) -> ToolAnswer:  # noqa: ARG001
    """How every rule did."""
    view = firm.read()
    return listed_answer(view, view.rule_scores())


def tell_search(firm: ConnectedFirm, given: Mapping[str, Any]) -> ToolAnswer:
    """Customers by a part of number or name."""
    view = firm.read(given.get("as_of"))
    query = customers(search=given["text"], size=given.get("top", TOP))
    return listed_answer(view, view.watch_list(query), INNER)
