"""Killing the service without warning while people buy, and starting it again as a supervisor does."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress

from tests.bench.served import children_of
from tests.support.postgres import Postgres
from tests.support.server import Served

RESTARTS_MAX = 50


class Machines:
    """The database, the web server with its workers, and the job workers: each can be killed."""

    def __init__(self, database: Postgres, served: Served, *, seed: int) -> None:
        self._database, self.served = database, served
        self._chance = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self._restarts = 0

    def kill(self, victim: str) -> None:
        """Kill one of them with SIGKILL, and see to it that it runs again."""
        deeds: Mapping[str, Callable[[], None]] = {
            "web worker": self._kill_web_worker,
            "web server": self._kill_web_server,
            "job worker": self._kill_job_worker,
            "database": self._kill_database,
        }
        deeds[victim]()
        self.kills[victim] += 1
        self.tend()

    def tend(self) -> None:
        """Start again what has ended by itself, as when the port was not free yet."""
        for name, process in list(self.served.processes.items()):
            if process.poll() is not None and self._restarts < RESTARTS_MAX:
                self._restarts += 1
                self.served.start(name)

    def end_jobs(self) -> None:
        """End the job workers kindly, so that everything is at rest."""
        jobs = [name for name in self.served.processes if name.startswith("jobs-")]
        for name in jobs:
            self.served.processes[name].terminate()
        for name in jobs:
            self.served.processes.pop(name).wait(30)

    def _kill_web_worker(self) -> None:
        workers = children_of(self.served.processes["web"].pid)
        if workers:
            with suppress(ProcessLookupError):
                os.kill(self._chance.choice(workers), signal.SIGKILL)

    def _kill_web_server(self) -> None:
        """The master alone, whose workers notice in a moment, or all of them at once."""
        if self._chance.random() < 0.5:
            self.served.kill("web")
        else:
            master = self.served.processes.pop("web")
            master.kill()
            master.wait()
        time.sleep(self._chance.uniform(0, 0.5))
        self.served.start("web")

    def _kill_job_worker(self) -> None:
        name = self._chance.choice([name for name in self.served.commands if name.startswith("jobs-")])
        self.served.kill(name)
        self.served.start(name)

    def _kill_database(self) -> None:
        self._database.kill()
        time.sleep(self._chance.uniform(0.2, 1.5))
        self._database.start()
