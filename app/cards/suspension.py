"""Why a card is suspended: it calls again when no reason is left."""

from sqlalchemy import delete, select, update

from app import clock, db, ledger
from app.cards.models import Card, CardLock, CardStatus, LockReason
from app.money import Money


def lock(card: int, reason: LockReason) -> bool:
    """Suspend a card for this reason; answers whether the reason is new. Safe to repeat.

    Calls that go on are ended elsewhere: see protection.
    """
    take(card)
    row = {"card_id": card, "reason": reason, "at": clock.now()}
    added = db.execute(
        db.insert(CardLock).values(row).on_conflict_do_nothing().returning(CardLock.card_id)
    ).scalar_one_or_none()
    db.execute(
        update(Card)
        .where(Card.id == card, Card.status == CardStatus.ACTIVE)
        .values(status=CardStatus.SUSPENDED)
    )
    return added is not None


def unlock(card: int, *reasons: LockReason) -> bool:
    """Take reasons away, or all; answers whether the card is free of any. Safe to repeat."""
    take(card)
    which = CardLock.reason.in_(reasons) if reasons else CardLock.reason.is_not(None)
    db.execute(delete(CardLock).where(CardLock.card_id == card, which))
    if locks(card):
        return False
    db.execute(
        update(Card)
        .where(Card.id == card, Card.status == CardStatus.SUSPENDED)
        .values(status=CardStatus.ACTIVE)
    )
    return True


def locks(card: int) -> list[LockReason]:
    """The reasons for which a card is suspended."""
    found = db.execute(select(CardLock.reason).where(CardLock.card_id == card).order_by(CardLock.reason))
    return [LockReason(reason) for reason in found.scalars()]


def take(card: int) -> int:
    """Lock a card's row before its account, so that changes of both wait in one line; answers the account.

    Rows that merely name the card may be written meanwhile: or those who wait for each other would meet here.
    """
    locked = select(Card.account_id).where(Card.id == card).with_for_update(key_share=True)
    return int(db.execute(locked).scalar_one())


def pay_debts(card: int) -> Money:
    """Pay what the owner owes out of the card's credit, and free the card once nothing is owed.

    Take the card first. Answers what was paid. Safe to repeat.
    """
    account = take(card)
    paid = ledger.collect(account)
    if not ledger.owed(account):
        unlock(card, LockReason.DEBT)
    return paid
