"""Every page there is, looked at by axe-core in light and dark, as wide as a phone and a desk: nothing found.

The pages come from the map of addresses, so that a new one is looked at without anybody thinking of it.
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.serving import make_server

from app import cards, customers, db
from app.calls import recordings
from app.customers import sip_users, speed_dials
from ivr.simulator import answers, busy
from tests.payments.buying import buy
from tests.support import axe
from tests.support.chromium import browser
from tests.support.site import Site, Someone
from tests.support.world import KABUL, KABUL_E164
from tests.web.test_account_pages import call

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

WIDTHS = {"phone": ViewportSize(width=390, height=844), "desk": ViewportSize(width=1280, height=900)}
PARTS = 3  # of all pages, for as many workers
# pages that are surely there
SOME = {"/", "/rates", "/login", "/account", "/account/phones", "/account/settings"}
# what is asked besides the address itself
ANSWERS = [
    "/?number=%2B93701234567",
    "/?number=999",
    "/rates?q=Afghanistan",
    "/rates?q=guin",
    "/rates?q=Atlantis",
    "/rates?q=%2B93701234567",
    "/account/call-me?phone=%2B447700900123&via=%2B442079460123&to=%2B93701234567&saved=",
    "/there-is-no-such-page",
]
# forms that are sent with what is wrong in them: the field, what is typed, and the button
SLIPS = [
    ("/account/phones", "Number of the phone", "999", "Tell it the code"),
    ("/account/pin", "Your password", "wrong password", "Make a new PIN and show it"),
    ("/account/speed-dials", "Number", "+34", "Save it"),
    ("/account/settings", "Tell me by mail when my balance falls below", "20,00", "Save my settings"),
    ("/account/password", "New password", "short", "Change my password"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@dataclass
class Visit:
    """A stranger's browser and a customer's, on the application as it runs."""

    site: Site
    base: str
    zoe: Someone
    stranger: Page
    customer: Page

    def page(self, path: str) -> Page:
        """A page as it was asked for."""
        page = self.customer if path.startswith("/account") else self.stranger
        with self.client(path).get(path) as answer:
            if "sandbox" in answer.headers.get("Content-Security-Policy", ""):
                page.goto("about:blank")  # where it stands no script runs, not axe's either
                page.set_content(answer.get_data(as_text=True))
                return page
        page.goto(self.base + path)
        return page

    def client(self, path: str) -> FlaskClient:
        """Whoever asks for such a page, without a browser."""
        return self.site.client(self.zoe) if path.startswith("/account") else self.site.stranger()


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Visit]:
    zoe = _with_a_past(site)
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    base = f"http://127.0.0.1:{server.port}"
    cookie = site.client(zoe).get_cookie("session")
    assert cookie is not None
    stranger, customer = (chromium.new_context(viewport=WIDTHS["phone"]) for _ in range(2))
    customer.add_cookies([{"name": "session", "value": cookie.value, "url": base}])
    try:
        yield Visit(site, base, zoe, stranger.new_page(), customer.new_page())
    finally:
        stranger.close()
        customer.close()
        server.shutdown()
        thread.join()
        server.server_close()


def _with_a_past(site: Site) -> Someone:
    """A customer whose pages are not empty."""
    zoe = site.customer()
    call(site, zoe)
    call(site, zoe, KABUL, busy())
    call(site, zoe, "00447700900111", answers(5))
    buy(zoe)
    site.post(site.client(zoe), "/account/pin/new", {"show-password": "wrong"}, page="/account/pin")
    with db.transaction():
        card = cards.by_serial(zoe.serial).id
        customers.register("+447700900123", card, label="my mobile")
        sip_users.register("zoe@example.org", card)
        speed_dials.add(card, 7, number=KABUL_E164, name="Mother")
        speed_dials.add(card, 8, number="+34911234567", name="Spain, which is not connected")
    site.world.sql("UPDATE calls SET recorded = true, announced = true WHERE id = 1")
    with db.transaction():
        recordings.note(1, "RE1", 56)
    return zoe


def addresses(visit: Visit) -> list[str]:
    """Every address that may answer with a page."""
    rows = visit.site.world.everything()
    return [
        _filled(rule.rule, rows)
        for rule in visit.site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/static/")
    ]


def _is_a_page(client: FlaskClient, path: str) -> bool:
    with client.get(path) as answer:
        return answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303)


def _filled(rule: str, rows: dict[str, list[tuple[Any, ...]]]) -> str:
    """The address with what this customer has; a gap that nobody can fill is for this table."""
    known = {
        "call": rows["calls"][-1][0],
        "number": rows["mails"][0][0] if "mails" in rule and rows["mails"] else "R2026-000001",
        "ref": next((row[1] for row in rows["top_ups"]), "none"),
        "slot": 7,
        "callback": next((row[0] for row in rows["callbacks"]), 1),
        "sid": "CA1",
        "session_id": 1,
        "recording": next((row[0] for row in rows["recordings"]), 1),
    }
    return re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", lambda gap: str(known[gap[1]]), rule)


def wrong_with(page: Page, name: str) -> list[str]:
    """What axe finds, what runs out of either window, and a page without a heading of its own."""
    # colours and names are the same on a desk: axe, which takes its time, looks at the narrow page
    found = [f"{name}: {fault}" for fault in axe.found(page)]
    for width, size in reversed(WIDTHS.items()):
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append(f"{name}: wider than the window of a {width}")
    if page.locator("h1").count() != 1:
        found.append(f"{name}: {page.locator('h1').count()} headings of the first order")
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_wrong_with_any_page(visit: Visit, part: int) -> None:
    known = addresses(visit)
    listed = [path for path in known[part::PARTS] if _is_a_page(visit.client(path), path)]
    assert set(known) >= SOME
    assert set(listed) >= SOME & set(known[part::PARTS])
    faults = [
        fault for path in [*listed, *ANSWERS[part::PARTS]] for fault in wrong_with(visit.page(path), path)
    ]
    assert faults == []


def test_nothing_is_wrong_with_a_form_that_was_refused(visit: Visit) -> None:
    faults: list[str] = []
    for path, field, typed, button in SLIPS:
        page = visit.page(path)
        page.get_by_label(field, exact=True).first.fill(typed)
        page.get_by_role("button", name=button).first.click()
        page.locator(".error-text").first.wait_for()
        faults += wrong_with(page, f"{path} refused")
    assert faults == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_of_the_account_opens_on_a_telephone(visit: Visit, width: str) -> None:
    visit.customer.set_viewport_size(WIDTHS[width])
    page = visit.page("/account/phones")
    link = page.get_by_role("navigation", name="Account").get_by_role("link", name="Speed dials")
    if not link.is_visible():
        page.get_by_role("navigation", name="Account").locator("summary").press("Enter")
    link.click()
    assert page.url.endswith("/account/speed-dials")
