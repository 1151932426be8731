"""A voucher's value goes to one card, once, whoever presses the button and however fast."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from stdnum import luhn

from app import cards, clock, config, db, ledger
from app.cards import CardStatus, IssuedCard, LockReason, vouchers
from app.cards.vouchers import MadeVoucher, VoucherStatus
from app.errors import CardRefused, TooManyTries, VoucherRefused
from app.ledger import AccountKind, TransferKind
from app.money import Money
from tests.support.threads import at_once, failures
from tests.support.world import World

ZOE, HOME = "customer 1", "192.0.2.1"
UNKNOWN = "cannot be redeemed"


@dataclass
class Desk:
    """Where vouchers are made and redeemed, as the doors do it."""

    world: World

    def make(
        self, count: int = 1, value: str = "10.00", currency: str = "USD", **how: Any
    ) -> list[MadeVoucher]:
        with db.transaction():
            return vouchers.make(count, Money.parse(value, currency), **({"batch": "spring"} | how))

    def redeem(self, code: str, card: IssuedCard, *, who: str = ZOE, address: str = HOME) -> Money:
        with db.transaction():
            card_id = cards.by_serial(card.serial).id
            try:
                return vouchers.redeem(code, card_id, who=who, address=address)
            except (VoucherRefused, TooManyTries) as error:
                refused = error
        raise refused

    def void(self, *serials: str) -> int:
        with db.transaction():
            return vouchers.void(*serials)

    def status(self, made: MadeVoucher) -> VoucherStatus:
        with db.transaction(readonly=True):
            return vouchers.show(made.serial).status


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def kinds(outcomes: list[Any]) -> Counter[str]:
    return Counter(type(one).__name__ for one in outcomes)


def test_a_voucher_adds_its_value_once(desk: Desk) -> None:
    card = desk.world.card("1.00")
    (made,) = desk.make()
    assert desk.redeem(made.code, card) == made.value
    assert desk.world.money(card) == ("11.00", "11.00")
    for _ in range(2):
        with pytest.raises(VoucherRefused, match=UNKNOWN):
            desk.redeem(made.code, card)
    assert desk.world.money(card) == ("11.00", "11.00")
    assert desk.world.balanced()


def test_it_may_be_typed_in_groups(desk: Desk) -> None:
    card, (one, other) = desk.world.card("0"), desk.make(2)
    desk.redeem(f" {one.code[:4]} {one.code[4:9]}-{one.code[9:]}\t", card)
    desk.redeem(f"{other.code[:7]}–{other.code[7:]}", card)
    assert desk.world.money(card)[0] == "20.00"


def test_its_code_ends_with_a_check_digit_and_is_in_no_table(desk: Desk) -> None:
    made = desk.make(20)
    assert all(len(one.code) == 14 and luhn.is_valid(one.code) for one in made)
    assert len({one.code for one in made}) == 20
    kept = str(desk.world.everything())
    assert not [one.code for one in made if one.code in kept]


def test_serials_follow_each_other_and_are_no_cards(desk: Desk) -> None:
    made = desk.make(3) + desk.make(2)
    assert [one.serial[5:11] for one in made] == [f"{n:06}" for n in range(1, 6)]
    assert all(one.serial[0] == "V" and luhn.is_valid(one.serial[1:]) for one in made)


def test_of_all_who_press_the_button_at_once_one_gets_the_value(desk: Desk) -> None:
    some = [desk.world.card("0") for _ in range(10)]
    (made,) = desk.make()
    outcomes = at_once(
        *[partial(desk.redeem, made.code, card, who=card.serial, address=card.serial) for card in some]
    )
    assert kinds(outcomes) == {"Money": 1, "VoucherRefused": 9}
    assert sorted(desk.world.money(card)[0] for card in some) == ["0.00"] * 9 + ["10.00"]
    assert desk.world.balanced()


def test_one_person_who_presses_many_times_gets_the_value_once(desk: Desk) -> None:
    card, (made,) = desk.world.card("0"), desk.make()
    outcomes = at_once(*[partial(desk.redeem, made.code, card) for _ in range(8)])
    assert kinds(outcomes) == {"Money": 1, "VoucherRefused": 7}
    assert desk.world.money(card)[0] == "10.00"
    assert desk.world.balanced()


def test_many_vouchers_at_once_for_one_card_all_count(desk: Desk) -> None:
    card, made = desk.world.card("0"), desk.make(8)
    outcomes = at_once(*[partial(desk.redeem, one.code, card) for one in made])
    assert not failures(outcomes)
    assert desk.world.money(card)[0] == "80.00"
    assert desk.world.balanced()


def test_voiding_and_redeeming_at_once_one_of_them_wins(desk: Desk) -> None:
    for _ in range(5):
        card, (made,) = desk.world.card("0"), desk.make()
        redeemed, voided, _ = at_once(
            partial(desk.redeem, made.code, card),
            partial(desk.void, made.serial),
            partial(desk.world.money, card),
        )
        won = isinstance(redeemed, Money)
        assert voided == (0 if won else 1)
        assert desk.world.money(card)[0] == ("10.00" if won else "0.00")
        assert desk.status(made) is (VoucherStatus.REDEEMED if won else VoucherStatus.VOID)
    assert desk.world.balanced()


def test_wrong_used_void_and_expired_are_told_in_the_same_words(desk: Desk) -> None:
    card, (used, void) = desk.world.card("0"), desk.make(2)
    (expired,) = desk.make(expires_at=clock.now() + timedelta(days=1))
    desk.redeem(used.code, card)
    desk.void(void.serial)
    desk.world.later(days=1)
    said = set()
    for code in (
        used.code,
        void.code,
        expired.code,
        "00000000000000",
        "1",
        "",
        "x" * 500,
        "١٢٣",
        used.code + "0",
    ):
        with pytest.raises(VoucherRefused) as refused:
            desk.redeem(code, card, who=code[:9], address=code[:9])
        said.add(str(refused.value))
    assert len(said) == 1
    assert desk.world.money(card)[0] == "10.00"


def test_a_voucher_works_until_it_expires(desk: Desk) -> None:
    card = desk.world.card("0")
    (made,) = desk.make(expires_at=clock.now() + timedelta(hours=1))
    desk.world.later(minutes=59)
    desk.redeem(made.code, card)
    assert desk.world.money(card)[0] == "10.00"


def test_a_voucher_in_another_currency_stays_good(desk: Desk) -> None:
    card, (made,) = desk.world.card("0"), desk.make(currency="EUR")
    with pytest.raises(VoucherRefused, match="is in EUR, and your card is in USD"):
        desk.redeem(made.code, card)
    assert desk.status(made) is VoucherStatus.UNUSED
    assert desk.world.balanced()


def test_a_card_that_is_void_takes_none(desk: Desk) -> None:
    card, (made,) = desk.world.card(), desk.make()
    with db.transaction():
        cards.change(card.serial, CardStatus.VOID)
    with pytest.raises(CardRefused, match="takes no credit"):
        desk.redeem(made.code, card)
    assert desk.status(made) is VoucherStatus.UNUSED


def test_what_is_owed_is_paid_first_and_the_card_is_free_again(desk: Desk) -> None:
    card, (small, large) = desk.world.card("0"), [desk.make(value=value)[0] for value in ("3.00", "10.00")]
    with db.transaction():
        found = cards.by_serial(card.serial)
        back: dict[str, Any] = {"kind": TransferKind.REVERSAL, "key": "back", "reference": "back"}
        house = ledger.house(AccountKind.PAYPAL_CLEARING, "USD")
        ledger.take(found.account, Money.parse("4.00", "USD"), target=house, **back)
        cards.lock(found.id, LockReason.DEBT)
    desk.redeem(small.code, card)
    assert (desk.world.money(card)[0], desk.world.look(card).status) == ("0.00", CardStatus.SUSPENDED)
    desk.redeem(large.code, card)
    assert (desk.world.money(card)[0], desk.world.look(card).status) == ("9.00", CardStatus.ACTIVE)
    assert desk.world.balanced()


def test_who_guesses_too_often_has_to_wait_even_with_the_right_code(desk: Desk) -> None:
    card, (made,) = desk.world.card("0"), desk.make()
    for n in range(vouchers.BY_CUSTOMER.most):
        with pytest.raises(VoucherRefused):
            desk.redeem("00000000000000", card, address=f"192.0.2.{n}")
    with pytest.raises(TooManyTries):
        desk.redeem(made.code, card, address="192.0.2.99")
    desk.world.later(hours=1, seconds=1)
    desk.redeem(made.code, card)
    assert desk.world.money(card)[0] == "10.00"


def test_one_address_with_many_names_has_to_wait_too(desk: Desk) -> None:
    card, (made,) = desk.world.card("0"), desk.make()
    for n in range(vouchers.BY_ADDRESS.most):
        with pytest.raises(VoucherRefused):
            desk.redeem("00000000000000", card, who=f"customer {n}")
    with pytest.raises(TooManyTries):
        desk.redeem(made.code, card, who="customer 99")
    assert desk.redeem(made.code, card, who="customer 99", address="192.0.2.2") == made.value


def test_right_codes_count_against_nobody(desk: Desk) -> None:
    card, made = desk.world.card("0"), desk.make(vouchers.BY_CUSTOMER.most + 2)
    for one in made:
        desk.redeem(one.code, card)
    assert desk.world.money(card)[0] == f"{10 * len(made)}.00"


def test_guesses_at_once_are_all_counted(desk: Desk) -> None:
    card = desk.world.card("0")
    outcomes = at_once(*[partial(desk.redeem, "00000000000000", card) for _ in range(25)])
    most = vouchers.BY_CUSTOMER.most
    assert kinds(outcomes) == {"VoucherRefused": most, "TooManyTries": 25 - most}


def test_a_new_pepper_leaves_sold_vouchers_good(desk: Desk) -> None:
    card, (old,) = desk.world.card("0"), desk.make()
    peppers = config.settings().pin_peppers
    desk.world.change_settings(pin_peppers=("another pepper of 32 characters!", *peppers))
    (new,) = desk.make()
    desk.redeem(old.code, card)
    desk.redeem(new.code, card)
    desk.world.change_settings(pin_peppers=peppers)
    with pytest.raises(VoucherRefused):
        desk.redeem(new.code, card)
    assert desk.world.money(card)[0] == "20.00"


def test_a_range_or_a_batch_is_voided_but_for_what_was_used(desk: Desk) -> None:
    card, made = desk.world.card("0"), desk.make(6)
    other = desk.make(batch="summer")[0]
    desk.redeem(made[2].code, card)
    assert desk.void(made[1].serial, made[3].serial) == 2
    assert desk.void(made[1].serial, made[3].serial) == 0
    wanted = ["unused", "void", "redeemed", "void", "unused", "unused"]
    assert [desk.status(one).value for one in made] == wanted
    with db.transaction():
        assert vouchers.void_batch("spring") == 3
    assert desk.status(other) is VoucherStatus.UNUSED


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"count": 0}, "from 1 to"),
        ({"count": 100_001}, "from 1 to"),
        ({"value": "0"}, "worth more than 0"),
        ({"value": "-1"}, "worth more than 0"),
        ({"value": "1000000.01"}, "worth more than 0"),
        ({"batch": " "}, "name the batch"),
        ({"batch": "x" * 81}, "name the batch"),
        ({"expires_at": clock.now() - timedelta(days=400)}, "have expired already"),
    ],
)
def test_numbers_that_make_no_sense_make_no_vouchers(desk: Desk, changes: dict[str, Any], why: str) -> None:
    before = desk.world.everything()
    with pytest.raises(CardRefused, match=why):
        desk.make(**changes)
    assert desk.world.everything() == before


def test_a_batch_keeps_its_currency_and_its_serials_their_length(desk: Desk) -> None:
    desk.make()
    with pytest.raises(CardRefused, match="is in USD, not in EUR"):
        desk.make(currency="EUR")
    desk.world.sql("UPDATE voucher_batches SET issued = 999998")
    desk.make()
    with pytest.raises(CardRefused, match="begin another"):
        desk.make()


def test_two_who_make_at_once_get_different_serials(desk: Desk) -> None:
    outcomes = at_once(*[partial(desk.make, 5) for _ in range(6)])
    assert not failures(outcomes)
    assert len({one.serial for made in outcomes if isinstance(made, list) for one in made}) == 30


def test_what_is_not_there_is_named(desk: Desk) -> None:
    (one,), (other,) = desk.make(), desk.make(batch="summer")
    with pytest.raises(CardRefused, match="no voucher has the serial V1"):
        desk.void("V1")
    with pytest.raises(CardRefused, match="of two batches"):
        desk.void(one.serial, other.serial)
    with db.transaction(), pytest.raises(CardRefused, match="no batch winter"):
        vouchers.void_batch("winter")


def test_the_table_itself_refuses_a_voucher_both_void_and_used(desk: Desk) -> None:
    card, (made,) = desk.world.card("0"), desk.make()
    desk.redeem(made.code, card)
    with pytest.raises(Exception, match="a_void_voucher_is_not_redeemed"), db.transaction():
        db.execute(text("UPDATE vouchers SET voided_at = redeemed_at"))
