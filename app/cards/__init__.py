"""Cards: what a PIN opens. The serial is public, the PIN is kept only as a keyed hash."""

from app.cards.batches import IssuedCard, issue
from app.cards.card import USED_UP_BELOW, OpenCard
from app.cards.lockout import WINDOW, forget_guesses
from app.cards.models import CardStatus
from app.cards.pins import authenticate, looks_like_a_pin, new_pin
from app.cards.states import activate, by_serial, change, credit, expire, limit

__all__ = [
    "USED_UP_BELOW",
    "WINDOW",
    "CardStatus",
    "IssuedCard",
    "OpenCard",
    "activate",
    "authenticate",
    "by_serial",
    "change",
    "credit",
    "expire",
    "forget_guesses",
    "issue",
    "limit",
    "looks_like_a_pin",
    "new_pin",
]
