"""Telling the ways of dialling apart: which E.164 number do these digits mean?"""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from app.numbers.keys import Keys
from app.numbers.kinds import NumberRefused, Refusal, Rule

BARE_DIGITS_MIN = 11  # with fewer, a forgotten prefix cannot be told from a slip
E164_DIGITS_MAX = 15

# the first of these that any reading suffers is what the caller hears
_REASONS = (Refusal.INCOMPLETE, Refusal.TOO_LONG, Refusal.INVALID)
_PARSE_REASONS = {
    NumberParseException.TOO_LONG: Refusal.TOO_LONG,
    NumberParseException.TOO_SHORT_NSN: Refusal.INCOMPLETE,
    NumberParseException.TOO_SHORT_AFTER_IDD: Refusal.INCOMPLETE,
    NumberParseException.NOT_A_NUMBER: Refusal.INCOMPLETE,  # a digit or two: letters never come this far
}
_LENGTH_REASONS = {
    ValidationResult.TOO_SHORT: Refusal.INCOMPLETE,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Refusal.INCOMPLETE,
    ValidationResult.TOO_LONG: Refusal.TOO_LONG,
}


def understand(keys: Keys, country: str) -> tuple[PhoneNumber, Rule]:
    """The valid number that the keys mean, dialled in this country, and the rule that found it.

    Raises NumberRefused(INCOMPLETE, TOO_LONG or INVALID) when no reading gives a number.
    """
    reasons = set()
    for text, rule in _readings(keys, country):
        found = _number(text, country)
        if isinstance(found, PhoneNumber):
            return found, rule
        reasons.add(found)
    raise NumberRefused(next(reason for reason in _REASONS if reason in reasons), keys.raw)


def e164(number: PhoneNumber) -> str:
    """The number as the whole world dials it, with its leading +."""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _readings(keys: Keys, country: str) -> Iterator[tuple[str, Rule]]:
    """What the digits may mean, likeliest first."""
    digits = keys.digits
    if keys.plus:
        yield "+" + digits.removeprefix("00").removeprefix("011"), Rule.PLUS
        return
    if digits.startswith("00"):
        yield "+" + digits[2:], Rule.DOUBLE_ZERO
    yield digits, Rule.NATIONAL  # knows the country's own prefixes too: 011 in the US, 0011 in Australia
    if digits.startswith("011"):
        yield "+" + digits[3:], Rule.ZERO_ONE_ONE
    if len(digits) >= BARE_DIGITS_MIN and not digits.startswith("0"):
        yield "+" + digits, Rule.BARE


def _number(text: str, country: str) -> PhoneNumber | Refusal:
    """A valid number, or what is wrong with the text."""
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException as error:
        return _PARSE_REASONS.get(error.error_type, Refusal.INVALID)
    for candidate in (number, *_renumbered(number)):
        if _is_valid(candidate):
            return candidate
    return _LENGTH_REASONS.get(phonenumbers.is_possible_number_with_reason(number), Refusal.INVALID)


def _is_valid(number: PhoneNumber) -> bool:
    """Whether the number's country hands out such numbers, and its length is one of E.164."""
    if phonenumbers.number_type(number) == PhoneNumberType.UNKNOWN:
        return False
    national = phonenumbers.national_significant_number(number)
    return len(f"{number.country_code}{national}") <= E164_DIGITS_MAX


def _renumbered(number: PhoneNumber) -> list[PhoneNumber]:
    """Today's number for one written the old way, where there is only one answer."""
    national = phonenumbers.national_significant_number(number)
    if number.country_code == 52:  # Mexico, until 2019: +52 1, 01, 044 and 045 before ten digits
        found = re.fullmatch(r"0?(?:1|44|45)(\d{10})", national)
        return [PhoneNumber(country_code=52, national_number=int(found[1]))] if found else []
    if number.country_code == 54:  # Argentina: a mobile has 9 before the area code or 15 after it, not both
        areas = (re.fullmatch(rf"9(\d{{{n}}})15(\d{{{10 - n}}})", national) for n in (2, 3, 4))
        candidates = [PhoneNumber(54, int(f"9{found[1]}{found[2]}")) for found in areas if found]
        valid = [candidate for candidate in candidates if _is_valid(candidate)]
        return valid if len(valid) == 1 else []
    return []
