"""A customer's purchase of credit, from the wish to the order that the buyer approves."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app import clock, config, db
from app.errors import TopUpRefused, UnknownTopUp
from app.money import Money
from app.payments import limits
from app.payments.models import OPEN, TopUp, TopUpStatus
from app.payments.provider import PaymentProvider, Purchase, Urls

ASK_AFTER = timedelta(minutes=5)  # by the sweeper, when the buyer never came back
OPENS_FOR = timedelta(hours=4)  # longer than the provider keeps an order open
LIST_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Bought:
    """A top-up as its customer and staff may see it."""

    id: int
    ref: str
    customer: int
    card: int
    amount: Money
    automatic: bool
    by_phone: bool
    saves_method: bool
    environment: str
    status: TopUpStatus
    reason: str
    order_ref: str | None
    capture_ref: str | None
    approve_url: str
    made_at: datetime
    credited_at: datetime | None
    asked: int
    declines: int

    @property
    def is_open(self) -> bool:
        """Whether something may still become of it."""
        return self.status in OPEN

    @property
    def purchase(self) -> Purchase:
        """What the provider is asked to sell."""
        brand = config.settings().brand
        return Purchase(self.ref, self.ref, self.amount, f"{brand} calling credit", self.saves_method)


def begin(
    customer: int, card: int, amount: Money, *, nonce: str, environment: str, saves_method: bool = False
) -> Bought:
    """Write a purchase down before anybody is asked for money. Safe to repeat: one nonce, one top-up.

    Raises TopUpRefused with a sentence for the customer.
    """
    made = db.execute(select(TopUp.__table__).where(TopUp.nonce == nonce)).one_or_none()
    if made is not None:
        return _same(made, customer, amount)
    limits.check_card(card)
    limits.check(customer, amount)
    row = _row(customer, card, amount, nonce=nonce, environment=environment)
    added = db.execute(
        db.insert(TopUp)
        .values(row | {"saves_method": saves_method})
        .on_conflict_do_nothing()
        .returning(TopUp.__table__)
    ).one_or_none()
    if added is None:  # the same form came twice at once
        added = db.execute(select(TopUp.__table__).where(TopUp.nonce == nonce)).one()
    return _same(added, customer, amount)


def begin_automatic(
    customer: int, card: int, amount: Money, *, environment: str, nonce: str = "", by_phone: bool = False
) -> Bought | None:
    """Write a purchase by rule or by phone down; None while another one of the card is under way.

    The job worker charges it: one by phone at once, for its buyer waits.
    """
    row = _row(customer, card, amount, nonce=nonce or secrets.token_urlsafe(24), environment=environment)
    row |= {"automatic": True, "by_phone": by_phone, "status": TopUpStatus.CAPTURING}
    row |= {"ask_at": clock.now()} if by_phone else {}
    added = db.execute(
        db.insert(TopUp).values(row).on_conflict_do_nothing().returning(TopUp.__table__)
    ).one_or_none()
    return None if added is None else of(added)


def open_order(bought: Bought, provider: PaymentProvider, urls: Urls) -> str:
    """Make the order at the provider; answers where the buyer approves it. No transaction may be open.

    Safe to repeat: the provider knows the key and makes no second order.
    """
    if bought.order_ref is None:
        begun = provider.begin(bought.purchase, urls, key=f"{bought.ref}-create")
        opened = {"order_ref": begun.order_ref, "approve_url": begun.approve_url}
        waiting = {"status": TopUpStatus.WAITING, "ask_at": clock.now() + ASK_AFTER}
        mine = TopUp.id == bought.id
        known = update(TopUp).where(mine, TopUp.order_ref.is_(None)).values(opened)
        first = update(TopUp).where(mine, TopUp.status == TopUpStatus.CREATED).values(waiting)
        db.attempt(lambda: (db.execute(known), db.execute(first)))
        return begun.approve_url
    return bought.approve_url


def cancel(bought: Bought) -> None:
    """The buyer has changed their mind. An order that is approved all the same is credited all the same."""
    db.execute(
        update(TopUp)
        .where(TopUp.id == bought.id, TopUp.status.in_((TopUpStatus.CREATED, TopUpStatus.WAITING)))
        .values(status=TopUpStatus.CANCELLED, ask_at=None)
    )


def get(ref: str, *, customer: int | None = None) -> Bought:
    """A top-up by its name. Raises UnknownTopUp, also for somebody else's."""
    found = db.execute(select(TopUp.__table__).where(TopUp.ref == ref)).one_or_none()
    if found is None or customer not in {None, found.customer_id}:
        raise UnknownTopUp("There is no such top-up.")
    return of(found)


def of_customer(customer: int, *, limit: int = LIST_LENGTH) -> list[Bought]:
    """A customer's last top-ups, newest first."""
    mine = select(TopUp.__table__).where(TopUp.customer_id == customer)
    return [of(row) for row in db.execute(mine.order_by(TopUp.id.desc()).limit(limit))]


def of(row: Any) -> Bought:
    """Read one row of the table."""
    return Bought(
        id=row.id,
        ref=row.ref,
        customer=row.customer_id,
        card=row.card_id,
        amount=Money(row.amount, row.currency),
        automatic=row.automatic,
        by_phone=row.by_phone,
        saves_method=row.saves_method,
        environment=row.environment,
        status=TopUpStatus(row.status),
        reason=row.reason,
        order_ref=row.order_ref,
        capture_ref=row.capture_ref,
        approve_url=row.approve_url,
        made_at=row.made_at,
        credited_at=row.credited_at,
        asked=row.asked,
        declines=row.declines,
    )


def _row(customer: int, card: int, amount: Money, *, nonce: str, environment: str) -> dict[str, Any]:
    return {
        "ref": f"tu_{secrets.token_hex(12)}",
        "nonce": nonce[:64],
        "customer_id": customer,
        "card_id": card,
        "amount": amount.micros,
        "currency": amount.currency,
        "automatic": False,
        "saves_method": False,
        "environment": environment,
        "status": TopUpStatus.CREATED,
        "made_at": clock.now(),
        "ask_at": clock.now() + ASK_AFTER,
    }


def _same(row: Any, customer: int, amount: Money) -> Bought:
    if (row.customer_id, row.amount, row.currency) != (customer, amount.micros, amount.currency):
        raise TopUpRefused("This form was used before. Please open the page again.")
    return of(row)
