"""Changing a password: by whoever knows the old one, or has the link that was sent to the address."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app import clock, config, db, messages
from app.customers import attempts, links, names, sign_ins
from app.customers.models import Customer, LinkPurpose
from app.messages.letters import account
from app.throttle import Limit

FORGOT_BY_ADDRESS = Limit("forgot by address", 20, timedelta(hours=1))
FORGOT_BY_NAME = Limit("forgot by name", 3, timedelta(hours=1))
RESET_BY_ADDRESS = Limit("reset by address", 30, timedelta(hours=1))


def forgot(name: str, *, address: str) -> None:
    """Send a link to whom an address or a user name belongs, if to anybody. Nobody learns which.

    Too many requests are passed over silently, since the mailbox is somebody else's.
    """
    key = names.key(name)
    column = Customer.email_key if "@" in key else Customer.user_name
    asked = select(Customer.id, Customer.email, Customer.email_key)
    found = db.execute(asked.where(column == key, Customer.confirmed_at.is_not(None))).one_or_none()
    subject = names.subject(key if found is None else found.email_key)
    limits = ((FORGOT_BY_ADDRESS, attempts.network(address)), (FORGOT_BY_NAME, subject))
    # no further than the first that refuses: a refused address keeps nobody from a link
    if all(limit.count(subject) for limit, subject in limits):
        _pretend() if found is None else _send_link(found)


def look(token: str) -> tuple[str, ...]:
    """The names of whose link this is, which make poor passwords. Raises LinkDead."""
    asked = select(Customer.email, Customer.user_name)
    row = db.execute(asked.where(Customer.id == links.look(token, LinkPurpose.RESET))).one()
    return tuple(name for name in row if name)


def reset(token: str, password_hash: str, *, address: str) -> int:
    """Set a new password by a link, which is used up; answers whose. Raises LinkDead."""
    customer_id = links.use(token, LinkPurpose.RESET)
    change(customer_id, password_hash, address=address)
    return customer_id


def change(customer_id: int, password_hash: str, *, address: str) -> None:
    """Set a new password. It ends every session and every reset link, and a mail says so."""
    mine = update(Customer).where(Customer.id == customer_id).values(password_hash=password_hash)
    found = db.execute(mine.returning(Customer.email, Customer.language)).one()
    sign_ins.end_all(customer_id)
    links.end(customer_id, LinkPurpose.RESET)
    now, url = clock.now(), f"{config.settings().public_base_url}/forgot"
    letter = account.secret_changed("password", address, now, url, language=found.language)
    messages.write(
        letter, to=found.email, key=f"password:{customer_id}:{now.isoformat()}", customer=customer_id
    )


def _send_link(found: Any) -> None:
    token = links.make(found.id, LinkPurpose.RESET)
    letter = account.reset_password(links.url(token, LinkPurpose.RESET))
    messages.write(letter, to=found.email, key=f"reset:{links.digest(token)}", customer=found.id)


def _pretend() -> None:
    messages.pretend(account.reset_password(links.url(secrets.token_urlsafe(32), LinkPurpose.RESET)))
