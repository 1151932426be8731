"""What a call costs: rate decks, the longest prefix, and one pure function for every price."""

from app.rating.lookup import DeckInForce, deck_named, decks, find
from app.rating.price import SECONDS_MAX, Rate, billed_seconds, price_of, seconds_for

__all__ = [
    "SECONDS_MAX",
    "DeckInForce",
    "Rate",
    "billed_seconds",
    "deck_named",
    "decks",
    "find",
    "price_of",
    "seconds_for",
]
