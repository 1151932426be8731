"""How long each webhook waits at a fixed rate, counted from the moment at which it was meant to leave."""

from typing import Any

from tests.bench.drive import Load
from tests.bench.stage import ENGINES, Stage, issue, ours
from tests.bench.tables import Cell, percentiles, show, verdict

RATE, P95_MAX = 100, 50
CONNECTIONS = 48  # enough that a request leaves at its moment though earlier ones still wait


def measure(stage: Stage, *, quick: bool) -> None:
    """Send at the rate on both engines and print the percentiles."""
    for engine in ENGINES:
        url = stage.database(engine)
        load = Load(stage, issue())
        order: dict[str, Any] = {
            "mode": "open",
            "rate": RATE,
            "all_signals": True,
            "connections": CONNECTIONS,
        }
        with ours(url) as server:
            load.put(server, seconds=2 if quick else 10, **order)  # warm
            outcome = load.put(server, seconds=6 if quick else 30, **order)
        rows: list[list[Cell]] = [
            [kind, len(took), *percentiles(took)] for kind, took in outcome.milliseconds.items()
        ]
        took = [ms for each in outcome.milliseconds.values() for ms in each]
        p50, p95, p99 = percentiles(took)
        rows.append(["all", len(took), p50, p95, p99])
        title = f"Latency at {RATE} webhooks a second on {engine} (fewer in the first and the last second)"
        note = f"aim, p95 of all in ms: {verdict(round(p95, 1), P95_MAX, most=True)}"
        show(title, ["webhook", "requests", "p50 ms", "p95 ms", "p99 ms"], rows, note)
