"""The page is one file that asks nobody for anything, says everything in both languages and hides nothing silently."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from changed import Changed

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import catalogue, in_language
from liuke.kernel.registry import modules_in
from liuke.kernel.said import Said
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.page import RunPage, page
from liuke.reports.page import TOP, render, write_page
from liuke.reports.renderers.json import plain
from liuke.simulate.words import wording

if TYPE_CHECKING:
    from liuke.store.runs import Run


@pytest.fixture(scope="module")
def run(simulated_run: Run) -> Run:
    return simulated_run


@pytest.fixture(scope="module")
def context(run: Run) -> RunPage:
    return page(run, TOP)


@pytest.fixture(scope="module")
def html(context: RunPage) -> str:
    return render(context, "zh")


def test_nothing_is_fetched_and_no_attribute_runs_or_styles(html: str):
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', html)
    assert "http://" not in html
    assert "https://" not in html
    assert not re.findall(r"<[^>]+\son\w+=", html)
    assert not re.findall(r"<[^>]+\sstyle=", html)


def test_the_policy_names_the_hash_of_the_style_and_of_the_script(html: str):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside.group(1).encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy.group(1)
    assert "unsafe" not in policy.group(1)


def test_the_answer_comes_first_in_both_languages(html: str):
    heading = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert heading
    assert "家客户在预警名单上" in heading.group(1)
    assert "customers are on the watch list" in heading.group(1)


def test_every_english_text_has_its_chinese(run: Run, html: str):
    families = wording("en").sections["families"].values()
    names = [*run.table("customer_now")["name"].drop_nulls(), *families]
    data = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    for chinese in re.findall(r'<span class="lk-t" lang="zh">([^<]*)</span>', html):
        assert not re.search(r"[a-z]{4,} [a-z]{3,}", data.sub("", chinese)), chinese


def test_what_comes_from_documents_is_escaped(run: Run):
    now = run.table("customer_now").with_columns(name=pl.lit('<img src=x onerror="alert(1)">'))
    made = render(page(Changed(run, customer_now=now), TOP), "en")
    assert "<img" not in made
    assert "&lt;img" in made


def test_a_reason_with_braces_and_tags_in_its_data_is_shown_as_it_is(run: Run):
    message = "No {family} for {silent_days} days, usually every {own_gap_days}; other products are still bought."
    said = Said(message, {"family": "{x}<b>", "silent_days": 3, "own_gap_days": 1}).pack()
    reason = run.table("reason").with_columns(said=pl.lit(said))
    assert "No {x}&lt;b&gt; for 3 days" in render(page(Changed(run, reason=reason), TOP), "en")


def test_a_short_page_says_how_many_it_holds_and_where_the_rest_is(run: Run):
    short = page(run, 4)
    made = render(short, "en")
    many = run.info["listed_by_view"]
    assert min(many["silent"], many["money"]) > 4
    assert made.count("<tbody") - made.count("<tbody>") == sum(min(4, count) for count in many.values())
    assert f"This page holds the first 4 of {many['silent']}; the workbook has all." in made
    assert f"This page holds the first 4 of {many['money']}; the workbook has all." in made
    ranks = re.findall(r'<tbody id="c(\d+)"', made)
    assert sorted(ranks) == sorted(set(ranks)) == sorted(map(str, short.list.shown)), "each customer is linked to once"


def test_a_young_firm_reads_what_is_missing_instead_of_numbers(young_run: Run):
    now = young_run.table("customer_now").with_columns(
        risk=pl.lit(None, pl.Float64), at_stake=pl.lit(None, pl.Decimal(18, 2)), risk_basis=pl.lit("none")
    )
    made = render(page(Changed(young_run, customer_now=now), TOP), "en")
    assert "can't be said yet" in made.replace("&#39;", "'")
    assert "by what they buy in a usual year, until the rules can be scored" in made
    assert re.search(r"Needs \d+ complete months, has \d+\.", made)
    assert "Less than two years of documents" in made


def test_the_source_of_the_data_is_named(run: Run):
    assert "CC BY 4.0" in render(page(Changed(run, {"attribution": "A shop, CC BY 4.0"}), 5), "en")


def test_nobody_on_the_list_is_an_answer_too(run: Run):
    none = dict.fromkeys(("rank", "going_rank", "silent_rank", "money_rank"))
    now = run.table("customer_now").with_columns(listed=pl.lit(False), **none)
    made = render(page(Changed(run, customer_now=now), TOP), "zh")
    assert "预警名单是空的" in made
    assert "没有客户的风险金额特别大。" in made


def test_ledger_amounts_stand_on_the_page_to_the_cent(run: Run, html: str):
    amounts = run.table("waterfall").filter(pl.col("scope") == "window", pl.col("amount") != 0)["amount"]
    for amount in amounts:
        assert f"{abs(amount):,.2f}" in html


def test_a_falling_base_is_said_in_amber(context: RunPage):
    fell = replace(context, answer=replace(context.answer, alarm=Said("Nobody to count.")))
    assert '<p class="lk-alarm">' in render(fell, "zh")


def test_the_file_appears_whole_or_not_at_all(run: Run, tmp_path):
    made = write_page(run, tmp_path / "page.html", "en")
    assert made.read_text("utf-8").rstrip().endswith("</html>")
    with pytest.raises(Refused):
        write_page(run, tmp_path / "missing" / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_templates_and_modules_say_nothing_without_chinese():
    from importlib import resources

    folder = resources.files("liuke.reports")
    texts = [
        path.read_text("utf-8")
        for part in (folder, folder / "templates", *(folder / name for name in ("contexts", "listings", "sheets")))
        for path in part.iterdir()
        if path.name.endswith((".py", ".html"))
    ]
    found = {
        a or b for text in texts for a, b in re.findall(r"\bt\('((?:[^'\\]|\\.)+)'|\bN_\(\s*\"([^\"]+)\"\s*\)", text)
    }
    assert len(found) > 150
    assert sorted(found - set(catalogue())) == []


def test_plain_text_of_the_answer_has_no_marks(context: RunPage):
    with in_language("zh"):
        text = context.answer.first.text()
    assert "家客户在预警名单上" in text
    assert "{" not in text
    assert "<" not in text


def test_what_put_them_on_the_list_adds_up_to_those_listed(context: RunPage):
    assert sum(lead.customers for lead in context.leads.leads) == context.totals.listed
    assert max(lead.share for lead in context.leads.leads) == 1


def test_who_is_core_of_the_past_or_by_expectation_alone_is_told_apart(run: Run):
    now = run.table("customer_now")
    first, second = now.filter(pl.col("rank").is_in([1, 2])).sort("rank")["customer_code"]
    core = pl.when(pl.col("customer_code") == first).then(True).when(pl.col("customer_code") == second).then(False)
    changed = now.with_columns(core=core.otherwise("core"))
    ahead = run.table("customer_value").with_columns(
        core_next_year=pl.when(pl.col("customer_code") == first)
        .then(False)
        .when(pl.col("customer_code") == second)
        .then(True)
        .otherwise(False)
    )
    value = {**run.info["value"], "next_year_reason": None}
    context = page(Changed(run, {"value": value}, customer_now=changed, customer_value=ahead), TOP)
    on_money = next(each for each in context.list.views if each.view == "money")
    rows = sorted(on_money.listed.records(), key=lambda row: row["rank"])
    assert [(row["core"], row["core_next_year"]) for row in rows[:2]] == [(True, False), (False, True)]
    assert context.totals.core_ahead == 1
    html = render(context, "zh")
    places = now.filter(pl.col("customer_code") == second).select("going_rank", "silent_rank", "money_rank").row(0)
    assert html.count("核心，仅预期") == sum(place is not None for place in places), "once on each view"
    assert "核心，仅过去" in html
    assert "预期核心" in html
    value["next_year_reason"] = Said("too short").plain()
    assert page(Changed(run, {"value": value}, customer_value=ahead), TOP).totals.core_ahead is None


def contexts() -> list[type[Context]]:
    found = {
        each
        for module in modules_in("liuke.reports.contexts").values()
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Context) and each is not Context
    }
    return sorted(found, key=lambda each: each.__name__)


@pytest.mark.parametrize("context_class", contexts(), ids=lambda each: each.__name__)
def test_every_field_of_a_context_says_what_it_is(context_class: type[Context]):
    assert context_class.__doc__
    told = re.compile(r"""Annotated\[.*, (['"]).{5,}\1\]""")
    undocumented = [field.name for field in fields(context_class) if not told.fullmatch(str(field.type))]
    assert undocumented == []


def test_the_whole_context_becomes_json_with_the_answer_in_words(run: Run, context: RunPage):
    found = json.loads(json.dumps(plain(context)))
    assert "customers are on the watch list; by their risk" in found["answer"]["first"]
    assert found["ledger"]["steps"][0]["step"] == "opening"
    many = run.info["listed_by_view"]
    assert {each["view"]: len(each["listed"]) for each in found["list"]["views"]} == many
    assert all(each["what_for"].endswith(".") for each in found["list"]["views"])
    assert found["list"]["views"][1]["listed"][0]["reasons"][0].endswith(".")
    assert "customer_code" not in json.dumps(found)


def test_an_added_column_of_the_list_is_on_the_page(context: RunPage):
    from liuke.reports.shown import Shown

    view = context.list.views[1]
    columns = (*view.listed.listing.columns, Shown("documents", "Papers", "whole"))
    wider = replace(view, listed=replace(view.listed, listing=replace(view.listed.listing, columns=columns)))
    made = render(replace(context, list=replace(context.list, views=[wider])), "en")
    assert "Papers" in made


def test_a_template_has_one_tag_a_line_and_no_line_is_long():
    from importlib import resources

    folder = resources.files("liuke.reports") / "templates"
    long = {
        f"{path.name}:{at}": len(line)
        for path in folder.iterdir()
        for at, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 200
    }
    assert long == {}
