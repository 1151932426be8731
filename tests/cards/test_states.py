"""A card is made, sold, frozen, used up, expired or void, and goes only where it may."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app import cards, clock, db
from app.cards import CardStatus
from app.errors import CardRefused, KeyReused
from app.money import Money
from tests.support.world import World

STORED = (CardStatus.MADE, CardStatus.ACTIVE, CardStatus.SUSPENDED, CardStatus.VOID)
ALLOWED = {
    ("made", "active"),
    ("made", "void"),
    ("active", "active"),
    ("active", "suspended"),
    ("active", "void"),
    ("suspended", "active"),
    ("suspended", "suspended"),
    ("suspended", "void"),
    ("void", "void"),
}


def change(serial: str, to: CardStatus) -> CardStatus:
    with db.transaction():
        return cards.change(serial, to).status


@pytest.mark.parametrize("to", [CardStatus.ACTIVE, CardStatus.SUSPENDED, CardStatus.VOID])
@pytest.mark.parametrize("before", STORED)
def test_a_card_goes_only_where_it_may(world: World, before: CardStatus, to: CardStatus) -> None:
    card = world.card()
    world.sql("UPDATE cards SET status = :status", status=before.value)
    if (before.value, to.value) in ALLOWED:
        assert change(card.serial, to) is to
    else:
        with pytest.raises(CardRefused, match=f"is {before} and cannot become {to}"):
            change(card.serial, to)
        assert world.look(card).status is before


def test_a_card_is_used_up_when_the_smallest_coin_is_gone(world: World) -> None:
    assert world.look(world.card("0.01")).status is CardStatus.ACTIVE
    assert world.look(world.card("0.009999")).status is CardStatus.USED_UP


def test_a_used_up_card_lives_again_with_new_credit(world: World) -> None:
    card = world.card("0")
    with db.transaction():
        assert cards.credit(card.serial, Money.parse("5", "USD"), key="receipt").status is CardStatus.ACTIVE


def test_credit_does_not_expire_unless_a_date_was_set(world: World) -> None:
    card = world.card()
    with clock.ahead(days=36_500):
        assert world.look(card).status is CardStatus.ACTIVE
    with db.transaction():
        cards.expire(card.serial, at=clock.now() + timedelta(days=1))
    assert world.look(card).status is CardStatus.ACTIVE
    with clock.ahead(days=1):
        assert world.look(card).status is CardStatus.EXPIRED
    with db.transaction():
        cards.expire(card.serial, at=None)
    with clock.ahead(days=2):
        assert world.look(card).status is CardStatus.ACTIVE


def test_a_sale_is_credited_once(world: World) -> None:
    card = world.card("1.00")
    for _ in range(3):
        with db.transaction():
            cards.credit(card.serial, Money.parse("2.50", "USD"), key="receipt 7")
    assert world.money(card) == ("3.50", "3.50")
    with pytest.raises(KeyReused), db.transaction():
        cards.credit(card.serial, Money.parse("2.51", "USD"), key="receipt 7")
    assert world.money(card) == ("3.50", "3.50")
    assert world.balanced()


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("1", "EUR"), ("0", "USD"), ("-1", "USD"), ("1000000.000001", "USD")],
    ids=["euro", "nothing", "less", "far too much"],
)
def test_a_card_takes_only_more_of_its_own_currency(world: World, amount: str, currency: str) -> None:
    card = world.card("1.00")
    with pytest.raises(CardRefused, match="takes"), db.transaction():
        cards.credit(card.serial, Money.parse(amount, currency), key="receipt")
    assert world.money(card) == ("1.00", "1.00")


def test_a_void_card_takes_nothing(world: World) -> None:
    card = world.card("1.00")
    change(card.serial, CardStatus.VOID)
    with pytest.raises(CardRefused, match="is void"), db.transaction():
        cards.credit(card.serial, Money.parse("1", "USD"), key="receipt")


def test_a_cap_is_as_long_as_a_call_that_is_worth_placing(world: World) -> None:
    card = world.card()
    with pytest.raises(CardRefused), db.transaction():
        cards.limit(card.serial, call_seconds_max=9)
    with db.transaction():
        assert cards.limit(card.serial, call_seconds_max=10).call_seconds_max == 10
        assert cards.limit(card.serial, call_seconds_max=None).call_seconds_max is None


def test_a_serial_that_nobody_has_is_named(world: World) -> None:
    deeds: list[Callable[[], object]] = [
        lambda: cards.by_serial("00010000999"),
        lambda: cards.change("00010000999", CardStatus.VOID),
        lambda: cards.limit("00010000999", call_seconds_max=60),
        lambda: cards.expire("00010000999", at=None),
        lambda: cards.credit("00010000999", Money.parse("1", "USD"), key="k"),
    ]
    for deed in deeds:
        with pytest.raises(CardRefused, match="no card has the serial 00010000999"), db.transaction():
            deed()
