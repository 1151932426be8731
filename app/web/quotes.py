"""What a number costs, as every page tells it: read, looked up and computed as a call would be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app import config, numbers, rating
from app.calls import dialling
from app.calls.access_numbers import Access
from app.errors import BlockedPrefix, DeckRefused, NoRate
from app.money import Money
from app.numbers import Dialled, Kind, NumberRefused, Refusal
from app.rating import Rate
from app.web import filters

BUDGETS = ("5", "10", "20")
TYPED_MAX = 40

NOT_CONNECTED = "We do not connect calls to that number."
_INCOMPLETE = "That is no whole number. Write it with its country code, as in +93 70 123 4567."
_OUR_OWN = "That is one of our access numbers: ring it from your phone."
_WITHOUT_US = "Dial emergency numbers and short codes from your own phone, without us."
_WHY_NOT = {
    Refusal.INCOMPLETE: _INCOMPLETE,
    Refusal.INVALID: _INCOMPLETE,
    Refusal.TOO_LONG: _INCOMPLETE,
    Refusal.EMERGENCY: _WITHOUT_US,
    Refusal.SHORT_CODE: _WITHOUT_US,
    Refusal.SERVICE_CODE: _WITHOUT_US,
    Refusal.OWN_NUMBER: _OUR_OWN,
}


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long one call lasts on a credit, in whole minutes."""

    credit: Money
    minutes: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What the rate box answers: a price and how long it lasts, or the reason why there is none."""

    asked: str
    via: Access | None = None
    number: str = ""
    rate: Rate | None = None
    refusal: str = ""

    @property
    def per_minute(self) -> Money:
        """The price of sixty seconds."""
        assert self.rate is not None, "a refusal has no price"
        return Money(self.rate.per_minute, self.rate.currency)

    @property
    def connection_fee(self) -> Money:
        """What an answered call costs once, whatever its length."""
        assert self.rate is not None, "a refusal has no price"
        return Money(self.rate.connection_fee, self.rate.currency)

    @property
    def increments(self) -> str:
        """How time is counted, in words."""
        return "" if self.rate is None else increments(self.rate)

    @property
    def lasts(self) -> list[Lasts]:
        """The minutes that a caller with these credits would be told."""
        rate = self.rate
        if rate is None:
            return []
        credits = (Money.parse(budget, rate.currency) for budget in BUDGETS)
        assert self.via is not None, "a price is that of an access number"
        most = self.via.line.call_seconds_max
        return [Lasts(credit, rating.minutes_for(rate, credit, seconds_max=most)) for credit in credits]


def quote(asked: str, via: Access | None) -> Quote:
    """The price of a number for whoever rings this access number. Reads in the open transaction."""
    if via is None:
        return Quote(asked, refusal="We have no access number yet.")
    try:
        number = parsed(asked, country=via.country).e164
        rate = dialling.rate_for(via.line, number)
    except NumberRefused as refused:
        return Quote(asked, via, refusal=why_not(refused.reason))
    except (BlockedPrefix, NoRate, DeckRefused):
        return Quote(asked, via, refusal=NOT_CONNECTED)
    return Quote(asked, via, number, rate)


def parsed(typed: str, *, country: str) -> Dialled:
    """The number that is meant, as a call from an access number there would read it. Raises NumberRefused."""
    return numbers.parse(
        re.sub(r"[\s().-]", "", typed),
        country=country,
        allowed=frozenset(map(Kind, config.settings().allowed_number_kinds)),
        own=dialling.is_access_number,
    )


def why_not(reason: Refusal) -> str:
    """Why a number is not dialled, for whoever typed it."""
    return _WHY_NOT.get(reason, NOT_CONNECTED)


def increments(rate: Rate) -> str:
    """How time is counted, in words: `Charged by the second.`"""
    first, further = rate.first_increment, rate.increment
    counted = _each(further) if first == further else f"for at least {_span(first)}, then {_each(further)}"
    grace = f" A call answered for less than {_span(rate.grace)} is free." if rate.grace > 1 else ""
    return f"Charged {counted}.{grace}"


def country_of_reader() -> str:
    """Where the reader is likely to ring from. Asks who is signed in: not inside a transaction."""
    return filters.language().partition("-")[2]


def chosen(known: Sequence[Access], number: str, country: str) -> Access | None:
    """The access number that was asked for, or one of the reader's country, or the first one."""
    asked = [access for access in known if access.number == number]
    near = [access for access in known if access.country == country]
    return next(iter((*asked, *near, *known)), None)


def _each(seconds: int) -> str:
    if seconds == 1:
        return "by the second"
    return "by the started minute" if seconds == 60 else f"in steps of {_span(seconds)}"


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest or not minutes:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return "one minute" if minutes == 1 else f"{minutes} minutes"
