"""Registering a phone: a code that is spoken or sent to it shows that it is in its owner's hand.

Ringing phones costs money and disturbs people, so it is counted by customer, by network address, by phone and
for all together; numbers that earn money when they are rung are refused whatever the settings allow, and so
are those to which the deck blocks all calls.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import delete, select, update

from app import clock, config, db, messages, numbers, sealing
from app.customers import attempts, phones
from app.customers.models import PhoneCode
from app.customers.profile import Profile
from app.errors import CodeWrong, PhoneRefused, PhoneTaken, TooManyTries
from app.messages.letters import account
from app.numbers import Kind, Refusal
from app.throttle import Limit

LASTS = timedelta(minutes=10)
TRIES = 5
DIGITS = 6
DAY = timedelta(days=1)

BY_CUSTOMER = Limit("phone code by customer", 5, DAY)
BY_PHONE = Limit("phone code by phone", 3, DAY)
BY_ADDRESS = Limit("phone code by address", 15, DAY)
OF_ALL = Limit("phone code of all", 500, DAY)  # what the whole of it may cost in a day

_OWN_A_PHONE = {Kind.FIXED, Kind.MOBILE, Kind.FIXED_OR_MOBILE, Kind.VOIP}
_READ_TEXTS = {Kind.MOBILE, Kind.FIXED_OR_MOBILE}

_ENOUGH = "That was often enough for today. Try again tomorrow."
_KEPT_FREE = "+447700900"  # for films, by Ofcom

_NOT_RUNG = "We cannot ring that number. Use a home or mobile number, with its country code."
_EMERGENCY = "That is no phone of yours. Dial emergency numbers and short codes without us."


@dataclass(frozen=True, slots=True)
class Fresh:
    """A code that was made now: the door tells it to the phone once it is committed, and to nobody else."""

    number: str
    code: str

    @property
    def words(self) -> str:
        """The text message."""
        return (
            f"{self.code} is your {config.settings().brand} code. It works for 10 minutes. "
            "Give it to nobody: we never ask for it."
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A phone whose code is expected."""

    number: str
    label: str
    expires_at: datetime


def make(
    profile: Profile,
    typed: str,
    *,
    label: str,
    as_text: bool,
    address: str,
    own: Callable[[str], bool],
    is_blocked: Callable[[str], bool],
) -> Fresh:
    """Make a code for a phone; the one before is dead.

    It is made for a phone of somebody else, too: who that is shows only to whoever has it in hand. Raises
    PhoneRefused with a sentence, or TooManyTries; counts are kept, so the door must commit all the same.
    """
    number = _number(profile, typed, as_text=as_text, own=own)
    if is_blocked(number):
        raise PhoneRefused(_NOT_RUNG)
    if phones.opens(number) == profile.card_id:
        raise PhoneRefused("This phone is registered already.")
    _count(profile, number, address)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = {
        "number": number,
        "label": label,
        "code": _digest(profile.card_id, number, code),
        "expires_at": clock.now() + LASTS,
        "tries": 0,
    }
    wanted = db.insert(PhoneCode).values(card_id=profile.card_id, **row)
    db.execute(wanted.on_conflict_do_update(index_elements=[PhoneCode.card_id], set_=row))
    return Fresh(number, code)


def waiting(profile: Profile) -> Waiting | None:
    """The phone whose code this customer is asked for, while there is one that may still be right."""
    found = db.execute(select(PhoneCode).where(PhoneCode.card_id == profile.card_id)).one_or_none()
    if found is None or not _is_alive(found):
        return None
    return Waiting(found.number, found.label, found.expires_at)


