"""What holds for every string that anybody may type."""

import re
import statistics
from time import perf_counter

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import shortnumberinfo

from app import numbers

COUNTRIES = st.sampled_from(["GB", "US", "FR", "IN", "PK", "AU", "SG", "DE", "AD", "SH", "ET", "MX", "ZZ"])
LOADS = st.sampled_from(["", "00", "011", "+", "0", "9", "1", "44", "0044", "*", "*67", "#"])
NUMBER_LIKE = st.builds(
    lambda load, rest: load + rest, LOADS, st.text(alphabet="0123456789", max_size=14)
) | st.text(alphabet="0123456789*#+ -", max_size=24)
EVERY_KIND = frozenset(numbers.Kind)
EXAMPLES = sorted(
    phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for region in phonenumbers.SUPPORTED_REGIONS
    for line in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
    if (number := phonenumbers.example_number_for_type(region, line))
)


def parsed(dialled: str, country: str, **options: str) -> numbers.Dialled | None:
    """What the parser makes of the string; None when it is refused."""
    try:
        return numbers.parse(dialled, country=country, allowed=EVERY_KIND, **options)
    except numbers.NumberRefused:
        return None


@given(st.text(max_size=200), COUNTRIES)
@example("\x00", "GB")
@example("\ud800" * 30, "GB")
@example("٣" * 12, "GB")
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_number_or_a_refusal(text: str, country: str) -> None:
    parsed(text, country)
    numbers.caller_id(text, country=country)
    numbers.country_name(text)


@given(NUMBER_LIKE, COUNTRIES, COUNTRIES)
@settings(max_examples=800, deadline=None)
def test_a_result_is_valid_e164_and_stays_itself(dialled: str, country: str, caller_country: str) -> None:
    found = parsed(dialled, country, caller_country=caller_country)
    if found is None:
        return
    assert re.fullmatch(r"\+[1-9][0-9]{4,14}", found.e164)
    assert phonenumbers.is_valid_number(phonenumbers.parse(found.e164))
    again = parsed(found.e164, country)
    assert again is not None
    assert (again.e164, again.region, again.kind) == (found.e164, found.region, found.kind)
    assert numbers.caller_id(found.e164, country=country) == found.e164


@pytest.mark.parametrize("e164", EXAMPLES)
def test_every_countrys_numbers_can_be_dialled_from_anywhere(e164: str) -> None:
    for country in ("GB", "US", "FR", "DE", "HK"):
        for dialled in (e164, "00" + e164[1:]):
            found = parsed(dialled, country)
            assert found is not None
            assert found.e164 == e164
    assert parsed("011" + e164[1:], "US").e164 == e164  # type: ignore[union-attr]


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_no_emergency_number_of_any_country_gets_through(region: str) -> None:
    digits = [f"{n:0{length}}" for length in (2, 3) for n in range(10**length)]
    digits += ["1122", "1220", "1298", "1300", "1444", "1669", "2611", "9999", "10111", "90000", "201606"]
    code = phonenumbers.country_code_for_region(region)
    for number in (d for d in digits if shortnumberinfo.is_emergency_number(d, region)):
        for before in ("", "+", "00", f"+{code}", f"00{code}"):
            for country, caller_country in ((region, "GB"), ("GB", region)):
                with pytest.raises(numbers.NumberRefused) as caught:
                    numbers.parse(before + number, country=country, caller_country=caller_country)
                assert caught.value.reason == numbers.Refusal.EMERGENCY, before + number


@given(NUMBER_LIKE, COUNTRIES)
@settings(max_examples=500, deadline=None)
def test_a_string_that_is_an_emergency_number_never_gets_through(dialled: str, country: str) -> None:
    if shortnumberinfo.is_emergency_number(dialled, country):
        assert parsed(dialled, country) is None


def test_a_number_is_parsed_in_a_blink() -> None:
    def seconds(e164: str) -> float:
        began = perf_counter()
        parsed(e164, "GB")
        return perf_counter() - began

    for e164 in EXAMPLES:
        seconds(e164)  # the first time a country's patterns are compiled
    assert statistics.median(seconds(e164) for e164 in EXAMPLES) < 0.000_6  # about 0.0001 on an idle machine
