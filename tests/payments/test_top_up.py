"""Buying credit: once, for exactly what was paid, and only for what PayPal itself confirms."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app import cards, config, db, payments
from app.errors import ProviderUnavailable, TopUpRefused, UnknownTopUp
from app.payments import TopUpStatus, letters, limits
from tests.payments.shop import Shop, usd
from tests.support.paypal import AMELIE, MAX, NOOR
from tests.support.threads import at_once


def test_what_was_paid_is_credited_gross_and_the_fee_has_an_account_of_its_own(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    assert bought.status is TopUpStatus.CREDITED
    assert shop.balance(zoe) == "20.00"
    assert shop.house("paypal_fees") == "-0.88"
    assert shop.house("paypal_clearing") == "-19.12"
    assert shop.house("vat") == "3.33"
    assert shop.receipts() == [("R", 1, "20.00")]
    assert shop.letters() == ["receipt"]
    assert shop.balanced()


def test_nothing_is_credited_before_the_buyer_has_approved(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    assert shop.advance(bought).status is TopUpStatus.WAITING
    assert shop.balance(zoe) == "0.00"


def test_return_webhook_sweeper_and_staff_credit_once_together(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought)
    at_once(*[lambda: shop.advance(bought)] * 4)
    shop.hear()
    shop.advance(bought)
    assert (shop.balance(zoe), shop.receipts(), shop.letters()) == ("20.00", [("R", 1, "20.00")], ["receipt"])
    assert len(shop.standin.order(bought.ref)["captures"]) == 1
    assert shop.balanced()


def test_the_webhook_alone_credits_when_the_browser_died(shop: Shop) -> None:
    zoe = shop.customer()
    shop.approve(shop.begin(zoe))
    assert set(shop.hear()) == {200}
    assert shop.balance(zoe) == "20.00"


def test_the_sweeper_alone_credits_when_no_webhook_comes(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought)
    shop.work()
    assert shop.balance(zoe) == "0.00"
    shop.site.world.later(minutes=6)
    shop.work()
    assert shop.balance(zoe) == "20.00"


@pytest.mark.parametrize("lost", ["capture", "order", "create"])
def test_an_answer_that_is_lost_on_the_way_charges_once(shop: Shop, lost: str) -> None:
    zoe = shop.customer()
    shop.standin.faults.next("lose_answer", lost)
    try:
        bought = shop.begin(zoe, nonce="one")
    except ProviderUnavailable:
        bought = shop.begin(zoe, nonce="one")
    shop.approve(bought)
    for _ in range(3):
        shop.standin.faults.next("lose_answer", lost)
        try:
            shop.advance(bought)
        except ProviderUnavailable:
            continue
    shop.advance(bought)
    assert shop.balance(zoe) == "20.00"
    assert len(shop.standin.order(bought.ref)["captures"]) == 1


def test_the_same_form_twice_makes_one_top_up(shop: Shop) -> None:
    zoe = shop.customer()
    first, second = shop.begin(zoe, nonce="form"), shop.begin(zoe, nonce="form")
    assert first.ref == second.ref
    assert first.order_ref == second.order_ref


def test_a_form_that_was_used_for_another_amount_is_refused(shop: Shop) -> None:
    zoe = shop.customer()
    shop.begin(zoe, nonce="form")
    with pytest.raises(TopUpRefused, match="used before"):
        shop.begin(zoe, "10.00", nonce="form")


def test_pending_money_credits_nothing_and_says_so(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought, outcome="pending")
    assert shop.advance(bought).status is TopUpStatus.PENDING
    assert (shop.balance(zoe), shop.letters()) == ("0.00", ["payment_pending"])
    shop.standin.settle(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert shop.look(bought).status is TopUpStatus.CREDITED
    assert shop.balance(zoe) == "20.00"


def test_pending_money_that_never_comes_closes_the_top_up(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought, outcome="pending")
    shop.advance(bought)
    shop.standin.deny(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert shop.look(bought).status is TopUpStatus.DECLINED
    assert (shop.balance(zoe), shop.letters()) == ("0.00", ["payment_pending", "payment_failed"])


def test_a_declined_payment_credits_nothing(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought, outcome="declined")
    assert shop.advance(bought).status is TopUpStatus.DECLINED
    assert shop.balance(zoe) == "0.00"


def test_a_buyer_whose_card_is_declined_may_choose_another_one(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought, outcome="instrument_declined")
    assert shop.advance(bought).status is TopUpStatus.WAITING
    shop.approve(bought)
    assert shop.advance(bought).status is TopUpStatus.CREDITED


def test_who_cancels_and_pays_all_the_same_gets_the_credit(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    with db.transaction():
        payments.cancel(bought)
    assert shop.look(bought).status is TopUpStatus.CANCELLED
    shop.approve(bought)
    shop.hear()
    assert shop.balance(zoe) == "20.00"


def test_an_order_that_nobody_approves_expires(shop: Shop) -> None:
    bought = shop.begin(shop.customer())
    for _ in range(60):
        shop.site.world.later(minutes=6)
        shop.work()
    assert shop.look(bought).status is TopUpStatus.EXPIRED
    assert shop.work() == 0


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("20.01 USD for 20.00 USD", {"value": "20.01"}),
        ("for tu_", {"custom_id": "tu_somebody_else"}),
        ("went to", {"payee": "EVILMERCHANT1"}),
    ],
)
def test_an_answer_that_does_not_match_is_listed_and_not_credited(
    shop: Shop, what: str, changes: dict[str, str]
) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought)
    settings = config.settings()
    assert settings.paypal is not None
    if "payee" in changes:
        config.use(replace(settings, paypal=replace(settings.paypal, merchant_id="ANOTHERONE123")))
    else:
        shop.site.world.sql(
            "UPDATE top_ups SET amount = amount - 10000"
            if "value" in changes
            else "UPDATE top_ups SET ref = 'tu_of_another'"
        )
    with db.transaction(readonly=True):
        changed = payments.of_customer(zoe.id)[0]
    assert shop.advance(changed).status is TopUpStatus.REVIEW
    assert shop.balance(zoe) == "0.00"
    assert len(shop.reviews()) == 1
    assert not shop.standin.order(bought.ref)["captures"], "nobody is charged for what does not match"


def test_a_stranger_cannot_see_a_top_up(shop: Shop) -> None:
    zoe, eve = shop.customer(), shop.customer("eve@example.org")
    bought = shop.begin(zoe)
    with db.transaction(readonly=True), pytest.raises(UnknownTopUp):
        payments.get(bought.ref, customer=eve.id)


class TestLimits:
    """What a new account may buy."""

    def test_a_first_top_up_is_small(self, shop: Shop) -> None:
        zoe = shop.customer()
        with pytest.raises(TopUpRefused, match="first top-up"):
            shop.begin(zoe, "20.01")
        shop.buy(zoe, "20.00")
        assert shop.buy(zoe, "100.00").status is TopUpStatus.CREDITED

    def test_a_new_account_buys_at_most_fifty_a_day(self, shop: Shop) -> None:
        zoe = shop.customer(days=1)
        shop.buy(zoe, "20.00")
        with pytest.raises(TopUpRefused, match="50.00 USD a day"):
            shop.begin(zoe, "30.01")
        shop.buy(zoe, "30.00")
        with pytest.raises(TopUpRefused):
            shop.begin(zoe, "5.00")
        shop.site.world.later(days=1, seconds=1)
        assert shop.buy(zoe, "50.00").status is TopUpStatus.CREDITED

    def test_a_new_account_buys_at_most_three_times_a_day(self, shop: Shop) -> None:
        zoe = shop.customer(days=1)
        for number in range(3):
            shop.buy(zoe, "5.00", nonce=f"n{number}")
        with pytest.raises(TopUpRefused, match="3 times a day"):
            shop.begin(zoe, "5.00")

    def test_orders_that_were_opened_before_are_counted_again_when_they_are_paid(self, shop: Shop) -> None:
        zoe = shop.customer(days=1)
        opened = [shop.begin(zoe, "20.00", nonce=f"n{number}") for number in range(4)]
        for bought in opened:
            shop.approve(bought)
        statuses = [shop.advance(bought).status for bought in opened]
        assert statuses == ["credited", "credited", "refused", "refused"]
        assert shop.balance(zoe) == "40.00"
        assert not shop.standin.order(opened[2].ref)["captures"], "no money was taken"

    def test_one_payer_pays_for_two_accounts_at_most(self, shop: Shop) -> None:
        people = [shop.customer(f"p{number}@example.org") for number in range(3)]
        statuses = [shop.buy(who).status for who in people]
        assert statuses == ["credited", "credited", "refused"]

    def test_one_account_has_two_payers_a_month_at_most(self, shop: Shop) -> None:
        zoe = shop.customer()
        statuses = [shop.buy(zoe, "5.00", payer, nonce=payer).status for payer in (NOOR, AMELIE, MAX)]
        assert statuses == ["credited", "credited", "refused"]
        shop.site.world.later(days=31)
        assert shop.buy(zoe, "5.00", MAX).status is TopUpStatus.CREDITED

    @pytest.mark.parametrize("amount", ["4.99", "100.01", "10.001"])
    def test_an_amount_out_of_bounds_is_refused(self, shop: Shop, amount: str) -> None:
        with pytest.raises(TopUpRefused):
            shop.begin(shop.customer(), amount)


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_purchase_is_written_down_while_another_one_of_its_customer_is_credited(shop: Shop) -> None:
    zoe = shop.customer()
    first = shop.begin(zoe)

    def tell() -> None:
        with db.transaction():
            row = next(iter(db.connection().exec_driver_sql("SELECT * FROM top_ups")))
            letters.failed(row, "declined")

    card = shop.card(zoe).id
    with ThreadPoolExecutor(1) as other, db.transaction():
        cards.take(card)
        other.submit(_begin, zoe.id, card, "while it is credited").result(timeout=10)
    with ThreadPoolExecutor(1) as other, db.transaction():
        limits.check(zoe.id, usd("5.00"))
        other.submit(tell).result(timeout=10)
    assert shop.letters() == ["payment_failed"]
    assert shop.look(first).is_open


def _begin(customer: int, card: int, nonce: str) -> None:
    with db.transaction():
        payments.begin(customer, card, usd("5.00"), nonce=nonce, environment="sandbox")
