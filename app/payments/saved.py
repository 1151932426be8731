"""Payment methods that the provider keeps for us: their tokens are secrets, sealed in the table."""

from sqlalchemy import delete, select

from app import clock, db, sealing
from app.payments.models import SavedMethod
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


def forget(card: int) -> None:
    """Keep a card's payment method no longer. Safe to repeat."""
    db.execute(delete(SavedMethod).where(SavedMethod.card_id == card))
