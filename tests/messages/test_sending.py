"""Mails leave once, whatever the mail server does and however many workers send."""

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app import clock, config, db, messages
from app.messages import claims, sending, smtp
from app.messages.claims import BACKOFF_MINUTES, TRIES_MAX
from app.messages.letters import Letter, account
from app.messages.models import MailStatus
from app.messages.outbox import Noted
from tests.payments import paper
from tests.support.mailbox import Mailbox, html_of, link_of, text_of
from tests.support.server import free_ports
from tests.support.threads import at_once, failures

ROOT = Path(__file__).parents[2]
URL = "http://127.0.0.1:8000/confirm/abc"
ZOE = "zoe@example.org"


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture, app: object) -> pytest.LogCaptureFixture:
    """What we log, although the application has put its own handler in place of all others."""
    caplog.set_level("WARNING")
    logging.getLogger().addHandler(caplog.handler)
    return caplog


def write(*to: str, attachment: str = "", letter: Letter | None = None) -> None:
    with db.transaction():
        for number, address in enumerate(to or (ZOE,)):
            messages.write(
                letter or account.confirm_address(URL), to=address, key=f"{number}", attachment=attachment
            )


def mails() -> list[Noted]:
    """Every mail, oldest first."""
    with db.transaction(readonly=True):
        return messages.newest()[::-1]


def states() -> list[str]:
    return [mail.status.value for mail in mails()]


def minutes_left() -> int:
    """Until the first mail is due again."""
    return round((mails()[0].due_at - clock.now()).total_seconds() / 60)


def send_at(url: str) -> None:
    config.use(replace(config.settings(), smtp_url=url))


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"


def test_a_mail_arrives_with_all_that_belongs_to_it(mailbox: Mailbox) -> None:
    write()
    assert messages.send_due() == 1
    (mail,) = mailbox.mails
    assert mailbox.envelopes == [("no-reply@example.org", [ZOE])]
    assert (mail["To"], mail["From"]) == (ZOE, "Farthing <no-reply@example.org>")
    assert mail["Subject"] == "Confirm your address for Farthing"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail["Date"].datetime is not None
    assert link_of(mail) == URL
    assert f'href="{URL}"' in html_of(mail)
    assert states() == ["sent"]


def test_what_is_sent_is_not_sent_again(mailbox: Mailbox) -> None:
    write()
    with clock.ahead(days=1):
        assert [messages.send_due(), messages.send_due()] == [1, 0]
    with clock.ahead(days=2):
        messages.send_due()
    assert len(mailbox.mails) == 1


def test_what_is_undone_is_never_sent(mailbox: Mailbox) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        messages.write(account.confirm_address(URL), to=ZOE, key="undone")
        raise ZeroDivisionError
    assert messages.send_due() == 0
    assert mailbox.connections == 0


def test_a_round_takes_one_connection_and_no_more_than_its_limit(mailbox: Mailbox) -> None:
    write(*(f"a{number}@example.org" for number in range(25)))
    assert messages.send_due(limit=20) == 20
    assert mailbox.connections == 1
    assert messages.send_due() == 5


def test_many_workers_send_each_mail_once(mailbox: Mailbox) -> None:
    people = [f"a{number}@example.org" for number in range(40)]
    write(*people)

    def work() -> int:
        return sum(messages.send_due(limit=5) for _ in range(10))

    done = at_once(*[work] * 4)
    assert failures(done) == []
    assert sorted(mail["To"] for mail in mailbox.mails) == sorted(people)
    assert set(states()) == {"sent"}


def test_a_server_that_is_away_keeps_all_waiting_and_says_so_once(
    mailbox: Mailbox, log: pytest.LogCaptureFixture
) -> None:
    send_at(f"smtp://127.0.0.1:{free_ports(1)[0]}")
    write("a@example.org", "b@example.org")
    assert [messages.send_due(), messages.send_due()] == [0, 0]
    assert [(mail.status, mail.tries) for mail in mails()] == [(MailStatus.WAITING, 0)] * 2
    assert len(log.records) == 1
    send_at(mailbox.url)
    with clock.ahead(minutes=2):
        assert messages.send_due() == 2


def test_a_server_is_asked_again_after_a_minute(mailbox: Mailbox, log: pytest.LogCaptureFixture) -> None:
    send_at(f"smtp://127.0.0.1:{free_ports(1)[0]}")
    write()
    for minute in range(30):
        with clock.ahead(seconds=61 * minute):
            messages.send_due()
    assert len(log.records) == 30
    assert [(mail.status, mail.tries) for mail in mails()] == [(MailStatus.WAITING, 0)]


