"""Changing a card: selling it, freezing it, ending it, and capping its calls."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from app import config, db, ledger
from app.cards import card, suspension
from app.cards.batches import AT_ONCE, WORTH_MAX
from app.cards.card import OpenCard
from app.cards.models import Batch, Card, CardStatus, LockReason
from app.errors import CardRefused
from app.ledger.models import Account
from app.money import Money, decimal_text

KEY_LENGTH_MAX = 80

# from which stored states a card may go to which
_ALLOWED = {
    CardStatus.ACTIVE: {CardStatus.MADE, CardStatus.SUSPENDED, CardStatus.ACTIVE},
    CardStatus.SUSPENDED: {CardStatus.ACTIVE, CardStatus.SUSPENDED},
    CardStatus.VOID: {CardStatus.MADE, CardStatus.ACTIVE, CardStatus.SUSPENDED, CardStatus.VOID},
}


_FIND = (
    select(*card.COLUMNS).join(Account, Account.id == Card.account_id).join(Batch, Batch.id == Card.batch_id)
)


def by_serial(serial: str) -> OpenCard:
    """The card with this serial. Raises CardRefused when there is none."""
    found = db.execute(_FIND.where(Card.serial == serial)).one_or_none()
    if found is None:
        raise CardRefused(f"no card has the serial {serial[:30]}")
    return card.of(found)


def by_id(id: int) -> OpenCard:
    """The card of a customer, as it is now."""
    return card.of(db.execute(_FIND.where(Card.id == id)).one())


def change(serial: str, status: CardStatus) -> OpenCard:
    """Activate, suspend or void a card, by word of staff. A void card stays void. Safe to repeat."""
    before = [str(state) for state in _ALLOWED[status]]
    changed = db.execute(
        update(Card).where(Card.serial == serial, Card.status.in_(before)).values(status=status)
    ).rowcount
    found = by_serial(serial)
    if not changed:
        raise CardRefused(f"card {serial} is {found.status} and cannot become {status}")
    if status is CardStatus.SUSPENDED:
        suspension.lock(found.id, LockReason.STAFF)
    else:
        suspension.unlock(found.id)  # the last word is that of staff
    return found


def activate(serials: Sequence[str]) -> None:
    """Let cards that were made be used, once their PINs have reached somebody."""
    for start in range(0, len(serials), AT_ONCE):
        some = serials[start : start + AT_ONCE]
        db.execute(
            update(Card)
            .where(Card.serial.in_(some), Card.status == CardStatus.MADE)
            .values(status=CardStatus.ACTIVE)
        )


def limit(serial: str, *, call_seconds_max: int | None) -> OpenCard:
    """Cap the calls that this card may make; None takes the cap away."""
    least = config.settings().min_affordable_seconds
    if call_seconds_max is not None and call_seconds_max < least:
        raise CardRefused(f"no call is placed for less than {least} seconds: suspend the card instead")
    db.execute(update(Card).where(Card.serial == serial).values(call_seconds_max=call_seconds_max))
    return by_serial(serial)


def choose(id: int, *, language: str | None, says_price: bool | None, star_ends_call: bool) -> None:
    """Keep how a card's holder wants calls to go; None means as the access number does."""
    chosen = {"language": language, "says_price": says_price, "star_ends_call": star_ends_call}
    db.execute(update(Card).where(Card.id == id).values(chosen))


def expire(serial: str, *, at: datetime | None) -> OpenCard:
    """Let the card's credit end at a moment; None, the default of every card, means never."""
    db.execute(update(Card).where(Card.serial == serial).values(expires_at=at))
    return by_serial(serial)


def credit(serial: str, amount: Money, *, key: str) -> OpenCard:
    """Sell more credit to a card, over the counter. Safe to repeat: one key credits once."""
    if not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise CardRefused(f"name the sale with 1 to {KEY_LENGTH_MAX} characters")
    found = by_serial(serial)
    if found.balance.currency != amount.currency or not 0 < amount.micros <= WORTH_MAX:
        raise CardRefused(f"card {serial} takes up to {decimal_text(WORTH_MAX)} {found.balance.currency}")
    if found.status is CardStatus.VOID:
        raise CardRefused(f"card {serial} is void")
    ledger.move(
        amount,
        source=ledger.house(ledger.AccountKind.CARD_SALES, amount.currency),
        target=found.account,
        kind=ledger.TransferKind.CREDIT,
        key=f"credit:{key}",
        reference=serial,
    )
    return by_serial(serial)
