"""Topping up by rule: one attempt at a time, within the month's cap, and never charged twice."""

import pytest

from app import db, payments
from app.errors import TopUpRefused
from app.payments import TopUpStatus, auto_top_up
from app.payments.models import SavedMethod
from tests.payments.shop import Shop, usd
from tests.support.paypal import ZOE
from tests.support.site import Someone
from tests.support.threads import at_once


def agree(
    shop: Shop, who: Someone, threshold: str = "5", amount: str = "10", cap: str = "30", payer: str = ZOE
) -> None:
    """A customer agrees, and pays once so that PayPal saves how."""
    card = shop.card(who).id
    with db.transaction():
        auto_top_up.switch_on(
            who.id, card, threshold=usd(threshold), amount=usd(amount), monthly_cap=usd(cap)
        )
    shop.buy(who, "20.00", payer, saves_method=True)
    shop.hear()


def automatic(shop: Shop, who: Someone) -> list[tuple[str, str]]:
    """Status and reason of every top-up by rule, oldest first."""
    with db.transaction(readonly=True):
        made = payments.of_customer(who.id)
    return [(bought.status.value, bought.reason) for bought in reversed(made) if bought.automatic]


def rule(shop: Shop, who: Someone) -> auto_top_up.Rule:
    """The rule as it stands."""
    card = shop.card(who).id
    with db.transaction(readonly=True):
        found = auto_top_up.rule_of(card)
    assert found is not None
    return found


def test_it_tops_up_when_the_balance_falls_below_the_threshold(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    shop.spend(zoe, "15.00")
    shop.work()
    assert automatic(shop, zoe) == [], "five are left, which is not below five"
    shop.spend(zoe, "0.01")
    shop.work()
    assert automatic(shop, zoe) == [("credited", "")]
    assert shop.balance(zoe) == "14.99"
    assert shop.letters()[-1] == "auto_done"
    assert str(rule(shop, zoe).spent) == "10.00"


def test_the_token_is_sealed(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    rows = shop.site.world.everything()[SavedMethod.__tablename__]
    token = next(iter(shop.standin.desk.books.tokens))
    assert token not in repr(rows)


@pytest.mark.parametrize("engine_name", ["postgresql", "sqlite"])
def test_many_workers_charge_once(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    shop.spend(zoe, "15.01")
    at_once(*[shop.work] * 4)
    assert automatic(shop, zoe) == [("credited", "")]
    assert shop.balance(zoe) == "14.99"


def test_a_retry_after_a_lost_answer_charges_once(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    shop.spend(zoe, "15.01")
    for _ in range(4):
        shop.standin.faults.next("lose_answer", "create")
    shop.work()
    for _ in range(4):
        shop.site.world.later(minutes=6)
        shop.work()
    assert automatic(shop, zoe) == [("credited", "")]
    assert shop.balance(zoe) == "14.99"
    assert sum(len(order["captures"]) for order in shop.standin.books()["orders"]) == 2


def test_an_unknown_outcome_after_six_hours_waits_for_a_person_and_charges_no_more(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    shop.spend(zoe, "15.01")
    card = shop.card(zoe).id
    with db.transaction():
        begun = auto_top_up.begin(card, environment="sandbox")
    assert begun is not None
    shop.site.world.later(hours=6, minutes=1)
    shop.work()
    assert automatic(shop, zoe)[0][0] == "review"
    shop.site.world.later(days=2)
    shop.work()
    assert len(automatic(shop, zoe)) == 1
    assert shop.balance(zoe) == "4.99"


def test_two_declines_stop_it_with_a_day_of_rest_between(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    shop.standin.charges("declined")
    shop.spend(zoe, "15.01")
    shop.work()
    shop.work()
    assert len(automatic(shop, zoe)) == 1
    assert rule(shop, zoe).is_on
    shop.site.world.later(days=1, minutes=1)
    shop.work()
    assert [status for status, _ in automatic(shop, zoe)] == ["declined", "declined"]
    assert not rule(shop, zoe).is_on
    assert shop.letters().count("auto_failed") == 2
    shop.site.world.later(days=5)
    shop.work()
    assert len(automatic(shop, zoe)) == 2


def test_the_months_cap_holds_and_is_told_once(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe, cap="25")
    for _ in range(4):
        shop.spend(zoe, shop.balance(zoe))
        shop.site.world.later(minutes=1)
        shop.work()
    assert len(automatic(shop, zoe)) == 2
    assert shop.letters().count("auto_failed") == 1
    shop.site.world.later(days=31)
    shop.work()
    assert len(automatic(shop, zoe)) == 3


def test_it_stops_on_a_dispute(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    first = shop.standin.books()["orders"][0]["custom_id"]
    shop.standin.dispute(shop.standin.capture_of(first))
    shop.hear()
    assert not rule(shop, zoe).is_on
    shop.work()
    assert automatic(shop, zoe) == []


def test_it_stops_when_the_buyer_ends_the_agreement_at_paypal(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    shop.standin.delete_token(next(iter(shop.standin.desk.books.tokens)))
    shop.hear()
    assert not rule(shop, zoe).is_on
    assert rule(shop, zoe).method is None


def test_switching_it_off_forgets_the_method(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    with db.transaction():
        auto_top_up.switch_off(zoe.id, rule_card(shop, zoe))
    shop.spend(zoe, "20.00")
    shop.work()
    assert automatic(shop, zoe) == []
    assert rule(shop, zoe).method is None


def rule_card(shop: Shop, who: Someone) -> int:
    """The card of a rule, within the open transaction."""
    from app import cards

    return cards.by_serial(who.serial).id


def test_its_mail_is_written_when_it_can_act(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    assert shop.letters() == ["receipt", "auto_set_up"]


def test_without_a_saved_method_nothing_is_charged(shop: Shop) -> None:
    zoe = shop.customer()
    card = shop.card(zoe).id
    with db.transaction():
        auto_top_up.switch_on(zoe.id, card, threshold=usd("5"), amount=usd("10"), monthly_cap=usd("30"))
    shop.work()
    assert automatic(shop, zoe) == []
    assert shop.letters() == []


@pytest.mark.parametrize(
    "sums", [("5", "4.99", "30"), ("0", "10", "30"), ("5", "10", "9.99"), ("500", "10", "30")]
)
def test_a_rule_that_makes_no_sense_is_refused(shop: Shop, sums: tuple[str, str, str]) -> None:
    zoe = shop.customer()
    card = shop.card(zoe).id
    threshold, amount, cap = map(usd, sums)
    with pytest.raises(TopUpRefused), db.transaction():
        auto_top_up.switch_on(zoe.id, card, threshold=threshold, amount=amount, monthly_cap=cap)


def test_top_ups_by_hand_stay_possible(shop: Shop) -> None:
    zoe = shop.customer()
    agree(shop, zoe)
    assert shop.buy(zoe, "10.00", nonce="by hand").status is TopUpStatus.CREDITED
