"""Dialled strings become the number meant, whichever way it was dialled."""

import pytest

from app import numbers
from app.numbers import Kind, Refusal, Rule

LONDON = "+442071838750"


def refusal(dialled: str, country: str, **options: object) -> Refusal | str:
    """The reason for refusing the string, or the number when it is not refused."""
    try:
        return numbers.parse(dialled, country=country, **options).e164  # type: ignore[arg-type]
    except numbers.NumberRefused as refused:
        return refused.reason


@pytest.mark.parametrize(
    ("dialled", "country", "e164", "region", "rule"),
    [
        pytest.param("02071838750", "GB", LONDON, "GB", Rule.NATIONAL, id="GB-with-trunk-zero"),
        pytest.param("442071838750", "GB", LONDON, "GB", Rule.NATIONAL, id="GB-own-code-without-prefix"),
        pytest.param("00442071838750", "GB", LONDON, "GB", Rule.DOUBLE_ZERO, id="GB-own-code-with-00"),
        pytest.param("004402071838750", "GB", LONDON, "GB", Rule.DOUBLE_ZERO, id="GB-both-code-and-zero"),
        pytest.param("+44 (0)20 7183 8750", "GB", LONDON, "GB", Rule.PLUS, id="GB-as-printed-on-a-card"),
        pytest.param("00442071838750#", "US", LONDON, "GB", Rule.DOUBLE_ZERO, id="GB-with-00-from-US"),
        pytest.param("011442071838750", "US", LONDON, "GB", Rule.ZERO_ONE_ONE, id="GB-with-011-from-US"),
        pytest.param("442071838750", "US", LONDON, "GB", Rule.BARE, id="GB-without-prefix-from-US"),
        pytest.param("+0044 20 7183 8750", "FR", LONDON, "GB", Rule.PLUS, id="GB-with-plus-and-00"),
        pytest.param("011442071838750", "FR", LONDON, "GB", Rule.ZERO_ONE_ONE, id="GB-with-011-from-FR"),
        pytest.param("0011442071838750", "AU", LONDON, "GB", Rule.NATIONAL, id="GB-with-0011-from-AU"),
        pytest.param("810442071838750", "RU", LONDON, "GB", Rule.NATIONAL, id="GB-with-810-from-RU"),
        pytest.param("01134960000", "GB", "+441134960000", "GB", Rule.NATIONAL, id="Leeds-is-not-011"),
        pytest.param("01129021234", "IN", "+911129021234", "IN", Rule.NATIONAL, id="Delhi-is-not-St-Helena"),
        pytest.param("01534700000", "GB", "+441534700000", "JE", Rule.NATIONAL, id="Jersey-from-GB"),
        pytest.param("07400123456", "GB", "+447400123456", "GB", Rule.NATIONAL, id="GB-mobile"),
        pytest.param("2125551234", "US", "+12125551234", "US", Rule.NATIONAL, id="US-ten-digits"),
        pytest.param("12125551234", "US", "+12125551234", "US", Rule.NATIONAL, id="US-one-and-ten"),
        pytest.param("0012125551234", "GB", "+12125551234", "US", Rule.DOUBLE_ZERO, id="US-from-GB"),
        pytest.param("8765551234", "US", "+18765551234", "JM", Rule.NATIONAL, id="Jamaica-is-not-domestic"),
        pytest.param(
            "18095551234", "US", "+18095551234", "DO", Rule.NATIONAL, id="Dominican-Republic-from-US"
        ),
        pytest.param("4734031234", "CA", "+14734031234", "GD", Rule.NATIONAL, id="Grenada-from-CA"),
        pytest.param("18095551234", "FR", "+18095551234", "DO", Rule.BARE, id="begins-with-18-from-FR"),
        pytest.param("0018095551234", "FR", "+18095551234", "DO", Rule.DOUBLE_ZERO, id="00-and-18-from-FR"),
        pytest.param("0033612345678", "US", "+33612345678", "FR", Rule.DOUBLE_ZERO, id="FR-with-00-from-US"),
        pytest.param("0612345678", "FR", "+33612345678", "FR", Rule.NATIONAL, id="FR-mobile"),
        pytest.param("0612345678", "IT", "+390612345678", "IT", Rule.NATIONAL, id="Rome-keeps-its-zero"),
        pytest.param("9876543210", "IN", "+919876543210", "IN", Rule.NATIONAL, id="IN-mobile"),
        pytest.param("09876543210", "IN", "+919876543210", "IN", Rule.NATIONAL, id="IN-mobile-with-zero"),
        pytest.param("919876543210", "GB", "+919876543210", "IN", Rule.BARE, id="IN-without-prefix-from-GB"),
        pytest.param("00919876543210", "GB", "+919876543210", "IN", Rule.DOUBLE_ZERO, id="IN-from-GB"),
        pytest.param("03001234567", "PK", "+923001234567", "PK", Rule.NATIONAL, id="PK-mobile"),
        pytest.param("923001234567", "GB", "+923001234567", "PK", Rule.BARE, id="PK-without-prefix-from-GB"),
        pytest.param("923001234567", "IN", "+923001234567", "PK", Rule.BARE, id="PK-without-prefix-from-IN"),
        pytest.param(
            "0044 79*00923001234567#", "GB", "+923001234567", "PK", Rule.DOUBLE_ZERO, id="star-wipes"
        ),
        pytest.param("99*12*02071838750", "GB", LONDON, "GB", Rule.NATIONAL, id="star-wipes-twice"),
        pytest.param("+383 44 123 456", "GB", "+38344123456", "XK", Rule.PLUS, id="Kosovo"),
        pytest.param("+211 977 123 456", "GB", "+211977123456", "SS", Rule.PLUS, id="South-Sudan"),
    ],
)
def test_a_number_is_understood_however_it_is_dialled(
    dialled: str, country: str, e164: str, region: str, rule: Rule
) -> None:
    found = numbers.parse(dialled, country=country)
    assert (found.e164, found.region, found.rule, found.raw) == (e164, region, rule, dialled)


