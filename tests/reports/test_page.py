"""The page is one file that asks nobody for anything, says everything in both languages and hides nothing silently."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import polars as pl
import pytest
from sample_run import SampleRun, sample_run, young_run

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import catalogue, in_language
from liuke.kernel.said import Said
from liuke.reports.overview import overview
from liuke.reports.page import render, write_page
from liuke.reports.page_parts import Parts


@pytest.fixture(scope="module")
def run() -> SampleRun:
    return sample_run()


@pytest.fixture(scope="module")
def html(run: SampleRun) -> str:
    return render(overview(run), "zh")


def changed(run: SampleRun, name: str, frame: pl.DataFrame) -> SampleRun:
    return SampleRun(run.info, {**run.tables, name: frame})


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


def test_every_english_text_has_its_chinese(html: str):
    for english in re.findall(r'<span class="lk-t" lang="zh">([^<]*)</span>', html):
        assert not re.search(r"[a-z]{4,} [a-z]{3,}", english), english


def test_what_comes_from_documents_is_escaped(run: SampleRun):
    now = run.table("customer_now").with_columns(name=pl.lit('<img src=x onerror="alert(1)">'))
    page = render(overview(changed(run, "customer_now", now)), "en")
    assert "<img" not in page
    assert "&lt;img" in page


def test_a_reason_with_braces_and_tags_in_its_data_is_shown_as_it_is(run: SampleRun):
    message = "No {family} for {silent_days} days, usually every {own_gap_days}; other products are still bought."
    said = Said(message, {"family": "{x}<b>", "silent_days": 3, "own_gap_days": 1})
    reason = run.table("reason").with_columns(said=pl.lit(said.pack()))
    assert "No {x}&lt;b&gt; for 3 days" in render(overview(changed(run, "reason", reason)), "en")


def test_a_short_page_says_how_many_it_holds_and_where_the_rest_is(run: SampleRun):
    context = overview(run, top=5)
    page = render(context, "en")
    assert page.count('<tbody id="c') == 5
    assert f"This page holds the first 5 of {context.listed_total}; the workbook has all." in page


def test_a_young_firm_reads_what_is_missing_instead_of_numbers():
    page = render(overview(young_run()), "en")
    assert "can't be said yet" in page.replace("&#39;", "'")
    assert "Needs 16 complete months, has 6." in page
    assert "Less than two years of documents" in page
    assert "CC BY 4.0" in page


def test_nobody_on_the_list_is_an_answer_too(run: SampleRun):
    now = run.table("customer_now").with_columns(listed=pl.lit(False))
    page = render(overview(changed(run, "customer_now", now)), "zh")
    assert "预警名单是空的" in page


def test_ledger_amounts_stand_on_the_page_to_the_cent(run: SampleRun, html: str):
    amounts = run.table("waterfall").filter(pl.col("scope") == "window")["amount"]
    for amount in amounts:
        assert f"{abs(amount):,.2f}" in html


def test_a_falling_base_is_said_in_amber(run: SampleRun):
    context = replace(overview(run), warning=Said("Nobody to count."))
    assert '<p class="lk-alarm">' in render(context, "zh")


def test_the_file_appears_whole_or_not_at_all(run: SampleRun, tmp_path):
    page = write_page(run, tmp_path / "page.html", "en")
    assert page.read_text("utf-8").endswith("</html>\n") or page.read_text("utf-8").endswith("</html>")
    with pytest.raises(Refused):
        write_page(run, tmp_path / "missing" / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_templates_and_modules_say_nothing_without_chinese():
    from importlib import resources

    folder = resources.files("liuke.reports")
    texts = [
        path.read_text("utf-8")
        for part in (folder, folder / "templates")
        for path in part.iterdir()
        if path.name.endswith((".py", ".html"))
    ]
    found = {
        a or b for text in texts for a, b in re.findall(r"\bt\('((?:[^'\\]|\\.)+)'|\bN_\(\s*\"([^\"]+)\"\s*\)", text)
    }
    assert len(found) > 150
    assert sorted(found - set(catalogue())) == []


def test_plain_text_of_the_answer_has_no_marks(run: SampleRun):
    from liuke.reports.words import NO_LINKS

    answer = overview(run).answer
    with in_language("zh"):
        text = answer.replace(**NO_LINKS).text()
    assert "{" not in text
    assert "<" not in text


def test_what_put_them_on_the_list_adds_up_to_those_listed(run: SampleRun):
    context = overview(run)
    names = Parts(context, "zh").names()
    assert sum(count for _, count in names["leads"]) == context.listed_total
    assert names["most_led"] == max(count for _, count in names["leads"])


def test_who_is_core_of_the_past_or_by_expectation_alone_is_told_apart(run: SampleRun):
    ahead = run.table("customer_now").select(
        "customer_code",
        core_next_year=pl.col("core") & (pl.col("rank").fill_null(0) != 1) | (pl.col("rank") == 2),
        core_next_year_probability=pl.lit(0.9),
    )
    info = {**run.info, "value": {"next_year_reason": None}}
    both = run.table("customer_now").with_columns(
        core=pl.when(pl.col("rank") == 1).then(True).when(pl.col("rank") == 2).then(False).otherwise("core")
    )
    context = overview(SampleRun(info, {**run.tables, "customer_now": both, "customer_value": ahead}))
    first, second = context.listing[:2]
    assert (first.core, first.core_ahead, second.core, second.core_ahead) == (True, False, False, True)
    assert context.core_ahead == int(ahead["core_next_year"].sum())
    html = render(context, "zh")
    assert html.count("核心，仅过去") == 2, "in the list and among the core customers"
    assert html.count("核心，仅预期") == 1
    assert "预期核心" in html
    short = SampleRun(
        {**info, "value": {"next_year_reason": Said("too short").plain()}},
        {**run.tables, "customer_value": ahead},
    )
    assert overview(short).core_ahead is None
