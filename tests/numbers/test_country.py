"""Countries are called by their names."""

import subprocess
import sys

import pytest

from app import numbers


@pytest.mark.parametrize(
    ("region", "language", "name"),
    [
        ("PK", "en", "Pakistan"),
        ("pk", "en-GB", "Pakistan"),
        ("GB", "en-US", "United Kingdom"),
        ("DE", "fr", "Allemagne"),
        ("DE", "es", "Alemania"),
        ("PL", "pl", "Polska"),
        ("PK", "ur", "پاکستان"),
        ("HK", "en", "Hong Kong"),
        ("MM", "en", "Myanmar"),
        ("CD", "en", "Congo Kinshasa"),
        ("001", "en", "world"),
        ("QQ", "en", "QQ"),
        ("PK", "no such language", "Pakistan"),
        ("PK", "tlh", "Pakistan"),
    ],
)
def test_a_country_is_called_by_its_name(region: str, language: str, name: str) -> None:
    assert numbers.country_name(region, language) == name


@pytest.mark.parametrize(
    ("e164", "region"),
    [
        ("+442071838750", "GB"),
        ("+441534700000", "JE"),
        ("+18765551234", "JM"),
        ("+12125551234", "US"),
        ("+881612345678", None),
        ("+999", None),
        ("02071838750", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_a_number_belongs_to_one_country(e164: str, region: str | None) -> None:
    assert numbers.region_of(e164) == region


@pytest.mark.parametrize(
    ("code", "known"), [("GB", True), ("XK", True), ("gb", False), ("001", False), ("UK", False), ("", False)]
)
def test_a_country_is_known_by_its_iso_code(code: str, known: bool) -> None:
    assert numbers.is_country(code) is known


def test_the_heavy_tables_of_places_and_carriers_stay_on_the_shelf() -> None:
    heavy = "{'phonenumbers.geocoder', 'phonenumbers.carrier'}"
    asked = f"import sys, app.numbers; print([*{heavy} & sys.modules.keys()])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
