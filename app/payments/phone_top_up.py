"""Topping up by a key of the phone: what its owner has allowed, charged to the saved payment method, once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app import cards, clock, config, db
from app.cards.models import Card, CardStatus
from app.customers.models import Customer
from app.errors import TopUpRefused
from app.ledger.models import Account
from app.messages.letters import payments as words
from app.money import Money
from app.payments import letters, limits, saved
from app.payments.models import IN_FLIGHT, TopUp
from app.payments.reasons import GONE
from app.payments.top_up import Bought, begin_automatic, of
from app.throttle import Limit

A_DAY_MAX = 3
# whoever has found a phone or a PIN must not empty the payment account behind it
_A_DAY = Limit("top-up by phone", A_DAY_MAX, timedelta(days=1))
_USABLE = (CardStatus.ACTIVE, CardStatus.USED_UP)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer allows by phone, as it stands."""

    amount: Money
    method: str | None  # whose payment method is charged, masked; None: none is saved yet


def switch_on(customer: int, card: int, amount: Money) -> None:
    """Let a key of the phone buy so much; it is offered once a payment method is saved. Writes a mail.

    Raises TopUpRefused with a sentence for the customer. The door keeps the consent with its words.
    """
    limits.check_amount(amount)
    _set(customer, amount.micros)
    _tell(customer, amount)


def switch_off(customer: int, card: int) -> bool:
    """The customer wants no more of it; answers whether the payment method is forgotten. Safe to repeat."""
    before = wish_of(card)
    _set(customer, None)
    if before is not None:
        _tell(customer, None)
    return saved.let_go(card)


def wish_of(card: int) -> Wish | None:
    """What a card's owner allows by phone; None when that is nothing."""
    row = db.execute(_WISH.where(Card.id == card)).one_or_none()
    if row is None or row.phone_top_up is None:
        return None
    return Wish(Money(row.phone_top_up, row.currency), saved.shown_of(card))


def waits_for_method(card: int) -> bool:
    """Whether the next purchase is to save a payment method for the phone."""
    wish = wish_of(card)
    return wish is not None and wish.method is None


def offered(card: int) -> Money | None:
    """What a caller may be offered to buy now; None when there is nothing to offer."""
    wish = wish_of(card) if config.settings().paypal is not None else None
    if wish is None or wish.method is None or cards.by_id(card).status not in _USABLE:
        return None
    return wish.amount


def begin(card: int, amount: Money, *, nonce: str) -> Bought:
    """Write down what a caller has just confirmed; the job worker charges it within a second or two.

    Safe to repeat: one nonce, one purchase. While another purchase from the saved payment method is under
    way it answers that one, so that a card is charged for one thing at a time. Raises TopUpRefused when a
    limit forbids it, or when it is not what the card's owner allows any more; the count of tries stands.
    """
    made = db.execute(select(TopUp.__table__).where(TopUp.nonce == nonce)).one_or_none()
    if made is not None:
        return of(made)
    owner, paypal = _owner(card), config.settings().paypal
    if owner is None or paypal is None or offered(card) != amount:
        raise TopUpRefused("Top-up by phone was switched off or changed.")
    begun = begin_automatic(owner, card, amount, environment=paypal.mode, nonce=nonce, by_phone=True)
    if begun is None:
        return _under_way(card)
    try:
        # looked at after the purchase is written: one that ended a moment ago is seen now
        limits.check(owner, amount, apart_from=begun.id)
        _count(card)
    except TopUpRefused:
        db.execute(delete(TopUp).where(TopUp.id == begun.id))
        raise
    return begun


def look(top_up: int, card: int) -> Bought | None:
    """How a purchase of a card stands; None for somebody else's."""
    found = db.execute(select(TopUp.__table__).where(TopUp.id == top_up, TopUp.card_id == card)).one_or_none()
    return None if found is None else of(found)


def token_of(card: int) -> str | None:
    """The token of the payment method that a key of the phone may charge now; None when there is none."""
    return None if wish_of(card) is None else saved.token_of(card)


def declined(top_up: Any, reason: str) -> None:
    """A purchase by phone came to nothing: the customer is told why."""
    if reason in GONE:
        saved.forget(top_up.card_id)
    letters.failed(top_up, reason)


_WISH = (
    select(Customer.id, Customer.phone_top_up, Account.currency)
    .join(Card, Card.id == Customer.card_id)
    .join(Account, Account.id == Card.account_id)
)


def _owner(card: int) -> int | None:
    return db.execute(select(Customer.id).where(Customer.card_id == card)).scalar_one_or_none()


def _under_way(card: int) -> Bought:
    """The purchase from the saved payment method that a card waits for. Raises TopUpRefused for none."""
    mine = select(TopUp.__table__).where(TopUp.card_id == card, TopUp.automatic, TopUp.status.in_(IN_FLIGHT))
    row = db.execute(mine).one_or_none()
    if row is None:  # it has ended this moment
        raise TopUpRefused("Another top-up has just ended.")
    return of(row)


def _count(card: int) -> None:
    if not _A_DAY.count(str(card)):
        raise TopUpRefused(f"By phone you may top up {A_DAY_MAX} times a day.")


def _set(customer: int, micros: int | None) -> None:
    db.execute(update(Customer).where(Customer.id == customer).values(phone_top_up=micros))


def _tell(customer: int, amount: Money | None) -> None:
    key = f"phone top-up:{customer}:{amount or 'off'}:{clock.now().isoformat()}"
    letters.tell(customer, words.phone_set_up, amount, letters.url("/account/top-up/by-phone"), key=key)
