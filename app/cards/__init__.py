"""Cards: what a PIN opens. The serial is public, the PIN is kept only as a keyed hash."""

from app.cards.batches import IssuedCard, issue
from app.cards.card import USED_UP_BELOW, OpenCard
from app.cards.lockout import CALLER_WINDOW, is_locked_out
from app.cards.models import CardStatus
from app.cards.pins import authenticate
from app.cards.states import by_serial, change, credit, expire, limit

__all__ = [
    "CALLER_WINDOW",
    "USED_UP_BELOW",
    "CardStatus",
    "IssuedCard",
    "OpenCard",
    "authenticate",
    "by_serial",
    "change",
    "credit",
    "expire",
    "is_locked_out",
    "issue",
    "limit",
]
