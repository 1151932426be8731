"""Sending what is due: each mail once, whatever the mail server does."""

import logging
import smtplib
import time
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.message import EmailMessage
from functools import cache, partial

from app import clock, config, db
from app.messages import addresses, attachments, claims, composing, smtp
from app.messages.claims import Claimed

log = logging.getLogger(__name__)

QUIET = timedelta(minutes=1)  # how long a mail server that is away is left alone
ROUND_SECONDS_MAX = 20  # other jobs wait for this one

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_quiet_until: dict[str, datetime] = {}  # by mail server


def send_due(limit: int = 20) -> int:
    """Send the mails that are due, over one connection; answers how many left.

    Called outside any transaction, by any number of workers at once. A mail server that is away keeps all of
    them waiting; a mail that it refuses waits for longer each time, and is given up after the last try or
    when there is no such recipient.
    """
    url = config.settings().smtp_url
    if not url:
        _without_a_server()
        return 0
    if clock.now() < _quiet_until.get(url, _LONG_AGO):
        return 0
    due = db.attempt(partial(claims.claim, limit))
    return _send(due, url) if due else 0


def _send(due: list[Claimed], url: str) -> int:
    left = 0
    until = time.monotonic() + ROUND_SECONDS_MAX
    waiting = list(due)
    try:
        _check_sender()
        with smtp.connected(url) as server:
            while waiting and time.monotonic() < until:
                left += _send_one(waiting.pop(0), server)
    except smtp.Away as error:
        # one line for all of them: it says nothing about any mail
        log.warning("the mail server cannot be used: mails wait", extra={"reason": str(error)})
        _quiet_until[url] = clock.now() + QUIET
    finally:
        if waiting:
            again = max(clock.now(), _quiet_until.get(url, _LONG_AGO))
            db.attempt(partial(claims.give_back, waiting, again))
    return left


def _check_sender() -> None:
    """No mail is to blame for a sender that is none. Raises Away."""
    try:
        composing.sender()
    except (ValueError, MessageError, IndexError) as error:
        raise smtp.Away("MAIL_FROM is no address") from error


def _send_one(mail: Claimed, server: smtplib.SMTP) -> bool:
    """Send one and note what became of it. Raises Away when no other can follow."""
    message = _compose(mail)
    if message is None:
        return False
    sender, to = composing.sender().addr_spec, addresses.recipient(mail.to).addr_spec
    try:
        smtp.deliver(server, message, sender=sender, to=to)
    except smtp.Refused as refused:
        _note_refusal(mail, refused)
        return False
    except smtp.Away as error:
        # it may have arrived: if so, the next one carries the same Message-ID
        db.attempt(partial(claims.put_off, mail, str(error)))
        raise
    db.attempt(partial(claims.sent, mail))
    return True


def _compose(mail: Claimed) -> EmailMessage | None:
    try:
        with db.transaction(readonly=True):
            attachment = attachments.made(mail.attachment)
        return composing.message(mail, attachment)
    except Exception:  # one mail that cannot be made must not keep the others waiting
        log.exception("a mail could not be made", extra={"mail": mail.id, "letter": mail.letter})
        db.attempt(partial(claims.put_off, mail, "it could not be made: see the log"))
        return None


def _note_refusal(mail: Claimed, refused: smtp.Refused) -> None:
    end = claims.give_up if refused.for_good else claims.put_off
    db.attempt(partial(end, mail, refused.said))
    given_up = refused.for_good or mail.tries >= claims.TRIES_MAX
    words = "a mail was given up" if given_up else "a mail was put off"
    # the reply may hold the address, which is no business of a log: the code of it says enough
    log.warning(words, extra={"mail": mail.id, "letter": mail.letter, "reason": refused.said[:3]})


def _without_a_server() -> None:
    if config.settings().demo:
        db.attempt(claims.keep)
    else:
        _warn_once()


@cache
def _warn_once() -> None:
    log.warning("SMTP_URL is not set: mails wait until it is")