def enter(profile: Profile, typed: str) -> str:
    """Register the phone whose code this is; answers its number, and a mail says so.

    Raises CodeWrong with a sentence, or PhoneTaken when it opens another card: it never moves by itself. The
    wrong try is counted, so the door must commit all the same.
    """
    mine = PhoneCode.card_id == profile.card_id
    found = db.execute(select(PhoneCode).where(mine).with_for_update()).one_or_none()
    if found is None or not _is_alive(found):
        raise CodeWrong("This code is too old, or was entered wrongly too often. Ask for a new one.")
    digits = "".join(typed.split())
    if not secrets.compare_digest(_digest(profile.card_id, found.number, digits), found.code):
        db.execute(update(PhoneCode).where(mine).values(tries=PhoneCode.tries + 1))
        left = TRIES - found.tries - 1
        raise CodeWrong(_not_this(left))
    db.execute(delete(PhoneCode).where(mine))
    if phones.opens(found.number) not in (None, profile.card_id):
        raise PhoneTaken(
            "This phone is registered with another account. Its owner must remove it there first."
        )
    phones.register(found.number, profile.card_id, label=found.label)
    _tell(profile, found.number, account.phone_registered)
    return str(found.number)


def give_up(profile: Profile) -> None:
    """Forget the phone whose code is expected."""
    db.execute(delete(PhoneCode).where(PhoneCode.card_id == profile.card_id))


def remove(profile: Profile, number: str) -> bool:
    """Let a phone of this customer open nothing any more, and say so by mail; answers whether it did."""
    if not phones.forget(number, profile.card_id):
        return False
    _tell(profile, number, account.phone_removed)
    return True


def may_ring(number: str, *, own: Callable[[str], bool]) -> bool:
    """Whether a registered phone is one that people own: others may earn money when we ring them."""
    try:
        return numbers.parse(number, country="GB", own=own).kind in _OWN_A_PHONE
    except numbers.NumberRefused:
        return _of_a_film(number, "GB", own) is not None


def _number(profile: Profile, typed: str, *, as_text: bool, own: Callable[[str], bool]) -> str:
    """The phone's number in E.164. Dear kinds are refused, whatever the settings allow to be called."""
    country = "US" if profile.language == "en-US" else "GB"
    try:
        read = numbers.parse(typed, country=country, own=own)
    except numbers.NumberRefused as refused:
        return _of_a_film(typed, country, own) or _refuse(refused.reason)
    if read.kind not in _OWN_A_PHONE:
        raise PhoneRefused(_NOT_RUNG)
    if as_text and read.kind not in _READ_TEXTS:
        raise PhoneRefused("That is no mobile number: let us call it instead.")
    return read.e164


def _of_a_film(typed: str, country: str, own: Callable[[str], bool]) -> str | None:
    """A number that no one has, in a demonstration: nobody is rung there, and people try with such ones."""
    found = numbers.caller_id(typed, country=country) if config.settings().demo else None
    return found if found and found.startswith(_KEPT_FREE) and not own(found) else None


def _refuse(reason: Refusal) -> NoReturn:
    without_us = reason in (Refusal.EMERGENCY, Refusal.SHORT_CODE)
    raise PhoneRefused(_EMERGENCY if without_us else _NOT_RUNG)


def _count(profile: Profile, number: str, address: str) -> None:
    counted = (
        (BY_CUSTOMER, str(profile.id)),
        (BY_ADDRESS, attempts.network(address)),
        (BY_PHONE, sealing.digest("phone code subject", number)),
        (OF_ALL, ""),
    )
    # no further than the first that refuses: who has had enough uses up nobody else's tries
    if not all(limit.count(subject) for limit, subject in counted):
        raise TooManyTries(_ENOUGH)


def _is_alive(found: Any) -> bool:
    return bool(found.expires_at > clock.now() and found.tries < TRIES)


def _not_this(left: int) -> str:
    if left <= 0:
        return "That is not the code, and it was the last try. Ask for a new one."
    return f"That is not the code. You have {left} {'try' if left == 1 else 'tries'} left."


def _digest(card_id: int, number: str, code: str) -> str:
    return sealing.digest("phone code", f"{card_id} {number} {code}")


def _tell(profile: Profile, number: str, letter: Callable[[str, str], Any]) -> None:
    url = f"{config.settings().public_base_url}/account/phones"
    subject = sealing.digest("phone in a mail", number)[:24]
    key = f"phone:{profile.card_id}:{subject}:{clock.now().isoformat()}:{letter.__name__}"
    messages.write(letter(number, url), to=profile.email, key=key, customer=profile.id)
