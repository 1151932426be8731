"""What we write to PayPal when a customer buys credit, or when a saved payment method is charged."""

from typing import Any

from app.payments.paypal import amounts
from app.payments.provider import Purchase, Urls

TEXT_MAX = 127  # characters of any text of an order


def to_approve(purchase: Purchase, urls: Urls, *, brand: str) -> dict[str, Any]:
    """An order that a buyer approves on PayPal's pages."""
    context = {
        "brand_name": brand[:TEXT_MAX],
        "shipping_preference": "NO_SHIPPING",
        "user_action": "PAY_NOW",
        # or some of them would pay by a transfer that takes days
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
        "return_url": urls.approved,
        "cancel_url": urls.cancelled,
    }
    source: dict[str, Any] = {"experience_context": context}
    if purchase.saves_method:
        source["attributes"] = {"vault": _SAVING}
    return _order(purchase, source)


def to_charge(purchase: Purchase, token: str) -> dict[str, Any]:
    """An order that takes the money at once from a saved payment method."""
    return _order(purchase, {"vault_id": token})


_SAVING = {
    "store_in_vault": "ON_SUCCESS",
    "usage_type": "MERCHANT",
    "customer_type": "CONSUMER",
    "usage_pattern": "THRESHOLD_PREPAID",
    "description": "Automatic top-up when the balance is low",
}


def _order(purchase: Purchase, source: dict[str, Any]) -> dict[str, Any]:
    unit = {
        "custom_id": purchase.ref,
        "invoice_id": purchase.invoice,
        "description": purchase.description[:TEXT_MAX],
        "amount": amounts.written(purchase.amount),
    }
    return {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": {"paypal": source}}
