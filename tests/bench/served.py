"""An application behind the gunicorn that we ship, as a process of its own that ends with us."""

import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

from tests.support.world import TOKEN

ROOT = Path(__file__).parents[2]
ACCOUNT = "AC0a1b2c3d4e5f60718293a4b5c6d7e8f9"
START_SECONDS_MAX = 30
TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """`with Served("wsgi:app", database) as server:` answers on `server.base` when it begins."""

    def __init__(self, app: str, database: str, *, ready: str = "/healthz", **environment: str) -> None:
        self.app, self.ready = app, ready
        self.port = _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._home = Path(tempfile.mkdtemp(prefix="farthing-served-"))
        self.log = self._home / "log"
        settings = {
            "DATABASE_URL": database,
            "SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "PIN_PEPPER": "a0b1c2d3e4f5061728394a5b6c7d8e9f",
            "PUBLIC_BASE_URL": self.base,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "DEMO": "",
            "PORT": str(self.port),
            "PROMETHEUS_MULTIPROC_DIR": str(self._home),
            "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        }
        self.environment = {**os.environ, **settings, **environment}
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, or start again after `kill`; returns when it answers."""
        with self.log.open("ab") as log:
            self.process = spawn([sys.executable, "-m", "gunicorn", self.app], self.environment, log)
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.app} did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL for the master: its workers notice within a moment."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it and remove its files. Safe to repeat."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # at once: nobody waits for an answer any more
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                for pid in [*self.workers(), self.process.pid]:
                    os.kill(pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    def workers(self) -> list[int]:
        """The workers' process ids."""
        return children_of(self.process.pid) if self.process else []

    def cpu_seconds(self) -> float:
        """What all workers have used so far."""
        return sum(map(cpu_seconds, self.workers()))

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self.ready)
            connection.getresponse().read()
        except OSError:
            return False
        finally:
            connection.close()
        return True


def spawn(command: list[str], environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A process in our directory that ends when we do, however that is, and does not hear our Ctrl-C."""
    dies = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    return subprocess.Popen(
        [*dies, *command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=ROOT,
        start_new_session=True,
    )


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    return list(_children(pid))


def cpu_seconds(pid: int, *, with_ended_children: bool = False) -> float:
    """User and system time of one process, as /proc tells it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11 : 15 if with_ended_children else 13])) / TICKS


def memory_of(pid: int) -> tuple[float, float]:
    """Resident and proportional memory of one process, in MiB."""
    sizes = {"Rss": 0.0, "Pss": 0.0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in sizes:
            sizes[name] = int(value.split()[0]) / 1024
    return sizes["Rss"], sizes["Pss"]


def _children(parent: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            yield int(stat.parent.name)


def _free_port() -> int:
    """A port below those that the kernel gives to clients, so that none takes it while we are down."""
    while True:
        port = random.randint(12_000, 20_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
