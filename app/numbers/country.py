"""Countries by name, as they are said."""

import re
from functools import lru_cache

import phonenumbers
from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=1024)
def country_name(region: str, language: str = "en") -> str:
    """What people call the region in this language ("en-GB", "fr"); the code itself when nobody knows it.

    Asides are left out, since the name is spoken: Myanmar, not Myanmar (Burma).
    """
    try:
        names = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    name = names.get(region.upper(), region)
    return re.sub(r" \(.*\)| SAR China$", "", name).replace(" - ", " ")


@lru_cache(maxsize=1024)
def region_of(number: str) -> str | None:
    """The country (ISO 3166) that an E.164 number belongs to, told by region and never by country code.

    None also for satellites and other codes that belong to no country.
    """
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return region if region != "001" else None


@lru_cache(maxsize=1024)
def calling_code(number: str) -> int | None:
    """The code that an E.164 number begins with, which several countries may share: 44, 1."""
    try:
        return phonenumbers.parse(number).country_code
    except phonenumbers.NumberParseException:
        return None


def is_country(code: str) -> bool:
    """Whether numbers can be dialled as in this country (ISO 3166)."""
    return code in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=4096)
def readable(number: str) -> str:
    """An E.164 number in the groups that people read: "+44 20 7946 0123"."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
