"""The phone in the browser, by a real browser against the whole service: web server, jobs and stand-in."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from app.commands import seed
from ivr.simulator import page as door
from tests.support.chromium import browser
from tests.support.server import Served
from tests.support.world import TOKEN

HEARD = 20_000  # milliseconds; how long the slowest machine may take to say a sentence


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served")
    with Served(f"sqlite:///{home / 'farthing.db'}", home, seed=True) as service:
        yield service


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def page(served: Served, chromium: Browser) -> Iterator[Page]:
    """The page, on which nothing may go wrong: no error, no refusal by the content policy."""
    complaints: list[str] = []
    opened = chromium.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if _is_bad(message.type) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{served.base}/phone")
    yield opened
    opened.close()
    assert complaints == []


def _is_bad(kind: str) -> bool:
    return kind in {"error", "warning"}


def trial(served: Served) -> dict[str, str]:
    """What the demo offers to try."""
    noted: dict[str, str] = json.loads((served.home / "instance/what-to-try.json").read_text())
    return noted


def money(served: Served, sid: str) -> dict[str, Any]:
    """What the database says of a call."""
    with requests.Session() as session:
        session.trust_env = False
        told: dict[str, Any] = session.get(f"{served.base}/phone/calls/{sid}/money", timeout=10).json()
    return told


def call(page: Page, *, with_the_keyboard: bool = False) -> str:
    """Press Call; answers the call's id."""
    button = page.get_by_role("button", name="Call", exact=True)
    with page.expect_response("**/phone/calls") as answered:
        if with_the_keyboard:
            button.press("Enter")
        else:
            button.click()
    return str(answered.value.json()["id"])


def comes_true(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether it holds within that time."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)
    return holds()


def says(page: Page, words: str) -> None:
    """Wait until the line has said it."""
    expect(page.locator("#said li.them").last).to_contain_text(words, timeout=HEARD)


def is_in(page: Page, state: str) -> None:
    expect(page.locator("#booth")).to_have_attribute("data-state", state, timeout=HEARD)


def test_a_stranger_calls_hears_the_price_and_sees_the_charge(page: Page, served: Served) -> None:
    page.get_by_label("Hangs up after (seconds)").fill("3")
    sid = call(page)
    says(page, "Farthing. Enter your PIN.")
    for digit in trial(served)["pin"]:
        page.locator(f'[data-key="{digit}"]').click()
    says(page, "You have ten dollars. Enter the number, then hash.")
    page.get_by_role("button", name="Type the number").click()
    says(page, "Up to twenty two minutes.")
    shown = page.locator("#money")
    expect(shown).to_contain_text("Keeps aside 9.9975 USD, which pays for 22 min 13 s.")
    is_in(page, "talking")
    expect(page.get_by_role("status")).to_have_text("Talking to +93 70 123 4567")
    says(page, "That call cost three cents. You have nine dollars ninety seven.")
    expect(shown).to_contain_text("Charged 0.0225 USD for 3 s.")
    expect(page.locator("#story > li").last).to_contain_text("CallDuration3")
    card = money(served, sid)["card"]
    assert (card["serial"], card["balance"], card["held"]) == (trial(served)["serial"], "9.9775", "0.00")
    _the_server_did_not_tell_the_pin(page, trial(served)["pin"])
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_role("status")).to_have_text("You hung up")


def _the_server_did_not_tell_the_pin(page: Page, pin: str) -> None:
    beside = page.locator("#server").inner_text() + page.locator("#said").inner_text()
    assert pin not in beside
    assert "•" * len(pin) in beside
    assert 'timeLimit="1333"' in beside
    assert "POST /ivr/ended?call=" in beside


def test_a_registered_phone_needs_no_pin_and_leaving_hangs_up(page: Page, served: Served) -> None:
    page.get_by_label("Who is calling").select_option(seed.PHONE)
    page.get_by_label("The other side").select_option(label="Answers, never hangs up")
    sid = call(page, with_the_keyboard=True)
    says(page, "This phone is registered. Enter the number")
    page.keyboard.type(f"{seed.NUMBER}#", delay=30)
    says(page, "Up to twenty two minutes.")
    is_in(page, "talking")
    assert money(served, sid)["card"]["held"] == "9.9975"
    page.goto(f"{served.base}/")
    assert comes_true(lambda: money(served, sid)["card"]["held"] == "0.00")


