"""Codes that order something of an exchange before a number: hide my number, show it, call back."""

from phonenumbers import country_code_for_region

from app.numbers.keys import Keys
from app.numbers.kinds import NumberRefused
from app.numbers.reading import understand

# the digits for telephones without a star key, by country
_CODES = {
    "AU": ("1831", "1832"),
    "FR": ("3651",),
    "GB": ("141", "1470", "1471"),
    "HK": ("133", "1357"),
    "IE": ("141", "142"),
    "JP": ("184", "186"),
    "NZ": ("0196", "0197"),
    "SG": ("1831",),
}
_NORTH_AMERICA = ("1167", "1169", "1170", "1182")


def is_service_code(keys: Keys, country: str) -> bool:
    """Whether the keys are such a code, alone or before a number that could be dialled without it."""
    codes = _NORTH_AMERICA if country_code_for_region(country) == 1 else _CODES.get(country, ())
    for code in codes:
        if keys.digits == code:
            return True
        if keys.digits.startswith(code) and _is_number(keys.digits.removeprefix(code), country):
            return True
    return False


def _is_number(digits: str, country: str) -> bool:
    """Whether the digits alone would be understood."""
    try:
        understand(Keys(raw=digits, digits=digits), country)
    except NumberRefused:
        return False
    return True
