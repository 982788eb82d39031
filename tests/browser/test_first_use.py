"""First use as a person does it: an empty folder, the browser, the firm's files, at the end a list that is exported."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from liuke.simulate.export import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
FILES = ("销售发票.csv", "销售订单.csv", "客户档案.xlsx", "业务员名册.xlsx", "投诉记录.xlsx", "拜访记录.xlsx")
PAGES = ("overview", "list", "customers", "values", "indicators", "model", "rules", "rules/new", "data", "runs",
         "settings", "users", "audit", "account", "values/worksheet", "list/export", "patterns")  # fmt: skip
TEXTS = """() => [...document.querySelectorAll('body *')]
    .filter(e => !e.closest('[lang]:not(html), tbody, select, .lk-asof, .lk-answer'))
    .filter(e => !['SCRIPT', 'STYLE', 'INPUT', 'TEXTAREA', 'CODE', 'PRE'].includes(e.tagName))
    .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim())).filter(Boolean)"""
HEADS = """() => [...document.querySelectorAll('h2, th, .lk-nav a, .lk-menu a, .lk-note, main button, dt')]
    .map(e => e.innerText.trim()).filter(Boolean)"""
HAN = re.compile("[\u4e00-\u9fff]")


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """`liuke serve` on an empty workspace: its address and the set-up code it prints."""
    root, port = tmp_path_factory.mktemp("first"), free_port()
    env = {**os.environ, "LIUKE_LANG": "en", "PYTHONUNBUFFERED": "1"}
    liuke = [sys.executable, "-c", "from liuke.cli import main; main()"]
    subprocess.run([*liuke, "init", str(root / "firm")], check=True, env=env, capture_output=True)
    command = [*liuke, "serve", "-w", str(root / "firm"), "--port", str(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said, address = "", f"http://127.0.0.1:{port}"
    while "Set-up code" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urlopen(address + "/sign-in", timeout=5):
                break
        except OSError:
            time.sleep(0.2)
    yield address, re.search(r"Set-up code: (\S+)", said)[1]  # type: ignore[index]
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    process.stdout.close()


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A desk, in Chinese; whatever the page complains of fails the test."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    made, wrong = context.new_page(), []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    asked: list[str] = []
    made.on("request", lambda request: asked.append(request.url))
    yield made
    assert wrong == []
    hosts = {re.match(r"\w+:/*([^/?]*)", url)[1] for url in asked if not url.startswith(("data:", "blob:"))}  # type: ignore[index]
    assert len(hosts) == 1, "no request leaves the host"
    context.close()


def test_from_an_empty_folder_to_an_exported_list(
    server: tuple[str, str], page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    address, code = server
    exports: Path = tmp_path_factory.mktemp("exports") / "firm"
    simulate(exports, exports.parent / "truth", customers=150, months=24, seed=4, form="csv")
    page.goto(address)
    for name, value in (("code", code), ("name", "张总"), ("login", "boss"), ("password", "ein-gutes-wort-26")):
        page.fill(f"[name={name}]", value)
    page.click(".lk-go")
    page.wait_for_url("**/data")
    page.set_input_files("input[type=file]", [str(exports / name) for name in FILES])
    page.click("form[action$='/data/upload'] button")
    page.wait_for_selector("form[action$='/data/load-all'] button")
    page.click("form[action$='/data/load-all'] button")
    page.wait_for_selector("text=销售发票")
    page.wait_for_function("document.querySelectorAll(\"a[href*='/data/undo/']\").length >= 6", timeout=120_000)
    page.goto(address + "/runs")
    page.click("form[action$='/runs'] .lk-go")
    for _ in range(240):
        page.goto(address + "/list")
        if page.locator("tr[data-row]").count():
            break
        time.sleep(1)
    first = page.locator("tr[data-row] a").first
    name = first.inner_text()
    first.click()
    page.wait_for_url("**/customer/**")
    assert name in page.locator("h1").first.inner_text()
    page.goto(address + "/list?core=1")
    page.click("text=保存视图")
    page.fill("[form=lk-keep][name=name], #lk-keep [name=name]", "我的核心")
    page.press("[form=lk-keep][name=name], #lk-keep [name=name]", "Enter")
    page.wait_for_load_state()
    page.goto(address + "/list")
    page.click("text=我的核心")
    assert "core=1" in page.url
    page.goto(address + "/list/export")
    page.fill("[name=purpose]", "周会")
    with page.expect_download() as loaded:
        page.locator("form[action*='/list/export'] .lk-go").first.click()
    assert loaded.value.path().stat().st_size > 2000


@pytest.mark.parametrize("path", PAGES)
def test_no_page_mixes_languages_or_scrolls_sideways(server: tuple[str, str], page: Page, path: str) -> None:
    address, _ = server
    for language in ("en", "zh"):
        page.context.add_cookies([{"name": "lk_lang", "value": language, "url": address}])
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 900})
            answer = page.goto(f"{address}/{path}")
            assert answer is not None
            assert answer.status == 200
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            if language == "zh":
                english = re.compile(r"[A-Z]?[a-z]+( [a-z]+){2,}[.?]?")
                assert [text for text in page.evaluate(TEXTS) if english.fullmatch(text)] == [], path
            else:
                assert [text for text in page.evaluate(HEADS) if HAN.search(text)] == [], path
