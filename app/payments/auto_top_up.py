"""Topping up by rule: when the balance falls below a threshold, never beyond the month's cap, never twice."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update

from app import clock, config, db
from app.cards.models import Card, CardStatus
from app.errors import TopUpRefused
from app.ledger.models import Account
from app.messages.letters import payments as words
from app.money import Money
from app.payments import letters, limits, saved
from app.payments.models import OPEN, AutoTopUp, SavedMethod, TopUp, TopUpStatus
from app.payments.provider import SavedToken
from app.payments.reasons import GONE
from app.payments.top_up import Bought, begin_automatic

DECLINES_MAX = 2
REST = timedelta(days=1)  # after a decline
AT_ONCE = 20
_COUNTS = (TopUpStatus.CAPTURING, TopUpStatus.PENDING, TopUpStatus.CREDITED, TopUpStatus.REVIEW)


@dataclass(frozen=True, slots=True)
class Rule:
    """A customer's rule, as it stands."""

    is_on: bool
    threshold: Money
    amount: Money
    monthly_cap: Money
    spent: Money  # this month, by rule
    method: str | None  # whose payment method is charged, masked; None: none is saved yet
    stopped: str


def switch_on(customer: int, card: int, *, threshold: Money, amount: Money, monthly_cap: Money) -> None:
    """Agree to a rule; it acts, and mail 7 is written, once a payment method is saved.

    Raises TopUpRefused with a sentence for the customer. The door keeps the consent with its words.
    """
    _check(threshold, amount, monthly_cap)
    row = {
        "card_id": card,
        "customer_id": customer,
        "is_on": True,
        "threshold": threshold.micros,
        "amount": amount.micros,
        "monthly_cap": monthly_cap.micros,
        "declines": 0,
        "rests_until": None,
        "stopped": "",
        "cap_told": "",
        "changed_at": clock.now(),
    }
    db.execute(
        db.insert(AutoTopUp).values(row).on_conflict_do_update(index_elements=[AutoTopUp.card_id], set_=row)
    )
    if saved.shown_of(card) is not None:
        armed(card)


def armed(card: int) -> None:
    """A rule can act from now on: its payment method is saved. Writes mail 7; says nothing without a rule."""
    rule = rule_of(card)
    if rule is not None and rule.is_on:
        customer = db.execute(select(AutoTopUp.customer_id).where(AutoTopUp.card_id == card)).scalar_one()
        _tell_change(customer, True, rule.threshold, rule.amount, rule.monthly_cap)


def keep_method(top_up: Any, token: SavedToken) -> None:
    """Keep the payment method that a purchase saved, for as long as a rule or the phone is to charge it.

    Safe to repeat: one that was forgotten or replaced since it was paid with does not come back.
    """
    since = saved.wanted_since(top_up.card_id) if top_up.saves_method else None
    if since is None:
        return
    is_last = (top_up.credited_at or clock.now()) >= since
    if is_last and saved.keep(top_up.card_id, token):
        armed(top_up.card_id)


def switch_off(customer: int, card: int) -> bool:
    """The customer wants no more of it; answers whether the payment method is forgotten, too. Safe to repeat.

    It is kept for as long as the phone is to charge it.
    """
    saved.wanted_since(card)  # locks in the order of whoever keeps a method
    rule = _stop(card, "")
    is_forgotten = saved.let_go(card)
    if rule is not None:
        sums = (Money(micros, rule.currency) for micros in (rule.threshold, rule.amount, rule.monthly_cap))
        _tell_change(customer, False, *sums)
    return is_forgotten


def stop(card: int, why: str) -> None:
    """Stop a rule by ourselves, and say why. Safe to repeat."""
    rule = _stop(card, why)
    if rule is not None:
        facts = (Money(rule.amount, rule.currency), rule.declines, True, _page())
        key = f"auto stopped:{card}:{clock.now().isoformat()}"
        letters.tell(rule.customer_id, words.auto_failed, *facts, key=key)


def rule_of(card: int) -> Rule | None:
    """A card's rule, or None when there never was one."""
    row = db.execute(_RULE.where(AutoTopUp.card_id == card)).one_or_none()
    if row is None:
        return None
    sums = (row.threshold, row.amount, row.monthly_cap)
    threshold, amount, cap = (Money(micros, row.currency) for micros in sums)
    spent = _spent(card, row.currency)
    return Rule(row.is_on, threshold, amount, cap, spent, saved.shown_of(card), row.stopped)


def token_of(card: int) -> str | None:
    """The token of the payment method that a card's rule may charge now; None when it may charge none."""
    rule = db.execute(select(AutoTopUp.is_on).where(AutoTopUp.card_id == card)).scalar_one_or_none()
    return saved.token_of(card) if rule else None


def due() -> list[int]:
    """Some of the cards whose rule wants to act now and has nothing under way."""
    under_way = exists().where(
        TopUp.card_id == AutoTopUp.card_id,
        TopUp.automatic,
        TopUp.status.in_((*OPEN, TopUpStatus.REVIEW)),
    )
    # drawn by lot: those that a limit forbids for a while keep no other waiting
    return list(db.execute(_wanting(~under_way).order_by(func.random()).limit(AT_ONCE)).scalars())


def begin(card: int, *, environment: str) -> Bought | None:
    """Write the purchase of a card's rule down, before the provider is asked; None while one is under way.

    Raises TopUpRefused when the rule does not want it: then all of it must be undone.
    """
    row = db.execute(_RULE.where(AutoTopUp.card_id == card)).one()
    amount, cap = Money(row.amount, row.currency), Money(row.monthly_cap, row.currency)
    begun = begin_automatic(row.customer_id, card, amount, environment=environment)
    if begun is None:
        return None
    # looked at after the purchase is written: one that ended a moment ago is seen now
    limits.check(row.customer_id, amount, apart_from=begun.id)
    is_wanted = db.execute(_wanting(AutoTopUp.card_id == card)).one_or_none() is not None
    if not is_wanted or _spent(card, row.currency) > cap:
        raise TopUpRefused("the rule does not want a top-up now")
    return begun


