"""Cards are made together, with serials that anybody may see and check."""

import pytest
from stdnum import luhn

from app import cards, db
from app.cards import batches
from app.errors import CardRefused
from app.money import Money
from tests.support.threads import at_once, failures
from tests.support.world import World


def issue(count: int = 1, value: str = "10.00", currency: str = "USD", **how: object) -> list[str]:
    with db.transaction():
        issued = cards.issue(count, Money.parse(value, currency), **({"batch": "spring"} | how))  # type: ignore[arg-type]
    return [card.serial for card in issued]


def test_a_serial_is_batch_count_and_check_digit() -> None:
    assert batches.serial(12, 34) == "0012000034" + luhn.calc_check_digit("0012000034")


def test_serials_of_a_batch_follow_each_other_and_check(world: World) -> None:
    first, second = issue(3), issue(2)
    assert [serial[4:10] for serial in first + second] == [f"{n:06}" for n in range(1, 6)]
    assert all(luhn.is_valid(serial) for serial in first + second)
    assert len({serial[:4] for serial in first + second}) == 1


def test_two_who_issue_at_once_get_different_serials(world: World) -> None:
    outcomes = at_once(*[lambda: issue(5) for _ in range(6)])
    assert not failures(outcomes)
    serials = [serial for outcome in outcomes if isinstance(outcome, list) for serial in outcome]
    assert len(set(serials)) == 30
    assert world.balanced()


def test_every_card_has_its_credit_and_the_books_balance(world: World) -> None:
    for serial in issue(3, "0.000001"):
        with db.transaction(readonly=True):
            card = cards.by_serial(serial)
        assert (str(card.balance), str(card.available)) == ("0.000001", "0.000001")
    assert world.balanced()


def test_a_card_may_begin_with_nothing(world: World) -> None:
    (serial,) = issue(1, "0")
    with db.transaction(readonly=True):
        assert cards.by_serial(serial).balance == Money(0, "USD")
    assert world.balanced()


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"count": 0}, "from 1 to"),
        ({"count": -1}, "from 1 to"),
        ({"count": 100_001}, "from 1 to"),
        ({"value": "-0.01"}, "worth from 0 to"),
        ({"value": "1000000.000001"}, "worth from 0 to"),
        ({"batch": ""}, "name the batch"),
        ({"batch": "   "}, "name the batch"),
        ({"batch": "x" * 81}, "name the batch"),
    ],
)
def test_numbers_that_make_no_sense_make_no_cards(world: World, how: dict[str, object], why: str) -> None:
    before = world.everything()
    with pytest.raises(CardRefused, match=why):
        issue(**how)  # type: ignore[arg-type]
    assert world.everything() == before


def test_a_batch_keeps_its_currency(world: World) -> None:
    issue()
    before = world.everything()
    with pytest.raises(CardRefused, match="is in USD, not in EUR"):
        issue(currency="EUR")
    assert world.everything() == before


def test_a_batch_keeps_how_many_calls_its_cards_may_be_on(world: World) -> None:
    issue(live_calls_max=2)
    issue(live_calls_max=2)
    issue()
    before = world.everything()
    with pytest.raises(CardRefused, match="on 2 calls at once"):
        issue(live_calls_max=3)
    assert world.everything() == before


def test_spaces_around_a_batch_name_do_not_make_another(world: World) -> None:
    assert issue(batch="spring")[0][:4] == issue(batch=" spring ")[0][:4]
