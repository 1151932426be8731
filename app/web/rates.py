"""The price list: a country or a whole number, a page at a time, or all of it as CSV."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request

from app import clock, db, numbers, rating
from app.calls import access_numbers
from app.calls.access_numbers import Access
from app.money import Money
from app.rating import DeckInForce, Listed
from app.web import filters, quotes
from app.web.quotes import Quote

door = Blueprint("rates", __name__)

_DIGITS_TO_KNOW_A_COUNTRY = 4  # as in +1 876, Jamaica
_PREFIX = re.compile(r"[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody looked for: the price of a number, one country, several to choose from, or nothing."""

    asked: str = ""
    quote: Quote | None = None
    country: str = ""
    listed: Listed | None = None
    others: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether a search led nowhere."""
        return bool(self.asked) and not (self.quote or self.country or self.others)


@door.get("/rates")
def rates() -> str:
    """Search the rates of an access number, or browse them by country."""
    asked = request.args.get("q", "")[: quotes.TYPED_MAX].strip()
    country = quotes.country_of_reader()
    with db.transaction(readonly=True):
        known = access_numbers.all_of_them()
        via = quotes.chosen(known, request.args.get("from", ""), country)
        found = _found(asked, via) if via else Found(asked)
        sold = _sold(rating.deck_named(via.deck)) if via else []
    page = {"access_numbers": known, "via": via, "found": found, "letters": _by_letter(sold)}
    return render_template(
        "web/rates.html", **page, is_next=bool(_after()), increments=quotes.increments, price=_price
    )


@door.get("/rates.csv")
def as_csv() -> Response:
    """Every rate of an access number, however many there are: nothing is gathered before it is sent."""
    country = quotes.country_of_reader()
    with db.transaction(readonly=True):
        via = quotes.chosen(access_numbers.all_of_them(), request.args.get("from", ""), country)
        if via is None:
            abort(404)
        deck = rating.deck_named(via.deck)
    name = f"rates-{deck.currency}-{clock.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(rating.csv_of(deck, surcharge=via.line.surcharge), mimetype="text/csv", headers=headers)


def _price(micros: int, currency: str) -> str:
    return filters.money(Money(micros, currency))


def _found(asked: str, via: Access) -> Found:
    """Digits are a number, letters a country."""
    country = request.args.get("country", "").upper()
    if numbers.is_country(country):
        return _of_country(country, via)
    if re.search(r"[0-9*#]", asked):
        return Found(asked, quote=quotes.quote(asked, via))
    countries = numbers.find_countries(asked)
    if len(countries) == 1:
        return _of_country(countries[0], via, asked)
    return Found(asked, others=countries)


def _of_country(country: str, via: Access, asked: str = "") -> Found:
    deck = rating.deck_named(via.deck)
    spans = numbers.spans_of(country)
    listed = rating.rates_of(deck, spans, after=_after(), surcharge=via.line.surcharge)
    return Found(asked, country=country, listed=listed)


def _after() -> str:
    """The prefix that the last page ended with."""
    given = request.args.get("after", "")
    return given if _PREFIX.fullmatch(given) else ""


def _sold(deck: DeckInForce) -> list[tuple[str, str]]:
    """The countries that the deck has rates for, by name."""
    begin = sorted(rating.beginnings(deck.version_id, _DIGITS_TO_KNOW_A_COUNTRY))

    def is_sold(country: str) -> bool:
        spans = numbers.spans_of(country)
        places = ((bisect_left(begin, first), last) for first, last in spans)
        return any(place < len(begin) and begin[place] <= last for place, last in places)

    return [(code, name) for code, name in numbers.countries() if is_sold(code)]


def _by_letter(countries: list[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    letters: dict[str, list[tuple[str, str]]] = {}
    for code, name in countries:
        letters.setdefault(numbers.initial(name), []).append((code, name))
    return letters
