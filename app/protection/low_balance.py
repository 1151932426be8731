"""Telling customers before their credit runs out, once per top-up."""

from functools import partial

from sqlalchemy import select, update

from app import cards, clock, config, db, messages
from app.calls.favourites import favourites
from app.cards.models import Card
from app.customers.models import Customer
from app.ledger.models import Account
from app.messages.letters import payments as letters

AT_ONCE = 100


def tell_low_balances() -> int:
    """Write to customers whose balance is below the level that they chose; answers how many."""
    wanted = (
        select(Customer.id)
        .join(Card, Card.id == Customer.card_id)
        .join(Account, Account.id == Card.account_id)
        .where(
            Customer.low_balance.is_not(None),
            Customer.low_balance_told_at.is_(None),
            Account.balance - Account.held < Customer.low_balance,
        )
    )
    with db.transaction(readonly=True):
        low = list(db.execute(wanted.order_by(Customer.id).limit(AT_ONCE)).scalars())
    return sum(db.attempt(partial(_tell, customer)) for customer in low)


def _tell(customer: int) -> bool:
    """Tell one customer; the mark is set first, so that of two workers one tells."""
    now = clock.now()
    mark = update(Customer).where(Customer.id == customer, Customer.low_balance_told_at.is_(None))
    row = db.execute(
        mark.values(low_balance_told_at=now).returning(Customer.email, Customer.language, Customer.card_id)
    ).one_or_none()
    if row is None:
        return False
    card = cards.by_id(row.card_id)
    minutes = [(favourite.rate.destination, favourite.minutes) for favourite in favourites(card)]
    pages = (_url("/account/top-up"), _url("/account/settings"))
    letter = letters.low_balance(card.available, minutes, *pages, language=row.language)
    messages.write(letter, to=row.email, key=f"low:{customer}:{now.isoformat()}", customer=customer)
    return True


def _url(path: str) -> str:
    return f"{config.settings().public_base_url}{path}"
