"""Telling the ways of dialling apart: which E.164 number do these digits mean?"""

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from app.numbers.keys import Keys
from app.numbers.kinds import Kind, NumberRefused, Refusal, Rule, kind_of
from app.numbers.renumbered import renumbered

# Python remembers 512 patterns, fewer than the world's countries need; each one forgotten costs milliseconds
phonenumbers.enable_pattern_cache()

BARE_DIGITS_MIN = 11  # with fewer, a forgotten prefix cannot be told from a slip
E164_CHARS_MAX = 16  # a + and fifteen digits
WORLD = "001"  # the region of codes that belong to no country

# the first of these that any reading suffers is what the caller hears
_REASONS = (Refusal.INCOMPLETE, Refusal.INVALID, Refusal.TOO_LONG)
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A valid number, and the way of dialling that made it one."""

    e164: str
    region: str
    kind: Kind
    rule: Rule


def understand(keys: Keys, country: str) -> Reading:
    """The valid number that the keys mean when they are dialled in this country.

    Raises NumberRefused(INCOMPLETE, TOO_LONG or INVALID) when no reading gives a number.
    """
    reasons = set()
    for text, rule in _ways_to_read(keys, country):
        try:
            number = phonenumbers.parse(text, country)
        except NumberParseException as error:
            reasons.add(_PARSE_REASONS.get(error.error_type, Refusal.INVALID))
            continue
        if reading := _valid(number, rule) or _valid_today(number, rule):
            return reading
        length = phonenumbers.is_possible_number_with_reason(number)
        reasons.add(_LENGTH_REASONS.get(length, Refusal.INVALID))
    raise NumberRefused(next(reason for reason in _REASONS if reason in reasons), keys.raw)


def _ways_to_read(keys: Keys, country: str) -> Iterator[tuple[str, Rule]]:
    """What the digits may mean, likeliest first."""
    digits = keys.digits
    if keys.plus:
        yield "+" + digits.removeprefix("00").removeprefix("011"), Rule.PLUS
        return
    if digits.startswith("00"):
        yield "+" + digits[2:], Rule.DOUBLE_ZERO
    if digits.startswith("011") and phonenumbers.country_code_for_region(country) == 1:
        yield "+" + digits[3:], Rule.ZERO_ONE_ONE
    yield digits, Rule.NATIONAL  # knows the country's own prefix too, such as 0011 in Australia
    if digits.startswith("011"):  # 0113 496 0000 is Leeds before it is anywhere abroad
        yield "+" + digits[3:], Rule.ZERO_ONE_ONE
    if len(digits) >= BARE_DIGITS_MIN and not digits.startswith("0"):
        yield "+" + digits, Rule.BARE


def _valid(number: PhoneNumber, rule: Rule) -> Reading | None:
    """The number with all that is known of it, if its country hands out such numbers."""
    line = phonenumbers.number_type(number)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if line == PhoneNumberType.UNKNOWN or len(e164) > E164_CHARS_MAX:
        return None
    region = phonenumbers.region_code_for_number(number) or WORLD  # +1 alone names no country
    return Reading(e164, region, kind_of(line, number.country_code or 0, region == WORLD), rule)


def _valid_today(number: PhoneNumber, rule: Rule) -> Reading | None:
    """The valid number that an old way of writing it can only mean."""
    valid = [reading for reading in (_valid(today, rule) for today in renumbered(number)) if reading]
    return valid[0] if len(valid) == 1 else None
