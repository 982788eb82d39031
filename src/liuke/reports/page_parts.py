"""What the page's templates call: text in both languages, figures, and the sentences made from the context."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_, in_language, translate
from liuke.kernel.said import Said, Wordings, shown
from liuke.ledger.waterfall import TITLES
from liuke.reports import charts, figures, value_words, words
from liuke.reports.notes import notes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from liuke.reports.context import Change, IndicatorLine, Ledger, Listed, Overview

NOT_YET = N_("Can't be estimated yet")
BEHIND = N_("{n} documents behind it")
BEHIND_MORE = N_("The newest {shown} of {n}; the workbook has all.")
CHANGED = {
    "month": N_("What changed this month"),
    "week": N_("What changed this week"),
    "quarter": N_("What changed this quarter"),
}
TREND = {
    "order": N_("Orders, last {n} {periods}"),
    "delivery": N_("Deliveries, last {n} {periods}"),
    "invoice": N_("Invoices, last {n} {periods}"),
}
SIGNS = {
    "opening": "",
    "closing": "=",
    "new": "+",
    "won_back": "+",
    "more": "+",
    "less": figures.MINUS,
    "lost": figures.MINUS,
}


def pair(make: Callable[[], object]) -> Markup:
    """The same thing made in both languages: one element a language, or plain text where they agree."""
    with in_language("zh"):
        zh = escape(make())
    with in_language("en"):
        en = escape(make())
    if zh == en:
        return zh
    return Markup('<span class="lk-t" lang="zh">{}</span><span class="lk-t" lang="en">{}</span>').format(zh, en)


def both(value: object) -> Markup:
    """What has a wording in each language, in both."""
    return pair(lambda: value)


def t(message: str, **data: object) -> Markup:
    """A msgid with its fields, in both languages; fields are escaped unless they are markup."""
    return pair(lambda: _say_markup(message, data))


def _field(value: object) -> object:
    if isinstance(value, date):  # a day never breaks across lines
        return Markup('<span class="lk-nb">{}</span>').format(value.isoformat())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (Markup, int, float)) else shown(value)


def people(count: int) -> Markup:
    """So many customers, in words."""
    return t("1 customer") if count == 1 else t("{n} customers", n=figures.count(count))


def said(what: Said | NotEstimable) -> Markup:
    """A sentence in both languages."""
    if isinstance(what, NotEstimable):
        return said(what.reason)
    return t(what.message, **what.fields) if what else Markup("")


def core(one: Listed) -> Markup:
    """What sort of core customer it is, empty for none."""
    word = value_words.CORE.get((one.core, one.core_ahead))
    return t(word) if word else Markup("")


VOCABULARY: dict[str, Any] = {  # what every page says and draws with
    "t": t,
    "said": said,
    "people": people,
    "bar": charts.bar,
    "moon": charts.moon,
    "columns": charts.columns,
    "line": charts.line,
    "risk_range": charts.risk_range,
    "percent": figures.percent,
    "span": figures.span,
    "full": figures.full,
    "exact": figures.exact,
    "count": figures.count,
    "signed": figures.signed,
    "month_of": figures.month_of,
    "both": both,
    "core": core,
    "STATES": words.STATES,
    "KINDS": words.KINDS,
    "NOT_YET": NOT_YET,
    "NO_RISK": words.NO_RISK,
    "BEHIND": BEHIND,
    "BEHIND_MORE": BEHIND_MORE,
    "CHANGED": CHANGED,
    "TURNOVER_TITLE": words.TURNOVER,
}


MOST_LEADS = 6  # rules named one by one as what put customers on the list


class Parts:
    """The names of one page's templates."""

    def __init__(self, context: Overview, primary: str) -> None:
        self.o = context
        self.primary = primary
        stakes = [one.at_stake for one in context.listing if one.at_stake is not None]
        usual = [one.usual_year for one in context.listing if one.usual_year is not None]
        self.scale = figures.scale_for(stakes or usual, context.currency)

    def _leads(self) -> list[tuple[Markup, int]]:
        """What leads on the list and for how many customers; the counts add up to those listed."""
        rules = sorted((r for r in self.o.rules if r.leads), key=lambda r: -r.leads)
        shown = [(both(rule.title), rule.leads) for rule in rules[:MOST_LEADS]]
        rest = sum(rule.leads for rule in rules[MOST_LEADS:])
        alone = self.o.listed_total - sum(rule.leads for rule in rules)
        others = ((t(N_("Other rules")), rest), (t(N_("The model's risk, no rule")), alone))
        return [*shown, *((title, count) for title, count in others if count)]

    def names(self) -> dict[str, Any]:
        """Everything the templates use beside the context itself."""
        o = self.o
        trend = {"n": len(o.state_dates), "periods": Said(words.PERIODS[o.unit])}
        window = o.window
        return VOCABULARY | {
            "scale": self.scale,
            "caught": figures.scale_for([r.caught for r in o.rules if r.caught is not None], o.currency),
            "leads": (leads := self._leads()),
            "most_led": max((count for _, count in leads), default=1),
            "titles": self._titles(),
            "search": self._two(N_("Name, number, grade, salesperson")),
            "answer": self._answer(),
            "ledger": self._ledger(),
            "ledger_note": self._ledger_note(),
            "money_unit": pair(lambda: Wordings(figures.currency_word(o.currency), figures.symbol(o.currency).strip())),
            "change": self._change,
            "core_note": self._core_note(),
            "core_link": self._core_link(),
            "on_page": {one.code for one in o.listing},
            "history": self._history(),
            "trend_title": t(TREND[o.basis], **trend),
            "trend_title_plain": t("Last {n} {periods}", **trend),
            "stack": self._stack(),
            "scored": o.at_stake is not None,
            "year_ago": any(line.year_ago is not None for line in o.states),
            "list_note": self._list_note(),
            "tabs": [(s, n) for s in words.SHOWN if (n := sum(one.state == s for one in o.listing))],
            "tally": self._tally(),
            "head": self._head,
            "about": lambda one: " · ".join(part for part in (one.customer_id, one.about) if part and part != one.name),
            "search_text": self._search_text,
            "window_note": t("{start} to {end}", start=window[0], end=window[1]) if window else "",
            "measure": self._measure,
            "notes": [(said(title), said(text)) for title, text in notes(o)],
        }

    def _two(self, message: str) -> dict[str, str]:
        texts = {}
        for name in ("zh", "en"):
            with in_language(name):
                texts[name] = translate(message)
        return texts

    def _titles(self) -> dict[str, str]:
        """Attributes can hold one language only: the page's own, the script changes the title."""
        found = {}
        for name in ("zh", "en"):
            with in_language(name):
                found[name] = f"{translate(N_('Watch list'))} {self.o.as_of} · {translate(N_('Liuke'))}"
        with in_language(self.primary):
            found |= {
                "nav": translate(N_("Sections")),
                "filter": translate(N_("By state")),
                "search": translate(N_("Search the list")),
            }
        return found

    def _answer(self) -> Markup:
        links = {
            "hot_": Markup('<a class="hot" href="#list"><b>'),
            "core_": Markup('<a href="#core"><b>'),
            "_": Markup("</b></a>"),
        }

        def make() -> Markup:
            data = dict(self.o.answer.fields)
            if "core_money" in data:
                data["core_money"] = Markup("<b>{}</b>").format(str(data["core_money"]))
            return _say_markup(self.o.answer.message, data | links)

        return pair(make)

    def _ledger(self) -> list[dict[str, Any]]:
        ledger = self.o.ledger
        if isinstance(ledger, NotEstimable):
            return []
        steps = [s for s in ledger.steps if s.step != "late" or s.amount]
        people = charts.waterfall([s.customers for s in steps])
        money = charts.waterfall([None if s.amount is None else float(s.amount) for s in steps])
        rows = []
        for step, drawn, drawn_money in zip(steps, people, money, strict=True):
            total = step.step in {"opening", "closing"}
            amount = "" if step.amount is None else figures.full(step.amount)
            rows.append(
                {
                    "sign": SIGNS.get(step.step, "+" if (step.amount or 0) >= 0 else figures.MINUS),
                    "title": t(TITLES[step.step]),
                    "note": self._step_note(ledger, step.step, step.behind),
                    "total": total,
                    "customers": _steps_count(step.customers, total),
                    "customers_drawn": drawn,
                    "amount": amount if total else figures.signed(step.amount or 0, 2),
                    "amount_drawn": drawn_money,
                }
            )
        return rows

    def _step_note(self, ledger: Ledger, step: str, behind: int | None) -> Markup | str:
        if step == "opening":
            return str(ledger.before[1])
        if step == "closing":
            return str(ledger.span[1])
        return people(behind) if step in {"more", "less"} and behind else ""

    def _ledger_note(self) -> Markup | str:
        ledger = self.o.ledger
        if isinstance(ledger, NotEstimable):
            return ""
        return t(
            "{start} to {end}, money against {before_start} to {before_end}",
            start=ledger.span[0],
            end=ledger.span[1],
            before_start=ledger.before[0],
            before_end=ledger.before[1],
        )

    def _change(self, change: Change) -> Markup:
        money = figures.Money(change.usual_year, self.o.currency)
        data = {"n": change.customers, "money": money, "example": change.example, "core": change.core}
        if change.customers == 1:
            return t("{example}, {money} in a usual year.", **data)
        if change.core:
            return t("{n} customers, {core} of them core, {money} in a usual year; the largest: {example}.", **data)
        return t("{n} customers, {money} in a usual year; the largest: {example}.", **data)

    def _core_note(self) -> Markup:
        counts = {"listed": self.o.core_total, "core": self.o.core_customers, "ahead": self.o.core_ahead}
        if self.o.core_ahead is None:
            return t("{listed} of {core} core customers", **counts)
        return t("{listed} of {core} core customers; {ahead} are core by expectation", **counts)

    def _core_link(self) -> Markup | str:
        if self.o.core_total <= len(self.o.core):
            return ""
        return Markup('<a href="#list-core">{}</a>').format(t("all {n}", n=self.o.core_total))

    def _history(self) -> Markup:
        o = self.o
        if o.left_days is None:
            return t("Documents from {first} to {last}.", first=o.first_document_on, last=o.last_document_on)
        return t(
            "Documents from {first} to {last}. Silent for {days} days counts as lost.",
            first=o.first_document_on,
            last=o.last_document_on,
            days=o.left_days,
        )

    def _stack(self) -> dict[str, Any]:
        lines = {line.state: line for line in self.o.states}
        series = [(state, lines[state].counts) for state in words.LEAVING if state in lines]
        if not series or not series[0][1]:
            return {}
        height = 232
        drawn, middles = charts.stack(series, height)
        labels = []
        for (state, counts), y in zip(series, spread(middles, 16, height), strict=True):
            texts = self._two(words.STATES[state])
            labels.append({"y": charts.number(y + 4), **{k: f"{v} {counts[-1]}" for k, v in texts.items()}})
        dates = self.o.state_dates
        picks = sorted({0, len(dates) // 3, 2 * len(dates) // 3, len(dates) - 1})
        ticks = [f"{dates[at]:%Y-%m}" if self.o.unit != "week" else str(dates[at]) for at in picks]
        return {"drawn": drawn, "height": height, "labels": labels, "ticks": ticks}

    def _tally(self) -> Markup:
        shown, of = Markup('<b data-n="">{}</b>'), Markup('<b data-of="">{}</b>')
        n = len(self.o.listing)
        return t("{shown} of {n} customers shown", shown=shown.format(n), n=of.format(n))

    def _head(self, key: str, title: Markup) -> Markup:
        return Markup('<button type="button" value="{}">{}</button>').format(key, title)

    def _list_note(self) -> Markup:
        if self.o.at_stake is None:
            order = t("best first: by what they buy in a usual year, until the rules can be scored")
        else:
            order = t("best first: by money at stake, the chance of leaving times a usual year")
        return Markup("{}<br>{}").format(order, said(self.o.rests_on))

    def _search_text(self, one: Listed) -> str:
        return " ".join((one.name, one.customer_id, one.about)).lower()

    def _measure(self, line: IndicatorLine, value: float | NotEstimable) -> Markup:
        if isinstance(value, NotEstimable):
            return Markup('<span class="lk-nd">{}<small>{}</small></span>').format(t(NOT_YET), said(value))
        return Markup("{}").format(_figure(line.unit, value))


def _say_markup(message: str, data: Mapping[str, object]) -> Markup:
    return escape(translate(message)).format(**{k: _field(v) for k, v in data.items()})


def _figure(unit: str, value: float) -> str:
    if unit == "share":
        return figures.percent(value, 1)
    return figures.count(value) if unit == "customers" else f"{value:,.2f}"


def _steps_count(value: int | None, total: bool) -> str:
    if value is None:
        return ""
    return figures.count(value) if total else figures.signed(value)


def spread(middles: list[float], apart: float, height: float) -> list[float]:
    """Label heights pushed apart so that no two overlap, all inside the drawing; given and returned bottom first."""
    placed: list[float] = []
    for y in middles:
        placed.append(min(y, placed[-1] - apart) if placed else min(y, height - apart / 2))
    lift = max(apart / 2 - min(placed, default=apart), 0.0)
    return [y + lift for y in placed]
