"""A card as the other packages see it, and the state that it is in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import clock
from app.cards.models import Batch, Card, CardStatus
from app.ledger.models import Account
from app.money import MILLION, Money

USED_UP_BELOW = MILLION // 100  # less than the smallest coin buys nothing

# what a query selects from Card, Account and Batch, for `of` to read
COLUMNS = (
    Card.id.label("card_id"),
    Card.serial,
    Card.status.label("card_status"),
    Card.expires_at,
    Card.call_seconds_max,
    Card.language.label("card_language"),
    Card.says_price,
    Card.star_ends_call,
    Card.record_until,
    Account.id.label("account_id"),
    Account.currency,
    Account.balance,
    Account.held,
    Account.open_holds,
    Batch.live_calls_max,
)


@dataclass(frozen=True, slots=True)
class OpenCard:
    """A card at one moment, with what it owns and what it may do."""

    id: int
    serial: str
    status: CardStatus
    account: int
    balance: Money
    available: Money
    live_calls: int
    live_calls_max: int
    call_seconds_max: int | None
    # what its holder has chosen; None: as the access number says
    language: str | None = None
    says_price: bool | None = None
    star_ends_call: bool = False
    record_until: datetime | None = None


def of(row: Any) -> OpenCard:
    """Read one row of COLUMNS."""
    return OpenCard(
        id=row.card_id,
        serial=row.serial,
        status=status(row.card_status, expires_at=row.expires_at, balance=row.balance),
        account=row.account_id,
        balance=Money(row.balance, row.currency),
        available=Money(row.balance - row.held, row.currency),
        live_calls=row.open_holds,
        live_calls_max=row.live_calls_max,
        call_seconds_max=row.call_seconds_max,
        language=row.card_language,
        says_price=row.says_price,
        star_ends_call=row.star_ends_call,
        record_until=row.record_until,
    )


def status(stored: str, *, expires_at: datetime | None, balance: int) -> CardStatus:
    """The state of a card now: an active one may have expired or been used up."""
    if stored != CardStatus.ACTIVE:
        return CardStatus(stored)
    if expires_at is not None and expires_at <= clock.now():
        return CardStatus.EXPIRED
    return CardStatus.USED_UP if balance < USED_UP_BELOW else CardStatus.ACTIVE


def opens(status: CardStatus) -> bool:
    """Whether callers may learn that we know its PIN: not that of a void, expired or unsold card."""
    return status in {CardStatus.ACTIVE, CardStatus.USED_UP, CardStatus.SUSPENDED}
