"""A customer tops up through the pages: every penny once, nothing lost that was typed, nothing leaked."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import cards, clock, config, db, payments
from app.customers.models import Consent
from app.payments.models import AutoTopUp, TopUp
from app.web import top_up
from tests.support.paypal import MAX, StandIn
from tests.support.site import Site, Someone

PAGE = "/account/top-up"
RULE = {"agrees": "y", "threshold": "4", "auto_amount": "10", "monthly_cap": "30"}
on_one_engine = pytest.mark.parametrize("engine_name", ["sqlite"])


class Buyer:
    """Somebody in a browser who buys credit."""

    def __init__(self, site: Site, standin: StandIn, email: str = "zoe@example.org", **how: Any) -> None:
        self.site, self.standin = site, standin
        self.someone: Someone = site.customer(email, **{"credit": "0.00"} | how)
        self.browser: FlaskClient = site.client(self.someone)

    def send(self, **form: str) -> TestResponse:
        """Fill the page in and send it, with what is hidden in it."""
        shown = self.browser.get(PAGE).text
        nonce = re.search(r'name="nonce" value="([^"]+)"', shown)
        assert nonce is not None
        return self.site.post(self.browser, PAGE, {"nonce": nonce[1]} | form, PAGE)

    def order(self, **form: str) -> str:
        """Go as far as PayPal's page; answers the order there."""
        sent = self.send(**({"choice": "20.00"} | form))
        assert sent.status_code == 303, sent.text
        assert sent.location.startswith(self.standin.settings.pages)
        return sent.location.rpartition("token=")[2]

    def pay(self, order: str, **how: str) -> TestResponse:
        """Approve there, and follow the way back."""
        back = urlsplit(self.standin.click(order, **how).location)
        return self.browser.get(f"{back.path}?{back.query}", follow_redirects=True)

    def balance(self) -> str:
        with db.transaction(readonly=True):
            return str(cards.by_serial(self.someone.serial).balance)

    def last(self) -> Any:
        with db.transaction(readonly=True):
            return db.execute(select(TopUp.__table__).order_by(TopUp.id.desc())).first()


@pytest.fixture
def buyer(site: Site, standin: StandIn) -> Iterator[Buyer]:
    yield Buyer(site, standin)


def test_credit_is_bought_with_paypal(buyer: Buyer) -> None:
    shown = buyer.pay(buyer.order())
    assert "Credited" in shown.text
    assert "US$20.00" in shown.text
    assert buyer.balance() == "20.00"
    assert "Credited" in buyer.browser.get(PAGE).text
    assert buyer.site.world.balanced()


def test_coming_back_often_pays_once(buyer: Buyer) -> None:
    order = buyer.order()
    buyer.pay(order)
    for _ in range(2):
        buyer.browser.get(f"{PAGE}/{buyer.last().ref}/return?token={order}&PayerID=X", follow_redirects=True)
    buyer.standin.deliver(buyer.browser)
    payments.work(payments.gateway())
    assert buyer.balance() == "20.00"


def test_the_same_page_sent_twice_buys_once(buyer: Buyer) -> None:
    shown = buyer.browser.get(PAGE).text
    nonce = re.search(r'name="nonce" value="([^"]+)"', shown)
    assert nonce is not None
    form = {"nonce": nonce[1], "choice": "10.00"}
    first, second = (buyer.site.post(buyer.browser, PAGE, form, PAGE) for _ in range(2))
    assert first.location == second.location
    buyer.pay(first.location.rpartition("=")[2])
    third = buyer.site.post(buyer.browser, PAGE, form, PAGE)
    assert third.location == f"{PAGE}/{buyer.last().ref}"
    assert len(buyer.standin.books()["orders"]) == 1
    changed = buyer.site.post(buyer.browser, PAGE, form | {"choice": "20.00"}, PAGE)
    assert changed.status_code == 400
    assert "This form was used before" in changed.text


def bought(buyer: Buyer) -> dict[str, list[Any]]:
    """Every row but those that count tries."""
    everything = buyer.site.world.everything()
    return {name: rows for name, rows in everything.items() if name != "throttles"}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose an amount, or type another one."),
        ({"choice": "other"}, "Choose an amount, or type another one."),
        ({"choice": "other", "other": "ten"}, "Write the amount in digits"),
        ({"other": "7,50"}, "Write the amount in digits"),
        ({"choice": "10.00", "other": "15"}, "Choose “Another amount” to pay this"),
        ({"choice": "11.00"}, "Choose one of these amounts."),
        ({"other": "4.99"}, "Top up with 5.00 to 100.00 USD at a time."),
        ({"other": "20.01"}, "A first top-up is for 20.00 USD at most."),
        ({"other": "5.001"}, "it has too many decimals"),
        ({"choice": "10.00", "nonce": "x"}, "This page was incomplete."),
        ({"choice": "10.00", "nonce": "x" * 65}, "This page was incomplete."),
        ({"choice": "10.00", **RULE, "threshold": "soon"}, "Write the amount in digits"),
        ({"choice": "10.00", **RULE, "threshold": "0"}, "Choose a balance from 0.01"),
        ({"choice": "10.00", **RULE, "monthly_cap": "9"}, "The most a month must be at least one top-up."),
    ],
)
@on_one_engine
def test_what_cannot_be_bought_has_a_sentence_and_stays_typed(
    buyer: Buyer, form: dict[str, str], sentence: str
) -> None:
    before = bought(buyer)
    refused = buyer.send(**form)
    assert refused.status_code == 400
    assert sentence in refused.text.replace("&#39;", "'")
    for name in ("other", "threshold", "monthly_cap"):
        if form.get(name):
            assert f'value="{form[name]}"' in refused.text
    assert bought(buyer) == before
    assert not buyer.standin.desk.books.orders


