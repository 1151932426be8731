"""Every letter says what it has to, in text and in HTML, and gives no secret away."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from app import config
from app.messages import rendering
from app.messages.letters import Letter, account, calls, payments
from app.money import Money
from tests.support.world import BASE, settings_for

URL = f"{BASE}/account/somewhere"
AT = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)


def usd(text: str) -> Money:
    return Money.parse(text, "USD")


@dataclass(frozen=True)
class Said:
    """A letter as its function makes it, and what must be in it."""

    letter: Letter
    facts: tuple[str, ...]


def everything() -> list[Said]:
    none, debt = usd("0"), usd("3.21")
    return [
        Said(account.confirm_address(URL), ("24 hours", "prepaid calling card", "Seller Ltd")),
        Said(account.already_registered(URL), ("has an account already", "forgotten your password")),
        Said(
            account.welcome(["+442079460123", "+12125550123"], URL, f"{BASE}/how-to-call"),
            ("+44 20 7946 0123", "+1 212-555-0123", f"{BASE}/how-to-call", "Your contract in short", "PIN"),
        ),
        Said(account.reset_password(URL), ("one hour", "works once")),
        Said(account.phone_registered("+447700900456", URL), ("+44 … 456", "Not me")),
        Said(account.phone_removed("+447700900456", URL), ("+44 … 456", "no longer", "Not me")),
        Said(
            account.secret_changed("password", "203.0.113.9", AT, URL),
            ("password", "25 November 2026, 14:05 UTC", "203.0.113.9", "Not me"),
        ),
        Said(account.secret_changed("PIN", "2001:db8::1", AT, URL), ("new PIN", "2001:db8::1", "Not me")),
        Said(account.secret_changed("PIN shown", "203.0.113.9", AT, URL), ("was shown", "14:05", "Not me")),
        Said(
            account.new_sign_in("Firefox on Linux", "203.0.113.9", AT, URL),
            ("Firefox on Linux", "203.0.113.9", "25 November 2026, 14:05 UTC", "Not me"),
        ),
        Said(
            calls.recording_ready("+93701234567", AT, AT + timedelta(days=30), URL),
            ("+93 … 567", "25 November 2026, 14:05 UTC", "25 December 2026", "after you have signed in"),
        ),
        Said(
            account.account_locked("Too many wrong passwords.", "Choose a new one.", URL),
            ("Too many wrong passwords.", "Choose a new one.", "Your credit is kept"),
        ),
        Said(
            payments.receipt("2026-000017", usd("8.33"), usd("1.67"), usd("10"), "GB123", usd("9.9975"), URL),
            ("2026-000017", "US$8.33", "US$1.67", "US$10.00", "GB123", "US$9.9975"),
        ),
        Said(
            payments.payment_pending(usd("10"), "Checking.", URL), ("US$10.00", "Checking.", "added so far")
        ),
        Said(payments.payment_failed(usd("10"), "Declined.", URL), ("US$10.00", "Declined.", "No credit")),
        Said(payments.payment_reversed(usd("10"), debt, URL), ("US$10.00", "US$3.21", "suspended")),
        Said(payments.payment_reversed(usd("10"), none, URL), ("US$10.00", "taken that credit off")),
        Said(
            payments.auto_done(usd("5"), usd("15"), usd("20"), URL),
            ("US$5.00", "US$15.00", "US$20.00", "stop"),
        ),
        Said(payments.auto_failed(usd("5"), 1, False, URL), ("declined it (1 in a row)", "stays on")),
        Said(payments.auto_failed(usd("5"), 2, True, URL), ("declined it (2 in a row)", "switched")),
        Said(payments.auto_failed(usd("5"), 0, True, URL), ("monthly limit", "switched")),
        Said(
            payments.auto_set_up(True, usd("2"), usd("5"), usd("20"), URL),
            ("You allow us to charge", "US$2.00", "US$5.00", "US$20.00", "stop"),
        ),
        Said(payments.phone_set_up(usd("10"), URL), ("$10.00", "phone menu")),
        Said(payments.phone_set_up(None, URL), ("is off", "Nobody can charge")),
        Said(payments.auto_set_up(False, usd("2"), usd("5"), usd("20"), URL), ("is off", "will not charge")),
        Said(
            payments.low_balance(usd("1.50"), [("Kenya", 12), ("India", 1)], URL, f"{BASE}/account/settings"),
            ("US$1.50", "Kenya: 12 minutes", "India: 1 minute", "turn these mails off"),
        ),
        Said(payments.refund_made(usd("4"), "1JU08902", debt, URL), ("US$4.00", "1JU08902", "US$3.21")),
        Said(payments.refund_made(usd("4"), "1JU08902", none, URL), ("US$4.00", "1JU08902")),
    ]


@pytest.fixture(autouse=True)
def settings() -> None:
    config.use(
        settings_for(
            "sqlite:///none.db",
            SELLER="Seller Ltd",
            SELLER_ADDRESS="1 High Street;London",
            CONTACT="help@seller.example",
        )
    )


@pytest.fixture(params=range(25))
def said(request: pytest.FixtureRequest, settings: None) -> Said:
    number: int = request.param
    return everything()[number]


class Page(HTMLParser):
    """What a reader of HTML sees, and what it would fetch or follow."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)
        body = html.partition("<body>")[2]
        cells = re.sub(r"</th><td>", ": ", body)
        self.text = unescape(re.sub(r"<[^>]+>", "\n", cells))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "background"}]


