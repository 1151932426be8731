"""How long a deck takes to load and a number to be rated, at three sizes of deck.

    python -m tests.bench.rates sqlite:////tmp/rates.db postgresql+psycopg://…

Figures are of a database of its own: `measure` makes its tables when they are missing.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from app import db, rating
from app.errors import NoRate
from app.rating.models import Deck

SIZES = (10_000, 200_000, 1_000_000)
LOOKUPS = 3_000
COUNTRIES = 200
PRICES = [f"{cents / 10_000:.4f}" for cents in range(40, 9_000, 35)]
INCREMENTS = ["1,1", "60,60", "30,6", "60,1"]
KINDS = ["Fixed", "Mobile", "Mobile Orange", "Mobile Vodafone", "Special Services", "Satellite"]


def measure(url: str, sizes: tuple[int, ...] = SIZES) -> list[dict[str, Any]]:
    """Import and look up at each size; a row for each, with seconds, milliseconds and lookups a second."""
    Deck.metadata.create_all(db.bind(url))
    return [_measure_size(size) for size in sizes]


def write_deck(path: Path, size: int, seed: int = 1) -> None:
    """A file of `size` rates as carriers send them: by country, each with the codes of its operators."""
    with path.open("w") as file:
        file.write("Destination,Code,Price,Connection Fee,First Increment,Increment,Effective From\n")
        file.writelines(_lines(size, random.Random(seed)))


def _lines(size: int, chance: random.Random) -> Iterator[str]:
    each = -(-size // COUNTRIES)
    for made in range(size):
        country, area = divmod(made, each)
        terms = f"{chance.choice(PRICES)},0,{chance.choice(INCREMENTS)},"
        yield f"Country {country} - {chance.choice(KINDS)},{200 + country}{area or ''},{terms}\n"


def _measure_size(size: int) -> dict[str, Any]:
    name = f"bench {size}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.csv"
        write_deck(path, size)
        began = time.perf_counter()
        report = rating.import_deck(path, name=name, currency="USD")
        import_seconds = time.perf_counter() - began
    assert report.loaded == size and not report.refused, report.refused[:3]

    with db.transaction(readonly=True):
        deck = rating.deck_named(name).id
    chance = random.Random(2)
    numbers = [f"+{200 + chance.randrange(COUNTRIES)}{chance.randrange(10**8):08d}" for _ in range(LOOKUPS)]
    with db.transaction(readonly=True):
        inside = _timed(lambda number: _find(number, deck), numbers)
    whole = _timed(lambda number: _find_alone(number, deck), numbers)
    return {
        "engine": db.engine().dialect.name,
        "rates": size,
        "import_seconds": round(import_seconds, 2),
        **_figures("find", inside),
        **_figures("find_and_transaction", whole),
    }


def _find(number: str, deck: int) -> None:
    try:
        rating.find(number, deck)
    except NoRate:
        return


def _find_alone(number: str, deck: int) -> None:
    with db.transaction(readonly=True):
        _find(number, deck)


def _timed(lookup: Callable[[str], None], numbers: list[str]) -> list[float]:
    for number in numbers[:200]:  # warm
        lookup(number)
    times = []
    for number in numbers:
        began = time.perf_counter()
        lookup(number)
        times.append((time.perf_counter() - began) * 1_000)
    return times


def _figures(what: str, times: list[float]) -> dict[str, float]:
    return {
        f"{what}_ms_median": round(median(times), 3),
        f"{what}_ms_p95": round(quantiles(times, n=20)[-1], 3),
        f"{what}_per_second": round(1_000 * len(times) / sum(times)),
    }


if __name__ == "__main__":
    for url in sys.argv[1:]:
        for row in measure(url):
            print(row)
