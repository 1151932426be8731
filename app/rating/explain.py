"""Why a call cost what it cost, in sentences that anybody can follow with a pocket calculator."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.money import Money, decimal_text
from app.rating.price import Rate, billed_seconds, price_of


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentences in order, and the price that they lead to."""

    sentences: list[str]
    price: Money


def explain(rate: Rate, seconds: int, *, kept_aside: Money, seconds_max: int) -> Explanation:
    """How the price of a call answered for `seconds` comes about, at the rate stored on it.

    Every sum in the sentences is exact, and the last sentence names the price: that of `price_of`, but never
    more than was kept aside for the call. 0 seconds mean that it was not answered.
    """
    price = min(price_of(rate, seconds), kept_aside)
    return Explanation(list(_sentences(rate, seconds, kept_aside, seconds_max)), price)


def _sentences(rate: Rate, seconds: int, kept_aside: Money, seconds_max: int) -> Iterator[str]:
    yield _which(rate)
    longest = f"{_seconds(seconds_max)}{_in_minutes(seconds_max)}"
    yield (
        f"Before we dialled, {_text(kept_aside)} was kept aside: enough for {longest}. "
        "What a call does not use is free again when it ends."
    )
    if seconds == 0:
        yield "The call was not answered, so it cost nothing."
        return
    yield f"The call was answered for {_seconds(seconds)}."
    if seconds < rate.grace:
        yield f"A call answered for less than {_seconds(rate.grace)} is free, so it cost nothing."
        return
    yield from _counting(rate, seconds)
    yield from _adding_up(rate, seconds, kept_aside)


def _which(rate: Rate) -> str:
    """The rate itself, and how its seconds are counted."""
    where = (
        f"Numbers that begin with +{rate.prefix} are {rate.destination}" if rate.prefix else rate.destination
    )
    fee = f", and {_amount(rate.connection_fee, rate)} once for the connection" if rate.connection_fee else ""
    return f"{where}: {_amount(rate.per_minute, rate)} a minute{fee}."


def _counting(rate: Rate, seconds: int) -> Iterator[str]:
    billed = billed_seconds(rate, seconds)
    if rate.first_increment == rate.increment == 1:
        yield "This rate is charged by the second."
        return
    if rate.first_increment == rate.increment:
        rule = f"in steps of {_seconds(rate.increment)}, each begun step counting whole"
    else:
        rule = f"for at least {_seconds(rate.first_increment)}, then in steps of {_seconds(rate.increment)}"
    further = (billed - rate.first_increment) // rate.increment
    if not further:
        yield f"This rate is charged {rule}: {_seconds(billed)} to pay for."
        return
    sum_of_steps = f"{rate.first_increment} + {further} × {rate.increment} = {billed}"
    yield f"This rate is charged {rule}: {sum_of_steps} seconds to pay for."


def _adding_up(rate: Rate, seconds: int, kept_aside: Money) -> Iterator[str]:
    """The sum: seconds times the price of a minute, the fee, and at most what was kept aside."""
    billed, price = billed_seconds(rate, seconds), price_of(rate, seconds)
    talked = price - Money(rate.connection_fee, rate.currency)
    yield _times(rate, billed, talked)
    if rate.connection_fee:
        yield f"With the connection fee: {talked} + {decimal_text(rate.connection_fee)} = {_text(price)}."
    if price > kept_aside:
        yield (
            f"Only {_text(kept_aside)} was kept aside for the call, and a call never costs more than that: "
            "the rest is on us."
        )
    yield f"So the call cost {_text(min(price, kept_aside))}."


def _times(rate: Rate, billed: int, talked: Money) -> str:
    product = f"{billed} × {decimal_text(rate.per_minute)} ÷ 60"
    if rate.per_minute * billed % 60 == 0:
        return f"{product} = {_text(talked)}."
    below = decimal_text(talked.micros - 1)
    return f"{product} is a little more than {below}. Rounded up to a millionth: {_text(talked)}."


def _amount(micros: int, rate: Rate) -> str:
    return _text(Money(micros, rate.currency))


def _text(amount: Money) -> str:
    return f"{amount} {amount.currency}"


def _in_minutes(count: int) -> str:
    minutes, rest = divmod(count, 60)
    return f" ({minutes} min {rest} s)" if minutes else ""


def _seconds(count: int) -> str:
    return "1 second" if count == 1 else f"{count} seconds"