def test_a_phone_that_the_server_rings_is_answered_on_the_page(page: Page, served: Served) -> None:
    account = served.environment["TWILIO_ACCOUNT_SID"]
    asked = {"To": seed.PHONE, "From": "+442079460123", "Url": f"{served.base}/ivr/fallback"}
    with requests.Session() as session:
        session.trust_env = False
        address = f"{served.provider_base}/2010-04-01/Accounts/{account}/Calls.json"
        assert session.post(address, data=asked, auth=(account, TOKEN), timeout=10).status_code == 201
    expect(page.get_by_role("alert")).to_contain_text("+44 20 7946 0123 calls", timeout=HEARD)
    page.get_by_role("button", name="Answer").click()
    says(page, "Sorry, we have a fault.")
    expect(page.get_by_role("alert")).to_be_hidden()
    is_in(page, "ended")


def test_a_key_sounds_with_its_two_frequencies(page: Page) -> None:
    """Goertzel's measure of each frequency of the keypad, relative to the strongest."""
    strengths: dict[str, float] = page.evaluate(
        """async () => {
            const { begin, frequencies } = await import("/static/phone-sounds.js");
            const context = new OfflineAudioContext(1, 1600, 8000);
            begin(context, frequencies("5"), { at: 0 })(0.2);
            const samples = (await context.startRendering()).getChannelData(0);
            const strength = (frequency) => {
                const factor = 2 * Math.cos((2 * Math.PI * frequency) / 8000);
                let [one, two] = [0, 0];
                for (const sample of samples) [one, two] = [sample + factor * one - two, one];
                return Math.sqrt(one * one + two * two - factor * one * two);
            };
            const all = [697, 770, 852, 941, 1209, 1336, 1477].map((one) => [one, strength(one)]);
            const most = Math.max(...all.map(([, strength]) => strength));
            return Object.fromEntries(all.map(([frequency, strength]) => [frequency, strength / most]));
        }"""
    )
    assert {name for name, strength in strengths.items() if strength > 0.8} == {"770", "1336"}
    assert all(strength > 0.8 or strength < 0.1 for strength in strengths.values())


def test_a_small_screen_shows_all_of_it(served: Served, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{served.base}/phone")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.locator("#hang-up")).to_be_in_viewport()
    small: list[str] = page.evaluate(
        """[...document.querySelectorAll("button, select, input:not([type=checkbox]), .switch, summary")]
            .filter((target) => target.checkVisibility())
            .map((target) => [target.getBoundingClientRect(), target])
            .filter(([box]) => box.width < 44 || box.height < 44)
            .map(([, target]) => target.outerHTML)"""
    )
    assert small == []
    page.close()


def test_without_javascript_the_page_says_how_to_call(served: Served, chromium: Browser) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{served.base}/phone")
    expect(page.get_by_role("heading", name="This telephone needs JavaScript")).to_be_visible()
    expect(page.locator("noscript pre")).to_contain_text(trial(served)["pin"])
    expect(page.locator("#booth")).to_be_hidden()
    page.close()


SENDERS = {
    "our page": ({"Origin": "{base}", "Sec-Fetch-Site": "same-origin"}, 400),
    "our page in an old browser": ({"Origin": "{base}"}, 400),
    "our page through a tunnel": ({"Origin": "http://localhost:9", "Sec-Fetch-Site": "same-origin"}, 400),
    "another page": ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
    "another page of this machine": ({"Origin": "http://localhost:9", "Sec-Fetch-Site": "same-site"}, 403),
    "the same in an old browser": ({"Origin": "http://localhost:9"}, 403),
    "a rebound name": ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
    "a hidden page": ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    "nobody who says so": ({}, 403),
}


@pytest.mark.parametrize(("headers", "status"), SENDERS.values(), ids=SENDERS)
def test_only_our_own_page_may_ring(headers: dict[str, str], status: int, served: Served) -> None:
    with requests.Session() as session:
        session.trust_env = False
        sent = {name: value.format(base=served.base) for name, value in headers.items()}
        answer = session.post(f"{served.base}/phone/calls", json={"to": "bob"}, headers=sent, timeout=10)
    assert answer.status_code == status  # 400: the stand-in was asked, and knows no bob


def test_without_the_stand_in_the_page_says_what_to_start(served: Served, chromium: Browser) -> None:
    served.kill("provider")
    page = chromium.new_page()
    page.goto(f"{served.base}/phone")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Start it with: flask --app wsgi phone provider")
    is_in(page, "idle")
    page.close()
    served.start("provider")
    served.wait_until_ready()


def test_the_page_offers_what_the_demo_has_loaded() -> None:
    assert (door.STRANGER, door.REGISTERED, door.NUMBER) == (seed.STRANGER, seed.PHONE, seed.NUMBER)
