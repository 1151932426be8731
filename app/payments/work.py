"""What the job worker does for payments: notifications, forgotten top-ups, debts, and top-ups by rule."""

import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from app import cards, clock, db, ledger
from app.cards.models import CardLock, LockReason
from app.errors import PaymentError, ProviderUnavailable, TopUpRefused
from app.payments import auto_top_up, disputes, inbox
from app.payments.advance import advance
from app.payments.events import act_on, look_at_dispute
from app.payments.models import TopUp
from app.payments.provider import PaymentProvider

log = logging.getLogger(__name__)

AT_ONCE = 20


def work(provider: PaymentProvider) -> int:
    """One round of all that is due; answers how much was done. Any number of workers may do it at once.

    No transaction is open while the provider is asked, and what fails does not keep the rest waiting.
    """
    return work_on_events(provider) + work_on_top_ups(provider) + work_on_rules(provider)


def work_on_events(provider: PaymentProvider) -> int:
    """Act on notifications that wait in the inbox."""
    claimed = db.attempt(partial(inbox.claim, AT_ONCE))
    for event in claimed:
        try:
            act_on(provider.read(event.raw), provider)
        except PaymentError as error:
            log.warning("a notification must wait", extra={"event": event.id, "reason": str(error)})
            db.attempt(partial(inbox.failed, event.id, str(error)))
        except Exception as error:  # one that cannot be worked on must not keep the others waiting
            log.exception("a notification could not be worked on", extra={"event": event.id})
            db.attempt(partial(inbox.failed, event.id, type(error).__name__))
        else:
            db.attempt(partial(inbox.done, event.id))
    return len(claimed)


def work_on_top_ups(provider: PaymentProvider) -> int:
    """Ask about top-ups whose end nobody told us."""
    due = select(TopUp.id).where(
        TopUp.ask_at <= clock.now(),
        TopUp.environment == provider.environment,
        TopUp.busy_until.is_(None) | (TopUp.busy_until <= clock.now()),
    )
    with db.transaction(readonly=True):
        ids = list(db.execute(due.order_by(TopUp.ask_at).limit(AT_ONCE)).scalars())
    for top_up in ids:
        _apart(partial(advance, top_up, provider), top_up=top_up)
    return len(ids)


def work_on_rules(provider: PaymentProvider) -> int:
    """Charge saved payment methods whose rule says so."""
    with db.transaction(readonly=True):
        due = auto_top_up.due()
    for card in due:
        _apart(partial(_charge, card, provider), card=card)
    return len(due)


def work_on_disputes(provider: PaymentProvider) -> int:
    """Ask about undecided complaints: the word that one was decided may be lost, and its card waits."""
    with db.transaction(readonly=True):
        refs = disputes.open_ones()
    for ref in refs:
        _apart(partial(look_at_dispute, ref, provider), dispute=ref)
    return len(refs)


def work_on_debts() -> int:
    """Take what is owed out of credit that came free, as when a call ended; answers how many cards paid."""
    locked = select(CardLock.card_id).where(CardLock.reason == LockReason.DEBT).order_by(CardLock.card_id)
    with db.transaction(readonly=True):
        owing = list(db.execute(locked).scalars())
        able = [card for card in owing if ledger.available(cards.by_id(card).account)]
    return sum(bool(db.attempt(partial(cards.pay_debts, card))) for card in able)


def _charge(card: int, provider: PaymentProvider) -> None:
    if db.attempt(partial(auto_top_up.reach_cap, card)):
        return
    try:
        begun = db.attempt(partial(auto_top_up.begin, card, environment=provider.environment))
    except TopUpRefused:
        return
    if begun is not None:
        advance(begun.id, provider)


def _apart(step: Callable[[], object], **which: object) -> None:
    """Do one step; what goes wrong is logged, and tried again when it is due again."""
    try:
        step()
    except ProviderUnavailable as error:
        log.warning("the payment provider cannot be asked", extra={**which, "reason": str(error)})
    except Exception:
        log.exception("a payment could not be brought forward", extra=which)
