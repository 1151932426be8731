"""Signing up, and confirming the address: until then there is nobody but a wish.

A page never tells whether an address is known: only its mailbox learns that. Whoever signs up with an address
that nobody has confirmed replaces what was there, so that no stranger prepares an account for somebody else.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app import clock, config, db, messages
from app.customers import consents, links, names
from app.customers.consents import Purpose
from app.customers.models import Consent, Customer, Link, LinkPurpose, SignIn
from app.errors import LinkDead, NameTaken
from app.messages.letters import account
from app.messages.models import Mail
from app.money import Money
from app.throttle import Limit

BY_ADDRESS = Limit("sign-up by address", 20, timedelta(hours=1))
BY_NAME = Limit("sign-up by name", 5, timedelta(hours=1))  # silently: it only spares somebody's mailbox
TRIES = Limit("confirm by customer", 10, timedelta(minutes=15))
UNCONFIRMED_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody signs up with. `email` and `user_name` as `names` gave them."""

    email: str
    user_name: str | None
    password_hash: str
    said: Mapping[Purpose, bool]
    version: str  # of the words it was said to
    address: str  # the network's
    language: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose link was opened, and who has not confirmed yet."""

    customer_id: int
    password_hash: str
    email: str


def join(wish: Wish) -> str:
    """Write a mail to whoever signs up; answers a name for the link in it that gives nothing away.

    The same from outside whether or not the address is known. Raises NameTaken for a user name.
    """
    known = _known(wish.email.lower())
    _free_user_name(wish)
    if not BY_NAME.count(names.subject(wish.email.lower())):
        return secrets.token_hex(32)
    if known is not None and known.confirmed_at is not None:
        return _tell_who_is_known(known)
    customer_id = _write(wish)
    if customer_id is None:
        return _tell_who_is_known(_known(wish.email.lower()))
    consents.record(customer_id, wish.said, version=wish.version, address=wish.address)
    links.end(customer_id, LinkPurpose.CONFIRM)
    token = links.make(customer_id, LinkPurpose.CONFIRM)
    letter = account.confirm_address(links.url(token, LinkPurpose.CONFIRM))
    messages.write(letter, to=wish.email, key=f"confirm:{links.digest(token)}")
    return links.digest(token)


def look(token: str) -> Pending:
    """Who may confirm with this link, without doing it. Raises LinkDead."""
    customer_id = links.look(token, LinkPurpose.CONFIRM)
    asked = select(Customer.id, Customer.password_hash, Customer.email).where(Customer.id == customer_id)
    row = db.execute(asked).one()
    return Pending(row.id, row.password_hash, row.email)


def claim(token: str) -> int:
    """Use the link up: the address is its owner's. Raises LinkDead. `open_account` follows."""
    return links.use(token, LinkPurpose.CONFIRM)


def open_account(customer_id: int, card_id: int, *, access_numbers: Sequence[str]) -> None:
    """Give somebody who has confirmed the address their card, and welcome them. Raises LinkDead."""
    opened = db.execute(
        update(Customer)
        .where(Customer.id == customer_id, Customer.confirmed_at.is_(None))
        .values(confirmed_at=clock.now(), card_id=card_id)
        .returning(Customer.email)
    ).scalar_one_or_none()
    if opened is None:
        raise LinkDead("This address is confirmed already.")
    site = config.settings().public_base_url
    letter = account.welcome(access_numbers, f"{site}/account/pin", f"{site}/how-to-call")
    messages.write(letter, to=opened, key=f"welcome:{customer_id}", customer=customer_id)


def enrol(wish: Wish, card_id: int) -> int:
    """A customer whose address needs no mail to confirm it; answers who it is. Raises NameTaken."""
    customer_id = _write(wish)
    if customer_id is None:
        raise NameTaken("Somebody has this address.")
    consents.record(customer_id, wish.said, version=wish.version, address=wish.address)
    confirmed = {"confirmed_at": clock.now(), "card_id": card_id}
    db.execute(update(Customer).where(Customer.id == customer_id).values(confirmed))
    return customer_id


def forget_unconfirmed() -> int:
    """Delete who has not confirmed within a week, with what they said; answers how many."""
    old = (Customer.confirmed_at.is_(None), Customer.made_at < clock.now() - UNCONFIRMED_KEPT)
    ids = db.execute(select(Customer.id).where(*old).limit(1000).with_for_update()).scalars().all()
    for model in (Consent, Link, SignIn):
        db.execute(delete(model).where(model.customer_id.in_(ids)))
    db.execute(update(Mail).where(Mail.customer_id.in_(ids)).values(customer_id=None))
    return db.execute(delete(Customer).where(Customer.id.in_(ids))).rowcount


def _known(email_key: str) -> Any:
    asked = select(Customer.id, Customer.email, Customer.confirmed_at).where(Customer.email_key == email_key)
    return db.execute(asked.with_for_update()).one_or_none()


def _free_user_name(wish: Wish) -> None:
    """A name belongs to who has confirmed an address. A mere wish keeps nobody else from it.

    Else a name that is suddenly taken would tell that the address it was tried with was unknown.
    """
    if wish.user_name is None:
        return
    taken = select(Customer.id).where(
        Customer.user_name == wish.user_name, Customer.confirmed_at.is_not(None)
    )
    if db.execute(taken).one_or_none() is not None:
        raise NameTaken("Somebody has this user name. Choose another one, or sign up without.")
    wished = (Customer.user_name == wish.user_name, Customer.confirmed_at.is_(None))
    others = update(Customer).where(*wished, Customer.email_key != wish.email.lower())
    db.execute(others.values(user_name=None))


def _tell_who_is_known(known: Any) -> str:
    letter = account.already_registered(f"{config.settings().public_base_url}/login")
    name = secrets.token_hex(32)
    messages.write(letter, to=known.email, key=f"already_registered:{name}", customer=known.id)
    return name


def _write(wish: Wish) -> int | None:
    """Keep the wish; None when somebody has confirmed the address this very moment."""
    settings, now = config.settings(), clock.now()
    values = {
        "email": wish.email,
        "user_name": wish.user_name,
        "password_hash": wish.password_hash,
        "language": wish.language,
        "made_at": now,
    }
    low = Money.parse(settings.low_balance, settings.selling.currency)
    first = {"email_key": wish.email.lower(), "time_zone": "UTC", "low_balance": low.micros}
    statement = db.insert(Customer).values(**values, **first)
    statement = statement.on_conflict_do_update(
        index_elements=[Customer.email_key], set_=values, where=Customer.confirmed_at.is_(None)
    )
    made: int | None = db.execute(statement.returning(Customer.id)).scalar_one_or_none()
    return made
