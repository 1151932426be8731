"""Topping up by a key of the phone: once for each yes, within the limits, only while its owner wants it."""

import re
from functools import partial

import pytest

from app import cards, db, payments
from app.customers import consents
from app.customers.consents import Purpose
from app.payments import auto_top_up, phone_top_up
from app.payments.models import SavedMethod
from ivr.simulator import Phone, answers
from tests.payments.shop import Shop, usd
from tests.support.by_hand import ByHand
from tests.support.paypal import StandIn
from tests.support.site import PASSWORD, Site, Someone
from tests.support.threads import at_once, failures
from tests.support.world import KABUL


@pytest.fixture
def shop(site: Site, standin: StandIn) -> Shop:
    """A site whose customers pay at the stand-in."""
    return Shop(site, standin)


def allow(shop: Shop, who: Someone, amount: str = "10") -> None:
    """Its owner allows it, and pays once on the web, so that PayPal saves how."""
    shop.allow_by_phone(who, amount)


def asked(shop: Shop, who: Someone) -> Phone:
    """A caller in the menu who has asked for credit, and hears the offer."""
    phone = shop.site.world.ring()
    phone.press(who.pin)
    phone.press("0#")
    phone.press("2")
    return phone


def bought(shop: Shop, who: Someone) -> list[tuple[str, str]]:
    """Status and amount of every purchase by phone, oldest first."""
    with db.transaction(readonly=True):
        made = payments.of_customer(who.id)
    return [(one.status.value, str(one.amount)) for one in reversed(made) if one.by_phone]


def method(shop: Shop) -> int:
    """How many payment methods are kept."""
    return len(shop.site.world.everything()[SavedMethod.__tablename__])


