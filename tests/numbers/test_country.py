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


def test_the_heavy_tables_of_places_and_carriers_stay_on_the_shelf() -> None:
    asked = "import sys, app.numbers; print([m for m in sys.modules if m.endswith(('geocoder', 'carrier'))])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
