"""Amounts as PayPal writes them: text with the decimals of their currency."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .problems import Problem

WITHOUT_DECIMALS = {"HUF", "JPY", "TWD"}  # PayPal's own list: ISO 4217 knows decimals for two of them
_RATE, _FIXED = Decimal("0.029"), Decimal("0.30")
_VALUE = re.compile(r"[0-9]{1,29}(\.[0-9]{1,8})?", re.ASCII)


def read(amount: Any) -> tuple[str, str]:
    """Currency and value of an amount in a request. Raises Problem."""
    facts = amount if isinstance(amount, dict) else {}
    currency, value = facts.get("currency_code"), facts.get("value")
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        raise Problem.malformed("INVALID_PARAMETER_SYNTAX", "The currency code is not valid.")
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise Problem.malformed("INVALID_PARAMETER_SYNTAX", "The value is not an amount as text.")
    if "." in value and currency in WITHOUT_DECIMALS:
        raise Problem.unprocessable(
            "DECIMALS_NOT_SUPPORTED", "Currency does not support decimals. Please refer to the list."
        )
    if "." in value and len(value.split(".")[1]) > 2:
        raise Problem.unprocessable(
            "DECIMAL_PRECISION", "If the currency supports decimals, only two decimal place precision."
        )
    if Decimal(value) <= 0:
        raise Problem.unprocessable("CANNOT_BE_ZERO_OR_NEGATIVE", "Must be greater than zero.")
    return currency, text(Decimal(value), currency)


def text(amount: Decimal, currency: str) -> str:
    """An amount with the decimals of its currency."""
    step = Decimal(1) if currency in WITHOUT_DECIMALS else Decimal("0.01")
    return str(amount.quantize(step, rounding=ROUND_HALF_UP))


def fee(value: str, currency: str) -> str:
    """What PayPal keeps of a payment."""
    return text(Decimal(value) * _RATE + _FIXED, currency)


def less(value: str, taken: str, currency: str) -> str:
    """What is left of an amount."""
    return text(Decimal(value) - Decimal(taken), currency)


def total(values: Iterable[str], currency: str) -> str:
    """All of them together."""
    return text(sum(map(Decimal, values), Decimal(0)), currency)


def more(value: str, other: str) -> bool:
    """Whether the first is more than the other."""
    return Decimal(value) > Decimal(other)


def shape(value: str, currency: str) -> dict[str, str]:
    """As it stands in a body."""
    return {"currency_code": currency, "value": value}