def reach_cap(card: int) -> bool:
    """Whether the month's cap leaves no room for one more; the customer is told once a month."""
    row = db.execute(_RULE.where(AutoTopUp.card_id == card)).one()
    amount, cap = Money(row.amount, row.currency), Money(row.monthly_cap, row.currency)
    if _spent(card, row.currency) + amount <= cap:
        return False
    _tell_cap(row, amount)
    return True


def done(top_up: Any) -> None:
    """A purchase by rule was credited: tells the customer how much of the month's cap is left."""
    fresh = {"declines": 0, "rests_until": None}
    db.execute(update(AutoTopUp).where(AutoTopUp.card_id == top_up.card_id).values(fresh))
    rule = rule_of(top_up.card_id)
    if rule is not None:
        facts = (Money(top_up.amount, top_up.currency), rule.spent, rule.monthly_cap, _page())
        letters.tell(top_up.customer_id, words.auto_done, *facts, key=f"auto done:{top_up.id}")


def declined(top_up: Any, reason: str) -> None:
    """A purchase by rule was declined: it rests for a day, and after the second one in a row it stops."""
    mine = update(AutoTopUp).where(AutoTopUp.card_id == top_up.card_id)
    more = mine.values(declines=AutoTopUp.declines + 1, rests_until=clock.now() + REST)
    declines = db.execute(more.returning(AutoTopUp.declines)).scalar_one_or_none()
    if reason in GONE:
        saved.forget(top_up.card_id)
        stop(top_up.card_id, "the agreement with PayPal was cancelled")
    elif declines is not None and declines >= DECLINES_MAX:
        stop(top_up.card_id, "PayPal declined twice")
    elif declines is not None:
        facts = (Money(top_up.amount, top_up.currency), declines, False, _page())
        letters.tell(top_up.customer_id, words.auto_failed, *facts, key=f"auto declined:{top_up.id}")


def token_gone(token: str) -> None:
    """The provider keeps a payment method no more: the rules that used it stop."""
    for card in saved.cards_with(token):
        stop(card, "the agreement with PayPal was cancelled")
        saved.forget(card)


_RULE = (
    select(AutoTopUp.__table__, Account.currency)
    .select_from(AutoTopUp)
    .join(Card, Card.id == AutoTopUp.card_id)
    .join(Account, Account.id == Card.account_id)
)


def _check(threshold: Money, amount: Money, cap: Money) -> None:
    limits.check_amount(amount)
    most = Money.parse(config.settings().selling.amount_max, amount.currency)
    if threshold.micros <= 0 or threshold > most:
        raise TopUpRefused(f"Choose a balance from 0.01 to {most} {amount.currency}.")
    if cap < amount:
        raise TopUpRefused("The most a month must be at least one top-up.")


def _wanting(*which: ColumnElement[bool]) -> Any:
    """Those of these cards whose rule wants to act."""
    now = clock.now()
    return (
        select(AutoTopUp.card_id)
        .join(SavedMethod, SavedMethod.card_id == AutoTopUp.card_id)
        .join(Card, Card.id == AutoTopUp.card_id)
        .join(Account, Account.id == Card.account_id)
        .where(
            *which,
            AutoTopUp.is_on,
            Card.status == CardStatus.ACTIVE,
            Card.expires_at.is_(None) | (Card.expires_at > now),
            Account.balance - Account.held < AutoTopUp.threshold,
            AutoTopUp.rests_until.is_(None) | (AutoTopUp.rests_until <= now),
            AutoTopUp.cap_told != _month(),
        )
    )


def _stop(card: int, why: str) -> Any:
    """Switch a rule off; answers it as it was, or None when it was off."""
    row = db.execute(_RULE.where(AutoTopUp.card_id == card, AutoTopUp.is_on)).one_or_none()
    off = {"is_on": False, "stopped": why[:60], "changed_at": clock.now()}
    changed = db.execute(
        update(AutoTopUp).where(AutoTopUp.card_id == card, AutoTopUp.is_on).values(off)
    ).rowcount
    return row if changed else None


def _spent(card: int, currency: str) -> Money:
    """What rules have bought for a card since the first of this month, in UTC."""
    start = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    bought = select(func.coalesce(func.sum(TopUp.amount), 0)).where(
        TopUp.card_id == card,
        TopUp.automatic,
        ~TopUp.by_phone,
        TopUp.status.in_(_COUNTS),
        TopUp.made_at >= start,
    )
    return Money(int(db.execute(bought).scalar_one()), currency)


def _tell_cap(row: Any, amount: Money) -> None:
    """Say once a month that the cap is reached."""
    db.execute(update(AutoTopUp).where(AutoTopUp.card_id == row.card_id).values(cap_told=_month()))
    facts = (amount, 0, False, _page())
    letters.tell(row.customer_id, words.auto_failed, *facts, key=f"auto cap:{row.card_id}:{_month()}")


def _tell_change(customer: int, is_on: bool, threshold: Money, amount: Money, cap: Money) -> None:
    key = f"auto changed:{customer}:{clock.now().isoformat()}"
    letters.tell(customer, words.auto_set_up, is_on, threshold, amount, cap, _page(), key=key)


def _page() -> str:
    return letters.url("/account/top-up")


def _month() -> str:
    return clock.now().strftime("%Y-%m")
