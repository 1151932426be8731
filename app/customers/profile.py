"""What a customer is, as other packages see it, and what they may set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import config, db
from app.customers.models import Customer
from app.money import Money

# what a query selects from Customer, for `of` to read
COLUMNS = (
    Customer.id.label("customer_id"),
    Customer.email,
    Customer.user_name,
    Customer.card_id,
    Customer.language,
    Customer.time_zone,
    Customer.low_balance,
    Customer.made_at,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer whose address is confirmed, and who therefore has a card."""

    id: int
    email: str
    user_name: str | None
    card_id: int
    language: str
    time_zone: str
    low_balance: Money | None
    made_at: datetime


def of(row: Any) -> Profile:
    """Read one row of COLUMNS."""
    low = None if row.low_balance is None else Money(row.low_balance, config.settings().selling.currency)
    return Profile(
        id=row.customer_id,
        email=row.email,
        user_name=row.user_name,
        card_id=row.card_id,
        language=row.language,
        time_zone=row.time_zone,
        low_balance=low,
        made_at=row.made_at,
    )


def by_id(customer_id: int) -> Profile | None:
    """The confirmed customer of this number; None when there is none."""
    row = db.execute(_confirmed().where(Customer.id == customer_id)).one_or_none()
    return None if row is None else of(row)


def by_email(email: str) -> Profile | None:
    """The confirmed customer with this address; None when there is none."""
    row = db.execute(_confirmed().where(Customer.email_key == email.lower())).one_or_none()
    return None if row is None else of(row)


def of_card(card_id: int) -> Profile | None:
    """Whose card this is; None for cards that were sold over the counter."""
    row = db.execute(_confirmed().where(Customer.card_id == card_id)).one_or_none()
    return None if row is None else of(row)


def change_settings(customer_id: int, *, language: str, time_zone: str, low_balance: Money | None) -> None:
    """Keep what a customer has chosen. None: no mail about a low balance.

    A new level may be told of at once: what was told before belongs to the old one.
    """
    kept = None if low_balance is None else low_balance.micros
    values = {"language": language, "time_zone": time_zone, "low_balance": kept, "low_balance_told_at": None}
    db.execute(update(Customer).where(Customer.id == customer_id).values(values))


def _confirmed() -> Any:
    return select(*COLUMNS).where(Customer.confirmed_at.is_not(None))