@pytest.mark.parametrize(
    ("dialled", "country", "e164"),
    [
        pytest.param("+5491123456789", "GB", "+5491123456789", id="AR-mobile-as-it-should-be"),
        pytest.param("+541123456789", "GB", "+541123456789", id="AR-without-9-stays-a-fixed-line"),
        pytest.param("+54 11 15 2345 6789", "GB", "+5491123456789", id="AR-15-abroad"),
        pytest.param("011 15 2345 6789", "AR", "+5491123456789", id="AR-15-at-home"),
        pytest.param("+54 9 11 15 2345 6789", "GB", "+5491123456789", id="AR-both-9-and-15"),
        pytest.param("+54 9 351 15 234 5678", "GB", "+5493512345678", id="AR-both-in-Cordoba"),
        pytest.param("+525512345678", "GB", "+525512345678", id="MX-as-it-should-be"),
        pytest.param("+5215512345678", "GB", "+525512345678", id="MX-with-the-old-1"),
        pytest.param("00525512345678", "US", "+525512345678", id="MX-with-00-from-US"),
        pytest.param("0115215512345678", "US", "+525512345678", id="MX-with-the-old-1-from-US"),
        pytest.param("5215512345678", "US", "+525512345678", id="MX-with-the-old-1-without-prefix"),
        pytest.param("015512345678", "MX", "+525512345678", id="MX-with-the-old-01-at-home"),
        pytest.param("0445512345678", "MX", "+525512345678", id="MX-with-the-old-044-at-home"),
        pytest.param("0455512345678", "MX", "+525512345678", id="MX-with-the-old-045-at-home"),
        pytest.param("+55 0 21 11 98765 4321", "GB", "+5511987654321", id="BR-with-a-carrier-code"),
    ],
)
def test_an_old_way_of_writing_becomes_todays_number(dialled: str, country: str, e164: str) -> None:
    assert numbers.parse(dialled, country=country).e164 == e164