@on_one_engine
def test_any_common_notation_is_understood(buyer: Buyer) -> None:
    buyer.pay(buyer.order(choice="other", other="$ 7.5"))
    assert buyer.balance() == "7.50"


@on_one_engine
def test_the_page_says_what_is_in_an_amount_and_which_limits_hold(buyer: Buyer) -> None:
    shown = buyer.browser.get(PAGE).text
    for words in ("US$3.33", "20 % VAT", "Your first top-up is for US$20.00 at most", "3 top-ups a day"):
        assert words in shown
    assert "checked" not in shown  # nothing is ever ticked for the customer
    policy = buyer.browser.get(PAGE).headers["Content-Security-Policy"]
    assert f"form-action 'self' {buyer.standin.settings.pages};" in policy
    with clock.ahead(days=8):
        assert "top-ups a day" not in buyer.browser.get(PAGE).text


@on_one_engine
def test_the_page_says_how_long_the_credit_lasts(buyer: Buyer) -> None:
    buyer.pay(buyer.order())
    world = buyer.site.world
    phone = world.ring()
    phone.press(buyer.someone.pin)
    phone.press("00923001234567#")
    world.network.advance(60)
    phone.hang_up()
    assert "Minutes to Pakistan" in buyer.browser.get(PAGE).text


def test_a_pending_payment_credits_nothing_and_says_why(buyer: Buyer) -> None:
    shown = buyer.pay(buyer.order(), outcome="pending")
    assert "PayPal has not received the money yet. PayPal is looking at it." in shown.text
    assert "data-waits" in shown.text
    assert buyer.balance() == "0.00"
    ref = buyer.last().ref
    buyer.standin.settle(buyer.standin.capture_of(ref))
    buyer.standin.deliver(buyer.browser)
    payments.work(payments.gateway())
    assert "Credited" in buyer.browser.get(f"{PAGE}/{ref}").text
    assert buyer.balance() == "20.00"


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("declined", "The payment did not go through, and nothing is credited."),
        ("instrument_declined", "Your bank or card said no. Please choose another way to pay."),
    ],
)
@on_one_engine
def test_a_payment_that_fails_says_what_to_do(buyer: Buyer, outcome: str, sentence: str) -> None:
    order = buyer.order()
    shown = buyer.pay(order, outcome=outcome)
    assert sentence in shown.text
    assert buyer.balance() == "0.00"
    if outcome == "instrument_declined":
        assert f"token={order}" in shown.text
        assert "Credited" in buyer.pay(order).text


@on_one_engine
def test_cancelling_pays_nothing(buyer: Buyer) -> None:
    back = urlsplit(buyer.standin.cancel(buyer.order()).location)
    shown = buyer.browser.get(f"{back.path}?{back.query}", follow_redirects=True)
    assert "You cancelled this top-up. Nothing was paid." in shown.text
    assert buyer.last().status == "cancelled"


def test_what_was_cancelled_and_approved_all_the_same_is_credited(buyer: Buyer) -> None:
    order = buyer.order()
    buyer.browser.get(f"{PAGE}/{buyer.last().ref}/cancelled")
    assert "Credited" in buyer.pay(order).text
    assert buyer.balance() == "20.00"


@on_one_engine
def test_a_tampered_return_changes_nothing(buyer: Buyer) -> None:
    buyer.order()
    ref = buyer.last().ref
    for query in ("", "?token=OTHER&PayerID=X", "?token=&st=Completed&amt=20.00"):
        shown = buyer.browser.get(f"{PAGE}/{ref}/return{query}", follow_redirects=True)
        assert "You have not approved the payment at PayPal yet." in shown.text
    assert buyer.balance() == "0.00"


@on_one_engine
def test_somebody_elses_top_up_is_not_there(buyer: Buyer) -> None:
    order = buyer.order()
    ref = buyer.last().ref
    buyer.standin.approve(order)
    other = Buyer(buyer.site, buyer.standin, "yan@example.org")
    before = buyer.site.world.everything()
    for path in ("", "/return", "/cancelled"):
        for name in (ref, "tu_unknown", "automatic", "x" * 300, "%00"):
            assert other.browser.get(f"{PAGE}/{name}{path}").status_code == 404
    assert buyer.site.world.everything() == before


