"""Killing without warning: web workers, their master, job workers, the database; and starting them again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tests.bench.served import Served, spawn
from tests.support.postgres import Postgres

RESTART_SECONDS_MAX = 60
JOBS = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]


class Machines:
    """Everything that can be killed: the database, a web server with its workers, and job workers."""

    def __init__(self, database: Postgres, web: Served, home: Path, *, job_workers: int, seed: int) -> None:
        self._database, self.web, self._home = database, web, home
        self._chance = random.Random(seed)
        self.jobs: list[subprocess.Popen[bytes]] = [self._start_jobs() for _ in range(job_workers)]
        self.kills: Counter[str] = Counter()

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

    def end(self) -> None:
        """Stop the job workers; the others are ended by whoever made them."""
        for worker in self.jobs:
            worker.terminate()
        for worker in self.jobs:
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()

    def log(self) -> str:
        """What the job workers have said."""
        return (self._home / "jobs.log").read_text(errors="replace")

    def _start_jobs(self) -> subprocess.Popen[bytes]:
        with (self._home / "jobs.log").open("ab") as log:
            return spawn(JOBS, self.web.environment, log)

    def _kill_web_worker(self) -> None:
        workers = self.web.workers()
        if workers:
            with suppress(ProcessLookupError):
                os.kill(self._chance.choice(workers), signal.SIGKILL)

    def _kill_web_server(self) -> None:
        """The master alone, or with all its workers at once."""
        workers = self.web.workers()
        self.web.kill()
        if self._chance.random() < 0.5:
            for pid in workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(self._chance.uniform(0, 0.5))
        self._start_web()

    def _start_web(self) -> None:
        """As a supervisor does: again, while a worker of the dead server still holds the port."""
        until = time.monotonic() + RESTART_SECONDS_MAX
        while True:
            try:
                self.web.start()
            except RuntimeError:
                if time.monotonic() > until:
                    raise
            else:
                return

    def _kill_job_worker(self) -> None:
        at = self._chance.randrange(len(self.jobs))
        self.jobs[at].kill()
        self.jobs[at].wait()
        self.jobs[at] = self._start_jobs()

    def _kill_database(self) -> None:
        self._database.kill()
        time.sleep(self._chance.uniform(0.2, 1.5))
        self._database.start()


def moments(kills: Mapping[str, int], calls: int, seed: int) -> list[tuple[int, str]]:
    """After how many finished calls who is killed: spread over the storm, but not at its very end."""
    chance = random.Random(seed)
    victims = [victim for victim, count in kills.items() for _ in range(count)]
    return sorted((chance.randint(calls // 20, calls * 9 // 10), victim) for victim in victims)
