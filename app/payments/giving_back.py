"""Staff give money back: no more of a top-up than its card still has, and once."""

from app import cards, db
from app.errors import TopUpRefused
from app.money import Money
from app.payments import refunds
from app.payments.advance import advance
from app.payments.models import TopUpStatus
from app.payments.provider import PaymentProvider
from app.payments.top_up import Bought


def refund(bought: Bought, amount: Money, provider: PaymentProvider, *, key: str) -> Bought:
    """Give some of a top-up back to its payer; answers where the top-up stands. No transaction may be open.

    Safe to repeat with the same key, which names one refund. Raises TopUpRefused when the card has less left,
    ProviderRefused when the provider does not do it. The card is debited when the provider says that it did.
    """
    with db.transaction(readonly=True):
        _check(bought, amount)
    assert bought.capture_ref is not None, "what was credited has a payment"
    provider.refund(bought.capture_ref, amount, key=f"{bought.ref}-refund-{key}")
    return advance(bought.id, provider)


def _check(bought: Bought, amount: Money) -> None:
    if bought.status is not TopUpStatus.CREDITED:
        raise TopUpRefused(f"top-up {bought.ref} is {bought.status}: there is nothing to give back")
    left = bought.amount - refunds.given_back(bought.id, bought.amount.currency)
    if amount.currency != left.currency or not 0 < amount.micros <= left.micros:
        raise TopUpRefused(f"of top-up {bought.ref} up to {left} {left.currency} can be given back")
    available = cards.by_id(bought.card).available
    if amount > available:
        raise TopUpRefused(f"its card has only {available} {available.currency} left")
