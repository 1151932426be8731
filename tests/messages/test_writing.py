"""A mail is part of the transaction of what it reports: with it or not at all, and once."""

import pytest
from sqlalchemy import text

from app import clock, db, messages
from app.messages.letters import Letter, account
from app.messages.models import MailStatus

URL = "http://127.0.0.1:8000/confirm/abc"


def write(key: str = "confirm:1", to: str = "zoe@example.org", letter: Letter | None = None) -> None:
    messages.write(letter or account.confirm_address(URL), to=to, key=key)


def test_a_mail_waits_with_all_it_says(database: str) -> None:
    with db.transaction():
        write()
    with db.transaction(readonly=True):
        (noted,) = messages.newest()
        opened = messages.read(noted.id)
    assert (noted.letter, noted.to, noted.status) == (
        "confirm_address",
        "zoe@example.org",
        MailStatus.WAITING,
    )
    assert noted.subject == "Confirm your address for Farthing"
    assert opened and opened.mail == noted
    assert URL in opened.text and URL in opened.html


def test_what_is_undone_is_never_written(database: str) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        write()
        raise ZeroDivisionError
    with db.transaction(readonly=True):
        assert messages.newest() == []


def test_the_same_key_writes_once_and_keeps_the_first(database: str) -> None:
    with db.transaction():
        write()
        write(to="other@example.org")
    with db.transaction():
        write()
    with db.transaction(readonly=True):
        assert [mail.to for mail in messages.newest()] == ["zoe@example.org"]


def test_links_that_open_doors_are_sealed_in_the_table(database: str) -> None:
    with db.transaction():
        write()
        row = tuple(db.execute(text("SELECT * FROM mails")).one())
    assert "confirm/abc" not in repr(row)


def test_a_link_of_somebody_else_is_never_written(database: str) -> None:
    with pytest.raises(AssertionError, match="elsewhere"), db.transaction():
        write(letter=account.confirm_address("http://127.0.0.1:8000.evil.example/"))


@pytest.mark.parametrize(
    "address",
    [
        "zoe@example.org\nBcc: all@example.org",
        "zoe@example.org\r\nBcc: all@example.org",
        "zoe@example.org, all@example.org",
        "zoe",
        "",
        "@",
        "<zoe@example.org>",
        "zoe@example.org\x00",
        "z" * 300 + "@example.org",
    ],
)
def test_an_address_that_is_none_makes_a_dead_mail_and_breaks_nothing(database: str, address: str) -> None:
    with db.transaction():
        write(to=address)
    with db.transaction(readonly=True):
        (dead,) = messages.dead()
    assert dead.said == "this is no address"
    assert "\n" not in dead.to


def test_a_dead_mail_is_revived_once(database: str) -> None:
    with db.transaction():
        write(to="zoe")
        (dead,) = messages.dead()
        assert messages.revive(dead.id)
        assert not messages.revive(dead.id)
        assert not messages.revive(dead.id + 1)
        assert messages.dead() == []


def test_nobody_reads_a_mail_that_is_not_there(database: str) -> None:
    with db.transaction(readonly=True):
        assert messages.read(17) is None


def test_mails_are_dated_by_the_clock(database: str) -> None:
    with clock.ahead(days=1), db.transaction():
        write()
        (noted,) = messages.newest()
        assert (clock.now() - noted.made_at).total_seconds() < 5


def test_copies_are_forgotten_after_two_years_but_never_what_still_waits(database: str) -> None:
    with db.transaction():
        write(key="waits")
        write(key="dead", to="zoe")
    with clock.ahead(days=729), db.transaction():
        assert messages.forget() == 0
    with clock.ahead(days=731), db.transaction():
        assert (messages.forget(), messages.forget()) == (1, 0)
        assert [mail.status for mail in messages.newest()] == [MailStatus.WAITING]


def test_a_key_may_be_of_any_length(database: str) -> None:
    with db.transaction():
        write(key="already registered:" + "a" * 254)
        write(key="already registered:" + "a" * 254)
        write(key="already registered:" + "a" * 253 + "b")
        assert len(messages.newest()) == 2
