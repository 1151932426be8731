"""Complaints of payers: money is kept aside and the card suspended until it is decided, never debited."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app import cards, clock, db, ledger
from app.cards import LockReason
from app.errors import PaymentError
from app.messages.letters.account import account_locked
from app.money import Money
from app.payments import auto_top_up, letters, reviews
from app.payments.models import Dispute, Refund, TopUp, TopUpStatus
from app.payments.provider import DisputeState

HOLDS_MAX = 1_000  # a dispute waits for no call to end


def note(top_up: int, state: DisputeState, *, asked_at: datetime) -> None:
    """Bring a dispute to where the provider says that it is. Safe to repeat, in any order.

    `asked_at` is when the provider was asked: what another worker has learnt since then is not undone.
    """
    bought = db.execute(select(TopUp.__table__).where(TopUp.id == top_up).with_for_update()).one()
    known = db.execute(select(Dispute.closed_at).where(Dispute.ref == state.ref)).scalar_one_or_none()
    if state.is_open and known is not None and known >= asked_at:
        return
    row = _row(bought, state)
    if state.is_open:
        _keep_aside(bought, row)
        return
    # decided for the payer: the reversal or refund that follows debits, and needs what is kept aside
    _close(row, state)
    if state.won:
        _free(bought, row)


def open_ones() -> list[str]:
    """The provider's ids of all that are undecided, as far as we know."""
    undecided = select(Dispute.ref).where(Dispute.closed_at.is_(None))
    return list(db.execute(undecided.order_by(Dispute.id)).scalars())


def end(ref: str, verdict: str) -> None:
    """Staff end a dispute whose money never went back: what it keeps aside is free, and the card, too.

    Raises PaymentError when there is none. Should its money go back later, it is debited as always.
    """
    found = db.execute(select(Dispute.__table__).where(Dispute.ref == ref)).one_or_none()
    if found is None:
        raise PaymentError(f"no dispute is called {ref[:64]}")
    bought = db.execute(select(TopUp.__table__).where(TopUp.id == found.top_up_id).with_for_update()).one()
    closed = {"closed_at": clock.now(), "outcome": f"ended by staff: {verdict}"[:60]}
    db.execute(update(Dispute).where(Dispute.id == found.id).values(closed))
    _free(bought, found)


def let_go(top_up: int) -> None:
    """Free what disputes of a top-up keep aside, since its money goes back now."""
    _release(Dispute.top_up_id == top_up)


def _row(bought: Any, state: DisputeState) -> Any:
    amount = state.amount or Money(bought.amount, bought.currency)
    made = {
        "ref": state.ref,
        "top_up_id": bought.id,
        "reason": state.reason[:60],
        "status": state.status[:40],
        "amount": amount.micros,
        "opened_at": state.opened_at or clock.now(),
    }
    db.execute(db.insert(Dispute).values(made).on_conflict_do_nothing())
    mine = Dispute.ref == state.ref
    db.execute(update(Dispute).where(mine).values(status=state.status[:40], reason=state.reason[:60]))
    return db.execute(select(Dispute.__table__).where(mine)).one()


def _keep_aside(bought: Any, row: Any) -> None:
    """Keep what is left of the disputed money, suspend the card and stop automatic top-ups."""
    account = cards.take(bought.card_id)
    gone = db.execute(select(func.sum(Refund.amount)).where(Refund.top_up_id == bought.id)).scalar_one()
    ours = bought.amount - int(gone or 0) if bought.status == TopUpStatus.CREDITED else 0
    disputed = max(0, min(row.amount, ours))  # what came, and is not back with the payer
    left = Money(min(ledger.available(account).micros, disputed), bought.currency)
    db.execute(update(Dispute).where(Dispute.id == row.id).values(closed_at=None, outcome=""))
    if row.hold_id is None and left:
        # one dispute may keep money aside more than once: after a part went back, or when it is opened again
        key = f"dispute:{row.id}:{secrets.token_hex(8)}"
        hold = ledger.hold(account, left, key=key, at_most=HOLDS_MAX)
        db.execute(update(Dispute).where(Dispute.id == row.id).values(hold_id=hold))
    if cards.lock(bought.card_id, LockReason.DISPUTE):
        _tell(bought, row)
    auto_top_up.stop(bought.card_id, "a payment is disputed")
    reviews.open_review(
        f"dispute {row.ref}", f"Dispute {row.ref} about {bought.ref}: {row.reason}", top_up=bought.id
    )


def _tell(bought: Any, row: Any) -> None:
    why = (
        "The payer of a top-up has complained to PayPal about it. Until that is decided no calls can be made."
    )
    how = "If you did not complain, please write to us."
    letter = account_locked(why, how, letters.url("/account"))
    key = f"dispute:{row.id}:{clock.now().isoformat()}"
    letters.tell(bought.customer_id, lambda language: letter, key=key)


def _close(row: Any, state: DisputeState) -> None:
    closed = {"closed_at": clock.now(), "outcome": state.outcome[:60]}
    db.execute(update(Dispute).where(Dispute.id == row.id, Dispute.closed_at.is_(None)).values(closed))


def _free(bought: Any, row: Any) -> None:
    """A dispute was decided for us: free its money, and the card unless another one is open.

    One that was lost counts as open until its money has gone back.
    """
    cards.take(bought.card_id)
    waits = Dispute.closed_at.is_(None) | Dispute.hold_id.is_not(None)
    open_ones = (
        select(Dispute.id)
        .join(TopUp, TopUp.id == Dispute.top_up_id)
        .where(TopUp.card_id == bought.card_id, waits)
    )
    _release(Dispute.id == row.id)
    if db.execute(open_ones.limit(1)).first() is None:
        cards.unlock(bought.card_id, LockReason.DISPUTE)
    cards.pay_debts(bought.card_id)


def _release(which: Any) -> None:
    kept = select(Dispute.hold_id).where(which, Dispute.hold_id.is_not(None)).order_by(Dispute.hold_id)
    for hold in list(db.execute(kept).scalars()):
        ledger.release(hold)
    db.execute(update(Dispute).where(which).values(hold_id=None))
