"""What customers are told about their payments: in the transaction of what it reports, once."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app import config, db, messages
from app.customers.models import Customer
from app.messages.letters import Letter
from app.messages.letters import payments as letters
from app.money import Money
from app.payments.reasons import in_words


def url(path: str) -> str:
    """The address of a page of ours, for a mail."""
    return f"{config.settings().public_base_url}{path}"


def tell(customer: int, make: Callable[..., Letter], *facts: Any, key: str) -> None:
    """Write to a customer, in their way of writing sums and dates."""
    to = db.execute(select(Customer.email, Customer.language).where(Customer.id == customer)).one()
    messages.write(make(*facts, language=to.language), to=to.email, key=key, customer=customer)


def pending(top_up: Any, reason: str) -> None:
    """The provider waits for the money."""
    facts = (_amount(top_up), in_words(reason), _page(top_up))
    tell(top_up.customer_id, letters.payment_pending, *facts, key=f"pending:{top_up.id}")


def failed(top_up: Any, reason: str) -> None:
    """No money came of it."""
    facts = (_amount(top_up), in_words(reason), _page(top_up))
    tell(top_up.customer_id, letters.payment_failed, *facts, key=f"failed:{top_up.id}")


def given_back(top_up: Any, refund: int, amount: Money, owed: Money, *, reversal: bool) -> None:
    """Money went back to the payer."""
    if reversal:
        facts: tuple[Any, ...] = (amount, owed, url("/account"))
        tell(top_up.customer_id, letters.payment_reversed, *facts, key=f"reversal:{refund}")
    else:
        facts = (amount, top_up.ref, owed, url("/account/statement"))
        tell(top_up.customer_id, letters.refund_made, *facts, key=f"refund:{refund}")


def _amount(top_up: Any) -> Money:
    return Money(top_up.amount, top_up.currency)


def _page(top_up: Any) -> str:
    return url(f"/account/top-up/{top_up.ref}")
