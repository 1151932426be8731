"""A notification is kept once, worked on by one worker, tried again while that fails, and never lost."""

from functools import partial

import pytest
from sqlalchemy import select

from app import clock, db
from app.payments import inbox
from app.payments.models import Event, EventStatus
from app.payments.provider import Notification
from tests.support.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app")

RAW = '{ "id": "WH-1", "summary": "Zoë paid £20\\u0021" }\n'.encode()


def notice(name: str = "WH-1") -> Notification:
    return Notification(name, "CHECKOUT.ORDER.APPROVED")


def keep(name: str = "WH-1") -> bool:
    return db.attempt(partial(inbox.keep, notice(name), RAW))


def claim(limit: int = 10) -> list[inbox.Kept]:
    return db.attempt(partial(inbox.claim, limit))


def failed(name: str, said: str = "PayPal is away") -> None:
    db.attempt(partial(inbox.failed, name, said))


def status(name: str = "WH-1") -> str:
    with db.transaction(readonly=True):
        return str(db.execute(select(Event.status).where(Event.id == name)).scalar_one())


def dead() -> list[str]:
    with db.transaction(readonly=True):
        return [kept.id for kept in inbox.dead()]


def test_an_event_is_kept_once_as_it_was_signed() -> None:
    assert keep()
    assert not keep()
    [kept] = claim()
    assert (kept.id, kept.kind, kept.raw, kept.tries) == ("WH-1", "CHECKOUT.ORDER.APPROVED", RAW, 1)


def test_the_same_event_from_many_sides_is_kept_once() -> None:
    outcomes = at_once(*[keep] * 8)
    assert failures(outcomes) == []
    assert sorted(map(bool, outcomes)) == [False] * 7 + [True]


def test_what_came_again_is_not_worked_on_again() -> None:
    keep()
    claim()
    db.attempt(partial(inbox.done, "WH-1"))
    assert not keep()
    assert claim() == []
    assert status() == EventStatus.DONE


def test_workers_share_the_work_and_never_the_event() -> None:
    for number in range(12):
        keep(f"WH-{number}")
    outcomes = at_once(*[partial(claim, 3)] * 4)
    assert failures(outcomes) == []
    taken = [kept.id for outcome in outcomes if isinstance(outcome, list) for kept in outcome]
    assert len(taken) == len(set(taken))
    while more := claim(3):
        taken += [kept.id for kept in more]
    assert sorted(taken) == sorted(f"WH-{number}" for number in range(12))


def test_the_oldest_come_first() -> None:
    for number in (2, 1, 3):
        with clock.ahead(seconds=number - 10):
            keep(f"WH-{number}")
    assert [kept.id for kept in claim(2)] == ["WH-1", "WH-2"]


def test_a_worker_that_dies_leaves_its_event_to_another() -> None:
    keep()
    assert len(claim()) == 1
    assert claim() == []
    with clock.ahead(seconds=61):
        [kept] = claim()
    assert kept.tries == 2


def test_a_failure_comes_again_later_and_later() -> None:
    keep()
    claim()
    failed("WH-1", "x" * 500)
    assert claim() == []
    with clock.ahead(seconds=11):
        [kept] = claim()
        assert kept.said == "x" * inbox.SAID_MAX
        failed("WH-1")
        assert claim() == []
        with clock.ahead(seconds=11):
            assert claim() == []
        with clock.ahead(seconds=21):
            assert len(claim()) == 1


def test_after_twelve_tries_a_person_has_to_look() -> None:
    keep()
    for number in range(inbox.TRIES_MAX):
        with clock.ahead(hours=7 * number):
            assert len(claim()) == 1
            failed("WH-1", f"try {number}")
    assert status() == EventStatus.DEAD
    assert dead() == ["WH-1"]
    with clock.ahead(days=30):
        assert claim() == []
    assert not keep()  # PayPal's own repetition does not wake it


def test_an_event_that_kills_every_worker_dies_in_the_end() -> None:
    """Nobody lives to say that it failed."""
    keep()
    for number in range(inbox.TRIES_MAX):
        with clock.ahead(minutes=2 * number):
            assert len(claim()) == 1
    with clock.ahead(hours=1):
        assert claim() == []
    assert dead() == ["WH-1"]


def test_a_dead_one_can_be_tried_again() -> None:
    keep()
    for number in range(inbox.TRIES_MAX):
        with clock.ahead(hours=7 * number):
            claim()
            failed("WH-1")
    assert db.attempt(partial(inbox.revive, "WH-1"))
    assert not db.attempt(partial(inbox.revive, "WH-1"))
    [kept] = claim()
    assert kept.tries == 1
    assert dead() == []


def test_what_was_done_does_not_fail_afterwards() -> None:
    keep()
    claim()
    db.attempt(partial(inbox.done, "WH-1"))
    failed("WH-1")
    failed("WH-404")
    assert status() == EventStatus.DONE