def test_a_server_that_says_nothing_keeps_all_waiting(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SECONDS_TO_ANSWER", 0.3)
    write("a@example.org", "b@example.org")
    with silent_server() as url:
        send_at(url)
        assert messages.send_due() == 0
    assert [(mail.status, mail.tries) for mail in mails()] == [(MailStatus.WAITING, 0)] * 2


def test_a_server_that_stops_within_a_mail_costs_that_one_a_try(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SECONDS_TO_ANSWER", 0.3)
    write("a@example.org", "b@example.org")
    mailbox.hang()
    assert messages.send_due() == 0
    assert [mail.tries for mail in mails()] == [1, 0]
    mailbox.hang(False)
    with clock.ahead(minutes=2):
        assert messages.send_due() == 2


def test_a_round_ends_in_time_when_the_server_is_slow(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ROUND_SECONDS_MAX", 0)
    write("a@example.org", "b@example.org")
    assert messages.send_due() == 0
    assert [mail.tries for mail in mails()] == [0, 0]
    monkeypatch.setattr(sending, "ROUND_SECONDS_MAX", 20)
    assert messages.send_due() == 2


def test_one_recipient_that_is_refused_does_not_stop_the_others(mailbox: Mailbox) -> None:
    mailbox.refuse("nobody@example.org")
    write("a@example.org", "nobody@example.org", "b@example.org")
    assert messages.send_due() == 2
    assert states() == ["sent", "dead", "sent"]
    assert mails()[1].said == "550 5.1.1 no such mailbox"


@pytest.mark.parametrize("answer", ["450 4.2.1 busy", "550 5.7.1 you may not relay", "530 sign in first"])
def test_what_may_pass_is_tried_again(mailbox: Mailbox, answer: str) -> None:
    mailbox.refuse(ZOE, answer)
    write()
    messages.send_due()
    assert (states(), mails()[0].said, minutes_left()) == (["waiting"], answer, 1)
    mailbox.refuse(ZOE, "")
    with clock.ahead(minutes=1):
        assert messages.send_due() == 1


def test_tries_come_later_each_time_until_the_mail_is_given_up(mailbox: Mailbox) -> None:
    mailbox.refuse_content("554 we do not like it")
    write()
    waits, ahead = [], 0
    for _ in range(TRIES_MAX):
        with clock.ahead(minutes=ahead):
            messages.send_due()
            waits.append(minutes_left())
        ahead += waits[-1]
    assert waits[:-1] == list(BACKOFF_MINUTES)
    assert states() == ["dead"]
    (dead,) = mails()
    with db.transaction():
        assert messages.revive(dead.id)
    mailbox.refuse_content("")
    assert messages.send_due() == 1


def test_a_server_that_closes_the_door_is_left_alone(mailbox: Mailbox) -> None:
    mailbox.refuse_content("421 4.3.2 closing")
    write("a@example.org", "b@example.org")
    assert messages.send_due() == 0
    assert states() == ["waiting", "waiting"]
    assert mailbox.connections == 1


def test_a_worker_that_dies_after_sending_repeats_the_same_mail(mailbox: Mailbox, database: str) -> None:
    """It cannot know that the mail arrived: the repeat comes after the lease, with the same Message-ID."""
    write()
    program = (
        "from app import config, db, messages; from tests.support.world import settings_for; "
        f"config.use(settings_for({database!r}, SMTP_URL={mailbox.url!r})); db.bind({database!r}); "
        "messages.send_due()"
    )
    started = threading.Event()
    workers: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        assert started.wait(10)
        workers[0].kill()
        workers[0].wait()

    mailbox.on_mail = kill
    workers.append(subprocess.Popen([sys.executable, "-c", program], cwd=ROOT))
    started.set()
    assert workers[0].wait(60) == -9
    mailbox.on_mail = None
    assert (len(mailbox.mails), states()) == (1, ["waiting"])
    assert messages.send_due() == 0
    with clock.ahead(minutes=6):
        assert messages.send_due() == 1
    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert states() == ["sent"]


def test_different_mails_have_different_ids(mailbox: Mailbox) -> None:
    write("a@example.org", "b@example.org")
    messages.send_due()
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 2


def test_a_newline_in_a_subject_makes_no_header(mailbox: Mailbox) -> None:
    letter = replace(account.confirm_address(URL), subject="Hello\r\nBcc: all@example.org\n\nBody")
    write(letter=letter)
    assert messages.send_due() == 1
    (mail,) = mailbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@example.org Body"
    assert mailbox.envelopes[0][1] == [ZOE]


def test_a_newline_in_the_table_makes_no_header_either(mailbox: Mailbox) -> None:
    """Whoever writes the table past us still sends nothing to others."""
    write()
    with db.transaction():
        db.execute(text("UPDATE mails SET \"to\" = 'zoe@example.org\nBcc: all@example.org'"))
    assert messages.send_due() == 0
    assert states() == ["waiting"]
    assert mailbox.mails == []


def test_letters_of_the_world_arrive_as_they_were_written(mailbox: Mailbox) -> None:
    letter = replace(account.confirm_address(URL), subject="Grüße aus کابل", paragraphs=("Zoë: “ü” 💷",))
    write("zoë@bücher.example", letter=letter)
    assert messages.send_due() == 1, mails()
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Grüße aus کابل"
    assert "Zoë: “ü” 💷" in text_of(mail)
    assert mailbox.envelopes[0][1] == ["zoë@xn--bcher-kva.example"]


def test_an_attachment_is_made_when_the_mail_is_sent(mailbox: Mailbox) -> None:
    messages.attach("test", lambda number: (f"receipt-{number}.pdf", "application/pdf", b"%PDF-1.7 test"))
    write(attachment="test:17")
    assert messages.send_due() == 1
    (attached,) = mailbox.mails[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("receipt-17.pdf", "application/pdf")
    assert attached.get_content() == b"%PDF-1.7 test"


def test_the_welcome_brings_the_contract_in_short(mailbox: Mailbox) -> None:
    write(letter=account.welcome(["+442079460123"], URL, URL))
    assert messages.send_due() == 1
    (attached,) = mailbox.mails[0].iter_attachments()
    assert attached.get_filename() == "contract-summary.pdf"
    printed = " ".join(paper.lines(attached.get_content()))
    assert paper.pages(attached.get_content()) == 1
    for word in ("Farthing: contract summary", "No emergency calls", "US$5.00 or more", "120 minutes"):
        assert word in printed


def test_an_attachment_that_cannot_be_made_stops_its_own_mail_only(mailbox: Mailbox) -> None:
    write("a@example.org", attachment="unheard-of:1")
    with db.transaction():
        messages.write(account.confirm_address(URL), to="b@example.org", key="other")
    assert messages.send_due() == 1
    assert states() == ["waiting", "sent"]
    assert mails()[0].said == "it could not be made: see the log"


def test_a_demo_without_a_mail_server_keeps_its_mails_to_be_read(app: object) -> None:
    write()
    assert messages.send_due() == 0
    assert states() == ["kept"]


def test_without_a_mail_server_mails_wait_and_the_log_says_so_once(
    app: object, log: pytest.LogCaptureFixture
) -> None:
    config.use(replace(config.settings(), demo=False))
    sending._warn_once.cache_clear()
    write()
    messages.send_due()
    messages.send_due()
    assert states() == ["waiting"]
    assert [record.getMessage() for record in log.records] == ["SMTP_URL is not set: mails wait until it is"]


def test_nothing_of_a_mail_is_in_the_log(mailbox: Mailbox, log: pytest.LogCaptureFixture) -> None:
    mailbox.refuse(ZOE, f"550 no such user {ZOE}")
    write()
    messages.send_due()
    assert "given up" in log.text
    told = repr([vars(record) for record in log.records])
    assert ZOE not in told and "confirm/abc" not in told


def test_no_transaction_is_open_while_a_mail_server_is_asked(mailbox: Mailbox) -> None:
    seen: list[int] = []
    mailbox.on_mail = partial(_write_another, seen)
    write()
    assert messages.send_due() == 1
    assert seen == [1]


def _write_another(seen: list[int]) -> None:
    with db.transaction():
        messages.write(account.confirm_address(URL), to="b@example.org", key="another")
    seen.append(1)


@pytest.mark.parametrize(
    "sender", ["Farthing", "Farthing <>", "a@b@c", "<", "Farthing <no reply@example.org>"]
)
def test_a_sender_that_is_none_keeps_the_mails_waiting(
    mailbox: Mailbox, log: pytest.LogCaptureFixture, sender: str
) -> None:
    config.use(replace(config.settings(), mail_from=sender))
    write()
    assert messages.send_due() == 0
    assert [(mail.status, mail.tries) for mail in mails()] == [(MailStatus.WAITING, 0)]
    assert [vars(record)["reason"] for record in log.records] == ["MAIL_FROM is no address"]


def test_what_waits_is_found_by_its_index_among_all_that_left(database: str) -> None:
    """Every worker asks each second."""
    asked: list[str] = []
    with db.transaction() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(str(told[2])))
        claims.claim(20)
    where = next(line for line in asked if "FROM mails" in line).partition("WHERE")[2]
    assert where.strip().startswith("mails.status = 'waiting' AND")
