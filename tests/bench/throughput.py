"""Whole calls a second, beside what the same machine does with less: Flask alone, a handler, pgbench."""

import re
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.bench import yardsticks
from tests.bench.drive import Load, Outcome, settle
from tests.bench.served import Served, memory_of
from tests.bench.stage import ENGINES, Stage, issue, ours
from tests.bench.tables import Cell, percentiles, show, verdict

RATIO_MAX, CALLS_MIN, MEMORY_MAX = 1.5, 100, 100
CLIENTS, BRANCHES = 16, 20
SERVED: dict[str, tuple[str, dict[str, Any]]] = {
    "bare Flask": ("bare", {"mode": "plain"}),
    "handler": ("handler", {"mode": "plain"}),
    "calls": ("ours", {"mode": "closed"}),
    "calls, all signals": ("ours", {"mode": "closed", "all_signals": True}),
}


@dataclass
class Figures:
    """The rounds of each contender on one engine, and the memory of our workers after them."""

    rounds: dict[str, list[Outcome]] = field(default_factory=dict)
    memory: list[tuple[float, float]] = field(default_factory=list)
    pgbench: list[float] = field(default_factory=list)

    def middle(self, name: str, what: str) -> float:
        """The median over the rounds."""
        return median(float(getattr(outcome, what)) for outcome in self.rounds[name])

    def ratio(self, what: str, ours_name: str = "calls", yardstick: str = "handler") -> float:
        """Ours over the yardstick's: the median of the rounds' own ratios, for load comes and goes."""
        pairs = zip(self.rounds[ours_name], self.rounds[yardstick], strict=True)
        return float(median(getattr(mine, what) / getattr(other, what) for mine, other in pairs))


def measure(stage: Stage, *, quick: bool) -> None:
    """Run all rounds on both engines and print what they say."""
    for engine in ENGINES:
        figures = _rounds(stage, engine, quick)
        _show_rates(engine, figures)
        _show_ratios(engine, figures)
        _show_load(engine, figures)
        _show_memory(engine, figures)


def _rounds(stage: Stage, engine: str, quick: bool) -> Figures:
    rounds, seconds = (2, 1.5) if quick else (4, 5.0)
    url = stage.database(engine)
    yardsticks.prepare(url)
    load = Load(stage, issue())
    figures = Figures(rounds={name: [] for name in SERVED})
    with ExitStack() as stack:
        servers = {
            "ours": stack.enter_context(ours(url)),
            "bare": stack.enter_context(Served("tests.bench.yardsticks:bare", url)),
            "handler": stack.enter_context(Served("tests.bench.yardsticks:handler", url)),
        }
        for server, order in SERVED.values():
            load.put(servers[server], seconds=2 if quick else 8, **order)  # every connection plans anew
        for _ in range(rounds):
            for name, (server, order) in SERVED.items():
                settle()
                figures.rounds[name].append(load.put(servers[server], seconds=seconds, **order))
            if engine == "postgresql":
                figures.pgbench.append(_pgbench(stage, seconds))
        figures.memory = [memory_of(pid) for pid in servers["ours"].workers()]
    return figures


def _pgbench(stage: Stage, seconds: float) -> float:
    """TPC-B transactions a second on the same server."""
    server = stage.server()
    url = server.url("postgres", driver="")
    if not stage.pgbench_is_ready:
        subprocess.run(
            [server.bin("pgbench"), "-i", "-q", "-s", str(BRANCHES), url], check=True, capture_output=True
        )
        stage.pgbench_is_ready = True
    command = [server.bin("pgbench"), "-c", str(CLIENTS), "-j", "1", "-T", str(max(1, round(seconds)))]
    done = subprocess.run([*command, url], check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def _show_rates(engine: str, figures: Figures) -> None:
    rows: list[list[Cell]] = []
    for name in SERVED:
        rates, costs = (
            ("requests_a_second", "requests_possible"),
            ("cpu_ms", "database_cpu_ms", "load_cpu_ms"),
        )
        figures_of = [figures.middle(name, what) for what in (*rates, *costs)]
        calls, aim = None, ""
        if name.startswith("calls"):
            calls = figures.middle(name, "calls_a_second")
        if name == "calls" and engine == "postgresql":
            aim = verdict(round(calls or 0), CALLS_MIN, most=False)
        rows.append([name, *figures_of, calls, aim])
    if figures.pgbench:
        rows.append(["pgbench TPC-B", median(figures.pgbench), *[None] * 5, ""])
    head = ["16 callers", "requests/s", "possible/s", "worker CPU ms", "database CPU ms", "load CPU ms"]
    note = "possible: what the cores could do by the CPU time of all three, were they ours alone"
    title = f"Throughput on {engine}, median of {len(figures.rounds['calls'])} rounds"
    show(title, [*head, "calls/s", "aim"], rows, note)


def _show_ratios(engine: str, figures: Figures) -> None:
    time_ratio = 1 / figures.ratio("requests_a_second")
    cpu_ratio = figures.ratio("cpu_ms")
    rows: list[list[Cell]] = [
        ["time for a webhook / for the handler", time_ratio, verdict(time_ratio, RATIO_MAX, most=True)],
        ["worker CPU for a webhook / for the handler", cpu_ratio, verdict(cpu_ratio, RATIO_MAX, most=True)],
    ]
    all_ratio = figures.ratio("cpu_ms", "calls, all signals")
    rows.append(["the same with all signals", all_ratio, verdict(all_ratio, RATIO_MAX, most=True)])
    if figures.pgbench:
        pairs = zip(figures.rounds["calls"], figures.pgbench, strict=True)
        share = median(outcome.calls_a_second / tps for outcome, tps in pairs)
        rows.append(["whole calls / pgbench transactions", share, ""])
    show(f"Ratios on {engine}, median of the rounds' own", ["what", "ratio", "aim"], rows)


def _show_load(engine: str, figures: Figures) -> None:
    rows: list[list[Cell]] = []
    for kind in figures.rounds["calls, all signals"][0].milliseconds:
        took = [ms for outcome in figures.rounds["calls, all signals"] for ms in outcome.milliseconds[kind]]
        rows.append([kind, len(took), *percentiles(took)])
    head = ["webhook", "requests", "p50 ms", "p95 ms", "p99 ms"]
    show(f"Each webhook under full load (16 callers, all signals) on {engine}", head, rows)


def _show_memory(engine: str, figures: Figures) -> None:
    rows: list[list[Cell]] = [[f"worker {at}", *sizes] for at, sizes in enumerate(figures.memory, 1)]
    worst = max(resident for resident, _ in figures.memory)
    note = f"aim, resident: {verdict(round(worst, 1), MEMORY_MAX, most=True)}"
    show(f"Memory after the load on {engine}", ["process", "resident MiB", "proportional MiB"], rows, note)
