"""What a clever buyer, a slow network or two workers might try to get out of payments."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from app import cards, clock, db, ledger, payments
from app.cards import CardStatus, LockReason
from app.customers.models import Customer
from app.errors import TopUpRefused
from app.payments import TopUpStatus, auto_top_up, crediting, disputes
from app.payments.models import TopUp
from tests.payments.shop import Shop, usd
from tests.payments.test_auto_top_up import agree, automatic, rule
from tests.support.paypal import NOOR
from tests.support.site import Someone
from tests.support.threads import at_once


class TestDisputes:
    """Money is kept aside for as long as a dispute is open, and no longer."""

    def test_a_partial_refund_keeps_the_rest_of_a_disputed_payment_aside(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        ref = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        shop.standin.refund(shop.standin.capture_of(bought.ref), "5.00")
        shop.hear()
        shop.standin.review(ref)
        shop.hear()
        card = shop.card(zoe)
        assert (str(card.balance), str(card.available)) == ("15.00", "0.00")
        shop.standin.resolve(ref, "seller")
        shop.hear()
        assert (str(shop.card(zoe).available), shop.locks(zoe)) == ("15.00", [])
        assert shop.balanced()

    def test_one_that_is_told_before_its_payment_is_known_suspends_all_the_same(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.begin(zoe)
        shop.approve(bought)
        payments.gateway().capture(bought.order_ref or "", key=f"{bought.ref}-capture")
        shop.standin.dispute(shop.standin.capture_of(bought.ref))
        last = shop.standin.webhooks()[-1]
        shop.standin.deliver(shop.site.app.test_client(), last)
        shop.work()
        assert (shop.balance(zoe), str(shop.card(zoe).available)) == ("20.00", "0.00")
        assert shop.locks(zoe) == [LockReason.DISPUTE]

    def test_nothing_is_kept_aside_for_money_that_never_came(self, shop: Shop) -> None:
        zoe = shop.customer(credit="30.00")
        bought = shop.begin(zoe)
        shop.approve(bought, outcome="pending")
        shop.advance(bought)
        shop.standin.deny(shop.standin.capture_of(bought.ref))
        shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        assert str(shop.card(zoe).available) == "30.00"

    def test_one_that_is_opened_again_suspends_again(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        ref = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        opened = payments.gateway().dispute(ref)
        assert opened is not None
        shop.standin.resolve(ref, "seller")
        shop.hear()
        shop.site.world.later(minutes=1)
        with db.transaction():
            disputes.note(bought.id, opened, asked_at=clock.now())
        assert (str(shop.card(zoe).available), shop.locks(zoe)) == ("0.00", [LockReason.DISPUTE])

    def test_one_that_is_won_does_not_free_a_card_from_one_that_is_lost(self, shop: Shop) -> None:
        zoe = shop.customer()
        first, second = shop.buy(zoe, nonce="first"), shop.buy(zoe, nonce="second")
        lost, won = (shop.standin.dispute(shop.standin.capture_of(bought.ref)) for bought in (first, second))
        shop.hear()
        shop.standin.resolve(lost, "buyer", reverses=False)
        shop.hear()
        shop.standin.resolve(won, "seller")
        shop.hear()
        assert shop.locks(zoe) == [LockReason.DISPUTE]
        assert str(shop.card(zoe).available) == "20.00"

    @pytest.mark.parametrize("outcome", ["NONE", "RESOLVED_WITH_PAYOUT"])
    def test_one_that_ends_without_a_decision_against_us_keeps_nothing(
        self, shop: Shop, outcome: str
    ) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        ref = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        with shop.standin.desk.books.lock:
            dispute = shop.standin.desk.books.disputes[ref]
            dispute.status, dispute.outcome = "RESOLVED", outcome
        payments.work_on_disputes(payments.gateway())
        assert (str(shop.card(zoe).available), shop.locks(zoe)) == ("20.00", [])


class TestSavedMethods:
    """A payment method is charged for whoever agreed, and only as long as they do."""

    def test_one_that_was_forgotten_does_not_come_back_when_the_payment_is_looked_at(
        self, shop: Shop
    ) -> None:
        zoe = shop.customer()
        agree(shop, zoe)
        card = shop.card(zoe).id
        with db.transaction():
            auto_top_up.switch_off(zoe.id, card)
        shop.site.world.later(days=1, minutes=1)
        shop.work()
        assert rule(shop, zoe).method is None

    def test_an_older_one_does_not_take_the_place_of_the_last(self, shop: Shop) -> None:
        zoe = shop.customer()
        agree(shop, zoe)
        shop.site.world.later(hours=1)
        agree(shop, zoe, payer=NOOR)
        last = rule(shop, zoe).method
        shop.site.world.later(hours=23, minutes=30)
        shop.work()
        assert rule(shop, zoe).method == last

    def test_one_that_is_withdrawn_before_it_is_paid_is_not_kept(self, shop: Shop) -> None:
        zoe = shop.customer()
        card = shop.card(zoe).id
        with db.transaction():
            auto_top_up.switch_on(zoe.id, card, threshold=usd("5"), amount=usd("10"), monthly_cap=usd("30"))
        bought = shop.begin(zoe, saves_method=True)
        with db.transaction():
            auto_top_up.switch_off(zoe.id, card)
        shop.approve(bought)
        shop.advance(bought)
        assert rule(shop, zoe).method is None


class TestRules:
    """Charges by rule keep to the limits, and nobody's rule waits for another's."""

    def test_a_new_account_does_not_buy_more_a_day_by_rule(self, shop: Shop) -> None:
        zoe = shop.customer(days=1)
        agree(shop, zoe, threshold="100", amount="40", cap="1000")
        for _ in range(4):
            shop.site.world.later(minutes=1)
            shop.work()
        assert automatic(shop, zoe) == []
        assert shop.balance(zoe) == "20.00"

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_one_that_begins_while_another_is_credited_waits_without_a_knot(self, shop: Shop) -> None:
        zoe = shop.customer()
        agree(shop, zoe)
        shop.spend(zoe, "20.00")
        card = shop.card(zoe).id
        with db.transaction():
            begun = auto_top_up.begin(card, environment="sandbox")
        assert begun is not None

        def begin() -> object:
            with db.transaction():
                return auto_top_up.begin(card, environment="sandbox")

        with ThreadPoolExecutor(1) as other:
            with db.transaction():
                db.execute(update(TopUp).where(TopUp.id == begun.id).values(status=TopUpStatus.DECLINED))
                waits = other.submit(begin)
                time.sleep(0.5)
                db.execute(update(Customer).where(Customer.id == zoe.id).values(low_balance_told_at=None))
            assert waits.result(timeout=10) is not None

    def test_a_rule_that_cannot_act_keeps_no_other_waiting(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(auto_top_up, "AT_ONCE", 1)
        zoe, noor = shop.customer(), shop.customer("noor@example.org")
        agree(shop, zoe)
        agree(shop, noor)
        shop.spend(zoe, "20.00")
        with db.transaction():
            assert auto_top_up.begin(shop_card(zoe), environment="sandbox")
        shop.site.world.later(hours=7)
        shop.work()
        assert automatic(shop, zoe)[0][0] == "review"
        shop.spend(noor, "20.00")
        shop.work()
        assert automatic(shop, noor) == [("credited", "")]

    def test_an_amount_that_nobody_can_pay_is_no_rule(self, shop: Shop) -> None:
        zoe = shop.customer()
        card = shop.card(zoe).id
        with pytest.raises(TopUpRefused, match="decimals"), db.transaction():
            auto_top_up.switch_on(
                zoe.id, card, threshold=usd("5"), amount=usd("10.001"), monthly_cap=usd("30")
            )

    def test_a_charge_that_a_person_has_looked_at_is_under_way_no_more(self, shop: Shop) -> None:
        zoe = shop.customer()
        agree(shop, zoe)
        shop.spend(zoe, "20.00")
        with db.transaction():
            assert auto_top_up.begin(shop_card(zoe), environment="sandbox")
        shop.site.world.later(hours=7)
        shop.work()
        with db.transaction():
            listed = next(one for one in payments.reviews.reviews() if "automatic" in one.what)
            payments.reviews.close_review(listed.id, "PayPal knows no such charge")
        shop.work()
        assert [status for status, _ in automatic(shop, zoe)] == ["declined", "credited"]

    def test_who_asks_about_a_declined_charge_does_not_charge(self, shop: Shop) -> None:
        zoe = shop.customer()
        agree(shop, zoe)
        shop.standin.charges("declined")
        shop.standin.faults.next("instrument_declined", "charge")
        shop.spend(zoe, "20.00")
        shop.work()
        shop.standin.charges("at_once")
        with db.transaction(readonly=True):
            declined = payments.of_customer(zoe.id)[0]
        assert (declined.automatic, declined.order_ref) == (True, None)
        assert shop.advance(declined).status is TopUpStatus.DECLINED
        assert shop.balance(zoe) == "0.00"

    def test_a_charge_that_may_not_have_arrived_is_not_repeated_once_its_rule_was_stopped(
        self, shop: Shop
    ) -> None:
        zoe = shop.customer()
        agree(shop, zoe)
        shop.spend(zoe, "20.00")
        for _ in range(6):
            shop.standin.faults.next("unavailable", "create")
        shop.work()
        shop.standin.faults.clear()
        paid = shop.standin.books()["orders"][0]["custom_id"]
        shop.standin.dispute(shop.standin.capture_of(paid))
        shop.hear()
        shop.site.world.later(minutes=6)
        shop.work()
        assert [status for status, _ in automatic(shop, zoe)] == ["review"]
        assert shop.balance(zoe) == "0.00"

    def test_nothing_is_charged_for_a_card_that_has_expired(self, shop: Shop) -> None:
        zoe = shop.customer()
        agree(shop, zoe)
        shop.spend(zoe, "20.00")
        with db.transaction():
            cards.expire(zoe.serial, at=clock.now() - timedelta(days=1))
        shop.work()
        assert automatic(shop, zoe) == []


def test_an_amount_that_paypal_does_not_carry_has_a_sentence(shop: Shop) -> None:
    zoe = shop.customer()
    shop.site.world.sql("UPDATE accounts SET currency = 'HUF' WHERE kind = 'card'")
    browser = shop.site.client(zoe)
    page = "/account/top-up"
    nonce = browser.get(page).text.partition('name="nonce"')[2].partition('value="')[2].partition('"')[0]
    form = {"nonce": nonce, "choice": "other", "other": "10.50"}
    sent = shop.site.post(browser, page, form, page)
    assert sent.status_code == 400, sent.text
    assert "10.50 HUF" in sent.text


@pytest.mark.parametrize("how", ["void", "expired"])
def test_nobody_pays_for_a_card_that_cannot_be_used_any_more(shop: Shop, how: str) -> None:
    zoe = shop.customer()
    with db.transaction():
        if how == "void":
            cards.change(zoe.serial, CardStatus.VOID)
        else:
            cards.expire(zoe.serial, at=clock.now() - timedelta(days=1))
    with pytest.raises(TopUpRefused, match="card"):
        shop.begin(zoe)


def test_who_opened_an_order_before_the_card_was_voided_is_not_charged(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    with db.transaction():
        cards.change(zoe.serial, CardStatus.VOID)
    shop.approve(bought)
    assert shop.advance(bought).status is TopUpStatus.REFUSED
    assert not shop.standin.order(bought.ref)["captures"]


def test_a_debt_is_paid_once_out_of_what_a_call_sets_free(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.hear()
    account = shop.card(zoe).account
    with db.transaction():
        hold = ledger.hold(account, usd("20.00"), key="a call", at_most=9)
    shop.standin.reverse(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert (shop.balance(zoe), shop.owed(zoe)) == ("20.00", "20.00")
    with db.transaction():
        ledger.settle(hold, usd("3.00"), reference="a call")
    at_once(*[payments.work_on_debts] * 3)
    assert (shop.balance(zoe), shop.owed(zoe)) == ("0.00", "3.00")
    assert shop.buy(zoe, "5.00", NOOR).status is TopUpStatus.CREDITED
    assert (shop.balance(zoe), shop.owed(zoe)) == ("2.00", "0.00")
    assert shop.locks(zoe) == [LockReason.REVERSAL]
    assert shop.balanced()


def test_parts_of_a_penny_and_the_rest_by_force_leave_no_tax(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    for amount in ("0.01", "0.02", "3.33", "0.01"):
        shop.standin.refund(shop.standin.capture_of(bought.ref), amount)
    shop.hear()
    shop.standin.reverse(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert (shop.balance(zoe), shop.owed(zoe)) == ("0.00", "0.00")
    assert (shop.house("vat"), shop.house("call_revenue")) == ("0.00", "0.00")


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_one_payer_is_counted_for_all_who_pay_in_the_same_moment(shop: Shop) -> None:
    opened = [shop.begin(shop.customer(f"p{number}@example.org"), "10.00") for number in range(4)]
    for bought in opened:
        shop.approve(bought)
    at_once(*[partial(shop.advance, bought) for bought in opened])
    assert [shop.look(bought).status for bought in opened].count(TopUpStatus.CREDITED) == 2


def test_a_look_that_failed_is_made_up_for_soon(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.hear()
    shop.standin.refund(shop.standin.capture_of(bought.ref), "5.00")
    shop.standin.webhooks()  # lost
    shop.site.world.later(days=190)
    for _ in range(30):
        shop.standin.faults.next("unavailable", "get_order")
    shop.work()
    shop.standin.faults.clear()
    shop.site.world.later(hours=2)
    shop.work()
    assert shop.balance(zoe) == "15.00"


def test_money_that_went_back_by_no_refund_that_we_know_is_listed(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.standin.reverse(shop.standin.capture_of(bought.ref))
    said = payments.gateway().fetch(bought.order_ref or "")
    with db.transaction():
        crediting.record(bought.id, replace(said, refunds=()), payments.gateway())
    assert any("went back" in what for what in shop.reviews())


def shop_card(who: Someone) -> int:
    """The card of a customer, within the open transaction."""
    return cards.by_serial(who.serial).id
