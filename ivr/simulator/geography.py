"""The place fields that go along with a number; often blank, and signed all the same."""

import re

COUNTRIES = {
    "1": "US", "7": "RU", "20": "EG", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR",
    "34": "ES", "39": "IT", "40": "RO", "41": "CH", "44": "GB", "45": "DK", "46": "SE", "47": "NO",
    "48": "PL", "49": "DE", "52": "MX", "54": "AR", "55": "BR", "60": "MY", "61": "AU", "62": "ID",
    "63": "PH", "65": "SG", "81": "JP", "82": "KR", "84": "VN", "86": "CN", "90": "TR", "91": "IN",
    "92": "PK", "93": "AF", "94": "LK", "212": "MA", "234": "NG", "254": "KE", "351": "PT", "353": "IE",
    "880": "BD", "971": "AE", "972": "IL", "977": "NP",
}  # fmt: skip


def country_of(number: str) -> str:
    """The ISO code by the longest calling code known here, or nothing."""
    if not re.fullmatch(r"\+[0-9]{5,15}", number):
        return ""
    for length in (3, 2, 1):
        if (code := COUNTRIES.get(number[1 : 1 + length])) is not None:
            return code
    return ""


def place_of(number: str, *names: str) -> dict[str, str]:
    """City, State, Zip and Country under each of the names (From, Caller …)."""
    country = country_of(number)
    known = country == "US"
    place = {
        "City": "NEW YORK" if known else "",
        "State": "NY" if known else "",
        "Zip": "10001" if known else "",
        "Country": country,
    }
    return {name + part: value for name in names for part, value in place.items()}
