"""Amounts as PayPal writes them: a text in whole units of a currency that it knows, never rounded."""

import re

from app.errors import TopUpRefused
from app.money import MILLION, Money, NotMoney

# PayPal's own list: two of these have decimals everywhere else
NO_DECIMALS = {"HUF", "JPY", "TWD"}
_OTHERS = "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD"
CARRIED = NO_DECIMALS | set(_OTHERS.split())

_VALUE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)


def written(amount: Money) -> dict[str, str]:
    """For a request. Raises TopUpRefused for what PayPal cannot carry exactly."""
    if amount.currency not in CARRIED:
        raise TopUpRefused(f"PayPal does not take {amount.currency}.")
    decimals = 0 if amount.currency in NO_DECIMALS else 2
    steps, rest = divmod(amount.micros * 10**decimals, MILLION)
    if rest or steps <= 0:
        raise TopUpRefused(f"PayPal cannot take {amount} {amount.currency}: it is no whole coin.")
    units, parts = divmod(steps, 10**decimals)
    value = f"{units}.{parts:0{decimals}d}" if decimals else str(units)
    return {"currency_code": amount.currency, "value": value}


def read(said: object) -> Money | None:
    """From an answer; None for what is no amount."""
    if not isinstance(said, dict):
        return None
    value, currency = said.get("value"), said.get("currency_code")
    if not isinstance(value, str) or not isinstance(currency, str) or not _VALUE.fullmatch(value):
        return None
    try:
        return Money.parse(value, currency)
    except NotMoney:
        return None
