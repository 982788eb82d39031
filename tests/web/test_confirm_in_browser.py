"""Confirming causes in a real Chromium: by keys, case after case, undone by a key; quiet, and no wider than a phone."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from cast import PASSWORD

from liuke.app.cause_audits import all_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cast import World
    from playwright.sync_api import Browser

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def address(firm_world: World) -> Iterator[str]:
    """The firm served on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(firm_world.app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("width", [360, 1440])
def test_keys_lead_through_the_queue(firm_world: World, address: str, chromium: Browser, width: int) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-US").new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/sign-in")
    page.fill("[name=login]", "boss")
    page.fill("[name=password]", PASSWORD)
    page.click(".lk-go")
    page.goto(f"{address}/confirm")
    before = len(all_verdicts(firm_world.service.firm.workspace, firm_world.service.store))
    first = page.locator("#case h2").text_content()
    assert page.locator("[data-key='2']").count() == 0  # what no cause explains can't be wrong
    page.keyboard.press("2")
    page.keyboard.press("3")  # nobody can say, as in every case
    page.wait_for_selector(".lk-just")
    assert page.locator("#case h2").text_content() != first
    page.keyboard.press("u")
    page.wait_for_url("**/confirm?customer=*")
    assert page.locator("#case h2").text_content() == first
    found = all_verdicts(firm_world.service.firm.workspace, firm_world.service.store)[before:]
    assert [row.verdict for row in found] == ["unclear", "undone"]
    page.click("[name=note]")
    page.keyboard.type("1 2 3 u n")
    assert page.input_value("[name=note]") == "1 2 3 u n", "who types gives no verdict"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    low = "[...document.querySelectorAll('main button, main select')].filter(e => e.offsetHeight < 44).length"
    assert width > 360 or page.evaluate(low) == 0
    assert faults == []
    page.context.close()
