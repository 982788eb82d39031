"""Rule scores as the reports show them, read from the run's `rule_score` and its list."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.said import Said, Wordings, with_currency
from liuke.reports.context import Risk, RuleLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.context import Run


def rule_lines(run: Run) -> list[RuleLine]:
    """One line a rule, in the order of the table."""
    now = run.table("customer_now")
    fired = _counts(now.explode("rules").rename({"rules": "rule"}))
    listed = now.filter("listed").rename({"lead_rule": "rule"})
    leads = _counts(listed)
    stake = dict(listed.group_by("rule").agg(pl.col("at_stake").sum()).iter_rows())
    titles = _shipped_titles()
    currency = str(run.info["currency"])
    return [_line(row, currency, titles, fired, leads, stake) for row in run.table("rule_score").iter_rows(named=True)]


def _counts(frame: pl.DataFrame) -> dict[str, int]:
    return dict(frame.drop_nulls("rule").group_by("rule").len().iter_rows())


def _shipped_titles() -> dict[str, Wordings]:
    from liuke.signals.rules.rules import shipped

    return {rule.id: Wordings(**rule.title) for rule in shipped()}


def _line(
    row: dict[str, Any],
    currency: str,
    titles: Mapping[str, Wordings],
    fired: Mapping[str, int],
    leads: Mapping[str, int],
    stake: Mapping[str, Decimal],
) -> RuleLine:
    rule = str(row["rule"])
    own = Wordings(str(row["title_zh"]), str(row["title_en"])) if row.get("title_zh") and row.get("title_en") else None
    scored = row.get("precision") is not None
    return RuleLine(
        rule=rule,
        title=own or titles.get(rule) or Wordings(rule, rule),
        now=row["flagged_now"] if "flagged_now" in row else fired.get(rule, 0),
        at_stake=stake.get(rule) or Decimal(0),
        leads=leads.get(rule, 0),
        flags=row.get("flags"),
        hits=row.get("hits"),
        precision=Risk(row["precision"], row["precision_low"], row["precision_high"], f"rule:{rule}")
        if scored
        else None,
        recall=row.get("recall"),
        warning_months=row.get("warning_months"),
        caught=row.get("money_caught"),
        false_alarms=row.get("false_alarms"),
        by_value=row.get("by_value"),
        at_random=row.get("at_random"),
        reason=with_currency(Said.unpack(row["reason"]), currency) if row.get("reason") else None,
    )
