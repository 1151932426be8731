"""Putting load on a server, and what it costs that server."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from app.cards import IssuedCard
from tests.bench.served import ACCOUNT, ROOT, Served, children_of, cpu_seconds
from tests.bench.stage import Stage
from tests.support.world import GB, KABUL, TOKEN

CONNECTIONS = 16
NOW = "Thu, 01 Jan 2026 12:00:00 +0000"


@dataclass(slots=True)
class Outcome:
    """What came of one load."""

    seconds: float
    calls: int
    dialled: int
    requests: int
    milliseconds: dict[str, list[float]]
    faults: dict[str, int]
    # CPU seconds: of the workers, of the database server, of the load itself
    cpu: float = 0.0
    database_cpu: float = 0.0
    load_cpu: float = 0.0

    @property
    def requests_a_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds

    @property
    def calls_a_second(self) -> float:
        """Whole calls in a second."""
        return self.calls / self.seconds

    @property
    def requests_possible(self) -> float:
        """Requests a second if all cores did nothing else: a busy neighbour does not change that much."""
        spent = self.cpu + self.database_cpu + self.load_cpu
        return (os.cpu_count() or 1) * self.requests / spent

    @property
    def database_cpu_ms(self) -> float:
        """CPU milliseconds of the database server for one request."""
        return self.database_cpu / self.requests * 1000

    @property
    def load_cpu_ms(self) -> float:
        """CPU milliseconds of the load itself for one request."""
        return self.load_cpu / self.requests * 1000

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of the workers for one request."""
        return self.cpu / self.requests * 1000


@dataclass(slots=True)
class Load:
    """Who rings, and what is measured beside the answers."""

    stage: Stage
    cards: list[IssuedCard] = field(default_factory=list)

    def put(self, server: Served, *, mode: str, seconds: float, **order: Any) -> Outcome:
        """Put one load on a server: `closed` and `open` make calls, `plain` asks a yardstick."""
        callers = [[f"+447700{900_000 + at}", card.pin] for at, card in enumerate(self.cards)]
        who = {"base": server.base, "token": TOKEN, "account": ACCOUNT, "to": GB, "callers": callers}
        what = {"dial": KABUL, "now": NOW, "connections": CONNECTIONS, "path": "/yardstick"}
        wanted = {"all_signals": False, "mode": mode, "seconds": seconds, **order}
        before = server.cpu_seconds(), self._database_cpu()
        report = _run({**who, **what, **wanted})
        outcome = Outcome(
            seconds=report["seconds"],
            calls=report["calls"],
            dialled=report["dialled"],
            requests=sum(report["statuses"].values()),
            milliseconds=report["milliseconds"],
            faults=report["faults"],
            cpu=server.cpu_seconds() - before[0],
            database_cpu=self._database_cpu() - before[1],
            load_cpu=report["cpu"],
        )
        for fault, count in outcome.faults.items() if mode != "together" else ():
            print(f"! {count} times not the expected answer: {fault}", file=sys.stderr)
        return outcome

    def _database_cpu(self) -> float:
        server = self.stage.postgres
        if server is None or server._process is None:
            return 0.0
        postmaster = server._process.pid
        backends = sum(map(cpu_seconds, children_of(postmaster)))
        return backends + cpu_seconds(postmaster, with_ended_children=True)


def _run(order: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load failed: {done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def settle() -> None:
    """Let the machine come to rest between two measurements."""
    time.sleep(0.5)
