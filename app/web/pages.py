"""Public pages. For now the front page: what a call costs, and how to make one."""

import re
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app import config, db, numbers, rating
from app.calls import access_numbers
from app.calls.access_numbers import Access
from app.errors import BlockedPrefix, NoRate
from app.money import Money
from app.numbers import Kind, NumberRefused, Refusal
from app.rating import Rate

door = Blueprint("web", __name__)

BUDGETS = ("5", "10", "20")

_NOT_CONNECTED = "We do not connect calls to that number."
_INCOMPLETE = "That is no whole number. Write it with its country code, as in +93 70 123 4567."
_WHY_NOT = {
    Refusal.INCOMPLETE: _INCOMPLETE,
    Refusal.INVALID: _INCOMPLETE,
    Refusal.TOO_LONG: _INCOMPLETE,
    Refusal.EMERGENCY: "Dial emergency numbers and short codes from your own phone, without us.",
    Refusal.SHORT_CODE: "Dial emergency numbers and short codes from your own phone, without us.",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """What the rate box answers: a price and how long it lasts, or the reason why there is none."""

    asked: str
    rate: Rate | None = None
    lasts: tuple[tuple[str, int], ...] = ()
    refusal: str = ""


@door.get("/")
def home() -> str:
    """The front page, with the rate box first."""
    asked = request.args.get("number", "")[:40]
    with db.transaction(readonly=True):
        known = access_numbers.all_of_them()
        quote = _quote(asked, request.args.get("from", ""), known) if asked else None
    return render_template(
        "web/home.html",
        access_numbers=known,
        quote=quote,
        brand=config.settings().brand,
        demo=config.settings().demo,
    )


def _quote(asked: str, via: str, known: list[Access]) -> Quote:
    """The price of a number, read, looked up and computed as for a call through the chosen access number."""
    chosen = next((access for access in known if access.number == via), known[0] if known else None)
    if chosen is None:
        return Quote(asked, refusal="We have no access number yet.")
    try:
        number = numbers.parse(
            re.sub(r"[\s().-]", "", asked),
            country=chosen.country,
            allowed=frozenset(map(Kind, config.settings().allowed_number_kinds)),
        )
        rate = rating.find(number.e164, rating.deck_named(chosen.deck).id)
    except NumberRefused as refused:
        return Quote(asked, refusal=_WHY_NOT.get(refused.reason, _NOT_CONNECTED))
    except (BlockedPrefix, NoRate):
        return Quote(asked, refusal=_NOT_CONNECTED)
    return Quote(asked, rate, tuple((str(budget), _minutes(rate, budget)) for budget in _budgets(rate)))


def _budgets(rate: Rate) -> list[Money]:
    return [Money.parse(budget, rate.currency) for budget in BUDGETS]


def _minutes(rate: Rate, budget: Money) -> int:
    return rating.minutes_for(rate, budget, seconds_max=config.settings().call_seconds_max)
