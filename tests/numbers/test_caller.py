"""The caller's number comes in many shapes, and sometimes not at all."""

import pytest

from app import numbers


@pytest.mark.parametrize(
    ("raw", "country", "e164"),
    [
        pytest.param("+442071838750", "GB", "+442071838750", id="as-it-should-be"),
        pytest.param("+442071838750", "US", "+442071838750", id="from-abroad"),
        pytest.param("07400123456", "GB", "+447400123456", id="national"),
        pytest.param("00447400123456", "GB", "+447400123456", id="with-00"),
        pytest.param("447400123456", "GB", "+447400123456", id="without-plus"),
        pytest.param("447400123456", "US", "+447400123456", id="without-plus-abroad"),
        pytest.param(" +44 (0)20 7183-8750 ", "GB", "+442071838750", id="written-by-hand"),
        pytest.param("2125551234", "US", "+12125551234", id="ten-digits"),
        pytest.param("7378742833", "US", "+17378742833", id="Texas-spells-restricted"),
        pytest.param("011442071838750", "US", "+442071838750", id="with-011"),
        pytest.param("+5215512345678", "US", "+525512345678", id="Mexico-with-the-old-1"),
        pytest.param("07400123456", "gb", "+447400123456", id="country-in-small-letters"),
    ],
)
def test_a_number_is_understood_in_every_shape(raw: str, country: str, e164: str) -> None:
    assert numbers.caller_id(raw, country=country) == e164


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        " ",
        "anonymous",
        "Anonymous",
        "unknown",
        "restricted",
        "unavailable",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "sip:+442071838750@example.com",
        "sip:anonymous@anonymous.invalid",
        "client:joe",
        "tel:+442071838750",
        "whatsapp:+442071838750",
        "9" * 300,
        "+" * 300,
        "999",
        "0",
        "+",
        "+1",
        "+4420718387500000",
        "*67",
        "+44207183875x",
        "٠٧٤٠٠١٢٣٤٥٦",
        "+44\x002071838750",
        "+442071838750\n",
        "<script>",
    ],
    ids=ascii,
)
def test_a_caller_without_a_number_is_nobody(raw: str | None) -> None:
    assert numbers.caller_id(raw, country="GB") is None
