"""Links in mails: each does one thing, once, and not for long."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app import clock, config, db, sealing
from app.customers.models import Link, LinkPurpose
from app.errors import LinkDead

LASTS = {LinkPurpose.CONFIRM: timedelta(hours=24), LinkPurpose.RESET: timedelta(hours=1)}


def make(customer_id: int, purpose: LinkPurpose) -> str:
    """A new token for this purpose; it is kept nowhere but in the mail."""
    token, now = secrets.token_urlsafe(32), clock.now()
    values = {"token": digest(token), "customer_id": customer_id, "purpose": purpose}
    db.execute(insert(Link).values(**values, made_at=now, expires_at=now + LASTS[purpose]))
    return token


def url(token: str, purpose: LinkPurpose) -> str:
    """The address of the page that the token opens. In the query, since paths are logged."""
    return f"{config.settings().public_base_url}/{purpose}?token={token}"


def look(token: str, purpose: LinkPurpose) -> int:
    """Whose link this is, without using it. Raises LinkDead."""
    found = db.execute(select(Link.customer_id).where(*_living(token, purpose))).scalar_one_or_none()
    return _alive(found)


def use(token: str, purpose: LinkPurpose) -> int:
    """Use the link up, with all others of the same person and purpose; answers whose it was.

    Raises LinkDead. Of two who use one link at once only one gets through.
    """
    used = update(Link).where(*_living(token, purpose)).values(used_at=clock.now())
    customer_id = _alive(db.execute(used.returning(Link.customer_id)).scalar_one_or_none())
    end(customer_id, purpose)
    return customer_id


def end(customer_id: int, purpose: LinkPurpose) -> None:
    """Let no link of this person do this any more."""
    mine = (Link.customer_id == customer_id, Link.purpose == purpose, Link.used_at.is_(None))
    db.execute(update(Link).where(*mine).values(used_at=clock.now()))


def digest(token: str) -> str:
    """What of a token is kept in the table."""
    return sealing.digest("link", token)


def _living(token: str, purpose: LinkPurpose) -> tuple[Any, ...]:
    right = (Link.token == digest(token), Link.purpose == purpose)
    return *right, Link.used_at.is_(None), Link.expires_at > clock.now()


def _alive(customer_id: int | None) -> int:
    if customer_id is None:
        raise LinkDead("This link was used already, is too old, or is not complete.")
    return customer_id
