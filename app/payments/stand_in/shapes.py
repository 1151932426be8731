"""Orders, captures, refunds, disputes and saved payment methods in PayPal's JSON."""

from typing import Any

from . import amounts
from .books import Capture, Dispute, Order, Refund, Token
from .desk import Desk
from .people import Person, person

Shape = dict[str, Any]


def order_in_short(desk: Desk, order: Order) -> Shape:
    """What a call answers that does not prefer a representation."""
    shape: Shape = {"id": order.id, "status": order.status, "links": _order_links(desk, order)}
    if order.source:
        shape["payment_source"] = {"paypal": _source(desk, order)}
    return shape


def order(desk: Desk, order: Order) -> Shape:
    """All of an order."""
    shape: Shape = {"id": order.id, "intent": "CAPTURE", "status": order.status}
    if order.source:
        shape["payment_source"] = {"paypal": _source(desk, order)}
    if order.payer:
        shape["payer"] = _payer(person(order.payer))
    return {
        **shape,
        "purchase_units": [_unit(desk, order)],
        "create_time": order.made_at,
        "update_time": order.changed_at,
        "links": _order_links(desk, order),
    }


def capture(desk: Desk, capture: Capture, *, alone: bool = True) -> Shape:
    """The money of an order; `alone` says whose it is, which it leaves out within its order."""
    of = desk.books.orders[capture.order]
    safe = not of.payer or person(of.payer).verified
    eligible = {"status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"]}
    shape: Shape = {
        "id": capture.id,
        "status": capture.status,
        "amount": amounts.shape(of.value, of.currency),
        "final_capture": True,
        "disbursement_mode": "INSTANT",
        "seller_protection": eligible if safe else {"status": "NOT_ELIGIBLE"},
        "custom_id": of.custom_id,
        "invoice_id": of.invoice_id,
        "links": _capture_links(desk, capture),
        "create_time": capture.made_at,
        "update_time": capture.changed_at,
    }
    if capture.reason:
        shape["status_details"] = {"reason": capture.reason}
    if capture.status not in ("PENDING", "DECLINED"):
        shape["seller_receivable_breakdown"] = _receivable(of)
    if alone:
        shape["payee"] = _payee(desk)
        shape["supplementary_data"] = {"related_ids": {"order_id": of.id}}
    return shape


def refund(desk: Desk, refund: Refund) -> Shape:
    """Money that went back."""
    of = desk.books.captures[refund.capture]
    bought = desk.books.orders[of.order]
    currency = bought.currency
    gone = [one.value for one in map(desk.books.refunds.__getitem__, of.refunds) if one.status == "COMPLETED"]
    shape = {
        "id": refund.id,
        "status": refund.status,
        "amount": amounts.shape(refund.value, currency),
        "custom_id": bought.custom_id,
        "invoice_id": refund.invoice_id,
        "note_to_payer": refund.note,
        "seller_payable_breakdown": {
            "gross_amount": amounts.shape(refund.value, currency),
            "paypal_fee": amounts.shape(amounts.total([], currency), currency),
            "net_amount": amounts.shape(refund.value, currency),
            "total_refunded_amount": amounts.shape(amounts.total(gone, currency), currency),
        },
        "create_time": refund.made_at,
        "update_time": refund.made_at,
        "links": [
            _link(desk, f"/v2/payments/refunds/{refund.id}"),
            _link(desk, f"/v2/payments/captures/{refund.capture}", "up"),
        ],
    }
    return {key: value for key, value in shape.items() if value != ""}


def dispute(desk: Desk, dispute: Dispute) -> Shape:
    """A buyer's complaint."""
    about = desk.books.captures[dispute.capture]
    bought = desk.books.orders[about.order]
    states = {"RESOLVED": "RESOLVED", "UNDER_REVIEW": "UNDER_PAYPAL_REVIEW"}
    amount = amounts.shape(dispute.value, bought.currency)
    transaction = {
        "buyer_transaction_id": f"{about.id[::-1]}",
        "seller_transaction_id": about.id,
        "create_time": about.made_at,
        "transaction_status": about.status,
        "gross_amount": amounts.shape(bought.value, bought.currency),
        "invoice_number": bought.invoice_id,
        "custom": bought.custom_id,
        "buyer": {"name": person(bought.payer).name} if bought.payer else {},
        "seller": {**_seller(desk), "name": desk.brand},
        "seller_protection_eligible": False,
    }
    shape: Shape = {
        "dispute_id": dispute.id,
        "create_time": dispute.made_at,
        "update_time": dispute.changed_at,
        "disputed_transactions": [transaction],
        "reason": dispute.reason,
        "status": dispute.status,
        "dispute_state": states.get(dispute.status, "REQUIRED_ACTION"),
        "dispute_amount": amount,
        "dispute_life_cycle_stage": "CHARGEBACK" if dispute.reason.startswith("UNAUTHORI") else "INQUIRY",
        "dispute_channel": "INTERNAL",
        "links": [_link(desk, f"/v1/customer/disputes/{dispute.id}")],
    }
    if dispute.outcome:
        shape["dispute_outcome"] = {"outcome_code": dispute.outcome}
        if dispute.outcome == "RESOLVED_BUYER_FAVOUR":
            shape["dispute_outcome"]["amount_refunded"] = amount
    return shape


