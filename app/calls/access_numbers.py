"""The numbers that callers dial."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from app import config, db, numbers, rating
from app.calls import lines, profile
from app.calls.models import AccessNumber
from app.calls.profile import Line
from app.errors import CallRefused
from app.money import Money
from app.rating.models import Deck

LANGUAGES = lines.LANGUAGES
PROVIDERS = ("twilio", "signalwire", "telnyx")
WARNINGS = ("beep", "voice")
LINE, CALLER = "line", "caller"  # whom the called party sees, besides a number that we own
_AMERICAN = {"US", "CA", "PR", "VI", "GU", "AS", "MP"}
_AT_HOME = {"ES": "es", "MX": "es", "AR": "es", "CO": "es", "FR": "fr", "PL": "pl", "PK": "ur"}

# the least and the most of what may be set in whole numbers
_RANGES = {
    "tries": (1, 9),
    "wrong_numbers_max": (1, 9),
    "timeout_pin": (1, 60),
    "timeout_dest": (1, 60),
    "timeout_menu": (1, 60),
    "call_seconds_max": (60, 86_400),
    "min_affordable_seconds": (1, 600),
}


_ONLY_FIRST = {
    "conference": "a room for both ends",
    "records": "recording",
    "calls_back": "ringing back",
    "sip_domain": "a SIP domain",
}


@dataclass(frozen=True, slots=True)
class Access:
    """An access number with the deck that prices its calls, and how it treats its callers."""

    number: str
    country: str
    language: str
    deck: str
    currency: str
    trusts_caller_id: bool
    line: Line

    @property
    def surcharge(self) -> Money:
        """What a minute costs more than the deck says."""
        return Money(self.line.surcharge, self.currency)


def add(
    number: str,
    *,
    country: str,
    deck: str | None,
    language: str | None = None,
    trusts_caller_id: bool = False,
) -> Access:
    """Let callers dial this number. Safe to repeat: a known number gets these settings and keeps the others.

    Raises CallRefused for what is no E.164 number, no country or no language we speak; DeckRefused for an
    unknown deck.
    """
    country = country.strip().upper()
    if numbers.caller_id(number, country=country) != number:
        raise CallRefused(f"{number[:30]} is not a number in E.164 form, as in +442071838750")
    if not numbers.is_country(country):
        raise CallRefused(f"{country[:10]} is not a country: use two letters, as in GB")
    spoken, *_ = _languages([language or language_of(country)])
    settings = {
        "country": country,
        "language": spoken,
        "deck_id": rating.deck_named(deck).id,
        "trusts_caller_id": trusts_caller_id,
    }
    db.execute(
        db.insert(AccessNumber)
        .values(number=number, **settings)
        .on_conflict_do_update(index_elements=[AccessNumber.number], set_=settings)
    )
    return get(number)


def change(number: str, **profile: Any) -> Access:
    """Change how an access number treats its callers; what is not named stays. Safe to repeat.

    Names are those of the table; None means as in the settings. `languages` is a sequence, `surcharge` Money.
    Raises CallRefused with a sentence for what makes no sense.
    """
    found = get(number)
    if "languages" in profile:
        profile["language"], *others = _languages(profile.pop("languages"))
        profile["other_languages"] = ",".join(others)
    if "surcharge" in profile:
        profile["surcharge"] = _surcharge(profile["surcharge"], found.currency)
    for name, (least, most) in _RANGES.items():
        value = profile.get(name)
        if value is not None and not least <= value <= most:
            raise CallRefused(f"{name.replace('_', ' ')} must be from {least} to {most}")
    _check_words(profile)
    _check_provider(found, profile)
    if profile:
        db.execute(update(AccessNumber).where(AccessNumber.number == number).values(profile))
    return get(number)


def get(number: str) -> Access:
    """An access number. Raises CallRefused when it is none of ours."""
    found = next((access for access in all_of_them() if access.number == number), None)
    if found is None:
        raise CallRefused(f"{number[:30]} is not an access number")
    return found


def language_of(country: str) -> str:
    """The language that callers in a country are spoken to, unless an access number says another."""
    return "en-US" if country in _AMERICAN else _AT_HOME.get(country, "en-GB")


def all_of_them() -> list[Access]:
    """Every access number, in order."""
    rows = db.execute(
        select(Deck.name, Deck.currency, *profile.COLUMNS)
        .select_from(AccessNumber)
        .join(Deck, Deck.id == AccessNumber.deck_id)
        .order_by(AccessNumber.number)
    )
    return [_access(row) for row in rows]


def _access(row: Any) -> Access:
    line = profile.of(row)
    return Access(
        line.number, line.country, line.language, row.name, row.currency, line.trusts_caller_id, line
    )


def _languages(wanted: Sequence[str]) -> Sequence[str]:
    for language in wanted:
        if language not in LANGUAGES:
            raise CallRefused(f"{language[:20]} is not a language we speak: {', '.join(LANGUAGES)}")
    if not wanted or len(set(wanted)) < len(wanted):
        raise CallRefused("name each language once, and at least one")
    return wanted


def _surcharge(surcharge: Money, currency: str) -> int:
    if surcharge.currency != currency or surcharge.micros < 0:
        raise CallRefused(f"the surcharge is an amount in {currency}, as is the deck")
    return surcharge.micros


def _check_provider(found: Access, profile: dict[str, Any]) -> None:
    """Refuse a provider that we have no keys of, and what is known to work at the first one only."""
    provider = profile.get("provider", found.line.provider)
    if "provider" in profile and provider not in config.settings().providers:
        raise CallRefused(f"{provider} is not set up: .env.example names what it needs")
    if provider == PROVIDERS[0]:
        return
    for name, words in _ONLY_FIRST.items():
        if profile.get(name, getattr(found.line, name)):
            raise CallRefused(f"{words} is known to work with {PROVIDERS[0]} only")


def _check_words(profile: dict[str, Any]) -> None:
    shows, domain = profile.get("shows", LINE), profile.get("sip_domain")
    if shows not in (LINE, CALLER) and numbers.caller_id(shows, country="GB") != shows:
        raise CallRefused("the called party sees the line, the caller, or a number of ours in E.164 form")
    if profile.get("provider", PROVIDERS[0]) not in PROVIDERS:
        raise CallRefused(f"the provider is one of {', '.join(PROVIDERS)}")
    if profile.get("warns_by", WARNINGS[0]) not in WARNINGS:
        raise CallRefused(f"a caller is warned by {' or '.join(WARNINGS)}")
    greeting = profile.get("greeting", "")
    if len(greeting) > 80 or not greeting.isprintable():
        raise CallRefused("a greeting has at most 80 characters, all of which can be printed")
    if domain is not None and (domain != domain.lower() or not 1 <= len(domain) <= 80):
        raise CallRefused("a SIP domain has at most 80 small letters, digits, dots and hyphens")
