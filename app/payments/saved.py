"""Payment methods that the provider keeps for us: their tokens are secrets, sealed in the table."""

from datetime import datetime

from sqlalchemy import delete, select

from app import clock, db, sealing
from app.customers import consents
from app.customers.consents import Purpose
from app.customers.models import Customer
from app.payments.models import AutoTopUp, SavedMethod
from app.payments.provider import SavedToken


def keep(card: int, saved: SavedToken) -> bool:
    """Keep the token of a card's payment method in place of an old one; answers whether it is new."""
    name = sealing.digest("payment method", saved.token)
    known = select(SavedMethod.digest).where(SavedMethod.card_id == card)
    if db.execute(known).scalar_one_or_none() == name:
        return False
    row = {
        "card_id": card,
        "token": sealing.seal(saved.token),
        "digest": name,
        "shown": saved.shown[:80],
        "saved_at": clock.now(),
    }
    statement = db.insert(SavedMethod).values(row)
    db.execute(statement.on_conflict_do_update(index_elements=[SavedMethod.card_id], set_=row))
    return True


def token_of(card: int) -> str | None:
    """The token of a card's payment method, to charge it; None when there is none."""
    sealed = db.execute(select(SavedMethod.token).where(SavedMethod.card_id == card)).scalar_one_or_none()
    return None if sealed is None else sealing.unseal(sealed)


def shown_of(card: int) -> str | None:
    """Whose payment method is saved, masked; None when there is none."""
    found = db.execute(select(SavedMethod.shown).where(SavedMethod.card_id == card))
    return found.scalar_one_or_none()


def cards_with(token: str) -> list[int]:
    """The cards whose payment method has this token."""
    name = sealing.digest("payment method", token)
    return list(db.execute(select(SavedMethod.card_id).where(SavedMethod.digest == name)).scalars())


def wanted_since(card: int) -> datetime | None:
    """Since when a card's owner has wanted a payment method to be kept, for a rule or for the phone.

    None: it is not wanted. Locks what that is read from, so that two who want it no more see each other.
    """
    owner = select(Customer.id, Customer.phone_top_up).where(Customer.card_id == card)
    customer = db.execute(owner.with_for_update(key_share=True)).one_or_none()
    mine = select(AutoTopUp.is_on, AutoTopUp.changed_at).where(AutoTopUp.card_id == card)
    rule = db.execute(mine.with_for_update()).one_or_none()
    since = [rule.changed_at] if rule is not None and rule.is_on else []
    if customer is not None and customer.phone_top_up is not None:
        since.append(consents.given_at(customer.id, Purpose.PHONE_TOP_UP) or clock.now())
    return min(since, default=None)


def let_go(card: int) -> bool:
    """Forget a card's payment method unless it is still wanted; answers whether it is forgotten now."""
    if wanted_since(card) is not None:
        return False
    forget(card)
    return True


def forget(card: int) -> None:
    """Keep a card's payment method no longer. Safe to repeat."""
    db.execute(delete(SavedMethod).where(SavedMethod.card_id == card))
