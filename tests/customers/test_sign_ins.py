"""A session lasts until it is ended, is idle for long, or is old."""

import pytest

from app import db
from app.customers import sign_ins
from tests.support.site import Site, Someone

DAY = 24


def begun(someone: Someone, device: str = "Firefox") -> str:
    with db.transaction():
        return sign_ins.begin(someone.id, address="192.0.2.7", device=device)


def found(token: str) -> sign_ins.Session | None:
    with db.transaction(readonly=True):
        return sign_ins.find(token)


def seen(token: str) -> None:
    session = found(token)
    assert session is not None
    with db.transaction():
        sign_ins.touch(session.id)


def test_a_token_finds_its_customer(site: Site) -> None:
    someone = site.customer(user_name="zoe")
    session = found(begun(someone))
    assert session is not None
    assert (session.profile.id, session.profile.email) == (someone.id, "zoe@example.org")
    assert (session.profile.user_name, session.profile.low_balance) == ("zoe", None)


@pytest.mark.parametrize("token", ["", "made-up", "\0", "x" * 100_000])
def test_a_made_up_token_finds_nobody(site: Site, token: str) -> None:
    begun(site.customer())
    assert found(token) is None


def test_the_table_opens_nothing(site: Site) -> None:
    token = begun(site.customer())
    assert token not in str(site.world.everything())


def test_a_session_ends_after_thirty_idle_days(site: Site) -> None:
    token = begun(site.customer())
    site.world.later(hours=29 * DAY)
    seen(token)
    site.world.later(hours=29 * DAY)
    seen(token)
    site.world.later(hours=30 * DAY)
    assert found(token) is None


def test_a_session_ends_after_ninety_days_however_busy(site: Site) -> None:
    token = begun(site.customer())
    for _ in range(89):
        site.world.later(hours=DAY)
        seen(token)
    site.world.later(hours=DAY)
    assert found(token) is None


def test_a_page_a_second_is_noted_once_a_minute(site: Site) -> None:
    token = begun(site.customer())
    first = found(token)
    assert first is not None
    assert not first.is_due
    site.world.later(seconds=61)
    again = found(token)
    assert again is not None
    assert again.is_due


def test_one_session_is_ended_and_the_others_stay(site: Site) -> None:
    someone = site.customer()
    one, other = begun(someone), begun(someone)
    with db.transaction():
        sign_ins.end(one)
        sign_ins.end(one)
    assert found(one) is None
    assert found(other) is not None


def test_all_others_are_ended(site: Site) -> None:
    someone, neighbour = site.customer(), site.customer("max@example.org")
    here, there, elsewhere, his = begun(someone), begun(someone), begun(someone), begun(neighbour)
    session = found(here)
    assert session is not None
    with db.transaction():
        assert sign_ins.end_all(someone.id, but=session.id) == 2
        assert sign_ins.end_all(someone.id, but=session.id) == 0
    assert [found(token) is not None for token in (here, there, elsewhere, his)] == [True, False, False, True]


def test_nobody_ends_the_session_of_somebody_else(site: Site) -> None:
    someone, neighbour = site.customer(), site.customer("max@example.org")
    token = begun(someone)
    session = found(token)
    assert session is not None
    with db.transaction():
        assert not sign_ins.end_one(neighbour.id, session.id)
        assert sign_ins.end_one(someone.id, session.id)
    assert found(token) is None


def test_the_history_tells_good_and_bad_newest_first(site: Site) -> None:
    someone = site.customer()
    begun(someone)
    with db.transaction():
        sign_ins.record_failure(someone.id, address="203.0.113.9", device="curl\r\n\0" + "x" * 500)
        entries = sign_ins.history(someone.id)
    assert [(entry.was_right, entry.is_open) for entry in entries] == [(False, False), (True, True)]
    assert entries[0].device == ("curl" + "x" * 500)[:120]
    assert entries[0].address == "203.0.113.9"
