"""Money that goes back: once, by its own id, out of the card and then out of its owner's debt."""

import random

import pytest

from app import clock, db, payments
from app.cards import CardStatus, LockReason
from app.errors import TopUpRefused
from app.payments import TopUpStatus, disputes
from tests.payments.shop import Shop, usd
from tests.support.paypal import NOOR
from tests.support.threads import at_once


def test_a_refund_is_debited_once_however_often_it_is_told(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.hear()
    shop.standin.refund(shop.standin.capture_of(bought.ref), "5.00")
    told = shop.standin.webhooks()
    client = shop.site.app.test_client()
    shop.standin.deliver(client, *told, *told)
    shop.work()
    shop.advance(bought)
    assert shop.balance(zoe) == "15.00"
    assert shop.receipts() == [("R", 1, "20.00"), ("C", 1, "5.00")]
    assert shop.house("vat") == "2.50"
    assert "refund_made" in shop.letters()
    assert shop.card(zoe).status is CardStatus.ACTIVE
    assert shop.balanced()


def test_parts_may_go_back_one_after_the_other(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    capture = shop.standin.capture_of(bought.ref)
    for amount in ("5.00", "5.00", "10.00"):
        shop.standin.refund(capture, amount)
    shop.hear()
    assert shop.balance(zoe) == "0.00"
    assert shop.house("vat") == "0.00"
    assert shop.house("paypal_clearing") == "0.88", "PayPal keeps its fee, which is an expense of ours"


def test_a_refund_that_is_told_before_its_payment_waits_for_it(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.begin(zoe)
    shop.approve(bought)
    payments.gateway().capture(bought.order_ref or "", key=f"{bought.ref}-capture")
    shop.standin.refund(shop.standin.capture_of(bought.ref), "5.00")
    last = shop.standin.webhooks()[-1]
    shop.standin.deliver(shop.site.app.test_client(), last)
    shop.work()
    assert shop.balance(zoe) == "15.00"
    assert shop.receipts() == [("R", 1, "20.00"), ("C", 1, "5.00")]


@pytest.mark.parametrize("how", ["refund", "reverse"])
def test_what_was_spent_becomes_its_owners_debt_and_the_card_is_suspended(shop: Shop, how: str) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.spend(zoe, "12.00")
    getattr(shop.standin, how)(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert (shop.balance(zoe), shop.owed(zoe)) == ("0.00", "12.00")
    assert shop.card(zoe).status is CardStatus.SUSPENDED
    assert LockReason.DEBT in shop.locks(zoe)
    assert (LockReason.REVERSAL in shop.locks(zoe)) == (how == "reverse")
    assert shop.house("paypal_clearing") == "0.88"
    assert shop.balanced()


def test_the_next_top_up_pays_the_debt_first_and_frees_the_card(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.spend(zoe, "12.00")
    shop.standin.refund(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert shop.buy(zoe, "10.00", nonce="second").status is TopUpStatus.CREDITED
    assert (shop.balance(zoe), shop.owed(zoe)) == ("0.00", "2.00")
    assert shop.card(zoe).status is CardStatus.SUSPENDED
    shop.buy(zoe, "10.00", nonce="third")
    assert (shop.balance(zoe), shop.owed(zoe)) == ("8.00", "0.00")
    assert shop.locks(zoe) == []
    assert shop.card(zoe).status is CardStatus.ACTIVE
    assert shop.balanced()


def test_a_card_whose_payment_was_taken_back_by_force_stays_suspended_until_staff_have_looked(
    shop: Shop,
) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.standin.reverse(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert (shop.balance(zoe), shop.owed(zoe)) == ("0.00", "0.00")
    assert shop.locks(zoe) == [LockReason.REVERSAL]
    assert shop.buy(zoe, nonce="again").status is TopUpStatus.REFUSED, "this payer took money back before"
    assert shop.buy(zoe, "5.00", NOOR, nonce="other").status is TopUpStatus.CREDITED
    assert shop.card(zoe).status is CardStatus.SUSPENDED
    shop.site.world.flask("cards", "change", zoe.serial, "active")
    assert "payment_reversed" in shop.letters()


def test_credit_that_a_live_call_keeps_aside_is_collected_when_the_call_ends(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    world = shop.site.world
    phone = world.ring()
    phone.press(zoe.pin)
    phone.press("0093701234567#")
    phone.wait_for_answer()
    shop.standin.refund(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert shop.owed(zoe) != "0.00"
    phone.hang_up()
    world.network.deliver()
    shop.work()
    spent = next(amount for _, amount in world.outcome() if amount)
    assert shop.balance(zoe) == "0.00"
    assert shop.owed(zoe) == spent
    assert shop.balanced()


def test_many_refunds_and_a_repeated_credit_at_once_move_each_once(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    capture = shop.standin.capture_of(bought.ref)
    for amount in ("1.00", "2.00", "3.00", "4.00"):
        shop.standin.refund(capture, amount)
    told = shop.standin.webhooks()
    random.Random(7).shuffle(told)
    shop.standin.deliver(shop.site.app.test_client(), *told)
    at_once(shop.work, shop.work, shop.work, lambda: shop.advance(bought))
    shop.site.world.later(minutes=10)
    shop.work()
    assert shop.balance(zoe) == "10.00"
    notes = sorted(gross for series, _, gross in shop.receipts() if series == "C")
    assert notes == ["1.00", "2.00", "3.00", "4.00"]
    assert shop.balanced()


def test_a_refund_that_nobody_knows_is_listed_for_a_person(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.hear()
    refund = shop.standin.refund(shop.standin.capture_of(bought.ref), "5.00")
    del shop.standin.desk.books.refunds[refund]
    shop.hear()
    assert shop.balance(zoe) == "20.00"
    assert any(refund in what for what in shop.reviews())


def test_a_refund_that_nobody_told_us_of_is_found(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.hear()
    shop.standin.refund(shop.standin.capture_of(bought.ref), "5.00")
    shop.standin.webhooks()  # lost
    shop.site.world.later(days=1)
    shop.work()
    assert shop.balance(zoe) == "15.00"
    assert shop.balanced()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_credited_money_is_asked_about_less_and_less_often_and_not_for_ever(shop: Shop) -> None:
    bought = shop.buy(shop.customer())
    asked = []
    for day in range(200):
        with clock.ahead(days=day, minutes=1):
            before = shop.look(bought).asked
            shop.work()
            asked += [day] * (shop.look(bought).asked - before)
    assert asked == [1, 3, 10, 30, 60, 120, 190]


class TestStaff:
    """What a person may give back."""

    def test_no_more_than_the_card_has_left(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        shop.spend(zoe, "12.00")
        with pytest.raises(TopUpRefused, match="8.00"):
            payments.refund(bought, usd("8.01"), payments.gateway(), key="a")
        payments.refund(bought, usd("8.00"), payments.gateway(), key="a")
        assert (shop.balance(zoe), shop.owed(zoe)) == ("0.00", "0.00")

    def test_the_same_name_gives_back_once(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        for _ in range(2):
            said = shop.site.world.flask(
                "payments", "refund", bought.ref, "--amount", "5.00", "--key", "ticket 7", "--json"
            )
            assert said.exit_code == 0, said.output
        assert shop.balance(zoe) == "15.00"

    def test_what_was_never_credited_is_not_given_back(self, shop: Shop) -> None:
        bought = shop.begin(shop.customer())
        with pytest.raises(TopUpRefused, match="nothing to give back"):
            payments.refund(bought, usd("5.00"), payments.gateway(), key="a")


class TestDisputes:
    """Complaints keep money aside and never debit."""

    def test_a_dispute_keeps_the_money_aside_and_suspends(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        shop.spend(zoe, "5.00")
        shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        card = shop.card(zoe)
        assert (str(card.balance), str(card.available)) == ("15.00", "0.00")
        assert shop.locks(zoe) == [LockReason.DISPUTE]
        assert "account_locked" in shop.letters()

    def test_one_that_is_decided_for_us_frees_money_and_card(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        dispute = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        shop.standin.resolve(dispute, "seller")
        shop.hear()
        card = shop.card(zoe)
        assert (str(card.available), card.status) == ("20.00", CardStatus.ACTIVE)

    def test_one_that_is_decided_for_the_payer_debits_once_by_its_reversal(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        dispute = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        shop.standin.resolve(dispute, "buyer")
        told = shop.standin.webhooks()
        random.Random(3).shuffle(told)
        shop.standin.deliver(shop.site.app.test_client(), *told, *told)
        shop.work()
        card = shop.card(zoe)
        assert (str(card.balance), str(card.available)) == ("0.00", "0.00")
        assert shop.owed(zoe) == "0.00"
        assert card.status is CardStatus.SUSPENDED
        assert shop.balanced()

    def test_staff_end_one_whose_money_never_went_back(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        dispute = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        shop.standin.resolve(dispute, "buyer", reverses=False)
        shop.hear()
        assert str(shop.card(zoe).available) == "0.00"
        flask = shop.site.world.flask
        assert flask("payments", "end-dispute", "PP-D-0", "--verdict", "x").exit_code == 1
        ended = flask("payments", "end-dispute", dispute, "--verdict", "PayPal paid, Ann")
        assert ended.exit_code == 0, ended.output
        card = shop.card(zoe)
        assert (str(card.available), card.status) == ("20.00", CardStatus.ACTIVE)
        shop.standin.reverse(shop.standin.capture_of(bought.ref))
        shop.hear()
        assert shop.balance(zoe) == "0.00", "should it go back all the same, it is debited"

    def test_nothing_is_kept_aside_twice(self, shop: Shop) -> None:
        zoe = shop.customer(credit="30.00")
        bought = shop.buy(zoe)
        dispute = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        shop.standin.review(dispute)
        shop.hear()
        assert str(shop.card(zoe).available) == "30.00"

    def test_one_whose_end_nobody_told_us_of_is_found(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        dispute = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        shop.hear()
        shop.standin.resolve(dispute, "seller")
        shop.standin.webhooks()  # lost
        payments.work_on_disputes(payments.gateway())
        assert (str(shop.card(zoe).available), shop.locks(zoe)) == ("20.00", [])

    def test_an_old_answer_does_not_open_one_again_that_is_decided(self, shop: Shop) -> None:
        zoe = shop.customer()
        bought = shop.buy(zoe)
        ref = shop.standin.dispute(shop.standin.capture_of(bought.ref))
        asked_at, old = clock.now(), payments.gateway().dispute(ref)
        assert old is not None
        shop.standin.resolve(ref, "seller")
        shop.hear()
        with db.transaction():
            disputes.note(bought.id, old, asked_at=asked_at)
        assert (str(shop.card(zoe).available), shop.locks(zoe)) == ("20.00", [])

    def test_nothing_is_kept_aside_for_what_went_back_already(self, shop: Shop) -> None:
        zoe = shop.customer(credit="30.00")
        bought = shop.buy(zoe)
        shop.standin.dispute(shop.standin.capture_of(bought.ref))
        late = shop.standin.webhooks()
        shop.standin.refund(shop.standin.capture_of(bought.ref))
        shop.hear()
        shop.standin.deliver(shop.site.app.test_client(), *late)
        shop.work()
        assert str(shop.card(zoe).available) == "30.00"
        assert shop.balanced()


def test_what_belongs_to_no_top_up_is_listed_and_moves_nothing(shop: Shop) -> None:
    zoe = shop.customer()
    bought = shop.buy(zoe)
    shop.site.world.sql("UPDATE top_ups SET ref = 'x', order_ref = 'y', capture_ref = 'z'")
    before = shop.balance(zoe)
    shop.standin.refund(shop.standin.capture_of(bought.ref))
    shop.hear()
    assert shop.balance(zoe) == before
    assert len(shop.reviews()) == 2
    with db.transaction(readonly=True):
        first = payments.reviews.reviews()[0].id
    closed = shop.site.world.flask("payments", "close-review", str(first), "--verdict", "another shop, Ann")
    assert closed.exit_code == 0
    assert len(shop.reviews()) == 1
