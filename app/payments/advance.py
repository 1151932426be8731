"""Bringing a top-up forward: ask the provider, take approved money, and act on the answer.

The one function behind the buyer's return, notifications, the sweeper and staff. The provider is asked while
no transaction is open, by one worker at a time for one top-up.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, update

from app import clock, db
from app.errors import ProviderRefused, TopUpRefused
from app.payments import auto_top_up, crediting, limits, phone_top_up
from app.payments.models import TopUp, TopUpStatus
from app.payments.provider import OrderStatus, PaymentProvider, PaymentState
from app.payments.top_up import Bought, of

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than the provider is waited for
KEY_LASTS = timedelta(
    hours=6
)  # so long the provider knows a key: after that the same request may charge twice
# the buyer may choose another way to pay, or has not finished
GO_ON = {"INSTRUMENT_DECLINED", "PAYER_ACTION_REQUIRED", "ORDER_NOT_APPROVED"}
ASK_AGAIN = timedelta(minutes=5)


def advance(top_up: int, provider: PaymentProvider, *, order_ref: str = "") -> Bought:
    """Bring a top-up to where it can be brought now; answers where it stands.

    Safe to repeat and to call at once: whoever comes while another has it in hand gets what is stored. An
    order that a notification named (`order_ref`) is believed only when it turns out to be this top-up's.
    Raises ProviderUnavailable when the provider does not answer: nothing is lost, it is asked again later.
    """
    bought = db.attempt(partial(_take, top_up, provider.environment))
    if bought is None:
        return _look(top_up)
    let_go = partial(_put_down, top_up)
    try:
        state = _settle(replace(bought, order_ref=bought.order_ref or order_ref or None), provider)
        if state is not None:
            db.attempt(partial(crediting.record, top_up, state, provider))
        let_go = partial(_let_go, top_up)
    finally:
        db.attempt(let_go)
    return _look(top_up)


def _settle(bought: Bought, provider: PaymentProvider) -> PaymentState | None:
    """What the provider says, after the money was taken if that was due; None when nothing can be said."""
    if bought.order_ref is None:
        # one that was declined is not charged when somebody merely asks about it
        if bought.automatic and bought.status is TopUpStatus.CAPTURING:
            return _charge(bought, provider)
        db.attempt(partial(_expire, bought))
        return None
    state = provider.fetch(bought.order_ref)
    if state.status is not OrderStatus.APPROVED or state.payment is not None:
        return state
    if not db.attempt(partial(_may_capture, bought.id, state, provider)):
        return None
    return _capture(bought, provider)


def _capture(bought: Bought, provider: PaymentProvider) -> PaymentState | None:
    assert bought.order_ref is not None
    try:
        # a declined request would be answered the same for ever: the next one has another name
        return provider.capture(bought.order_ref, key=f"{bought.ref}-capture-{bought.declines}")
    except ProviderRefused as refused:
        log.info("the money was not given", extra={"top_up": bought.ref, "issue": refused.issue})
        if refused.issue in GO_ON:
            db.attempt(partial(_wait_for_buyer, bought.id, refused.issue))
            return None
        # what the order says now decides: it may have been captured a moment ago
        state = provider.fetch(bought.order_ref)
        if state.payment is None:
            db.attempt(partial(_close, bought.id, refused.issue or "refused by PayPal"))
            return None
        return state


def _charge(bought: Bought, provider: PaymentProvider) -> PaymentState | None:
    """Charge a saved payment method, with the same key as long as the provider knows it, and never after.

    Nor when the customer has switched that off meanwhile: a person then finds out whether the first request
    arrived.
    """
    too_late = bought.made_at < clock.now() - KEY_LASTS
    with db.transaction(readonly=True):
        token = (phone_top_up if bought.by_phone else auto_top_up).token_of(bought.card)
    if too_late or (token is None and bought.asked > 1):
        db.attempt(partial(_to_review, bought.id, "whether the automatic charge was made is unknown"))
        return None
    if token is None:
        which = "Top-up by phone" if bought.by_phone else "Automatic top-up"
        db.attempt(partial(_close, bought.id, f"{which} was switched off."))
        return None
    try:
        return provider.charge_saved(token, bought.purchase, key=f"{bought.ref}-charge")
    except (ProviderRefused, TopUpRefused) as refused:
        issue = refused.issue if isinstance(refused, ProviderRefused) else str(refused)
        db.attempt(partial(_close, bought.id, issue or "refused by PayPal"))
        return None


def _may_capture(top_up: int, state: PaymentState, provider: PaymentProvider) -> bool:
    """Whether the money may be taken: the order is ours and no limit forbids it. Written down first."""
    row = _lock(top_up)
    if row.status in {*crediting.CLOSED}:
        return False
    if wrong := crediting.mismatch(row, state, provider.merchant_ref):
        crediting.to_review(row, wrong)
        return False
    payer = state.payer
    try:
        limits.check_card(row.card_id)
        limits.check(row.customer_id, of(row).amount, apart_from=row.id)
        if payer is not None:
            limits.check_payer(row.customer_id, payer.ref)
    except TopUpRefused as refused:
        crediting.close(row, TopUpStatus.REFUSED, str(refused))
        return False
    known: dict[str, Any] = {"status": TopUpStatus.CAPTURING, "reason": "", "ask_at": clock.now() + LEASE}
    if payer is not None:
        known |= {"payer_ref": payer.ref, "payer_verified": payer.verified, "payer_country": payer.country}
    db.execute(update(TopUp).where(TopUp.id == top_up).values(known))
    return True


def _take(top_up: int, environment: str) -> Bought | None:
    """Take a top-up in hand; None when somebody else has it, or it belongs to another environment."""
    now = clock.now()
    free = TopUp.busy_until.is_(None) | (TopUp.busy_until <= now)
    mine = update(TopUp).where(TopUp.id == top_up, free, TopUp.environment == environment)
    later = {"busy_until": now + LEASE, "asked": TopUp.asked + 1, "ask_at": now + ASK_AGAIN}
    row = db.execute(mine.values(later).returning(TopUp.__table__)).one_or_none()
    return None if row is None else of(row)


def _put_down(top_up: int) -> None:
    """Put it down as it was: the provider has not answered, so it is asked again soon."""
    db.execute(update(TopUp).where(TopUp.id == top_up).values(busy_until=None))


def _let_go(top_up: int) -> None:
    """Put it down again; what is settled is not asked about any more, unless its money may go back."""
    mine = update(TopUp).where(TopUp.id == top_up)
    made_at = db.execute(mine.values(busy_until=None).returning(TopUp.made_at)).scalar_one()
    settled = (*crediting.CLOSED, TopUpStatus.CANCELLED, TopUpStatus.EXPIRED)
    db.execute(mine.where(TopUp.status.in_(settled)).values(ask_at=None))
    look = crediting.next_look(made_at)
    db.execute(mine.where(TopUp.status == TopUpStatus.CREDITED).values(ask_at=look))


def _wait_for_buyer(top_up: int, issue: str) -> None:
    waiting = {
        "status": TopUpStatus.WAITING,
        "reason": issue[:100],
        "declines": TopUp.declines + 1,
    }
    db.execute(update(TopUp).where(TopUp.id == top_up, TopUp.status == TopUpStatus.CAPTURING).values(waiting))


def _close(top_up: int, reason: str) -> None:
    crediting.close(_lock(top_up), TopUpStatus.DECLINED, reason)


def _expire(bought: Bought) -> None:
    """No order was stored, so the buyer was never sent to approve one: none is ever paid."""
    if bought.made_at < clock.now() - crediting.OPENS_FOR:
        stale = {"status": TopUpStatus.EXPIRED, "reason": "not approved in time", "ask_at": None}
        mine = update(TopUp).where(TopUp.id == bought.id, TopUp.status == TopUpStatus.CREATED)
        db.execute(mine.values(stale))


def _to_review(top_up: int, wrong: str) -> None:
    crediting.to_review(_lock(top_up), wrong)


def _lock(top_up: int) -> Any:
    return db.execute(select(TopUp.__table__).where(TopUp.id == top_up).with_for_update()).one()


def _look(top_up: int) -> Bought:
    with db.transaction(readonly=True):
        return of(db.execute(select(TopUp.__table__).where(TopUp.id == top_up)).one())
