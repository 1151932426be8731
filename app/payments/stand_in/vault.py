"""Payment methods that buyers let the seller keep."""

from . import events
from .books import Order, Token, new_id
from .desk import Desk, stamp
from .problems import Problem


def keep(desk: Desk, order: Order) -> Token:
    """Save the payment method of an order that was paid."""
    made = Token(new_id(8).lower(), order.payer, order.id, order.usage or {}, made_at=stamp())
    order.token = made.id
    desk.books.put(made)
    desk.books.put(order)
    events.vaulted(desk, made, "CREATED")
    return made


def find(desk: Desk, ref: str) -> Token:
    """A saved payment method. Raises Problem when there is none any more."""
    token = desk.books.tokens.get(ref)
    if token is None or token.deleted:
        raise Problem.unknown()
    return token


def usable(desk: Desk, ref: str) -> Token:
    """A saved payment method to charge. Raises Problem."""
    token = desk.books.tokens.get(ref)
    if token is None:
        raise Problem.unprocessable("TOKEN_ID_NOT_FOUND", "Specified token ID was not found.")
    if token.deleted:
        raise Problem.unprocessable(
            "AGREEMENT_ALREADY_CANCELLED", "The requested agreement is already canceled."
        )
    return token


def delete(desk: Desk, ref: str) -> None:
    """Forget a payment method, at the seller's or the buyer's wish. Raises Problem."""
    token = find(desk, ref)
    token.deleted = True
    desk.books.put(token)
    events.vaulted(desk, token, "DELETED")