def test_one_adds_the_amount_and_tells_the_new_balance(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    phone = asked(shop, zoe)
    assert "To add ten dollars from your saved PayPal, press one" in phone.heard
    assert "To go back, press star" in phone.heard
    assert "One moment, please" in phone.press("1")
    assert shop.balance(zoe) == "20.00", "the provider is not asked while the caller's request is answered"
    shop.work()
    heard = phone.stay_silent()
    assert "Ten dollars added. You now have thirty dollars" in heard
    assert "Enter the number" in heard
    assert bought(shop, zoe) == [("credited", "10.00")]
    assert shop.letters()[-1] == "receipt"
    assert shop.balanced()


def test_a_number_that_is_typed_meanwhile_is_dialled(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    phone = asked(shop, zoe)
    phone.callee(answers(56))
    phone.press("1")
    assert "Up to" in phone.press(KABUL + "#")
    phone.finish_dial()
    shop.site.world.network.deliver()
    shop.work()
    assert shop.balance(zoe) == "29.58"
    assert shop.balanced()


def test_who_hangs_up_after_one_has_bought_it(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    phone = asked(shop, zoe)
    phone.press("1")
    phone.hang_up()
    shop.work()
    assert bought(shop, zoe) == [("credited", "10.00")]
    assert shop.letters().count("receipt") == 2


def test_a_slow_paypal_is_not_waited_for_longer_than_three_rounds(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    phone = asked(shop, zoe)
    phone.press("1")
    assert phone.stay_silent() == ""
    assert phone.stay_silent() == ""
    heard = phone.stay_silent()
    assert "PayPal takes a little longer. We will tell you by mail. Enter the number" in heard
    shop.work()
    assert shop.balance(zoe) == "30.00"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_pending_money_is_told_as_such(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    shop.standin.charges("pending_review")
    phone = asked(shop, zoe)
    phone.press("1")
    shop.work()
    assert "We will tell you by mail" in phone.stay_silent()
    assert shop.balance(zoe) == "20.00"


def test_a_decline_is_told_and_mailed(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    shop.standin.charges("declined")
    phone = asked(shop, zoe)
    phone.press("1")
    shop.work()
    assert "Sorry, that was not possible. Please top up at" in phone.stay_silent()
    assert bought(shop, zoe) == [("declined", "10.00")]
    assert shop.letters()[-1] == "payment_failed"
    assert shop.balance(zoe) == "20.00"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_two_is_for_a_voucher_and_star_leads_back(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    assert "Enter the voucher number" in asked(shop, zoe).press("2")
    assert "For balance, press one" in asked(shop, zoe).press("*")
    assert "To add ten dollars" in asked(shop, zoe).press("7")
    assert bought(shop, zoe) == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_has_not_allowed_it_hears_only_of_vouchers(shop: Shop) -> None:
    zoe = shop.customer()
    shop.buy(zoe, "20.00", saves_method=True)
    assert "Enter the voucher number" in asked(shop, zoe).heard
    card = shop.card(zoe).id
    with db.transaction():
        phone_top_up.switch_on(zoe.id, card, usd("10"))
    assert method(shop) == 0
    assert "Enter the voucher number" in asked(shop, zoe).heard, "nothing is saved that could be charged"


def test_no_more_than_three_a_day(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    for _ in range(4):
        phone = asked(shop, zoe)
        heard = phone.press("1")
        shop.work()
        phone.hang_up()
    assert "Sorry, that was not possible" in heard
    assert bought(shop, zoe) == [("credited", "10.00")] * 3
    shop.site.world.later(days=1, minutes=1)
    asked(shop, zoe).press("1")
    shop.work()
    assert len(bought(shop, zoe)) == 4


def test_the_limits_of_a_new_account_hold_by_phone_too(shop: Shop) -> None:
    zoe = shop.customer(days=0)
    allow(shop, zoe, amount="40")
    phone = asked(shop, zoe)
    heard = phone.press("1")
    assert "Sorry, that was not possible" in heard
    assert "Enter the number" in heard
    shop.work()
    assert bought(shop, zoe) == []
    assert shop.balance(zoe) == "20.00"


def test_switched_off_after_the_offer_nothing_is_bought(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    phone, card = asked(shop, zoe), shop.card(zoe).id
    with db.transaction():
        assert phone_top_up.switch_off(zoe.id, card)
    assert "Sorry, that was not possible" in phone.press("1")
    assert (bought(shop, zoe), method(shop)) == ([], 0)


def test_switched_off_after_one_nothing_is_charged(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    phone, card = asked(shop, zoe), shop.card(zoe).id
    phone.press("1")
    with db.transaction():
        phone_top_up.switch_off(zoe.id, card)
    shop.work()
    assert "Sorry, that was not possible" in phone.stay_silent()
    assert bought(shop, zoe) == [("declined", "10.00")]
    assert shop.balance(zoe) == "20.00"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_another_amount_than_was_heard_is_not_charged(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    phone, card = asked(shop, zoe), shop.card(zoe).id
    with db.transaction():
        phone_top_up.switch_on(zoe.id, card, usd("50"))
    assert "Sorry, that was not possible" in phone.press("1")
    assert bought(shop, zoe) == []


def test_the_same_key_delivered_twice_buys_once(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    caller = ByHand(shop.site.world)
    for digits, finish in ((zoe.pin, ""), ("0", "#"), ("2", "")):
        caller.type(digits, finish=finish)
    path = caller.address()
    outcomes = at_once(*[partial(caller.post, path, {"Digits": "1"})] * 4)
    assert not failures(outcomes)
    shop.work()
    caller.post(path, {"Digits": "1"})
    shop.work()
    assert bought(shop, zoe) == [("credited", "10.00")]
    assert shop.balance(zoe) == "30.00"


def test_two_phones_at_once_wait_for_one_purchase(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    first, second = asked(shop, zoe), asked(shop, zoe)
    first.press("1")
    assert "One moment" in second.press("1")
    shop.work()
    assert "You now have thirty dollars" in first.stay_silent()
    assert "You now have thirty dollars" in second.stay_silent()
    assert bought(shop, zoe) == [("credited", "10.00")]


def test_a_worker_that_is_killed_in_the_midst_charges_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    asked(shop, zoe).press("1")
    with monkeypatch.context() as patched:
        patched.setattr("app.payments.crediting.record", _killed)
        with pytest.raises(KeyboardInterrupt):
            shop.work()
    assert shop.balance(zoe) == "20.00"
    shop.site.world.later(minutes=6)
    shop.work()
    shop.hear()
    assert bought(shop, zoe) == [("credited", "10.00")]
    assert shop.balance(zoe) == "30.00"
    assert sum(len(order["captures"]) for order in shop.standin.books()["orders"]) == 2
    assert shop.balanced()


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_rule_does_not_count_what_was_bought_by_phone(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    card = shop.card(zoe).id
    with db.transaction():
        auto_top_up.switch_on(zoe.id, card, threshold=usd("5"), amount=usd("10"), monthly_cap=usd("10"))
    asked(shop, zoe).press("1")
    shop.work()
    assert shop.letters()[-1] == "receipt"
    with db.transaction(readonly=True):
        rule = auto_top_up.rule_of(card)
    assert rule is not None
    assert (str(rule.spent), rule.is_on) == ("0.00", True)
    shop.spend(zoe, "26.00")
    shop.work()
    assert shop.balance(zoe) == "14.00"


@pytest.mark.parametrize("first", ["rule", "phone"])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_method_is_kept_as_long_as_one_of_the_two_wants_it(first: str, shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    card = shop.card(zoe).id
    with db.transaction():
        auto_top_up.switch_on(zoe.id, card, threshold=usd("5"), amount=usd("10"), monthly_cap=usd("10"))
    off = {"rule": auto_top_up.switch_off, "phone": phone_top_up.switch_off}
    with db.transaction():
        assert not off.pop(first)(zoe.id, card)
    assert method(shop) == 1
    with db.transaction():
        assert off.popitem()[1](zoe.id, card)
    assert method(shop) == 0
    shop.hear()
    assert method(shop) == 0, "a late word of PayPal does not bring it back"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_it_is_allowed_on_the_web_with_the_password_and_off_in_one_click(shop: Shop) -> None:
    zoe = shop.customer()
    page, client = "/account/top-up/by-phone", shop.site.client(zoe)
    assert "checked" not in client.get(page).get_data(as_text=True)

    def send(**form: str) -> int:
        return shop.site.post(client, page, form, page=page).status_code

    good = {"amount": "10.00", "agrees": "y", "password": PASSWORD}
    for wrong in ({"agrees": ""}, {"password": "wrong password 1"}, {"amount": "1"}, {"amount": "x"}):
        assert send(**{name: value for name, value in (good | wrong).items() if value}) == 400
    assert send(**good) == 303
    with db.transaction(readonly=True):
        assert consents.of_customer(zoe.id)[Purpose.PHONE_TOP_UP]
        assert phone_top_up.waits_for_method(_card(shop, zoe))
    assert "It begins once you have paid" in client.get(page).get_data(as_text=True)
    pay_on_the_web(shop, zoe)
    assert "To add ten dollars" in asked(shop, zoe).heard
    assert shop.site.post(client, f"{page}/off", {}, page=page).status_code == 303
    with db.transaction(readonly=True):
        assert not consents.of_customer(zoe.id)[Purpose.PHONE_TOP_UP]
    assert (method(shop), shop.letters()) == (0, ["phone_set_up", "receipt", "phone_set_up"])


def pay_on_the_web(shop: Shop, who: Someone) -> None:
    """The next purchase saves the payment method, as its page says."""
    client = shop.site.client(who)
    shown = client.get("/account/top-up").get_data(as_text=True)
    assert "whether we may keep your agreement" in shown
    nonce = re.search(r'name="nonce" value="([^"]+)"', shown)
    assert nonce is not None
    shop.site.post(client, "/account/top-up", {"nonce": nonce[1], "choice": "20.00"})
    with db.transaction(readonly=True):
        (made,) = payments.of_customer(who.id)
    shop.approve(made)
    assert shop.advance(made).status.value == "credited"
    shop.hear()
    assert method(shop) == 1


def test_phones_and_workers_at_once_charge_each_purchase_once(shop: Shop) -> None:
    zoe = shop.customer()
    allow(shop, zoe)
    callers = [ByHand(shop.site.world) for _ in range(3)]
    for caller in callers:
        for digits, finish in ((zoe.pin, ""), ("0", "#"), ("2", "")):
            caller.type(digits, finish=finish)
    keys = [partial(caller.post, caller.address(), {"Digits": "1"}) for caller in callers]
    assert not failures(at_once(*keys, shop.work, shop.work))
    shop.work()
    done = bought(shop, zoe)
    assert 1 <= len(done) <= 3
    assert {status for status, _ in done} == {"credited"}
    assert shop.balance(zoe) == f"{20 + 10 * len(done)}.00"
    assert sum(len(order["captures"]) for order in shop.standin.books()["orders"]) == 1 + len(done)
    assert shop.balanced()


def _card(shop: Shop, who: Someone) -> int:
    """The card of somebody, within the open transaction."""
    return cards.by_serial(who.serial).id
