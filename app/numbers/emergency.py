"""Emergency numbers and short codes: what must never be dialled through this service."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber, country_code_for_region, shortnumberinfo

WORLD_WIDE = frozenset({"112", "911", "999"})  # meant as a cry for help wherever it is dialled
SHORT_DIGITS_MAX = 6  # a longer number that begins with 112, 18 or 999 is a real number


def is_emergency(digits: str, regions: Iterable[str], *, exactly: bool = False) -> bool:
    """Whether these digits call for help: an emergency number, or a short string that begins with one.

    A telephone network stops listening after 911, so 9119 calls for help too; not so after a + (`exactly`).
    """
    if len(digits) > SHORT_DIGITS_MAX:
        return False
    calls_help = (
        shortnumberinfo.is_emergency_number if exactly else shortnumberinfo.connects_to_emergency_number
    )
    return digits in WORLD_WIDE or any(calls_help(digits, region) for region in regions)


def may_mean_emergency(digits: str, regions: tuple[str, ...]) -> bool:
    """Whether digits that are no telephone number hide an emergency number.

    After an outside line (9911), a prefix or trunk zero (00112, 0112) or a country code (+44999), with more
    keys pressed after it (9991), or pressed again and again (911911911).
    """
    if digits[:3] in WORLD_WIDE and len(digits) <= SHORT_DIGITS_MAX:
        return True
    return any(
        is_emergency(reading, regions, exactly=True) or _national_part(reading) in WORLD_WIDE
        for reading in _readings(digits, regions)
    )


def _readings(digits: str, regions: tuple[str, ...]) -> Iterator[str]:
    """What is left after all that may stand before an emergency number, or of pressing it again."""
    codes = [str(country_code_for_region(region)) for region in regions]
    for outside, abroad, home in product(("", "9"), ("", "00", "011"), ("", "0", *codes)):
        yield digits.removeprefix(outside).removeprefix(abroad).removeprefix(home)
    once, times = digits[:3], len(digits) // 3
    if digits.startswith(once * times):
        yield once


def _national_part(digits: str) -> str:
    """The digits without the country code they begin with, if they do."""
    codes = (digits[:length] for length in (1, 2, 3))
    code = next((code for code in codes if code.isdigit() and int(code) in COUNTRY_CODE_TO_REGION_CODE), "")
    return digits.removeprefix(code)


def is_short_code(digits: str, region: str) -> bool:
    """Whether a network of this country keeps these digits for itself (118 118, 411, 988, 101)."""
    if len(digits) > SHORT_DIGITS_MAX:
        return False
    zeros = len(digits) - len(digits.lstrip("0"))
    number = PhoneNumber(
        country_code=country_code_for_region(region),
        national_number=int(digits),
        italian_leading_zero=zeros > 0,
        number_of_leading_zeros=zeros or None,
    )
    return shortnumberinfo.is_valid_short_number_for_region(number, region)


@lru_cache(maxsize=512)
def emergency_numbers(country: str) -> tuple[str, ...]:
    """The numbers to tell a caller in this country to dial instead.

    Those of the largest markets as people there know them; elsewhere 112 where it works, else what does.
    """
    known = {"GB": ("999", "112"), "US": ("911",), "CA": ("911",), "AU": ("000",), "NZ": ("111",)}
    if country in known:
        return known[country]
    for number in ("112", "911", "999"):
        if shortnumberinfo.is_emergency_number(number, country):
            return (number,)
    three_digits = (f"{number:03}" for number in range(1000))
    found = tuple(n for n in three_digits if shortnumberinfo.is_emergency_number(n, country))
    return found[:3] or ("112",)
