"""A whole call is held in one language, whatever the country and the currency."""

import pytest

from app import db
from app.calls import access_numbers
from tests.support.world import KABUL, US, World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.mark.parametrize(
    ("language", "asked", "welcomed", "dialled"),
    [
        (
            "es",
            "Farthing. Marque su PIN.",
            "Tiene diez dólares. Marque el número y almohadilla.",
            "Hasta veintidós minutos.",
        ),
        (
            "fr",
            "Farthing. Composez votre code.",
            "Vous avez dix dollars. Composez le numéro, puis dièse.",
            "Jusqu'à vingt-deux minutes.",
        ),
        (
            "pl",
            "Farthing. Wpisz swój PIN.",
            "Saldo: dziesięć dolarów. Wpisz numer, potem krzyżyk.",
            "Maksymalnie dwadzieścia dwie minuty.",
        ),
        (
            "ur",
            "Farthing۔ پن کوڈ ملائیں۔",
            "بیلنس: 10 ڈالر۔ نمبر ملائیں، پھر ہیش دبائیں۔",
            "زیادہ سے زیادہ 22 منٹ۔",
        ),
    ],
)
def test_a_call_is_held_in_the_language_of_its_access_number(
    world: World, language: str, asked: str, welcomed: str, dialled: str
) -> None:
    card = world.card("10.00")
    with db.transaction():
        access_numbers.add(US, country="US", deck="retail", language=language)
    phone = world.ring(US)
    assert phone.heard == asked
    assert phone.press(card.pin) == welcomed
    assert phone.press("0#4**")  # the languages, each in its own; back to the menu, and out of it
    assert phone.press(f"{KABUL}#") == dialled