def token(desk: Desk, token: Token) -> Shape:
    """A saved payment method."""
    payer = person(token.payer)
    path = f"/v3/vault/payment-tokens/{token.id}"
    return {
        "id": token.id,
        "customer": {"id": _customer(token.payer)},
        "payment_source": {
            "paypal": {"email_address": payer.mail, "payer_id": payer.id, **_usage(token.usage)}
        },
        "metadata": {"order_id": token.order},
        "links": [_link(desk, path), _link(desk, path, "delete", "DELETE")],
    }


def _unit(desk: Desk, order: Order) -> Shape:
    unit: Shape = {
        "reference_id": "default",
        "amount": {**amounts.shape(order.value, order.currency), "breakdown": {}},
        "payee": _payee(desk),
        "description": order.description,
        "custom_id": order.custom_id,
        "invoice_id": order.invoice_id,
    }
    captures = [desk.books.captures[ref] for ref in order.captures]
    refunds = [desk.books.refunds[ref] for one in captures for ref in one.refunds]
    if captures:
        unit["payments"] = {"captures": [capture(desk, one, alone=False) for one in captures]}
    if refunds:
        unit["payments"]["refunds"] = [refund(desk, one) for one in refunds]
    return {key: value for key, value in unit.items() if value != ""}


def _source(desk: Desk, order: Order) -> Shape:
    if not order.payer:
        return {}
    who = person(order.payer)
    source: Shape = {
        "email_address": who.mail,
        "account_id": who.id,
        "account_status": "VERIFIED" if who.verified else "UNVERIFIED",
        "name": {"given_name": who.given, "surname": who.surname},
        "address": {"country_code": who.country},
    }
    if order.usage is not None and (order.token or _is_paid(desk, order)):
        source["attributes"] = {"vault": _saved(desk, order)}
    return source


def _saved(desk: Desk, order: Order) -> Shape:
    """The saved payment method; without an id until it is saved."""
    customer = {"customer": {"id": _customer(order.payer)}}
    if not order.token:
        return {"status": "APPROVED", **customer}
    links = [_link(desk, f"/v3/vault/payment-tokens/{order.token}")]
    return {"id": order.token, "status": "VAULTED", **customer, "links": links}


def _is_paid(desk: Desk, order: Order) -> bool:
    return any(desk.books.captures[ref].status != "DECLINED" for ref in order.captures)


def _payer(who: Person) -> Shape:
    return {
        "name": {"given_name": who.given, "surname": who.surname},
        "email_address": who.mail,
        "payer_id": who.id,
        "address": {"country_code": who.country},
    }


def _receivable(order: Order) -> Shape:
    kept = amounts.fee(order.value, order.currency)
    values = {
        "gross_amount": order.value,
        "paypal_fee": kept,
        "net_amount": amounts.less(order.value, kept, order.currency),
    }
    return {name: amounts.shape(value, order.currency) for name, value in values.items()}


def _seller(desk: Desk) -> dict[str, str]:
    return {"email": "sb-merchant@business.example.com", "merchant_id": desk.merchant.merchant_id}


def _payee(desk: Desk) -> dict[str, str]:
    seller = _seller(desk)
    return {"email_address": seller["email"], "merchant_id": seller["merchant_id"]}


def _usage(usage: dict[str, str]) -> dict[str, str]:
    return {name: usage[name] for name in ("usage_type", "customer_type", "usage_pattern") if name in usage}


def _customer(payer: str) -> str:
    return f"CUST{payer[:9]}"


def _order_links(desk: Desk, order: Order) -> list[dict[str, str]]:
    links = [_link(desk, f"/v2/checkout/orders/{order.id}")]
    if order.status in ("CREATED", "PAYER_ACTION_REQUIRED"):
        rel = "payer-action" if order.source else "approve"
        links.append({"href": desk.approval(order.id), "rel": rel, "method": "GET"})
    if order.status == "APPROVED":
        links.append(_link(desk, f"/v2/checkout/orders/{order.id}/capture", "capture", "POST"))
    return links


def _capture_links(desk: Desk, capture: Capture) -> list[dict[str, str]]:
    path = f"/v2/payments/captures/{capture.id}"
    up = _link(desk, f"/v2/checkout/orders/{capture.order}", "up")
    return [_link(desk, path), _link(desk, f"{path}/refund", "refund", "POST"), up]


def _link(desk: Desk, path: str, rel: str = "self", method: str = "GET") -> dict[str, str]:
    return {"href": f"{desk.base}{path}", "rel": rel, "method": method}
