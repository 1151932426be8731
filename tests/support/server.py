"""The whole service at work for a test: web and job workers and the stand-in, each a process of its own."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from tests.support.world import TOKEN

ROOT = Path(__file__).parents[2]
CODE = ("app", "ivr", "migrations", "static", "wsgi.py", "gunicorn.conf.py")
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
READY_SECONDS_MAX = 40
END_SECONDS_MAX = 15


class Served:
    """Starts everything with demo settings on free ports, and ends it all.

    `home` gets the instance folder and a log of each process, so that nothing is shared with the demo of
    this directory. The schema is migrated; `seed=True` loads the demo data too. Processes go by their names
    (`web`, `provider`, `paypal`, `jobs-1` …), so that a test may kill one and start it again. A provider of
    phone calls that runs elsewhere is named by `provider_base`.
    """

    def __init__(
        self,
        url: str,
        home: Path,
        *,
        web_workers: int = 1,
        job_workers: int = 1,
        seed: bool = False,
        provider_base: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home, self._seed = home, seed
        self._port, self._provider_port, self._paypal_port = free_ports(3)
        self.base = f"http://127.0.0.1:{self._port}"
        self.provider_base = provider_base or f"http://127.0.0.1:{self._provider_port}"
        self.paypal_base = f"http://127.0.0.1:{self._paypal_port}"
        self.environment = {**os.environ, **self._settings(url, web_workers), **(settings or {})}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, tuple[str, ...]] = {
            **({} if provider_base else {"provider": (*FLASK, "phone", "provider")}),
            "paypal": (*FLASK, "paypal", "stand-in"),
            **{f"jobs-{number + 1}": (*FLASK, "jobs", "run") for number in range(job_workers)},
            "web": (sys.executable, "-m", "gunicorn", "wsgi:app"),
        }

    def __enter__(self) -> Self:
        self._make_home()
        try:
            self.flask("db", "upgrade")
            for name in self.commands:
                self.start(name)
            if self._seed:  # while they start
                self.flask("seed")
            self.wait_until_ready()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def flask(self, *words: str) -> str:
        """Run one command of the server and answer what it printed. Raises RuntimeError with what it said."""
        done = subprocess.run(
            [*FLASK, *words], cwd=self.home, env=self.environment, capture_output=True, check=False, text=True
        )
        if done.returncode:
            raise RuntimeError(f"flask {' '.join(words)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def start(self, name: str) -> None:
        """Start one of the processes, also one that was killed."""
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name],
                cwd=self.home,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its children can be ended with it
            )

    def kill(self, name: str) -> None:
        """End a process and its children as a crash does, without a word."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until_ready(self) -> None:
        """Until the server says so itself. Raises RuntimeError with its log when it does not."""
        until = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < until:
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            if ended:
                raise RuntimeError(f"{ended[0]} ended: {self.log(ended[0])[-2000:]}")
            ports = {"provider": self._provider_port, "paypal": self._paypal_port}
            stand_ins = [port for name, port in ports.items() if name in self.commands]
            if _answers(f"{self.base}/readyz") and all(map(_listens, stand_ins)):
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server did not become ready: {self.log('web')[-2000:]}")

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return (self.home / f"{name}.log").read_text(errors="replace")

    def end(self) -> None:
        """End everything, kindly first."""
        for process in self.processes.values():
            process.terminate()
        until = time.monotonic() + END_SECONDS_MAX
        for name, process in list(self.processes.items()):
            try:
                process.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                self.kill(name)
        self.processes.clear()

    def _settings(self, url: str, web_workers: int) -> dict[str, str]:
        return {
            "DEMO": "1",
            "DATABASE_URL": url,
            "SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "PIN_PEPPER": "a0b1c2d3e4f5061728394a5b6c7d8e9f",
            "PUBLIC_BASE_URL": self.base,
            "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_BASE_URL": self.provider_base,
            "PAYPAL_API_BASE_URL": self.paypal_base,
            "PORT": str(self._port),
            "WEB_CONCURRENCY": str(web_workers),
            "PROMETHEUS_MULTIPROC_DIR": str(self.home / "metrics"),
            "FLASK_SKIP_DOTENV": "1",
        }

    def _make_home(self) -> None:
        """The code by links: what it writes beside itself, it writes here."""
        (self.home / "metrics").mkdir(parents=True)
        for name in CODE:
            (self.home / name).symlink_to(ROOT / name)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, below those that clients are given: none takes them meanwhile."""
    found: set[int] = set()
    while len(found) < count:
        port = random.randint(12_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                found.add(port)
    return list(found)


def _answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return bool(session.get(url, timeout=5).ok)
        except requests.RequestException:
            return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
