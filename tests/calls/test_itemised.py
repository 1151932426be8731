"""The calls of a card as its owner sees them: all of them, once each, in order, and nobody else's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app import db
from app.calls import CallStatus, days, favourites, itemised
from app.calls.itemised import Item
from app.calls.models import OPEN
from app.calls.wanted import EVERYTHING, Wanted
from app.cards import IssuedCard
from app.errors import UnknownCall
from app.paging import HEAD, Cursor, Page
from ivr.simulator import answers, busy, no_answer
from tests.support.counted import counted
from tests.support.world import CALLER, GB, KABUL, KABUL_E164, World

LONDON, LONDON_E164 = "00442079460000", "+442079460000"
HELPLINE = "00448001111"
LAHORE = "00924235761999"


def call(world: World, card: IssuedCard, number: str = KABUL, callee: Any = None) -> None:
    """A whole call."""
    phone = world.known(card, callee=callee or answers(56))
    phone.press(f"{number}#")
    phone.finish_dial()
    phone.hang_up()
    world.network.deliver()


def page(
    world: World, card: IssuedCard, wanted: Wanted = EVERYTHING, at: Cursor = HEAD, limit: int = 50
) -> Page[Item]:
    mine = world.look(card).id
    with db.transaction(readonly=True):
        return itemised.search(mine, wanted, at, limit=limit)


def items(world: World, card: IssuedCard, **wanted: Any) -> list[str]:
    return [item.number or item.destination for item in page(world, card, Wanted(**wanted)).rows]


def turn_to(world: World, moment: datetime) -> None:
    """Let it be that moment, which must be yet to come."""
    world.later(seconds=(moment - world.network.clock.now()).total_seconds())


def test_a_call_says_all_that_its_owner_needs(world: World) -> None:
    card = world.card("10.00")
    call(world, card)
    (item,) = page(world, card).rows
    assert (item.caller, item.access_number, item.number, item.dialled) == (CALLER, GB, KABUL_E164, KABUL)
    assert (item.destination, item.seconds, item.billed_seconds) == ("Afghanistan-Mobile", 56, 56)
    assert [str(money) for money in (item.cost, item.fee, item.balance_after)] == ["0.42", "0.00", "9.58"]
    assert item.status is CallStatus.COMPLETED
    assert str(item.kept_aside) == "9.9975"
    assert not item.is_open
    assert page(world, card).newer is page(world, card).older is None


def test_a_call_that_cost_nothing_leaves_the_balance_alone(world: World) -> None:
    card = world.card("10.00")
    call(world, card, callee=busy())
    (item,) = page(world, card).rows
    assert (item.status, str(item.cost), item.balance_after) == (CallStatus.BUSY, "0.00", None)


def test_a_call_that_goes_on_has_no_price_yet(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee=answers())
    phone.press(f"{KABUL}#")
    (item,) = page(world, card).rows
    assert item.is_open
    assert (item.cost, item.seconds, item.fee) == (None, None, None)


def test_pages_neither_skip_nor_repeat_while_calls_are_added(world: World) -> None:
    card, other = world.card("10.00"), world.card("10.00", live_calls_max=2)
    for _ in range(5):
        call(world, card, callee=answers(1))
    before = [item.id for item in page(world, card).rows]
    seen: list[int] = []
    at = HEAD
    for _ in range(3):
        found = page(world, card, at=at, limit=2)
        seen += [item.id for item in found.rows]
        call(world, card, callee=answers(1))
        call(world, other, callee=answers(1))
        at = Cursor(before=found.older)
    assert seen == before
    assert found.older is None

    back = page(world, card, at=Cursor(after=found.newer), limit=2)
    assert [item.id for item in back.rows] == before[2:4]
    everything = [item.id for item in page(world, card).rows]
    newest = page(world, card, at=Cursor(after=before[0]), limit=50)
    assert [item.id for item in newest.rows] == everything[:3]
    assert newest.newer is None and newest.older == everything[2]


@pytest.mark.parametrize(("first", "last"), [(0, 5), (1, 4), (2, 3), (3, 3), (4, 9)])
def test_pages_of_some_days_lead_through_them_and_back(world: World, first: int, last: int) -> None:
    """Between two cards whose calls come before and after, in every order of their ids."""
    cards = [world.card("10.00", live_calls_max=2) for _ in range(3)]
    for _ in range(6):
        for card in cards:
            call(world, card, callee=answers(1))
        world.later(days=1)
    mine = page(world, cards[1]).rows[::-1]
    since, until = (mine[min(at, 5)].placed_at + timedelta(days=at // 6) for at in (first, last))
    due = [item.id for item in mine if since <= item.placed_at < until][::-1]
    wanted = Wanted(since=since, until=until)
    assert [item.id for item in page(world, cards[1], wanted).rows] == due
    found = page(world, cards[1], wanted, limit=1)
    down = [item.id for item in found.rows]
    while found.older is not None:
        found = page(world, cards[1], wanted, Cursor(before=found.older), limit=1)
        down += [item.id for item in found.rows]
    assert down == due
    up = [item.id for item in found.rows]
    while found.newer is not None:
        found = page(world, cards[1], wanted, Cursor(after=found.newer), limit=1)
        up += [item.id for item in found.rows]
    assert up == due[::-1]
    for stranger in (page(world, cards[0]).rows[2].id, page(world, cards[2]).rows[2].id, 10**6):
        assert page(world, cards[1], wanted, Cursor(before=stranger)).rows == []
        assert page(world, cards[1], wanted, Cursor(after=stranger)).rows == []


def test_one_statement_finds_a_page_of_any_size(world: World) -> None:
    card = world.card("10.00")
    mine = world.look(card).id
    counts = set()
    for _ in range(3):
        call(world, card, callee=answers(1))
        with counted() as seen, db.transaction(readonly=True):
            itemised.search(mine)
        counts.add(len(seen))
    assert counts == {1}


def test_filters_find_what_was_asked_for(world: World) -> None:
    card = world.card("10.00")
    for number, callee in ((KABUL, answers(56)), (LONDON, no_answer()), (LAHORE, answers(5))):
        call(world, card, number, callee)
        world.later(days=1)
    assert items(world, card, destination="afGHan") == [KABUL_E164]
    assert items(world, card, destination="_%") == []
    assert items(world, card, number=LONDON_E164) == [LONDON_E164]
    assert items(world, card, number="9460") == [LONDON_E164]
    assert items(world, card, number="%") == []
    assert items(world, card, statuses=(CallStatus.NO_ANSWER, CallStatus.BUSY)) == [LONDON_E164]
    assert items(world, card, statuses=OPEN) == []
    placed = page(world, card).rows[1].placed_at
    assert items(world, card, since=placed, until=placed + timedelta(seconds=1)) == [LONDON_E164]
    assert items(world, card, until=placed) == [KABUL_E164]


def test_a_freephone_number_is_never_named(world: World) -> None:
    card = world.card("10.00")
    call(world, card, HELPLINE, answers(60))
    (item,) = page(world, card).rows
    assert "8001111" not in repr(item)
    assert item.destination == "Freephone"
    assert items(world, card) == ["Freephone"]
    assert items(world, card, number="+448001111") == []
    assert items(world, card, number="8001") == []
    now = world.look(card)
    with db.transaction(readonly=True):
        assert itemised.called(now.id, [item.id]) == {item.id: "Freephone"}
        assert favourites.favourites(now) == []


def test_the_call_of_another_card_is_unknown(world: World) -> None:
    mine, other = world.card("10.00"), world.card("10.00")
    call(world, other)
    (theirs,) = page(world, other).rows
    assert page(world, mine).rows == []
    assert page(world, mine, at=Cursor(before=theirs.id + 1)).rows == []
    my_card, other_card = world.look(mine).id, world.look(other).id
    with db.transaction(readonly=True):
        assert itemised.one(other_card, theirs.id) == theirs
        assert itemised.called(my_card, [theirs.id]) == {}
        with pytest.raises(UnknownCall):
            itemised.one(my_card, theirs.id)


def spent(world: World, card: IssuedCard, zone: str, count: int = 30) -> dict[date, str]:
    now = world.look(card)
    with db.transaction(readonly=True):
        found = days.spend_by_day(now, ZoneInfo(zone), days=count)
    assert len(found) == count
    return {day.date: str(day.spent) for day in found if day.spent}


def test_a_call_across_midnight_counts_for_the_day_on_which_it_began(world: World) -> None:
    """23:59:30 in London is already tomorrow in Kabul."""
    card = world.card("10.00")
    turn_to(world, datetime(2040, 1, 15, 23, 59, 30, tzinfo=UTC))
    call(world, card, callee=answers(56))
    assert world.network.clock.now().date() == date(2040, 1, 16)
    assert spent(world, card, "Europe/London") == {date(2040, 1, 15): "0.42"}
    assert spent(world, card, "Asia/Kabul") == {date(2040, 1, 16): "0.42"}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2040, 3, 24, 23, 59, tzinfo=UTC), date(2040, 3, 24)),
        (datetime(2040, 3, 25, 0, 0, tzinfo=UTC), date(2040, 3, 25)),
        (datetime(2040, 3, 25, 22, 58, tzinfo=UTC), date(2040, 3, 25)),
        (datetime(2040, 3, 25, 23, 0, tzinfo=UTC), date(2040, 3, 26)),
        (datetime(2040, 10, 27, 23, 0, tzinfo=UTC), date(2040, 10, 28)),
        (datetime(2040, 10, 28, 23, 58, tzinfo=UTC), date(2040, 10, 28)),
        (datetime(2040, 10, 29, 0, 0, tzinfo=UTC), date(2040, 10, 29)),
    ],
    ids=str,
)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_day_has_23_or_25_hours_when_the_clocks_change(world: World, moment: datetime, day: date) -> None:
    card = world.card("10.00")
    turn_to(world, moment)
    call(world, card, callee=answers(1))
    assert spent(world, card, "Europe/London", 3) == {day: "0.0075"}


def test_a_day_begins_where_there_is_no_midnight() -> None:
    """Beirut puts its clocks forward at midnight: that day begins at one."""
    assert days.begin_of(date(2026, 3, 29), ZoneInfo("Asia/Beirut")) == datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_favourites_are_what_was_called_most_and_last_as_long_as_the_phone_says(world: World) -> None:
    card = world.card("10.00")
    for number in (KABUL, LONDON, LONDON, LAHORE):
        call(world, card, number, answers(1))
    call(world, card, "0033140000000", busy())
    now = world.look(card)
    with counted() as seen, db.transaction(readonly=True):
        found = favourites.favourites(now)
    assert [favourite.rate.destination for favourite in found] == [
        "United Kingdom",
        "Pakistan",
        "Afghanistan-Mobile",
    ]
    assert [favourite.calls for favourite in found] == [2, 1, 1]
    assert len(seen) == 5
    phone = world.known(card)
    assert found[2].minutes == 22
    assert phone.press(f"{KABUL}#") == "Up to twenty two minutes."
    phone.hang_up()


def test_a_newcomer_has_no_favourites(world: World) -> None:
    now = world.look(world.card("10.00"))
    with db.transaction(readonly=True):
        assert favourites.favourites(now) == []
