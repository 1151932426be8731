"""Amounts of money as people of a page's language type them."""

import re
import unicodedata

from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from app.money import Money, NotMoney

TYPED_MAX = 30
_LANGUAGES_OF_SIGNS = ("en_US", "en_GB")  # a dollar is $ to some and US$ to others


def read_money(typed: str, currency: str, language: str) -> Money:
    """What was typed: `5`, `5.00`, `£5`, `1,000.50`, `5 GBP`; never guessed.

    Raises NotMoney with a sentence for the person who typed it.
    """
    locale = language.replace("-", "_")
    point, comma = get_decimal_symbol(locale), get_group_symbol(locale)
    plain = _without_sign(unicodedata.normalize("NFKC", typed).strip(), currency, locale)
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(comma)}[0-9]{{3}})+|[0-9]{{1,9}}"
    match = re.fullmatch(rf"({grouped})(?:{re.escape(point)}([0-9]{{1,6}}))?", plain, re.ASCII)
    if match is None or len(typed) > TYPED_MAX:
        raise NotMoney(f"Write the amount in digits, as in 25 or 7{point}50.")
    units, parts = match[1].replace(comma, ""), match[2]
    return Money.parse(f"{units}.{parts}" if parts else units, currency)


def _without_sign(text: str, currency: str, locale: str) -> str:
    """Without the sign or the letters of the currency, before the amount or behind it."""
    signs = {currency, *(get_currency_symbol(currency, locale=one) for one in (locale, *_LANGUAGES_OF_SIGNS))}
    for sign in sorted(signs, key=len, reverse=True):
        if text.upper().startswith(sign.upper()):
            return text[len(sign) :].lstrip()
        if text.upper().endswith(sign.upper()):
            return text[: -len(sign)].rstrip()
    return text
