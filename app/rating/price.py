"""What a call costs, and how long a budget lasts: pure, in whole numbers, and inverse to each other."""

from dataclasses import dataclass, replace

from app.money import Money

SECONDS_MAX = 86_400  # the longest call that the carrier connects


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one prefix, as fixed when a call is placed. Amounts in millionths, times in seconds."""

    version_id: int
    prefix: str
    destination: str
    currency: str
    per_minute: int
    connection_fee: int
    first_increment: int
    increment: int
    grace: int
    blocked: bool


def with_surcharge(rate: Rate, surcharge: int) -> Rate:
    """The rate on an access number that costs so many millionths a minute more."""
    return replace(rate, per_minute=rate.per_minute + surcharge) if surcharge else rate


def billed_seconds(rate: Rate, seconds: int) -> int:
    """The seconds paid for a call answered for `seconds`: the first increment, then whole further ones.

    None are billed for a call that was not answered, or for less than the grace of its rate.
    """
    assert seconds >= 0, "a call never lasts for less than nothing"
    if seconds == 0 or seconds < rate.grace:
        return 0
    further = max(0, seconds - rate.first_increment)
    return rate.first_increment + _rounded_up(further, rate.increment) * rate.increment


def price_of(rate: Rate, seconds: int) -> Money:
    """What a call answered for `seconds` costs, rounded up to a whole millionth."""
    assert not rate.blocked, "a blocked prefix has no price"
    billed = billed_seconds(rate, seconds)
    if billed == 0:
        return Money.zero(rate.currency)
    return Money(rate.connection_fee + _rounded_up(rate.per_minute * billed, 60), rate.currency)


def seconds_for(rate: Rate, budget: Money) -> int:
    """The longest call whose price fits `budget`: one second more would not, or would exceed SECONDS_MAX.

    A budget in another currency raises CurrencyMismatch.
    """
    assert not rate.blocked, "a blocked prefix has no price"
    free = max(0, rate.grace - 1)
    left = (budget - Money(rate.connection_fee, rate.currency)).micros
    if left < 0:
        return min(free, SECONDS_MAX)

    if rate.per_minute == 0:
        return SECONDS_MAX
    further = left * 60 // rate.per_minute - rate.first_increment
    if further < 0:
        return min(free, SECONDS_MAX)
    billed = rate.first_increment + further // rate.increment * rate.increment
    return min(max(free, billed), SECONDS_MAX)


def minutes_for(rate: Rate, budget: Money, *, seconds_max: int) -> int:
    """The whole minutes that a caller with this budget is told, on the phone and on every page."""
    return min(seconds_for(rate, budget), seconds_max) // 60


def _rounded_up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