@pytest.mark.parametrize(
    ("dialled", "country", "reason"),
    [
        pytest.param("", "GB", Refusal.INCOMPLETE, id="nothing"),
        pytest.param("#", "GB", Refusal.INCOMPLETE, id="only-hash"),
        pytest.param("*", "GB", Refusal.INCOMPLETE, id="only-star"),
        pytest.param("0044207*", "GB", Refusal.INCOMPLETE, id="wiped-and-nothing-after"),
        pytest.param("+", "GB", Refusal.INCOMPLETE, id="only-plus"),
        pytest.param("0", "GB", Refusal.INCOMPLETE, id="one-digit"),
        pytest.param("00", "GB", Refusal.INCOMPLETE, id="only-the-prefix"),
        pytest.param("0044", "GB", Refusal.INCOMPLETE, id="only-a-country"),
        pytest.param("00442071", "GB", Refusal.INCOMPLETE, id="half-a-number"),
        pytest.param("5551234", "US", Refusal.INCOMPLETE, id="US-local-only"),
        pytest.param("71838750", "GB", Refusal.INCOMPLETE, id="GB-local-only"),
        pytest.param("92300123456", "GB", Refusal.INVALID, id="PK-one-digit-short-without-prefix"),
        pytest.param("0044207183875099", "GB", Refusal.TOO_LONG, id="GB-two-digits-over"),
        pytest.param("012345678901234567890", "GB", Refusal.TOO_LONG, id="21-digits"),
        pytest.param("+49800123456789012", "DE", Refusal.INVALID, id="DE-hands-out-17-digits-E164-does-not"),
        pytest.param("1" * 10_000, "GB", Refusal.TOO_LONG, id="10000-digits"),
        pytest.param("x" * 10_000, "GB", Refusal.TOO_LONG, id="10000-letters"),
        pytest.param("0011112223333", "GB", Refusal.INVALID, id="no-such-area-in-NANP"),
        pytest.param("00999123456789", "GB", Refusal.INVALID, id="no-such-country"),
        pytest.param("abc", "GB", Refusal.INVALID, id="letters"),
        pytest.param("0800FLOWERS", "GB", Refusal.INVALID, id="letters-for-digits"),
        pytest.param("٠٠٤٤٢٠٧١٨٣٨٧٥٠", "GB", Refusal.INVALID, id="arabic-digits"),
        pytest.param("００４４２０７１８３８７５０", "GB", Refusal.INVALID, id="full-width-digits"),
        pytest.param("²⁰⁷¹", "GB", Refusal.INVALID, id="superscript-digits"),
        pytest.param("＋442071838750", "GB", Refusal.INVALID, id="full-width-plus"),
        pytest.param("0207\x001838750", "GB", Refusal.INVALID, id="NUL"),
        pytest.param("0207\n1838750", "GB", Refusal.INVALID, id="newline"),
        pytest.param("02071838750\n", "GB", Refusal.INVALID, id="newline-at-the-end"),
        pytest.param("\ud800", "GB", Refusal.INVALID, id="half-a-surrogate"),
        pytest.param("4420+71838750", "GB", Refusal.INVALID, id="plus-inside"),
        pytest.param("0207#1838750", "GB", Refusal.INVALID, id="hash-inside"),
        pytest.param("'; DROP TABLE cards; --", "GB", Refusal.INVALID, id="sql"),
        pytest.param("02071838750", "ZZ", Refusal.INVALID, id="access-number-of-no-country"),
        pytest.param("*67", "US", Refusal.SERVICE_CODE, id="star-code-alone"),
        pytest.param("*672125551234", "US", Refusal.SERVICE_CODE, id="star-code-before-a-number"),
        pytest.param("*67*0044", "US", Refusal.SERVICE_CODE, id="star-code-with-a-second-star"),
        pytest.param("**21*02071838750#", "GB", Refusal.SERVICE_CODE, id="forwarding-on-a-mobile"),
        pytest.param("*#06#", "GB", Refusal.SERVICE_CODE, id="show-my-IMEI"),
        pytest.param("#31#02071838750", "GB", Refusal.SERVICE_CODE, id="hide-my-number-on-a-mobile"),
        pytest.param("1831", "AU", Refusal.SERVICE_CODE, id="AU-hide-my-number-alone"),
        pytest.param("18310293744000", "AU", Refusal.SERVICE_CODE, id="AU-hide-my-number"),
        pytest.param("14102071838750", "GB", Refusal.SERVICE_CODE, id="GB-hide-my-number"),
        pytest.param("147002071838750", "GB", Refusal.SERVICE_CODE, id="GB-show-my-number"),
        pytest.param("11672125551234", "US", Refusal.SERVICE_CODE, id="US-hide-my-number-without-star"),
        pytest.param("13322345678", "HK", Refusal.SERVICE_CODE, id="HK-hide-my-number-is-not-New-York"),
        pytest.param("118118", "GB", Refusal.SHORT_CODE, id="GB-118-118"),
        pytest.param("101", "GB", Refusal.SHORT_CODE, id="GB-police-not-emergency"),
        pytest.param("111", "GB", Refusal.SHORT_CODE, id="GB-health"),
        pytest.param("988", "US", Refusal.SHORT_CODE, id="US-crisis-line"),
        pytest.param("411", "US", Refusal.SHORT_CODE, id="US-directory"),
        pytest.param("115", "FR", Refusal.SHORT_CODE, id="FR-shelter"),
        pytest.param("3912", "FR", Refusal.SHORT_CODE, id="FR-four-digits"),
    ],
)
def test_what_is_no_number_is_refused_by_name(dialled: str, country: str, reason: Refusal) -> None:
    assert refusal(dialled, country) == reason


