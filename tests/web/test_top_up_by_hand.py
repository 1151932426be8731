"""A real browser buys credit through our pages and the stand-in's; in light, dark and without scripts."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect
from werkzeug.serving import make_server

from app import config, payments
from tests.support import axe
from tests.support.chromium import browser
from tests.support.paypal import StandIn
from tests.support.site import Site, Someone

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=740)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@dataclass
class Live:
    """The application on a port of its own, beside the stand-in, which sends its webhooks there."""

    site: Site
    standin: StandIn
    base: str
    someone: Someone
    context: BrowserContext

    def page(self) -> Page:
        """A page in the browser of somebody who is signed in."""
        page = self.context.new_page()
        page.goto(f"{self.base}/login?next=/account/top-up")
        page.get_by_label("E-mail address or user name").fill(self.someone.email)
        page.get_by_label("Password").fill(self.someone.password)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{self.base}/account/top-up")
        return page


@pytest.fixture
def live(site: Site, standin: StandIn, chromium: Browser) -> Iterator[Live]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    base = f"http://127.0.0.1:{server.port}"
    settings = replace(config.settings(), public_base_url=base)
    config.use(settings)
    site.app.config["SETTINGS"] = settings
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    standin.send_to(base)
    context = chromium.new_context(viewport=NARROW)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if _is_bad(said) else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        yield Live(site, standin, base, site.customer(credit="0.00"), context)
    finally:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert complaints == []


def _is_bad(said: ConsoleMessage) -> bool:
    """A form that is refused is no fault."""
    return said.type == "error" and "status of 400" not in said.text


def look_at(page: Page, name: str) -> None:
    """Nothing is wrong with it in either scheme, and nothing runs out of a small telephone's width."""
    assert axe.found(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    if folder := os.environ.get("SCREENSHOTS"):  # for whoever wants to look
        Path(folder).mkdir(exist_ok=True)
        for size, scheme in ((NARROW, "light"), (WIDE, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=f"{folder}/{name}-{scheme}.png", full_page=True)
        page.set_viewport_size(NARROW)


def test_credit_is_bought_in_a_browser(live: Live) -> None:
    page = live.page()
    look_at(page, "top-up")
    page.get_by_role("button", name="Pay with PayPal").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an amount")
    look_at(page, "top-up-refused")

    page.get_by_label("US$10.00").check()
    page.get_by_text("Top up automatically from now on").click()
    page.get_by_label("I agree to automatic top-up").check()
    look_at(page, "top-up-automatic")
    page.get_by_role("button", name="Pay with PayPal").click()

    expect(page.get_by_text("This is not PayPal.")).to_be_visible()
    look_at(page, "stand-in")
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("is your balance now.")).to_be_visible()
    expect(page.get_by_text("US$10.00", exact=True)).to_be_visible()
    look_at(page, "top-up-credited")
    page.get_by_role("link", name="All top-ups").click()
    expect(page.get_by_text("When your balance falls below US$5.00")).to_be_visible()
    look_at(page, "top-up-again")
    page.goto(f"{live.standin.settings.api_base_url}/stand-in/")
    look_at(page, "stand-in-control")


def test_a_page_that_waits_looks_again_by_itself(live: Live) -> None:
    page = live.page()
    page.get_by_label("US$10.00").check()
    page.get_by_role("button", name="Pay with PayPal").click()
    page.get_by_label("The money is pending until you release it").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("PayPal has not received the money yet")).to_be_visible()
    look_at(page, "top-up-pending")
    live.standin.settle(next(iter(live.standin.desk.books.captures)))
    payments.advance(1, payments.gateway())
    expect(page.get_by_text("is your balance now.")).to_be_visible(timeout=20_000)


def test_without_scripts_it_works_as_well(live: Live, chromium: Browser) -> None:
    live.context = chromium.new_context(java_script_enabled=False)
    page = live.page()
    page.get_by_label("Your own amount").fill("12.50")
    page.get_by_role("button", name="Pay with PayPal").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("You cancelled this top-up. Nothing was paid.")).to_be_visible()
    page.get_by_role("link", name="Begin a new one").click()
    page.get_by_label("US$20.00").check()
    page.get_by_role("button", name="Pay with PayPal").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("is your balance now.")).to_be_visible()
    live.context.close()
