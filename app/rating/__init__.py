"""What a call costs: rate decks, the longest prefix, and one pure function for every price."""

from app.rating.deck import Report, export_deck, import_deck
from app.rating.explain import Explanation, explain
from app.rating.listing import Listed, beginnings, csv_of, rates_of
from app.rating.lookup import DeckInForce, deck_named, decks, find
from app.rating.price import (
    SECONDS_MAX,
    Rate,
    billed_seconds,
    minutes_for,
    price_of,
    seconds_for,
    with_surcharge,
)
from app.rating.rows import Refusal

__all__ = [
    "SECONDS_MAX",
    "DeckInForce",
    "Explanation",
    "Listed",
    "Rate",
    "Refusal",
    "Report",
    "beginnings",
    "billed_seconds",
    "csv_of",
    "deck_named",
    "decks",
    "explain",
    "export_deck",
    "find",
    "import_deck",
    "minutes_for",
    "price_of",
    "rates_of",
    "seconds_for",
    "with_surcharge",
]
