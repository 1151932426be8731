"""Reading an amount as somebody writes it in the language of the page, or a clear refusal."""

import re
from functools import cache

from babel import Locale
from babel.numbers import (
    NumberFormatError,
    format_decimal,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    list_currencies,
    parse_decimal,
)

from app.money import Money, NotMoney

TYPED_MAX = 40

UNITS_MAX = 1_000_000_000  # beyond any amount of ours

_ABROAD, _IN_AMERICA = Locale("en", "GB"), Locale("en", "US")

# a sign or name of the currency may stand before and after it
_PARTS = re.compile(r"(?P<before>[^0-9.,+−-]*)(?P<number>[+−-]?[0-9.,]+)(?P<after>[^0-9.,]*)")


def read_amount(text: str, language: str, currency: str) -> Money:
    """The amount that was typed on a page of this language: `20`, `20.00`, `1,234.50`, `$20`, `20 USD`.

    Raises NotMoney with a sentence for whoever typed it.
    """
    locale = Locale.parse(language, sep="-")
    typed = text.strip()
    if not typed:
        raise NotMoney(f"Write an amount, as in {_example(locale)}.")
    parts = _PARTS.fullmatch(typed) if len(typed) <= TYPED_MAX else None
    if parts is None:
        raise NotMoney(_unreadable(locale))
    _check_currency(parts["before"], parts["after"], locale, currency)
    return _exact(parts["number"], locale, currency)


def _exact(number: str, locale: Locale, currency: str) -> Money:
    if number.startswith(("-", "−")):
        raise NotMoney("An amount cannot be less than nothing.")
    try:
        value = parse_decimal(number.removeprefix("+"), locale=locale, strict=True)
    except NumberFormatError as error:
        raise NotMoney(_unreadable(locale)) from error
    decimals = get_currency_precision(currency)
    if value >= UNITS_MAX:
        raise NotMoney("That amount is too large.")
    if value != round(value, decimals):
        raise NotMoney(f"Write at most {decimals} decimals." if decimals else "Write a whole amount.")
    return Money.parse(f"{value:f}", currency)


def _check_currency(before: str, after: str, locale: Locale, currency: str) -> None:
    """Signs and names beside the number must be those of the currency."""
    beside = {word.strip().casefold() for word in (before, after)} - {""}
    if beside <= _names(currency, locale):
        return
    if beside <= _every_name(locale):
        name = get_currency_name(currency, locale=locale)
        raise NotMoney(f"Your account is in {currency} ({name}). Write the amount in it.")
    raise NotMoney(_unreadable(locale))


@cache
def _names(currency: str, locale: Locale) -> frozenset[str]:
    """What people write for a currency: USD, US$, $."""
    symbols = {get_currency_symbol(currency, locale=one) for one in (locale, _ABROAD, _IN_AMERICA)}
    plain = {symbol[-1] for symbol in symbols if symbol[-1] in "$£€¥"}
    return frozenset(name.casefold() for name in {currency} | symbols | plain)


@cache
def _every_name(locale: Locale) -> frozenset[str]:
    return frozenset(name for code in list_currencies(locale) for name in _names(code, locale))


def _unreadable(locale: Locale) -> str:
    point = "a point" if get_decimal_symbol(locale) == "." else "a comma"
    return f"We cannot read that amount. Write it as in {_example(locale)}, with {point} before the decimals."


def _example(locale: Locale) -> str:
    return format_decimal("20.00", format="0.00", locale=locale)
