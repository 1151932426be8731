"""Trying a password: how often one may, and what follows when it is right.

A try is counted before the password is looked at, by the network address and by the name, known or not. A
browser in which this customer has signed in before is counted apart, so that an attack locks nobody out.
Hashing takes a while, so it happens between `begin` and `finish`, outside of both transactions.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app import clock, config, db, messages, sealing
from app.customers import devices, names, sign_ins
from app.customers.models import Customer
from app.messages.letters import account
from app.throttle import Limit

WINDOW = timedelta(minutes=15)
BY_ADDRESS = Limit("sign-in by address", 20, WINDOW)
BY_NAME = Limit("sign-in by name", 10, WINDOW)
BY_DEVICE = Limit("sign-in by device", 10, WINDOW)
_OF_NOBODY = Limit("sign-in of nobody", 1_000_000_000, WINDOW)
Counted = tuple[tuple[Limit, str], ...]


@dataclass(frozen=True, slots=True)
class From:
    """Where a try comes from: the network address, what the browser says it is, and its mark, if any."""

    address: str
    device: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one password, counted."""

    customer_id: int | None
    password_hash: str | None  # None: nobody's, to be verified all the same
    is_known_device: bool
    is_allowed: bool
    origin: From
    counted: Counted


def begin(name: str, origin: From) -> Attempt:
    """Count a try for an address or a user name and find whose it is. The door must commit."""
    key = names.key(name)
    found = db.execute(_with_name(key)).one_or_none()
    if found is not None and devices.knows(origin.mark, found.id):
        counted = ((BY_DEVICE, sealing.digest("device subject", origin.mark)),)
        return _count(found, origin, counted, is_known_device=True)
    # by the address, whichever name was typed: a second name is no second row of tries
    subject = names.subject(key if found is None else found.email_key)
    both = ((BY_ADDRESS, network(origin.address)), (BY_NAME, subject))
    return _count(found, origin, both, is_known_device=False)


def begin_again(customer_id: int, origin: From) -> Attempt:
    """Count a try of somebody who is signed in, and is asked once more. The door must commit."""
    found = db.execute(_COLUMNS.where(Customer.id == customer_id)).one()
    return _count(found, origin, ((BY_DEVICE, f"customer {customer_id}"),), is_known_device=True)


def finish(attempt: Attempt, *, is_right: bool, new_hash: str | None = None) -> str | None:
    """Begin the session when the password was right, or record that it was not; answers the session's token.

    None, too, when the password was changed in the meantime. `new_hash` replaces one that is outdated.
    """
    if attempt.customer_id is None or attempt.password_hash is None:
        _OF_NOBODY.count(attempt.counted[-1][1])  # as long as it takes to record a failure of somebody
        return None
    origin = attempt.origin
    if not (is_right and forgive(attempt)):
        sign_ins.record_failure(attempt.customer_id, address=origin.address, device=origin.device)
        return None
    if new_hash:
        mine = update(Customer).where(Customer.id == attempt.customer_id)
        db.execute(mine.values(password_hash=new_hash))
    token = sign_ins.begin(attempt.customer_id, address=origin.address, device=origin.device)
    if not attempt.is_known_device:
        _tell_of_new_device(attempt, token)
    return token


def forgive(attempt: Attempt) -> bool:
    """Take the count of a right password back; answers whether it is still this customer's."""
    mine = select(Customer.email).where(Customer.id == attempt.customer_id)
    same = mine.where(Customer.password_hash == attempt.password_hash).with_for_update()
    if db.execute(same).one_or_none() is None:
        return False
    for limit, subject in attempt.counted:
        limit.forgive(subject)
    return True


def network(address: str) -> str:
    """Who counts as one address: of IPv6 everybody gets a whole block, so its first half."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


_COLUMNS = select(
    Customer.id, Customer.email, Customer.email_key, Customer.password_hash, Customer.confirmed_at
)


def _with_name(key: str) -> Any:
    return _COLUMNS.where((Customer.email_key if "@" in key else Customer.user_name) == key)


def _count(found: Any, origin: From, counted: Counted, *, is_known_device: bool) -> Attempt:
    # no further than the first that refuses: a refused address locks nobody's name
    refused = next((limit for limit, subject in counted if not limit.count(subject)), None)
    confirmed = found is not None and found.confirmed_at is not None
    if refused not in (None, BY_ADDRESS):
        _tell_of_lock(found if confirmed else None)
    return Attempt(
        customer_id=found.id if confirmed else None,
        password_hash=found.password_hash if confirmed else None,
        is_known_device=is_known_device,
        is_allowed=refused is None,
        origin=origin,
        counted=counted,
    )


def _tell_of_lock(found: Any) -> None:
    """Tell the owner of a name, if there is one; it takes as long when there is none."""
    letter = account.account_locked(
        "Somebody has entered a wrong password for your account again and again, so we let nobody try for "
        "15 minutes.",
        "You need not do anything: a browser in which you have signed in before still works. If you do not "
        "know your password any more, choose a new one.",
        f"{config.settings().public_base_url}/forgot",
    )
    if found is None:
        messages.pretend(letter)
        return
    # one a day: whoever goes on for hours must not fill the mailbox, too
    messages.write(letter, to=found.email, key=f"locked:{found.id}:{clock.now():%Y-%m-%d}", customer=found.id)


def _tell_of_new_device(attempt: Attempt, token: str) -> None:
    mine = select(Customer.email, Customer.language).where(Customer.id == attempt.customer_id)
    found, url = db.execute(mine).one(), f"{config.settings().public_base_url}/account/sign-ins"
    origin = attempt.origin
    letter = account.new_sign_in(
        devices.described(origin.device), origin.address, clock.now(), url, language=found.language
    )
    key = f"new_sign_in:{sealing.digest('new sign-in', token)}"
    messages.write(letter, to=found.email, key=key, customer=attempt.customer_id)
