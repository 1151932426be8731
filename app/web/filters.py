"""How pages write money and moments: exactly, and as the reader is used to."""

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_precision
from flask import Flask, has_request_context, request
from flask_login import current_user

from app.money import MILLION, Money

LANGUAGES = ("en-GB", "en-US")


def init_app(app: Flask) -> None:
    """Let templates write money and moments."""
    app.add_template_filter(money, "money")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(day, "day")
    app.add_template_filter(language_name, "language_name")


def language_name(tag: str) -> str:
    """What a language is called in English: "British English", "Polish"."""
    ours = {"en-GB": "British English", "en-US": "American English"}
    return ours.get(tag) or Locale.parse(tag, sep="-").get_display_name("en") or tag


def language() -> str:
    """The language of the page: the customer's own, or what a stranger's browser asks for."""
    if not has_request_context():
        return LANGUAGES[0]
    own = getattr(_customer(), "language", None)
    return str(own or request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0]))


def zone() -> str:
    """The time zone of the page: the customer's own, or UTC."""
    own = getattr(_customer(), "time_zone", None) if has_request_context() else None
    return str(own or "UTC")


def money(amount: Money) -> str:
    """An amount with its symbol, exact and never rounded: `£9.58`, `US$0.0305`."""
    return _money(amount, language())


def moment(at: datetime | None, own_zone: str = "") -> str:
    """A moment in the reader's zone, to the minute: `25 Nov 2026, 14:05`; nothing for no moment."""
    if at is None:
        return ""
    return _moment(at, own_zone or zone(), language())


def day(at: datetime | None, own_zone: str = "") -> str:
    """The day of a moment in the reader's zone: `25 Nov 2026`."""
    if at is None:
        return ""
    return format_date(at.astimezone(ZoneInfo(own_zone or zone())), "medium", locale=_locale(language()))


@lru_cache(maxsize=4096)  # a page writes the same few amounts again and again
def _money(amount: Money, language: str) -> str:
    exact, currency = Decimal(amount.micros) / MILLION, amount.currency
    return format_currency(
        exact, currency, _pattern(currency), locale=_locale(language), currency_digits=False
    )


@lru_cache(maxsize=1024)
def _moment(at: datetime, own_zone: str, language: str) -> str:
    local, locale = at.astimezone(ZoneInfo(own_zone)), _locale(language)
    return f"{format_date(local, 'medium', locale=locale)}, {format_time(local, 'short', locale=locale)}"


@cache
def _pattern(currency: str) -> str:
    """At least the currency's own decimals, at most the six that money has."""
    least = get_currency_precision(currency)
    decimals = "0" * least + "#" * (6 - least)
    return f"¤#,##0.{decimals}"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def _customer() -> object:
    """Whoever is signed in, or nobody."""
    found = current_user._get_current_object()
    return found if getattr(found, "is_authenticated", False) else None
