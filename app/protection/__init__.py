"""What acts on cards, calls and payments together: calls of suspended cards end, low balances are told."""

from app.protection.live_calls import end_calls_of_suspended_cards
from app.protection.low_balance import tell_low_balances

__all__ = ["end_calls_of_suspended_cards", "tell_low_balances"]
