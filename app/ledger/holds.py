"""Keeping money aside while a call goes on."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app import clock, db
from app.errors import HoldClosed, KeyReused, ShortOfCredit, TooManyHolds
from app.ledger.models import Account, AccountKind, Hold, HoldStatus, Transfer, TransferKind
from app.money import Money

# one conditional statement on the card's row, so that a hundred calls at once cannot spend one penny twice
_KEEP_ASIDE = (
    update(Account)
    .where(
        Account.id == bindparam("account"),
        Account.balance - Account.held >= bindparam("amount"),
        Account.open_holds < bindparam("at_most"),
    )
    .values(held=Account.held + bindparam("amount"), open_holds=Account.open_holds + 1)
    .returning(Account.currency)
)
_CLOSE = (
    update(Hold)
    .where(Hold.id == bindparam("hold"), Hold.status == HoldStatus.OPEN)
    .values(status=bindparam("ending"), closed_at=bindparam("now"))
    .returning(Hold.account_id, Hold.amount)
)
_FREE = (
    update(Account)
    .where(Account.id == bindparam("account"))
    .values(
        held=Account.held - bindparam("amount"),
        open_holds=Account.open_holds - 1,
        balance=Account.balance - bindparam("charge"),
    )
    .returning(Account.balance, Account.held, Account.currency)
)
_PAY = insert(Transfer).values(
    kind=TransferKind.CALL,
    target_id=select(Account.id)
    .where(Account.kind == AccountKind.CALL_REVENUE, Account.currency == bindparam("currency"))
    .scalar_subquery(),
)
_LOCK = (
    select(Hold.account_id, Hold.amount, Hold.status).where(Hold.id == bindparam("hold")).with_for_update()
)
_KEEP_MORE = (
    update(Account)
    .where(Account.id == bindparam("account"), Account.balance - Account.held >= bindparam("more"))
    .values(held=Account.held + bindparam("more"))
    .returning(Account.currency)
)
_GROW = update(Hold).where(Hold.id == bindparam("hold")).values(amount=bindparam("to"))
_ENDED = (
    select(Hold.status, Transfer.amount, Account.balance, Account.held, Account.currency)
    .join(Account, Account.id == Hold.account_id)
    .outerjoin(Transfer, Transfer.key == bindparam("key"))
    .where(Hold.id == bindparam("hold"))
)
_WHY_NOT = select(
    Account.open_holds, (Account.balance - Account.held).label("available"), Account.currency
).where(Account.id == bindparam("account"))


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a hold ended: what was charged, what the card has and what of it is available."""

    charge: Money
    balance: Money
    available: Money


def hold(account: int, amount: Money, *, key: str, at_most: int) -> int:
    """Keep `amount` of a card aside; answers the hold's id.

    `at_most` is how many holds the card may have open at once. Raises ShortOfCredit or TooManyHolds, and
    KeyReused for a key that was used before: then nothing is kept aside.
    """
    asked = {"account": account, "amount": amount.micros, "at_most": at_most}
    currency = db.execute(_KEEP_ASIDE, asked).scalar_one_or_none()
    if currency is None:
        raise _refusal(account, at_most)
    assert currency == amount.currency, "a hold is in its card's currency"

    opened = {
        "account_id": account,
        "amount": amount.micros,
        "status": HoldStatus.OPEN,
        "opened_at": clock.now(),
    }
    kept = db.execute(_open(db.engine().dialect.name), {"key": key, **opened}).scalar_one_or_none()
    if kept is None:
        raise KeyReused(f"the key {key} has kept money aside before")
    return int(kept)


def extend(hold: int, to: Money) -> None:
    """Keep more aside for what goes on, until the hold is worth `to`; it never shrinks. Safe to repeat.

    Raises ShortOfCredit, and HoldClosed when it has ended: then it is as before.
    """
    row = db.execute(_LOCK, {"hold": hold}).one()
    if row.status != HoldStatus.OPEN:
        raise HoldClosed(f"hold {hold} is {row.status}")
    more = to.micros - row.amount
    if more <= 0:
        return
    currency = db.execute(_KEEP_MORE, {"account": row.account_id, "more": more}).scalar_one_or_none()
    if currency is None:
        raise ShortOfCredit(f"less than {Money(more, to.currency)} {to.currency} is available")
    assert currency == to.currency, "a hold is in its card's currency"
    db.execute(_GROW, {"hold": hold, "to": to.micros})


def settle(hold: int, price: Money, *, reference: str) -> Settlement:
    """Pay for a finished call out of its hold; what is left is free again.

    Safe to repeat: a settled hold answers with what it charged. Raises HoldClosed for one that was released.
    """
    closed = db.execute(
        _CLOSE, {"hold": hold, "ending": HoldStatus.SETTLED, "now": clock.now()}
    ).one_or_none()
    if closed is None:
        return _ended(hold, HoldStatus.SETTLED)

    charge = min(price.micros, closed.amount)  # a late hang-up is our loss, not the card's debt
    left = db.execute(_FREE, {"account": closed.account_id, "amount": closed.amount, "charge": charge}).one()
    assert left.currency == price.currency, "a price is in its card's currency"
    if charge:
        payment = {"key": _payment_key(hold), "source_id": closed.account_id, "amount": charge}
        outcome = {"source_balance": left.balance, "reference": reference, "at": clock.now()}
        db.execute(_PAY, {"currency": left.currency, **payment, **outcome})
    return _settlement(charge, left.balance, left.held, left.currency)


def release(hold: int, *, ending: HoldStatus = HoldStatus.RELEASED) -> Settlement:
    """Give back all that was kept aside. Safe to repeat; raises HoldClosed when it has been settled."""
    closed = db.execute(_CLOSE, {"hold": hold, "ending": ending, "now": clock.now()}).one_or_none()
    if closed is None:
        return _ended(hold, ending)

    left = db.execute(_FREE, {"account": closed.account_id, "amount": closed.amount, "charge": 0}).one()
    return _settlement(0, left.balance, left.held, left.currency)


def available_to(hold: int) -> Money:
    """What the card of a hold has available now."""
    row = db.execute(_ENDED, {"hold": hold, "key": _payment_key(hold)}).one()
    return Money(row.balance - row.held, row.currency)


@cache
def _open(dialect: str) -> Any:
    return db.insert(Hold).on_conflict_do_nothing().returning(Hold.id)


def _payment_key(hold: int) -> str:
    return f"hold:{hold}"


def _ended(hold: int, ending: HoldStatus) -> Settlement:
    row = db.execute(_ENDED, {"hold": hold, "key": _payment_key(hold)}).one()
    if row.status != ending:
        raise HoldClosed(f"hold {hold} is {row.status}")
    return _settlement(row.amount or 0, row.balance, row.held, row.currency)


def _settlement(charge: int, balance: int, held: int, currency: str) -> Settlement:
    return Settlement(Money(charge, currency), Money(balance, currency), Money(balance - held, currency))


def _refusal(account: int, at_most: int) -> ShortOfCredit | TooManyHolds:
    row = db.execute(_WHY_NOT, {"account": account}).one()
    if row.open_holds >= at_most:
        return TooManyHolds(f"{row.open_holds} holds are open")
    return ShortOfCredit(f"there is only {Money(row.available, row.currency)} {row.currency} available")
