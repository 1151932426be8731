"""Imports and lookups at three sizes of deck, from `rates.py`, on both engines."""

from app import db
from tests.bench import rates
from tests.bench.stage import ENGINES, Stage
from tests.bench.tables import Cell, show, verdict

LOOKUP_MAX = {"sqlite": 0.1, "postgresql": 0.6}
IMPORT_MAX = 30
QUICK_SIZES = (10_000, 200_000)


def measure(stage: Stage, *, quick: bool) -> None:
    """Import and look up, and print."""
    rows: list[list[Cell]] = []
    for engine in ENGINES:
        for figures in rates.measure(stage.empty_database(engine), QUICK_SIZES if quick else rates.SIZES):
            rows.append(_row(engine, figures))
        db.engine().dispose()
    head = ["engine", "rates", "import s", "lookup ms", "p95 ms", "lookups/s", "with transaction ms", "aims"]
    show("Rates: imports and longest-prefix lookups", head, rows)


def _row(engine: str, figures: dict[str, float]) -> list[Cell]:
    lookup, seconds = figures["find_ms_median"], figures["import_seconds"]
    aims = f"lookup {verdict(lookup, LOOKUP_MAX[engine], most=True)}"
    if figures["rates"] == max(rates.SIZES):
        aims += f"; import {verdict(seconds, IMPORT_MAX, most=True)}"
    return [
        engine,
        int(figures["rates"]),
        seconds,
        lookup,
        figures["find_ms_p95"],
        figures["find_per_second"],
        figures["find_and_transaction_ms_median"],
        aims,
    ]
