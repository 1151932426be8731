"""A cry for help is recognised first, and never dialled."""

import pytest

from app import numbers
from app.numbers import Refusal


def reason(dialled: str, country: str, caller_country: str | None = None) -> Refusal | None:
    """Why the string is refused; None when it is a number."""
    try:
        numbers.parse(
            dialled, country=country, caller_country=caller_country, allowed=frozenset(numbers.Kind)
        )
    except numbers.NumberRefused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("dialled", "country"),
    [
        pytest.param("999", "GB", id="GB-999"),
        pytest.param("999#", "GB", id="GB-999-hash"),
        pytest.param("9-9-9", "GB", id="GB-written-with-dashes"),
        pytest.param("112", "GB", id="GB-112"),
        pytest.param("911", "GB", id="GB-American-habit"),
        pytest.param("9991", "GB", id="GB-9-9-9-1"),
        pytest.param("9999", "GB", id="GB-one-nine-too-many"),
        pytest.param("999999", "GB", id="GB-pressed-twice"),
        pytest.param("999999999", "GB", id="GB-pressed-three-times"),
        pytest.param("0999", "GB", id="GB-with-trunk-zero"),
        pytest.param("0044999", "GB", id="GB-with-00-and-code"),
        pytest.param("44999", "GB", id="GB-with-code"),
        pytest.param("+44999", "US", id="GB-from-US"),
        pytest.param("123*999", "GB", id="GB-after-wiping"),
        pytest.param("*999", "GB", id="GB-after-a-star"),
        pytest.param("911", "US", id="US-911"),
        pytest.param("9119", "US", id="US-one-more-digit"),
        pytest.param("911911", "US", id="US-pressed-twice"),
        pytest.param("9119119119", "US", id="US-pressed-until-it-is-long"),
        pytest.param("1911", "US", id="US-with-trunk-one"),
        pytest.param("+1911", "US", id="US-with-code"),
        pytest.param("9911", "US", id="US-outside-line"),
        pytest.param("00911", "US", id="US-with-00"),
        pytest.param("011911", "US", id="US-with-011"),
        pytest.param("9011911", "US", id="US-outside-line-and-011"),
        pytest.param("+911", "US", id="US-with-plus"),
        pytest.param("*67911", "US", id="US-hiding-the-number"),
        pytest.param("112", "US", id="US-European-habit"),
        pytest.param("15", "FR", id="FR-ambulance"),
        pytest.param("17", "FR", id="FR-police"),
        pytest.param("18", "FR", id="FR-fire"),
        pytest.param("0033112", "FR", id="FR-with-code"),
        pytest.param("000", "AU", id="AU-triple-zero"),
        pytest.param("106", "AU", id="AU-text"),
        pytest.param("111", "NZ", id="NZ-111"),
        pytest.param("100", "IN", id="IN-police"),
        pytest.param("15", "PK", id="PK-police"),
        pytest.param("1122", "PK", id="PK-rescue"),
        pytest.param("119", "JM", id="JM-police"),
        pytest.param("190", "BR", id="BR-police"),
        pytest.param("110", "JP", id="JP-police"),
        pytest.param("90000", "SE", id="SE-five-digits"),
        pytest.param("112000", "AD", id="AD-a-real-number-that-begins-with-112"),
        pytest.param("999000", "JE", id="JE-a-real-number-that-begins-with-999"),
        pytest.param("999", "ZZ", id="no-such-country"),
    ],
)
def test_an_emergency_number_is_never_dialled(dialled: str, country: str) -> None:
    assert reason(dialled, country) == Refusal.EMERGENCY


@pytest.mark.parametrize(
    ("dialled", "country", "caller_country"),
    [
        pytest.param("17", "GB", "FR", id="French-caller-in-GB"),
        pytest.param("000", "GB", "AU", id="Australian-caller-in-GB"),
        pytest.param("0061000", "GB", "AU", id="Australian-caller-with-code"),
        pytest.param("110", "US", "de", id="German-caller-in-US"),
        pytest.param("117000", "AD", "CH", id="Swiss-caller-in-AD-where-it-is-a-number"),
    ],
)
def test_the_callers_own_emergency_number_counts_too(dialled: str, country: str, caller_country: str) -> None:
    assert reason(dialled, country, caller_country) == Refusal.EMERGENCY
    assert reason(dialled, country) != Refusal.EMERGENCY


@pytest.mark.parametrize(
    ("dialled", "country"),
    [
        pytest.param("18095551234", "FR", id="18-is-fire-in-France-and-a-Dominican-number"),
        pytest.param("0018095551234", "FR", id="Dominican-number-with-00"),
        pytest.param("17185551234", "FR", id="17-is-police-in-France-and-Brooklyn"),
        pytest.param("15145551234", "FR", id="15-is-an-ambulance-in-France-and-Montreal"),
        pytest.param("912345678", "ET", id="91-is-an-emergency-and-a-mobile-in-Ethiopia"),
        pytest.param("90110999", "SG", id="a-mobile-that-ends-in-999"),
        pytest.param("9118123456", "IN", id="a-mobile-that-begins-with-911"),
        pytest.param("+376112000", "AD", id="dialled-in-full-it-is-a-number"),
        pytest.param("00919112345678", "GB", id="India-and-911"),
    ],
)
def test_a_real_number_is_not_mistaken_for_a_cry_for_help(dialled: str, country: str) -> None:
    assert reason(dialled, country) is None


@pytest.mark.parametrize(
    ("country", "told"),
    [
        ("GB", ("999", "112")),
        ("US", ("911",)),
        ("CA", ("911",)),
        ("AU", ("000",)),
        ("NZ", ("111",)),
        ("FR", ("112",)),
        ("IN", ("112",)),
        ("TT", ("999",)),
        ("JP", ("110", "119")),
        ("BR", ("112",)),
        ("ZZ", ("112",)),
    ],
)
def test_a_caller_is_told_a_number_that_works_there(country: str, told: tuple[str, ...]) -> None:
    assert numbers.emergency_numbers(country) == told
