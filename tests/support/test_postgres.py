"""The server that the other tests stand on keeps its own promises."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import Postgres

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


def connect(server: Postgres, dbname: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(server.url(dbname, driver=""))


def value_of(server: Postgres, query: str, dbname: str = "postgres") -> object:
    with connect(server, dbname) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


def test_a_copy_of_a_template_has_its_rows(server: Postgres) -> None:
    server.create_database("template_of_tests")
    with connect(server, "template_of_tests") as connection:
        connection.execute("CREATE TABLE coin AS SELECT 1 AS farthings")
    server.create_database("copy", template="template_of_tests")
    assert value_of(server, "SELECT farthings FROM coin", "copy") == 1
    server.drop_database("copy")
    assert value_of(server, "SELECT count(*) FROM pg_database WHERE datname = 'copy'") == 0


def test_a_stranger_on_the_same_machine_is_refused(server: Postgres) -> None:
    wrong = server.url(driver="").replace("farthing:", "farthing:wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


@pytest.mark.parametrize(("durable", "expected"), [(False, "off"), (True, "on")], ids=["fast", "durable"])
def test_only_a_durable_server_waits_for_the_disk(durable: bool, expected: str) -> None:
    with Postgres(durable=durable) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert value_of(server, f"SHOW {setting}") == expected


def test_what_was_committed_outlives_a_crash() -> None:
    with Postgres(durable=True) as server:
        with connect(server) as connection:
            connection.execute("CREATE TABLE coin AS SELECT 1 AS farthings")
        cut_off = connect(server)
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            cut_off.execute("SELECT 1")
        cut_off.close()
        with pytest.raises(psycopg.OperationalError):
            connect(server)

        server.start()
        assert value_of(server, "SELECT farthings FROM coin") == 1


def test_pgbench_runs_against_it(server: Postgres) -> None:
    server.create_database("bench")
    url = server.url("bench", driver="")
    subprocess.run([server.bin("pgbench"), "-i", "-q", url], check=True, capture_output=True)
    done = subprocess.run(
        [server.bin("pgbench"), "-t", "10", url], check=True, capture_output=True, text=True
    )
    assert "number of failed transactions: 0" in done.stdout


def test_a_killed_test_run_leaves_no_server() -> None:
    program = (
        "import time; from tests.support.postgres import Postgres\n"
        "with Postgres() as server: print(server._process.pid, server._home, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as run:
        assert run.stdout
        pid, home = run.stdout.readline().split()
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while is_running(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(int(pid))
    with Postgres():
        assert not Path(home).exists(), "the next server removes what was left behind"


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
