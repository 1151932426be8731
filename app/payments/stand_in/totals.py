"""The stand-in's own account of the money: what a check of the server's books is held against."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from . import amounts
from .books import Books, Order

_PAID = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")


def as_json(books: Books) -> dict[str, Any]:
    """Of every order what was captured, what went back and what PayPal kept; and all of it by currency."""
    with books.lock:
        orders = [_order(books, order) for order in books.orders.values()]
    sums: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for order in orders:
        for name in ("captured", "refunded", "fees"):
            sums[order["currency"]][name].append(order[name])
    totals = {
        currency: {name: amounts.total(values, currency) for name, values in of.items()}
        for currency, of in sums.items()
    }
    return {"orders": orders, "totals": totals}


def _order(books: Books, order: Order) -> dict[str, Any]:
    captures = [books.captures[ref] for ref in order.captures]
    paid = [one for one in captures if one.status in _PAID]
    refunds = [books.refunds[ref] for one in captures for ref in one.refunds]
    kept = [amounts.fee(order.value, order.currency) for _ in paid]
    return {
        "order": order.id,
        "custom_id": order.custom_id,
        "invoice_id": order.invoice_id,
        "status": order.status,
        "payer": order.payer,
        "currency": order.currency,
        "value": order.value,
        "captured": _total((order.value for _ in paid), order),
        "refunded": _total((one.value for one in refunds), order),
        "fees": _total(kept, order),
        "captures": {one.id: one.status for one in captures},
        "refunds": {one.id: {"value": one.value, "reversal": one.reversal} for one in refunds},
        "disputes": {
            one.id: one.outcome or one.status
            for one in books.disputes.values()
            if one.capture in order.captures
        },
        "token": order.token,
    }


def _total(values: Iterable[str], order: Order) -> str:
    return amounts.total(values, order.currency)
