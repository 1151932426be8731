"""A card that is suspended while it talks talks no longer."""

import pytest

from app import cards, db, protection
from app.cards import LockReason
from ivr.simulator import Phone
from tests.support.site import Site, Someone
from tests.support.world import KABUL


def talking(site: Site, who: Someone) -> Phone:
    """Somebody in the middle of a call."""
    phone = site.world.ring()
    phone.press(who.pin)
    phone.press(f"{KABUL}#")
    phone.wait_for_answer()
    phone.wait(10)
    return phone


def suspend(site: Site, who: Someone, reason: LockReason) -> None:
    """Suspend the card of somebody."""
    with db.transaction():
        cards.lock(cards.by_serial(who.serial).id, reason)


@pytest.mark.parametrize("reason", ["debt", "reversal", "dispute", "owner"])
def test_its_live_calls_end_and_are_charged_for_as_long_as_they_lasted(site: Site, reason: str) -> None:
    zoe = site.customer()
    phone = talking(site, zoe)
    suspend(site, zoe, LockReason(reason))
    assert protection.end_calls_of_suspended_cards(site.world.carrier()) == 1
    heard = phone.wait(1)
    site.world.network.deliver()
    assert site.world.calls()[0].status == "completed"
    assert 9 <= site.world.calls()[0].seconds <= 12
    assert "Up to" not in heard
    assert site.world.at_rest()


def test_it_is_asked_for_once_and_not_every_second(site: Site) -> None:
    zoe = site.customer()
    talking(site, zoe)
    suspend(site, zoe, LockReason.REVERSAL)
    ended = [protection.end_calls_of_suspended_cards(site.world.carrier()) for _ in range(3)]
    assert ended == [1, 0, 0]


def test_calls_of_other_cards_go_on(site: Site) -> None:
    zoe, amy = site.customer(), site.customer("amy@example.org")
    talking(site, zoe)
    suspend(site, amy, LockReason.REVERSAL)
    assert protection.end_calls_of_suspended_cards(site.world.carrier()) == 0


def test_a_card_that_staff_suspend_pays_for_the_call_that_goes_on(site: Site) -> None:
    zoe = site.customer()
    talking(site, zoe)
    suspend(site, zoe, LockReason.STAFF)
    assert protection.end_calls_of_suspended_cards(site.world.carrier()) == 0


def test_without_a_provider_it_is_tried_again(site: Site) -> None:
    zoe = site.customer()
    talking(site, zoe)
    suspend(site, zoe, LockReason.REVERSAL)
    assert protection.end_calls_of_suspended_cards(site.app.extensions["carrier"]) == 0
    site.world.later(seconds=16)
    assert protection.end_calls_of_suspended_cards(site.world.carrier()) == 1