@pytest.mark.parametrize(
    ("dialled", "kind"),
    [
        pytest.param("+19005551234", Kind.PREMIUM, id="US-900"),
        pytest.param("+448431234567", Kind.PREMIUM, id="GB-0843"),
        pytest.param("+449091234567", Kind.PREMIUM, id="GB-0909"),
        pytest.param("+33899123456", Kind.PREMIUM, id="FR-0899"),
        pytest.param("+37190123456", Kind.PREMIUM, id="LV-90"),
        pytest.param("+499001234567", Kind.PREMIUM, id="DE-0900"),
        pytest.param("+979123456789", Kind.PREMIUM, id="international-premium"),
        pytest.param("+80812345678", Kind.SHARED_COST, id="international-shared-cost"),
        pytest.param("+33820123456", Kind.SHARED_COST, id="FR-0820"),
        pytest.param("+447012345678", Kind.PERSONAL, id="GB-070"),
        pytest.param("+878101234567890", Kind.PERSONAL, id="international-personal"),
        pytest.param("+870773111632", Kind.SATELLITE, id="Inmarsat"),
        pytest.param("+881612345678", Kind.SATELLITE, id="Iridium"),
        pytest.param("+88216123456", Kind.SATELLITE, id="Thuraya"),
        pytest.param("+883510001234567", Kind.SATELLITE, id="883"),
        pytest.param("+80012345678", Kind.NON_GEOGRAPHIC, id="international-freephone"),
    ],
)
def test_a_dear_number_is_refused_unless_its_kind_is_allowed(dialled: str, kind: Kind) -> None:
    assert refusal(dialled, "GB") == Refusal(kind.value)
    assert refusal(dialled, "GB", allowed=frozenset(Kind) - {kind}) == Refusal(kind.value)
    assert numbers.parse(dialled, country="GB", allowed=frozenset({kind})).kind == kind


@pytest.mark.parametrize(
    ("dialled", "kind"),
    [
        pytest.param("+442071838750", Kind.FIXED, id="fixed"),
        pytest.param("+447400123456", Kind.MOBILE, id="mobile"),
        pytest.param("+12125551234", Kind.FIXED_OR_MOBILE, id="either-in-the-US"),
        pytest.param("+448081570192", Kind.TOLL_FREE, id="freephone"),
        pytest.param("+443031231234", Kind.COMPANY, id="GB-03"),
        pytest.param("+445612345678", Kind.VOIP, id="GB-056"),
    ],
)
def test_an_ordinary_number_keeps_its_kind(dialled: str, kind: Kind) -> None:
    assert numbers.parse(dialled, country="GB").kind == kind


@pytest.mark.parametrize("own", [{LONDON}, LONDON.__eq__], ids=["names", "question"])
@pytest.mark.parametrize("dialled", ["02071838750", "00442071838750", "+442071838750"])
def test_our_own_access_number_is_refused_however_it_is_dialled(own: object, dialled: str) -> None:
    assert refusal(dialled, "GB", own=own) == Refusal.OWN_NUMBER
    assert refusal("02071838751", "GB", own=own) == "+442071838751"


def test_a_refusal_carries_what_was_typed_and_never_prints_it() -> None:
    with pytest.raises(numbers.NumberRefused) as caught:
        numbers.parse("4929 1234", country="GB")
    assert caught.value.raw == "4929 1234"
    assert "4929" not in str(caught.value)
