"""What the reckoning of a storm over payments reads, and how it counts."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, LiteralString

MILLION = 1_000_000
PAID = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
VAT_PERCENT = 20
QUERIES: dict[str, LiteralString] = {
    "top_ups": "SELECT t.*, c.account_id FROM top_ups t JOIN cards c ON c.id = t.card_id",
    "transfers": "SELECT t.*, s.kind AS source_kind, s.owner_id AS source_owner, g.kind AS target_kind,"
    " g.owner_id AS target_owner FROM transfers t JOIN accounts s ON s.id = t.source_id"
    " JOIN accounts g ON g.id = t.target_id",
    "refunds": "SELECT * FROM refunds",
    "receipts": "SELECT * FROM receipts ORDER BY series, number",
    "cards": "SELECT c.id, c.status, c.account_id, a.balance, a.held, a.open_holds FROM cards c"
    " JOIN accounts a ON a.id = c.account_id",
    "locks": "SELECT card_id, reason FROM card_locks",
    "holds": "SELECT h.id, h.account_id, h.amount, d.id AS dispute, d.closed_at FROM holds h"
    " LEFT JOIN disputes d ON d.hold_id = h.id WHERE h.status = 'open'",
    "disputes": "SELECT * FROM disputes",
    "reviews": "SELECT * FROM reviews",
    "events": "SELECT id, kind, status, tries, said, body FROM payment_events",
    "mails": "SELECT key, letter FROM mails",
    "rules": "SELECT * FROM auto_top_ups",
}


def micros(value: str) -> int:
    """Decimal text as whole millionths."""
    return int(Decimal(value) * MILLION)


def vat_in(gross: int) -> int:
    """The tax in a price, rounded half up to a cent."""
    cents, whole = gross // 10_000, 100 + VAT_PERCENT
    return (2 * cents * VAT_PERCENT + whole) // (2 * whole) * 10_000


def once(pairs: Iterable[tuple[Any, int]]) -> dict[Any, Any]:
    """What each key has: a sum where it is there once, a list where it is there more often."""
    found: dict[Any, Any] = {}
    for key, amount in pairs:
        found[key] = [found[key], amount] if key in found else amount
    return found
