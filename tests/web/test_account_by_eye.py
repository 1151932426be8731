"""The pages of calls and money in a real browser: light and dark, wide and narrow, nothing out of place."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.serving import make_server

from ivr.simulator import answers, busy
from tests.support import axe
from tests.support.chromium import browser
from tests.support.site import Site, Someone
from tests.support.world import KABUL
from tests.web.test_account_pages import HELPLINE, call

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=740)
MIDDLE = ViewportSize(width=720, height=900)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def base(site: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_page(site: Site, base: str, chromium: Browser, who: Someone) -> Page:
    """A page of a browser that somebody is signed in with."""
    cookie = site.client(who).get_cookie("session")
    assert cookie is not None
    context = chromium.new_context(viewport=NARROW)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": base}])
    page = context.new_page()
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
    return page


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def look_at(page: Page, url: str, name: str) -> None:
    """Nothing is wrong with it in either scheme, and nothing runs out of any width."""
    page.goto(url)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert axe.found(page) == [], name
        assert width_of(page) <= size["width"], (name, size)
    page.set_viewport_size(MIDDLE)
    assert width_of(page) <= MIDDLE["width"], name
    if folder := os.environ.get("SCREENSHOTS"):  # for whoever wants to look
        Path(folder).mkdir(exist_ok=True)
        for size, scheme in ((NARROW, "light"), (WIDE, "light"), (WIDE, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=f"{folder}/{name}-{size['width']}-{scheme}.png", full_page=True)


def test_every_page_looks_right(site: Site, base: str, chromium: Browser) -> None:
    zoe = site.customer(credit="30.00")
    for number, callee in ((KABUL, answers(56)), ("00442079460000", busy()), ("00924235761999", answers(61))):
        call(site, zoe, number, callee)
        site.world.later(days=3)
    for seconds in (600, 7, 130):
        call(site, zoe, "00919876543210", answers(seconds))
        site.world.later(days=2)
    call(site, zoe, HELPLINE, answers(60))
    page = open_page(site, base, chromium, zoe)
    look_at(page, f"{base}/account", "overview")
    page.get_by_text("The same as a table").click()
    assert axe.found(page) == []
    look_at(page, f"{base}/account/calls", "calls")
    look_at(page, f"{base}/account/calls?since=rubbish&number=x&destination=india", "calls-refused")
    look_at(page, f"{base}/account/calls?destination=nowhere", "calls-none")
    for id in (1, 2, 3, 5, 7):
        look_at(page, f"{base}/account/calls/{id}", f"call-{id}")
    look_at(page, f"{base}/account/statement", "statement")


def test_a_newcomers_pages_look_right(site: Site, base: str, chromium: Browser) -> None:
    page = open_page(site, base, chromium, site.customer(credit="0.00"))
    look_at(page, f"{base}/account", "new-overview")
    look_at(page, f"{base}/account/calls", "new-calls")
    look_at(page, f"{base}/account/statement", "new-statement")