@on_one_engine
def test_nobody_begins_top_ups_without_end(buyer: Buyer) -> None:
    for _ in range(top_up.BEGUN.most):
        with db.transaction():
            assert top_up.BEGUN.count(str(buyer.someone.id))
    refused = buyer.send(choice="10.00")
    assert refused.status_code == 429
    assert "Please wait an hour" in refused.text
    assert not buyer.standin.desk.books.orders


@on_one_engine
def test_when_paypal_is_away_nothing_is_lost(buyer: Buyer) -> None:
    for _ in range(4):
        buyer.standin.faults.next("unavailable", "create")
    away = buyer.send(choice="10.00")
    assert away.status_code == 503
    assert "PayPal does not answer at the moment. Nothing was paid" in away.text
    assert re.search(r'<input[^>]*checked[^>]*value="10.00"', away.text)
    buyer.standin.faults.clear()
    assert (
        "PayPal did not answer when this top-up was begun"
        in buyer.browser.get(f"{PAGE}/{buyer.last().ref}").text
    )
    buyer.pay(buyer.order())
    assert buyer.balance() == "20.00"


def test_an_answer_that_was_lost_is_found_again(buyer: Buyer) -> None:
    """The money was taken, and the connection broke: it is credited all the same, once."""
    buyer.standin.faults.next("lose_answer", "capture")
    buyer.pay(buyer.order())
    with clock.ahead(minutes=10):
        payments.work(payments.gateway())
    assert buyer.balance() == "20.00"
    assert buyer.standin.books()["totals"]["USD"]["captured"] == "20.00"


@on_one_engine
def test_without_paypal_the_page_offers_vouchers(buyer: Buyer) -> None:
    settings = replace(config.settings(), paypal=None)
    config.use(settings)
    shown = buyer.browser.get(PAGE)
    assert (shown.status_code, "PayPal is not set up here" in shown.text) == (200, True)
    assert 'name="nonce"' not in shown.text
    refused = buyer.site.post(buyer.browser, PAGE, {"choice": "10.00", "nonce": "x" * 20}, PAGE)
    assert refused.status_code == 400


def agreed(buyer: Buyer) -> list[bool]:
    with db.transaction(readonly=True):
        said = select(Consent.given).where(Consent.purpose == "automatic top-up").order_by(Consent.id)
        return list(db.execute(said).scalars())


def rule(buyer: Buyer) -> Any:
    with db.transaction(readonly=True):
        return db.execute(select(AutoTopUp.__table__)).one_or_none()


def test_automatic_top_up_is_agreed_to_used_and_switched_off(buyer: Buyer) -> None:
    buyer.pay(buyer.order(choice="5.00", **RULE), payer=MAX)
    shown = buyer.browser.get(PAGE).text
    assert "When your balance falls below US$4.00, we buy US$10.00, for at most US$30.00 a month" in shown
    assert "m…@example.com" in shown
    assert agreed(buyer) == [True]

    changed = buyer.site.post(
        buyer.browser, f"{PAGE}/automatic", RULE | {"threshold": "6", "auto_amount": "12"}, PAGE
    )
    assert changed.status_code == 303
    assert agreed(buyer) == [True, True]
    payments.work(payments.gateway())
    assert buyer.balance() == "17.00"  # 5 were below 6

    token = next(iter(buyer.standin.desk.books.tokens.values()))
    for _ in range(2):  # safe to repeat
        off = buyer.site.post(buyer.browser, f"{PAGE}/automatic/off", {}, PAGE)
        assert off.status_code == 303
    assert token.deleted
    assert not rule(buyer).is_on
    assert agreed(buyer)[-1] is False
    assert "Top up automatically from now on (optional)" in buyer.browser.get(PAGE).text


@on_one_engine
def test_a_rule_whose_purchase_was_left_waits_for_the_agreement(buyer: Buyer) -> None:
    buyer.order(**RULE)
    shown = buyer.browser.get(PAGE).text
    assert "It begins once you have paid with PayPal and agreed there." in shown
    assert payments.work(payments.gateway()) == 0
    assert buyer.balance() == "0.00"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"agrees": ""}, "Tick this to agree."),
        ({"threshold": "x"}, "Write the amount in digits"),
        ({"auto_amount": "1000"}, "Top up with 5.00 to 100.00 USD at a time."),
    ],
)
@on_one_engine
def test_a_rule_changes_only_as_agreed(buyer: Buyer, form: dict[str, str], sentence: str) -> None:
    buyer.pay(buyer.order(**RULE))
    before = rule(buyer)
    refused = buyer.site.post(buyer.browser, f"{PAGE}/automatic", RULE | form, PAGE)
    assert refused.status_code == 400
    assert sentence in refused.text
    assert rule(buyer) == before


@on_one_engine
def test_a_rule_needs_a_saved_payment_method(buyer: Buyer) -> None:
    refused = buyer.site.post(buyer.browser, f"{PAGE}/automatic", RULE, PAGE)
    assert refused.status_code == 400
    assert rule(buyer) is None
    assert "First pay once with PayPal" in refused.text
