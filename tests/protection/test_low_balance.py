"""A customer hears before the credit runs out, once per top-up."""

import pytest

from app import cards, db, ledger, messages, protection
from app.money import Money
from tests.payments.shop import Shop
from tests.support.paypal import StandIn
from tests.support.site import Site
from tests.support.threads import at_once
from tests.support.world import KABUL

LEVEL = 3_000_000


@pytest.fixture
def shop(site: Site, standin: StandIn) -> Shop:
    """A site whose customers pay at the stand-in."""
    return Shop(site, standin)


def test_it_is_told_once_per_top_up(shop: Shop) -> None:
    zoe = shop.site.customer(credit="10.00", low_balance=LEVEL)
    assert protection.tell_low_balances() == 0
    shop.spend(zoe, "7.00")
    assert protection.tell_low_balances() == 0, "three are left, which is not below three"
    shop.spend(zoe, "0.01")
    assert protection.tell_low_balances() == 1
    assert protection.tell_low_balances() == 0
    shop.site.world.later(days=8)
    shop.buy(zoe, "5.00")
    shop.spend(zoe, "6.00")
    assert protection.tell_low_balances() == 1
    assert shop.letters() == ["low_balance", "receipt", "low_balance"]


def test_two_workers_tell_once(shop: Shop) -> None:
    shop.site.customer(credit="1.00", low_balance=LEVEL)
    told = at_once(protection.tell_low_balances, protection.tell_low_balances)
    assert sorted(map(str, told)) == ["0", "1"]


def test_who_wants_no_such_mail_gets_none(shop: Shop) -> None:
    shop.site.customer(credit="0.00", low_balance=None)
    assert protection.tell_low_balances() == 0


def test_credit_that_a_call_keeps_aside_is_not_left(shop: Shop) -> None:
    zoe = shop.site.customer(credit="10.00", low_balance=LEVEL)
    with db.transaction():
        account = cards.by_serial(zoe.serial).account
        ledger.hold(account, Money.parse("9.00", "USD"), key="call", at_most=1)
    assert protection.tell_low_balances() == 1


def test_it_says_how_long_the_rest_lasts(shop: Shop) -> None:
    world = shop.site.world
    zoe = shop.site.customer(credit="5.00", low_balance=LEVEL)
    phone = world.ring()
    phone.press(zoe.pin)
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    shop.spend(zoe, "3.65")
    assert protection.tell_low_balances() == 1
    with db.transaction(readonly=True):
        body = messages.read(messages.newest()[0].id)
    assert body is not None
    assert "Afghanistan-Mobile" in body.text
    assert "2 minutes" in body.text
