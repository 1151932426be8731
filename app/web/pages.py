"""Public pages. For now the front page: what a call costs, and how to make one."""

import re
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app import config, db, rating
from app.calls import access_numbers
from app.calls.access_numbers import Access
from app.errors import BlockedPrefix, NoRate
from app.money import Money
from app.rating import Rate

door = Blueprint("web", __name__)

BUDGETS = ("5", "10", "20")


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
    """The price of a number by the same look-up and the same function as a call."""
    digits = re.sub(r"[^0-9]", "", asked).removeprefix("00")
    chosen = next((access for access in known if access.number == via), known[0] if known else None)
    if not digits or chosen is None:
        return Quote(asked, refusal="Please write a number with its country code, as in +93 70 123 4567.")
    try:
        rate = rating.find(digits, rating.deck_named(chosen.deck).id)
    except BlockedPrefix:
        return Quote(asked, refusal="We do not connect calls to that destination.")
    except NoRate:
        return Quote(asked, refusal="We know no price for that number. Does it begin with its country code?")
    budgets = (Money.parse(budget, rate.currency) for budget in BUDGETS)
    lasts = tuple((str(budget), _minutes(rate, budget)) for budget in budgets)
    return Quote(asked, rate, lasts)


def _minutes(rate: Rate, budget: Money) -> int:
    """Whole minutes, as a caller hears them: never more than a call may last."""
    return min(rating.seconds_for(rate, budget), config.settings().call_seconds_max) // 60
