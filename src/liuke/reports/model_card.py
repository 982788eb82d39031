"""The model card of a run in words, and the names of what its test measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.amounts import Share
from liuke.kernel.i18n import N_, language, say, translate
from liuke.kernel.said import Said
from liuke.panel.exposure import in_model
from liuke.reports import figures, words
from liuke.signals.churn.reasons import silence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

METRICS = {
    "auc": N_("AUC"),
    "within_rate": N_("AUC among customers who buy equally often"),
    "average_precision": N_("Average precision"),
    "lift": N_("Lift of the riskiest tenth"),
    "log_loss": N_("Log-loss"),
    "calibration_error": N_("Calibration error"),
    "captured_money": N_("Leavers' money in the first 20th"),
    "empc": N_("EMPC, for customers worth 200 each"),
    "empb": N_("EMPB, a customer"),
    "policy": N_("Profit a customer of treating whom it names"),
}
SCORES = {
    "model": N_("Model"),
    "logit": N_("Its logit alone"),
    "early": N_("Early warning"),
    "recency": N_("Longest silent first"),
    "frequency": N_("Rarest buyer first"),
}
SCOPES = {
    "buying": N_("customers still buying"),
    "all": N_("all asked of"),
    "in_rhythm": N_("customers still in rhythm, lost after the coming quarter"),
}
COLUMNS = {"core": N_("Core"), "age": N_("Years as customer")}
FEATURES = {  # columns of signals.churn.rows by the name a reader knows them by
    "silence": N_("days silent"),
    "occasions": N_("purchase days so far"),
    "money": N_("money so far"),
    "overdue": N_("silence against the own gap"),
    "surprise": N_("overdue, weighed by how well the rhythm is known"),
    "rate": N_("purchase days a day as customer"),
    "coming": N_("order or delivery not yet invoiced"),
    **{name: kind.TITLE for name, kind in in_model().items()},
    "tenure": N_("time as customer"),
    "once": N_("bought once only"),
    "each": N_("money a purchase day"),
    "active_share": N_("share of periods with a purchase"),
    "rate_3": N_("money of three periods against the usual"),
    "occasion_rate_3": N_("purchase days of three periods against the usual"),
    "breadth_rate_3": N_("different products of three periods against the usual"),
    "return_share": N_("share of the last year returned"),
    "order_rate_3": N_("orders of three periods against the usual"),
    "occasion_rate_6": N_("purchase days of three periods against those of six"),
    "each_rate_3": N_("money a purchase day of three periods against the usual"),
    "season_ahead": N_("money of the coming season, as it was a year ago"),
    "families_due": N_("share of last year's money in product families overdue by their own rhythm"),
    "late_gap": N_("the last six gaps against the own gap"),
    "longest_gap": N_("silence against the longest gap so far"),
    "usual_longest": N_("silence against the gap nine in ten stay under"),
}
PUT_RIGHT = N_("its back-test was worse than one chance for everybody, so level and slope were fitted to what came")
NOT_LIKE = N_(
    "silences today are spread unlike those of the months learnt from (PSI {psi}): something new has happened, and the "
    "ranges are wide"
)
RISK = N_("Risk: {rung}, learnt from {leavers} customers seen leaving, with a 90 % range.")
RISK_UNLIKE = N_(
    "Risk: {rung}, learnt from {leavers} customers seen leaving. Today is not like the past it was learnt from, so its "
    "90 % ranges are wide: find out first what is new."
)
YES_NO = {"yes": N_("yes"), "no": N_("no")}
SHARES = ("calibration_error", "captured_money", "average_precision")
NUMBERS = ("auc", "within_rate", "lift", "log_loss", "empc", "empb", "policy")  # the other figures are shares


def risk_rests_on(info: Mapping[str, Any]) -> Said:
    """What every risk of a run stands on: the rung of the ladder and its leavers, the rules, or why there is none."""
    card = info["model"]
    if card["rung"]:
        return Said(
            RISK_UNLIKE if card.get("unlike") else RISK,
            {"rung": Said(words.RUNGS[card["rung"]]), "leavers": figures.count(card["leavers"])},
        )
    if info["base_rate_reason"]:
        return Said(N_("Risk: not enough data, {why}."), {"why": Said.unpack(info["base_rate_reason"])})
    return Said(N_("Risk is the back-tested precision of the strongest rule that fired, shrunk to the base rate."))


def card_lines(info: Mapping[str, Any]) -> list[tuple[Said, Said]]:
    """Title and text of every line of the card: what is asked, what was learnt from, which rung and why, the limits."""
    card = info["model"]
    if card["fall"] is None:
        asked = Said(N_("no purchase in the {days} days after the date"), {"days": card["horizon_days"]})
    else:
        asked = Said(
            N_("the quarter after the date brings less than {share}% of a usual quarter"),
            {"share": round(100 * (1 - card["fall"]))},
        )
    found = [(Said(N_("Leaving means")), asked), *_stands_on(card.get("asked_of", info["basis"]), info["basis"])]
    found += [(Said(N_("History")), said) for said in short_history(info)]
    if card["rung"] is None:
        return [*found, (Said(N_("Model")), _readable(card["reason"]))]
    found += [
        (Said(N_("Model")), Said(N_("{text}"), {"text": Said(words.RUNGS[card["rung"]])})),
        (
            Said(N_("Why this one")),
            Said(
                N_(
                    "{leavers} customers were seen leaving while still buying: under {logit} a buying model, "
                    "under {boosting} a logit, above that boosting where it helped at a past end."
                ),
                {
                    "leavers": figures.count(card["leavers"]),
                    "logit": card["least_for_logit"],
                    "boosting": card["least_for_boosting"],
                },
            ),
        ),
    ]
    if card["origins"]:
        data = {
            "rows": figures.count(card["rows"]),
            "customers": figures.count(card["customers"]),
            "first": card["origins"][0],
            "last": card["origins"][-1],
        }
        said = N_("{rows} customer-months of {customers} customers, at the period ends from {first} to {last}")
        found.append((Said(N_("Learnt from")), Said(said, data)))
    found.append((Said(N_("Columns")), Said(N_("{text}"), {"text": _named(card["columns"])})))
    if card["unconnected"]:
        missing = [name for name, kind in in_model().items() if set(kind.READS) & set(card["unconnected"])]
        said = N_("{text}: the tables that tell of them have not been loaded")
        found.append((Said(N_("Not connected")), Said(said, {"text": _named(missing)})))
    if card.get("too_new"):
        said = N_("{text}: not known of the months learnt from, so the risk does not look at them yet")
        found.append((Said(N_("Too new")), Said(said, {"text": _named(card["too_new"])})))
    if card["left_out"]:
        said = N_("{text}: alone they tell who leaves too well to be honest")
        found.append((Said(N_("Left out")), Said(said, {"text": _named(card["left_out"])})))
    found += [*_doubts(card), *_early_lines(info["early"])]
    limits = N_(
        "The risk says who leaves if nothing is done that was not done before. It names no cause, knows nothing but "
        "these columns, and is worth as much as the past resembles the future."
    )
    found.append((Said(N_("Limits")), Said(limits)))
    if not info["untested"]:
        found.append((Said(N_("Drift")), Said(N_("how far the present has moved from that past: see the drift below"))))
    return found


def short_history(info: Mapping[str, Any]) -> list[Said]:
    """What the history of a run is too short for, and the settings that would help; of earlier programs nothing."""
    return [Said.unpack(said) for said in info.get("short_history", ())]


def _stands_on(kind: str, basis: str) -> list[tuple[Said, Said]]:
    """Which document says that a customer buys, where that is another than the basis."""
    if kind == basis:
        return []
    said = N_("{kind}, which comes before {basis}; states and money stand on {basis}")
    return [
        (Said(N_("A purchase is")), Said(said, {"kind": Said(words.KINDS[kind]), "basis": Said(words.KINDS[basis])}))
    ]


def _doubts(card: Mapping[str, Any]) -> list[tuple[Said, Said]]:
    """That the model was put right, and that today is not like the past, where that is so."""
    found = []
    if card.get("put_right"):
        found.append((Said(N_("Put right")), Said(PUT_RIGHT)))
    if card.get("unlike"):
        found.append((Said(N_("Not like the past")), Said(NOT_LIKE, {"psi": f"{card['unlike']:.2f}"})))
    return found


def _early_lines(card: Mapping[str, Any]) -> list[tuple[Said, Said]]:
    """What early warning rests on, and how much of it is prior; or why there is none."""
    title = Said(N_("Early warning"))
    if card["reason"]:
        return [(title, Said.unpack(card["reason"]))]
    said = N_(
        "of customers still in rhythm, who buys nothing after the coming quarter for longer than ever; learnt from "
        "{lost} customers so lost among {customers}, {share} of it from simulated firms, the rest from this one"
    )
    share = Share(card["prior_share"])
    lost, customers = figures.count(card["lost"]), figures.count(card["customers"])
    return [(title, Said(said, {"lost": lost, "customers": customers, "share": share}))]


def card_line(title: Said, text: Said) -> str:
    """One line of the card in the language in force."""
    return say(N_("{title}: {text}"), title=title.text(), text=text.text())


def untested(info: Mapping[str, Any]) -> Said:
    """Why nobody knows how the model did at past ends, or that there is none; empty where it was tested."""
    if not info["untested"]:
        return Said("")
    said = N_("The model could not be tested: {why}.") if info["model"]["rung"] else N_("There is no model: {why}.")
    return Said(said, {"why": _readable(info["untested"])})


def scope(name: str) -> str:
    """A scope of the test in words: all, still buying, or column and value."""
    column, equals, value = name.partition("=")
    if not equals:
        return translate(SCOPES[name])
    title = COLUMNS.get(column) or words.COLUMNS.get(column, column)
    return say(N_("{title}: {text}"), title=translate(title), text=translate(YES_NO.get(value, value)))


def score_title(name: str, titles: Mapping[str, str]) -> str:
    """A score of the test in words; a rule has its title, of those given by id."""
    if name in SCORES:
        return translate(SCORES[name])
    rule = name.removeprefix("rule:")
    return titles.get(rule, rule)


def rule_titles(rule_score: pl.DataFrame) -> dict[str, str]:
    """The rules' names by id, in the language in force."""
    return dict(rule_score.select("rule", f"title_{language()}").iter_rows())


def by_score(scores: pl.DataFrame, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of `model_score` of one scope as a row a score, its name and every figure under the metric's name."""
    return [
        {"score": score_title(name, titles)} | {row["metric"]: row for row in part.iter_rows(named=True)}
        for (name,), part in scores.group_by("score", maintain_order=True)
    ]


def by_scope(scores: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of `model_score` of one score as a row a segment, its name, sizes and every figure."""
    found = []
    for (name,), part in scores.group_by("scope", maintain_order=True):
        own = {row["metric"]: row for row in part.iter_rows(named=True)}
        found.append({"scope": scope(str(name)), "rows": own["auc"]["rows"], "left": own["auc"]["left"], **own})
    return found


def family_reason(row: Mapping[str, Any]) -> Said:
    """Why a family is about to be dropped, in one sentence."""
    return silence(row["own_gap_days"], row["silent_days"])


def _readable(packed: Mapping[str, Any]) -> Said:
    """A reason with the columns it names as a reader knows them."""
    said = Said.unpack(packed)
    columns = said.fields.get("columns")
    return said.replace(columns=_named(columns)) if isinstance(columns, tuple) else said


def _named(columns: Sequence[str]) -> tuple[Said, ...]:
    return tuple(Said(FEATURES[name]) for name in columns)