def test_the_list_is_whole() -> None:
    assert len(everything()) == 28
    written = {one.letter.name for one in everything()}
    assert written == set(letters())


def letters() -> Iterator[str]:
    for module in (account, calls, payments):
        for name, member in inspect.getmembers(module, inspect.isfunction):
            if member.__module__ == module.__name__ and not name.startswith("_"):
                yield name


def test_a_letter_says_what_it_has_to(said: Said) -> None:
    text, page = rendering.as_text(said.letter), Page(rendering.as_html(said.letter))
    for fact in (*said.facts, "Seller Ltd", "1 High Street", "help@seller.example"):
        assert fact in text
        assert fact in page.text or fact in page.links
    assert said.letter.subject in page.text


def test_a_letter_holds_no_pin_and_no_whole_number_of_a_phone(said: Said) -> None:
    for body in (rendering.as_text(said.letter), rendering.as_html(said.letter), said.letter.subject):
        assert not re.search(r"\d{12}", body)
        assert "7700900456" not in body


def test_a_letter_leads_to_us_only_and_fetches_nothing(said: Said) -> None:
    text, html = rendering.as_text(said.letter), rendering.as_html(said.letter)
    page = Page(html)
    assert page.links and all(link.startswith(f"{BASE}/") for link in page.links)
    assert all(link.startswith(f"{BASE}/") for link in re.findall(r"\w+://\S+", text))
    assert not {"img", "script", "link", "form", "iframe"} & set(page.tags)
    assert "url(" not in html and "@import" not in html
    assert said.letter.button and said.letter.button.url in text


def test_a_letter_is_calm_to_read(said: Said) -> None:
    text = rendering.as_text(said.letter)
    assert "\n\n\n" not in text
    assert text == text.strip() + "\n" or not text.startswith("\n")
    assert not re.search(r"\bNone\b|Money\(|\{|\}", text)
    assert 5 < len(said.letter.subject) <= 70


def test_html_of_strangers_stays_text() -> None:
    letter = account.new_sign_in("<img src=x onerror=alert(1)>", "203.0.113.9", AT, URL)
    assert "img" not in Page(rendering.as_html(letter)).tags
    assert "<img src=x" in rendering.as_text(letter)


@pytest.mark.parametrize(
    "device", ["x\nPlease pay at https://evil.example/now", "www.evil.example", "\x00\x1b"]
)
def test_the_name_of_a_browser_adds_no_line_and_no_link(device: str) -> None:
    letter = account.new_sign_in(device, "203.0.113.9", AT, URL)
    text = rendering.as_text(letter)
    assert "evil.example" not in text
    assert sum("Device: " in line for line in text.splitlines()) == 1


@pytest.mark.parametrize(
    ("amount", "language", "printed"),
    [
        ("9.9975 USD", "en-GB", "US$9.9975"),
        ("9.9975 USD", "en-US", "$9.9975"),
        ("10 GBP", "en-GB", "£10.00"),
        ("1234.5 EUR", "de-DE", "1.234,50\xa0€"),
        ("0.000001 USD", "en-US", "$0.000001"),
        ("100 JPY", "en-US", "¥100"),
        ("10 GBP", "no such language", "£10.00"),
        ("10 GBP", "", "£10.00"),
    ],
)
def test_amounts_are_exact_and_as_their_reader_writes_them(amount: str, language: str, printed: str) -> None:
    units, currency = amount.split()
    letter = payments.payment_pending(Money.parse(units, currency), "Wait.", URL, language=language)
    assert ("Amount", printed) in letter.facts


def test_a_bonus_stands_apart_from_what_was_paid() -> None:
    letter = payments.receipt("1", usd("8.33"), usd("1.67"), usd("10"), "", usd("11"), URL, bonus=usd("1"))
    assert ("Bonus, as a gift", "US$1.00") in letter.facts
    assert ("Our VAT number", "none") in letter.facts
