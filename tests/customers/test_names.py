"""What an address and a user name are, and when two are the same."""

import pytest

from app.customers import names
from app.errors import NameRefused

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zoe",
        "zoe@",
        "@example.org",
        "zoe@example",
        "zoe@@example.org",
        "zoe@exa mple.org",
        "zoe@example.org\r\nBcc: all@example.org",
        "zoe@example.org\nSubject: hello",
        "zoe\0@example.org",
        "zoe@example.org, max@example.org",
        "Zoe <zoe@example.org>",
        "zo\u00eb@example.org",
        "a" * 65 + "@example.org",
        "zoe@" + "a" * 300 + ".org",
        "x" * 1_000_000,
    ],
)
def test_what_is_no_address_is_refused(database: str, text: str) -> None:
    with pytest.raises(NameRefused):
        names.email(text)


def test_an_address_is_kept_as_it_was_written_and_found_however_it_is_typed(database: str) -> None:
    assert names.email(" Zoe.M+calls@Example.ORG ") == "Zoe.M+calls@example.org"
    assert names.key("zoe.m+CALLS@example.org ") == names.key("Zoe.M+calls@Example.ORG")
    assert names.email("zoe@b\u00fccher.example.org") == "zoe@xn--bcher-kva.example.org"


@pytest.mark.parametrize(
    "text",
    [
        "zo",
        "z" * 41,
        "zoe marigold",
        "zoe@home",
        "-zoe",
        ".zoe",
        "zo\u00eb",
        "\u0437oe",  # a Cyrillic letter that looks like a 3
        "zo\u0435",  # a Cyrillic letter that looks like an e
        "\u212aelvin",  # whose small letter is a plain k
        "\uff5aoe\uff5a",  # wide letters
        "zoe\u200b",
        "zoe\n",
        "z\0oe",
        "1" * 1_000_000,
    ],
)
def test_names_that_could_look_like_others_are_refused(database: str, text: str) -> None:
    if text == "zoe\n":
        assert names.user_name(text) == "zoe"  # spaces around it are no part of it
        return
    with pytest.raises(NameRefused):
        names.user_name(text)


def test_a_user_name_is_kept_in_small_letters(database: str) -> None:
    assert names.user_name(" Zoe_Marigold-1.2 ") == "zoe_marigold-1.2"


def test_a_counter_keeps_nobodys_name(database: str) -> None:
    assert "zoe" not in names.subject("zoe@example.org")
    assert names.subject("zoe@example.org") != names.subject("max@example.org")
