"""Limits that catch stolen payment accounts early: how much, how often, and who pays for whom."""

from datetime import timedelta

from babel.numbers import get_currency_precision
from sqlalchemy import func, select

from app import cards, clock, config, db
from app.cards import CardStatus
from app.customers.models import Customer
from app.errors import TopUpRefused
from app.money import MILLION, Money
from app.payments.models import Refund, TopUp, TopUpStatus
from app.throttle import Limit

DAY = timedelta(days=1)
PAYERS_OF_AN_ACCOUNT = timedelta(days=30)
# what counts as bought: whatever was abandoned before it was paid does not
BOUGHT = (TopUpStatus.CAPTURING, TopUpStatus.PENDING, TopUpStatus.CREDITED, TopUpStatus.REVIEW)

# only its row is wanted: two accounts that one payer pays for at once wait for each other here
_PAYER = Limit("payer", 1_000_000_000, DAY)


def check(customer: int, amount: Money, *, apart_from: int | None = None) -> None:
    """Refuse an amount that is out of bounds, or too much or too often for a new account.

    Locks the customer, so that two top-ups at once are counted one after the other. `apart_from` is the
    top-up that is asked about, which counts itself. Raises TopUpRefused with a sentence for the customer.
    """
    selling = config.settings().selling
    check_amount(amount)
    # mails and other rows that merely name the customer may be written meanwhile
    locked = select(Customer.made_at).where(Customer.id == customer).with_for_update(key_share=True)
    made = db.execute(locked).scalar_one()
    _first(customer, amount, apart_from)
    if made > clock.now() - timedelta(days=selling.new_account_days):
        _today(customer, amount, apart_from)


def check_amount(amount: Money) -> None:
    """Refuse an amount that nobody may buy, or nobody can pay. Raises TopUpRefused."""
    selling = config.settings().selling
    least, most = (Money.parse(text, amount.currency) for text in (selling.amount_min, selling.amount_max))
    if not least <= amount <= most:
        raise TopUpRefused(f"Top up with {least} to {most} {amount.currency} at a time.")
    if amount.micros % (MILLION // 10 ** get_currency_precision(amount.currency)):
        raise TopUpRefused(f"{amount} {amount.currency} cannot be paid: it has too many decimals.")


def check_card(card: int) -> None:
    """Refuse a card whose credit nobody could use. Raises TopUpRefused."""
    if cards.by_id(card).status in {CardStatus.VOID, CardStatus.EXPIRED}:
        raise TopUpRefused("Your card cannot be used any more, so it takes no credit. Please write to us.")


def check_payer(customer: int, payer: str) -> None:
    """Refuse a payer who pays for too many accounts, is one too many for this one, or took money back before.

    Raises TopUpRefused: before the money is taken, never after.
    """
    selling = config.settings().selling
    _PAYER.count(payer)
    bought = TopUp.status.in_(BOUGHT)
    accounts = select(TopUp.customer_id).where(TopUp.payer_ref == payer, bought).distinct()
    if len({*db.execute(accounts).scalars(), customer}) > selling.payer_accounts_max:
        raise TopUpRefused("This PayPal account pays for other customers already.")
    recent = TopUp.made_at > clock.now() - PAYERS_OF_AN_ACCOUNT
    payers = select(TopUp.payer_ref).where(
        TopUp.customer_id == customer, TopUp.payer_ref.is_not(None), bought, recent
    )
    if len({*db.execute(payers.distinct()).scalars(), payer}) > selling.account_payers_max:
        raise TopUpRefused("Too many PayPal accounts have paid for this account within a month.")
    taken_back = select(Refund.id).join(TopUp, TopUp.id == Refund.top_up_id)
    if db.execute(taken_back.where(TopUp.payer_ref == payer, Refund.reversal).limit(1)).first():
        raise TopUpRefused("A payment of this PayPal account was taken back before. Please write to us.")


def _first(customer: int, amount: Money, apart_from: int | None) -> None:
    most = Money.parse(config.settings().selling.first_top_up_max, amount.currency)
    others = select(TopUp.id).where(TopUp.customer_id == customer, TopUp.id != (apart_from or 0))
    if amount > most and not db.execute(others.where(TopUp.status == TopUpStatus.CREDITED).limit(1)).first():
        raise TopUpRefused(f"A first top-up is for {most} {amount.currency} at most.")


def _today(customer: int, amount: Money, apart_from: int | None) -> None:
    selling = config.settings().selling
    bought = db.execute(
        select(func.count().label("times"), func.coalesce(func.sum(TopUp.amount), 0).label("total")).where(
            TopUp.customer_id == customer,
            TopUp.id != (apart_from or 0),
            TopUp.status.in_(BOUGHT),
            TopUp.made_at > clock.now() - DAY,
        )
    ).one()
    most = Money.parse(selling.new_account_daily_max, amount.currency)
    if bought.times >= selling.new_account_daily_count:
        raise TopUpRefused(f"A new account may top up {bought.times} times a day. Please try again tomorrow.")
    if Money(int(bought.total), amount.currency) + amount > most:
        raise TopUpRefused(f"A new account may top up with {most} {amount.currency} a day.")
