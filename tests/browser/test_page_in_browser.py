"""The page in a real browser: quiet, self-contained, readable on a phone, sortable, in both languages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from changed import Changed

from liuke.reports.page import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from liuke.store.runs import Run

LOCAL = ("file:", "data:")
pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, simulated_run: Run, young_run: Run) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {
        "zh": write_page(simulated_run, folder / "zh.html", "zh"),
        "en": write_page(simulated_run, folder / "en.html", "en"),
        "young": write_page(young_run, folder / "young.html", "en"),
        "many": write_page(everybody_listed(simulated_run), folder / "many.html", "zh"),
    }


def everybody_listed(run: Run) -> Changed:
    """The run with all its customers on the list."""
    place = pl.col("row") + 1
    now = (
        run.table("customer_now")
        .with_row_index("row")
        .with_columns(rank=place, silent_rank=place, money_rank=None, listed=pl.lit(True))
    )
    return Changed(run, customer_now=now.drop("row"))


@contextmanager
def opened(browser: Browser, file: Path, **options: Any) -> Iterator[Page]:
    """The page, open; an error on its console or a request beyond the file fails the test."""
    context = browser.new_context(viewport={"width": options.pop("width", 1440), "height": 900}, **options)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request", lambda request: None if request.url.startswith(("file:", "data:")) else faults.append(request.url)
    )
    page.goto(file.as_uri())
    yield page
    context.close()
    assert faults == []


def rows(page: Page, view: str = "silent") -> Any:
    """The customers of a view that can be seen."""
    return page.locator(f"#{view} .lk-view > tbody:visible")


def names(page: Page) -> list[str]:
    return [str(text) for text in rows(page).locator(".who .lk-name").all_text_contents()]


@pytest.mark.parametrize("file", ["zh", "en", "young"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_it_is_quiet_and_never_scrolls_sideways(
    chromium: Browser, files: dict[str, Path], file: str, scheme: str, width: int
):
    with opened(chromium, files[file], width=width, color_scheme=scheme) as page:
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_switch_changes_every_text_by_mouse_and_by_keyboard(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["zh"]) as page:
        assert page.locator("h1").inner_text().endswith("万。")
        page.get_by_text("English", exact=True).click()
        assert "watch list" in page.locator("h1").inner_text()
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.title().startswith("Watch list")
        page.locator("#lk-en").press("ArrowLeft")
        assert "预警名单" in page.locator("h1").inner_text()


def test_the_switch_and_the_whole_list_work_without_a_script(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["many"], java_script_enabled=False) as page:
        page.get_by_text("English", exact=True).click()
        assert "watch list" in page.locator("h1").inner_text()
        assert rows(page).count() > 50
        assert not page.locator("#lk-search").is_visible()


def test_all_of_it_lies_in_landmarks_and_amounts_keep_their_unit_on_a_phone(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["zh"], width=360) as page:
        assert page.locator("body > :not(header, main, script)").count() == 0
        assert page.locator(".lk-cores .stk").first.inner_text().endswith("元")


def test_a_heading_sorts_both_ways_and_unknown_stays_last(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["zh"]) as page:
        button = page.locator("#money th button[value=risk]")
        button.click()
        falling = rows(page, "money").evaluate_all("all => all.map(one => one.dataset.risk)")
        known = [float(risk) for risk in falling if risk]
        assert known == sorted(known, reverse=True)
        assert falling[: len(known)] == [risk for risk in falling if risk]
        assert page.locator("#money th[aria-sort=descending]").inner_text() == "流失风险"
        button.press("Enter")
        rising = rows(page, "money").evaluate_all("all => all.map(one => one.dataset.risk)")
        assert [float(risk) for risk in rising if risk] == sorted(known)


def test_search_state_and_core_narrow_the_list_together(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["zh"]) as page:
        first, everybody = names(page)[0], rows(page).count()
        page.locator("#lk-search").fill(first)
        assert names(page) == [first]
        assert everybody > 1
        page.locator("#lk-search").fill("salesperson")
        tab = page.locator(".lk-tabs button").last
        tab.click()
        assert set(rows(page).evaluate_all("all => all.map(one => one.dataset.state)")) == {tab.get_attribute("value")}
        page.locator("#lk-search").fill("没有这个客户")
        assert rows(page).count() == 0
        assert page.locator("#silent .lk-none").is_visible()
        page.locator("#lk-search").fill("")
        page.locator(".lk-tabs button").first.click()
        page.locator("#lk-core-only").check()
        assert rows(page).count() == page.locator("#silent .lk-view > tbody[data-core='1']").count()


def test_a_long_view_shows_a_few_then_fifty_more(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["many"]) as page:
        assert rows(page).count() == 20
        page.locator("#silent .lk-next").click()
        assert rows(page).count() == 70


@pytest.mark.parametrize("script", [True, False])
def test_the_list_leads_to_each_view_and_each_says_what_it_is_for(
    chromium: Browser, files: dict[str, Path], script: bool
):
    with opened(chromium, files["zh"], java_script_enabled=script) as page:
        for view, title in {"going": "还在买，但要走", "silent": "超出自己节奏没来", "money": "风险金额最大"}.items():
            page.locator(f"#list header a[href='#{view}']").click()
            section = page.locator(f"#{view}")
            assert section.locator("h2").inner_text() == title
            assert section.evaluate("one => one.getBoundingClientRect().top") < 900
            assert len(section.locator("header .lk-note").inner_text()) > 20


def test_a_view_sorts_by_itself(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["zh"]) as page:
        before = names(page)
        page.locator("#money th button[value=name]").click()
        assert names(page) == before


def test_a_core_customer_leads_to_its_row_and_a_row_to_its_documents(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["zh"]) as page:
        link = page.locator("#core .lk-name a").last
        name = link.inner_text()
        link.click()
        target = page.locator(".lk-view > tbody:target")
        assert target.locator(".who .lk-name").inner_text() == name
        assert target.evaluate("one => one.getBoundingClientRect().top") >= 40
        target.locator("summary").focus()
        page.keyboard.press("Enter")
        assert target.locator(".lk-docs tr").count() > 0
        assert target.locator(".lk-docs tr").first.is_visible()


def test_every_control_has_a_name_and_touch_targets_are_large_enough(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["zh"], width=360) as page:
        small = page.locator(
            ".lk-nav a, .lk-jump, .lk-switch label, .lk-tabs button, #lk-search, summary"
        ).evaluate_all(
            "all => all.filter(one => { const r = one.getBoundingClientRect(); return r.height && r.height < 43.5 })"
            ".map(one => one.textContent)"
        )
        assert small == []
        nameless = page.locator("button, input, a").evaluate_all(
            "all => all.filter(one => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).length"
        )
        assert nameless == 0


def test_it_prints_every_row_and_no_controls(chromium: Browser, files: dict[str, Path]):
    with opened(chromium, files["many"]) as page:
        page.emulate_media(media="print")
        assert rows(page).count() == page.locator("#silent .lk-view > tbody").count()
        assert not page.locator(".lk-tools").is_visible()
