"""The numbers that callers dial."""

from dataclasses import dataclass

from sqlalchemy import select

from app import db, numbers, rating
from app.calls.models import AccessNumber
from app.errors import CallRefused
from app.rating.models import Deck

LANGUAGES = ("en-GB", "en-US")
_AMERICAN = {"US", "CA", "PR", "VI", "GU", "AS", "MP"}


@dataclass(frozen=True, slots=True)
class Access:
    """An access number with the deck that prices its calls."""

    number: str
    country: str
    language: str
    deck: str
    currency: str
    trusts_caller_id: bool


def add(
    number: str,
    *,
    country: str,
    deck: str | None,
    language: str | None = None,
    trusts_caller_id: bool = False,
) -> Access:
    """Let callers dial this number. Safe to repeat: a known number gets the new settings.

    Raises CallRefused for what is no E.164 number, no country or no language we speak; DeckRefused for an
    unknown deck.
    """
    country = country.strip().upper()
    spoken = language or language_of(country)
    if numbers.caller_id(number, country=country) != number:
        raise CallRefused(f"{number[:30]} is not a number in E.164 form, as in +442071838750")
    if not numbers.is_country(country):
        raise CallRefused(f"{country[:10]} is not a country: use two letters, as in GB")
    if spoken not in LANGUAGES:
        raise CallRefused(f"{spoken[:20]} is not a language we speak: {', '.join(LANGUAGES)}")
    row = {"country": country, "language": spoken, "deck_id": rating.deck_named(deck).id}
    settings = {**row, "trusts_caller_id": trusts_caller_id}
    db.execute(
        db.insert(AccessNumber)
        .values(number=number, **settings)
        .on_conflict_do_update(index_elements=[AccessNumber.number], set_=settings)
    )
    return next(access for access in all_of_them() if access.number == number)


def language_of(country: str) -> str:
    """The language that callers in a country are spoken to, unless an access number says another."""
    return "en-US" if country in _AMERICAN else "en-GB"


def all_of_them() -> list[Access]:
    """Every access number, in order."""
    columns = (AccessNumber.number, AccessNumber.country, AccessNumber.language, Deck.name, Deck.currency)
    rows = db.execute(
        select(*columns, AccessNumber.trusts_caller_id)
        .join(Deck, Deck.id == AccessNumber.deck_id)
        .order_by(AccessNumber.number)
    )
    return [Access(*tuple(row)) for row in rows]
