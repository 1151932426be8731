"""Numbers as they used to be written, where today's number is certain."""

import re

from phonenumbers import PhoneNumber, national_significant_number

_MEXICO, _ARGENTINA = 52, 54


def renumbered(number: PhoneNumber) -> list[PhoneNumber]:
    """What the number may be today; certain only if exactly one of them is valid."""
    national = national_significant_number(number)
    if number.country_code == _MEXICO:  # until 2019: +52 1, 01, 044 and 045 before the ten digits
        found = re.fullmatch(r"0?(?:1|44|45)(\d{10})", national)
        return [PhoneNumber(_MEXICO, int(found[1]))] if found else []
    if number.country_code == _ARGENTINA:  # a mobile has 9 before the area code or 15 after it, never both
        areas = (re.fullmatch(rf"9(\d{{{n}}})15(\d{{{10 - n}}})", national) for n in (2, 3, 4))
        return [PhoneNumber(_ARGENTINA, int(f"9{found[1]}{found[2]}")) for found in areas if found]
    return []
