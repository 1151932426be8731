"""From stranger to caller in a real browser, against the whole service: every page that a newcomer meets."""

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import browser
from tests.support.mailbox import Mailbox
from tests.support.server import Served

EMAIL, PASSWORD = "newcomer@example.org", "four words in a row"
# where pictures of the pages go, for whoever wants to look at them
PICTURES = os.environ.get("FARTHING_PICTURES", "")
LONG = 30_000  # milliseconds; how long the slowest machine may take


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("journey")
    settings = {"SMTP_URL": mailbox.url}
    with Served(f"sqlite:///{home / 'farthing.db'}", home, seed=True, settings=settings) as service:
        yield service


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


class Walk:
    """One browser window of a certain width, on which nothing may go wrong, and pictures of where it was."""

    def __init__(self, page: Page, width: int) -> None:
        self.page, self.width, self.number = page, width, 0
        self.complaints: list[str] = []
        page.on("console", lambda told: self._note(told.text) if told.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def picture(self, name: str) -> None:
        """Keep what is seen now; no page is wider than its window."""
        self.number += 1
        self.page.wait_for_load_state()  # between two pages there is none to measure
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name
        if PICTURES:
            file = Path(PICTURES) / f"{self.width}-{self.number:02d}-{name}.png"
            self.page.screenshot(path=file, full_page=True)


def mail_with(mailbox: Mailbox, subject: str, address: str) -> str:
    """The text of a mail that has arrived."""

    def found() -> list[str]:
        mails = [mail for mail in mailbox.to(address) if subject in str(mail["Subject"])]
        bodies = [mail.get_body(("plain",)) for mail in mails]
        return [str(body.get_content()) for body in bodies if body is not None]

    assert comes_true(lambda: bool(found())), f"no mail about {subject!r}: {mailbox.mails}"
    return found()[-1]


def comes_true(holds: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Whether it holds within that time."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)
    return holds()


def sign_up(walk: Walk, base: str, mailbox: Mailbox, email: str) -> None:
    page = walk.page
    page.goto(f"{base}/")
    walk.picture("home")
    page.get_by_role("link", name="Sign up").first.click()
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    for box in page.get_by_role("checkbox").all():
        assert not box.is_checked()
    page.locator("[name=terms]").check()
    page.locator("[name=traffic_data]").check()
    walk.picture("signup")
    page.get_by_role("button", name="Sign up").click()
    walk.picture("signup-sent")
    link = re.search(r"http://\S+/confirm\?token=\S+", mail_with(mailbox, "address", email))
    assert link is not None
    page.goto(link[0])
    walk.picture("confirm")
    page.get_by_role("button").last.click()
    expect(page).to_have_url(f"{base}/account")
    walk.picture("account-new")


def top_up(walk: Walk, base: str) -> None:
    page = walk.page
    page.goto(f"{base}/account/top-up")
    page.get_by_label(re.compile("20")).first.check()
    walk.picture("top-up")
    page.get_by_role("button", name="Pay with PayPal").click()
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    walk.picture("approval")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#state")).to_contain_text("is your balance now", timeout=LONG)
    expect(page.locator("#state")).to_contain_text("20.00")
    walk.picture("top-up-credited")


def get_pin(walk: Walk, base: str) -> str:
    page = walk.page
    page.goto(f"{base}/account/pin")
    walk.picture("pin")
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.get_by_role("button", name="Make a new PIN and show it").click()
    pin = page.locator(".secret").inner_text().replace(" ", "")
    assert re.fullmatch(r"\d{12}", pin)
    walk.picture("pin-shown")
    return pin


def call(walk: Walk, base: str, pin: str) -> None:
    page = walk.page
    page.goto(f"{base}/phone")
    page.get_by_label("Hangs up after (seconds)").fill("2")
    page.get_by_role("button", name="Call", exact=True).click()
    said = page.locator("#said li.them").last
    expect(said).to_contain_text("Enter your PIN.", timeout=LONG)
    for digit in pin:
        page.locator(f'[data-key="{digit}"]').click()
    expect(said).to_contain_text("You have twenty dollars.", timeout=LONG)
    page.get_by_role("button", name="Type the number").click()
    expect(said).to_contain_text("That call cost", timeout=LONG)
    walk.picture("phone")
    page.get_by_role("button", name="Hang up").click()


def see_the_price(walk: Walk, base: str) -> None:
    page = walk.page
    page.goto(f"{base}/account/calls")
    expect(page.locator("main")).to_contain_text("Afghanistan")
    walk.picture("calls")
    page.locator("main a[href^='/account/calls/']").first.click()
    expect(page.locator("main")).to_contain_text("0.015")
    walk.picture("why-this-price")
    for place in (
        "",
        "/statement",
        "/receipts",
        "/phones",
        "/speed-dials",
        "/settings",
        "/sign-ins",
        "/password",
    ):
        page.goto(f"{base}/account{place}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        walk.picture(f"account{place.replace('/', '-')}")


def download_the_receipt(walk: Walk, base: str, folder: Path) -> None:
    page = walk.page
    page.goto(f"{base}/account/receipts")
    page.locator("main a[href^='/account/receipts/']").first.click()
    walk.picture("receipt")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    file = folder / "receipt.pdf"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")


def test_a_newcomer_signs_up_pays_calls_and_understands_the_price(
    served: Served, chromium: Browser, mailbox: Mailbox, tmp_path: Path
) -> None:
    for width in (1280, 390):  # one after the other: to start the service takes longer than the journey
        page = chromium.new_page(viewport={"width": width, "height": 800})
        page.set_default_timeout(LONG)
        walk, email = Walk(page, width), f"{width}.{EMAIL}"
        sign_up(walk, served.base, mailbox, email)
        top_up(walk, served.base)
        pin = get_pin(walk, served.base)
        call(walk, served.base, pin)
        see_the_price(walk, served.base)
        download_the_receipt(walk, served.base, tmp_path)
        receipt = mail_with(mailbox, "Receipt", email)
        assert "20.00" in receipt
        assert all(pin not in mail.as_string() for mail in mailbox.mails)
        assert walk.complaints == []
        page.close()
    assert '"balanced": true' in served.flask("ledger", "check", "--json")
