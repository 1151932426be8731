"""Cards: what a PIN opens. The serial is public, the PIN is kept only as a keyed hash."""

from app.cards.batches import IssuedCard, issue
from app.cards.card import USED_UP_BELOW, OpenCard
from app.cards.lockout import WINDOW, forget_guesses
from app.cards.models import CardStatus, LockReason
from app.cards.pins import after_own, authenticate, living_mark, looks_like_a_pin, new_pin
from app.cards.states import activate, by_id, by_serial, change, choose, credit, expire, limit
from app.cards.suspension import lock, locks, pay_debts, take, unlock

__all__ = [
    "after_own",
    "USED_UP_BELOW",
    "WINDOW",
    "CardStatus",
    "IssuedCard",
    "LockReason",
    "OpenCard",
    "activate",
    "authenticate",
    "by_id",
    "by_serial",
    "change",
    "choose",
    "credit",
    "expire",
    "forget_guesses",
    "issue",
    "limit",
    "living_mark",
    "lock",
    "locks",
    "looks_like_a_pin",
    "new_pin",
    "pay_debts",
    "take",
    "unlock",
]
