"""A storm over payments: buyers, kills, faults of PayPal, calls on the same cards; then the reckoning."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from app.cards import IssuedCard
from tests.bench.served import ACCOUNT
from tests.storm.callers import Callers
from tests.storm.chaos import moments
from tests.storm.payments.buyers import Buyers
from tests.storm.payments.checker import Reckoning
from tests.storm.payments.furnish import furnish
from tests.storm.payments.hand import Hand
from tests.storm.payments.machines import Machines
from tests.storm.payments.plan import wishes
from tests.storm.payments.tables import tables
from tests.storm.plan import plan
from tests.storm.provider import Provider
from tests.support.postgres import Postgres
from tests.support.server import FLASK, ROOT, Served

QUIET_SECONDS_MAX = 150
SWEEPS = ("0.1", "0.5", "1.1", "2.2")  # hours: within the six that a key lasts
SWEEPS_OF_CALLS = tuple(f"{3 + number * 0.05:.2f}" for number in range(12))
STAND_IN_AHEAD = "3.5"  # longer than an order stays open
SWEEPS_TO_THE_END = ("4.6", "26", "76")
SPENDERS = (1, 3, 5)  # buyers with a card that many call with, who want all their money back
ROOM = {  # for buyers that are in a hurry
    "NEW_ACCOUNT_DAYS": "0",
    "FIRST_TOP_UP_MAX": "1000",
    "NEW_ACCOUNT_DAILY_MAX": "100000",
    "NEW_ACCOUNT_DAILY_COUNT": "1000",
    "PAYER_ACCOUNTS_MAX": "1000",
    "ACCOUNT_PAYERS_MAX": "1000",
    "PIN_FAILURES_PER_ACCESS_NUMBER": "100000",
    "PIN_FAILURES_GLOBAL": "1000000",
}


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How hard it blows."""

    top_ups: int
    calls: int
    kills: Mapping[str, int]
    seed: int
    buyers: int = 40
    hot_cards: int = 10
    threads: int = 10
    calling_threads: int = 3
    web_workers: int = 2
    job_workers: int = 2
    staff_refunds: int = 12
    seconds_max: float = 900
    quiet_seconds: float = 7  # longer than PayPal waits before it sends a webhook again


@dataclass
class Story:
    """What happened in a storm, and what the checks found."""

    tables: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    ledger: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether no penny went astray."""
        return not self.faults and bool(self.ledger.get("balanced"))


def blow(weather: Weather) -> Story:
    """Let a storm blow over a fresh durable database, and check what is left."""
    with (
        tempfile.TemporaryDirectory(prefix="farthing-storm-") as home,
        Postgres(durable=True) as database,
        Provider() as provider,
    ):
        url = database.create_database("storm")
        settings = {
            **ROOM,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TRUSTED_PROXIES": "1",
            "LOG_LEVEL": "WARNING",
        }
        served = Served(
            url,
            Path(home) / "service",
            web_workers=weather.web_workers,
            job_workers=weather.job_workers,
            provider_base=provider.base,
            settings=settings,
        )
        with served:
            provider.base_of_server = served.base
            (served.home / "tests").symlink_to(ROOT / "tests")
            storm = _Storm(weather, database, served, provider)
            try:
                return storm.blow(url)
            finally:
                _keep_logs(served, database)


class _Storm:
    """Everything that takes part."""

    def __init__(self, weather: Weather, database: Postgres, served: Served, provider: Provider) -> None:
        self.weather, self.database, self.served, self.provider = weather, database, served, provider
        self.story = Story()

    def blow(self, url: str) -> Story:
        """From the first top-up to the reckoning."""
        emails, issued = furnish(url, buyers=self.weather.buyers, hot=self.weather.hot_cards)
        self.hand = Hand(self.served, seed=self.weather.seed, staff_refunds=self.weather.staff_refunds)
        self.machines = Machines(self.database, self.served, seed=self.weather.seed)
        try:
            self._play(emails, issued)
            self._calm()
            self._reckon()
        finally:
            self.hand.close()
        return self.story

    def _play(self, emails: list[str], issued: list[IssuedCard]) -> None:
        weather, began = self.weather, time.monotonic()
        until = began + weather.seconds_max
        wanted = wishes(weather.top_ups, buyers=weather.buyers, seed=weather.seed)
        buyers = Buyers(self.served.base, emails, wanted)
        units = plan(
            weather.calls,
            hot=weather.hot_cards,
            cold=weather.buyers - weather.hot_cards,
            seed=weather.seed,
        )
        callers = Callers(self.provider, issued, units)
        self.hand.wanting_back = {wish.payer for wish in wanted if wish.buyer in SPENDERS}
        self.hand.start()
        threads = buyers.start(weather.threads, until) + callers.start(weather.calling_threads, until)
        for moment, victim in moments(weather.kills, weather.top_ups, weather.seed):
            while buyers.done < moment and any(thread.is_alive() for thread in threads):
                time.sleep(0.05)
            self.machines.kill(victim)
        while any(thread.is_alive() for thread in threads):
            self.machines.tend()
            time.sleep(0.2)
        self.hand.stop()
        for errors in (buyers.errors, callers.errors):
            if errors:
                raise errors[0]
        self.story.tables["Buyers"] = buyers.counts
        self.story.tables["Callers"] = callers.heard.counts
        self.story.seconds["storm"] = time.monotonic() - began

    def _calm(self) -> None:
        """Let everything come to rest: what is late arrives, what was forgotten is asked about."""
        began = time.monotonic()
        self.machines.tend()
        with self._later_worker() as later:
            self.served.wait_until_ready()
            self._wait_for_quiet()
            self.hand.repeat_staff_refunds()
            self.hand.clear_the_desk(keep_pending=3)
            self._wait_for_quiet()
            self.story.tables["Open when the wind fell"] = self._by_status()
            _work_at(later, *SWEEPS)
            for hours in SWEEPS_OF_CALLS:
                if self._ask("SELECT 1 FROM calls WHERE price IS NULL LIMIT 1"):
                    _work_at(later, hours)
            self._restart_paypal()
            _work_at(later, *SWEEPS_TO_THE_END)
            self._wait_for_quiet()
            self.machines.end_jobs()
            _work_at(later, SWEEPS_TO_THE_END[-1])
        self.story.seconds["calm"] = time.monotonic() - began

    def _restart_paypal(self) -> None:
        """Hours later at PayPal, too: orders that nobody approved are gone."""
        self.served.kill("paypal")
        self.served.commands["paypal"] = (*_LATER, "stand-in", STAND_IN_AHEAD)
        self.served.start("paypal")
        self.served.wait_until_ready()

    @contextmanager
    def _later_worker(self) -> Iterator[subprocess.Popen[str]]:
        """A job worker that is told how late it is, and does all that is due then."""
        with (self.served.home / "later.log").open("ab") as log:
            worker = subprocess.Popen(
                [*_LATER, "work"],
                cwd=self.served.home,
                env=self.served.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            yield worker
        finally:
            worker.kill()
            worker.communicate()

    def _wait_for_quiet(self) -> None:
        """Until no webhook has arrived and none was worked on for a while."""
        until, last, since = time.monotonic() + QUIET_SECONDS_MAX, "", time.monotonic()
        while time.monotonic() < until and time.monotonic() - since < self.weather.quiet_seconds:
            now = str(self._ask("SELECT status, count(*) FROM payment_events GROUP BY 1 ORDER BY 1"))
            if now != last:
                last, since = now, time.monotonic()
            time.sleep(0.5)

    def _by_status(self) -> Counter[str]:
        found = self._ask("SELECT status, automatic, count(*) FROM top_ups GROUP BY 1, 2 ORDER BY 1, 2")
        return Counter({f"{status}{' by rule' if auto else ''}": int(count) for status, auto, count in found})

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url("storm", driver="")) as connection:
            return connection.execute(query).fetchall()

    def _reckon(self) -> None:
        began, story, books = time.monotonic(), self.story, self.hand.books()
        url = self.database.url("storm", driver="")
        reckoning = Reckoning(url, books, self.provider.registry.all())
        story.faults = reckoning.faults + self._faults_of_staff(books)
        said = subprocess.run(
            [*FLASK, "ledger", "check", "--json"],
            cwd=self.served.home,
            env=self.served.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        story.ledger = json.loads(said.stdout or "{}")
        story.tables["Top-ups"] = self._by_status()
        story.tables["Faults of PayPal"] = self.hand.faults
        story.tables["PayPal's deeds"] = self.hand.counts
        story.tables["Staff's refunds"] = Counter(said for _, _, said in self.hand.staff_refunds.values())
        story.tables["Killed with SIGKILL"] = self.machines.kills
        said_by = self.database.log()
        story.tables["The database complained of"] = Counter(
            {what: said_by.count(what) for what in ("deadlock detected", "lock timeout", "duplicate key")}
        )
        story.tables.update(tables(reckoning))
        story.seconds["reckoning"] = time.monotonic() - began
        if keep := os.environ.get("STORM_LOG"):
            Path(keep).mkdir(parents=True, exist_ok=True)
            (Path(keep) / "books.json").write_text(json.dumps(books, indent=1))

    def _faults_of_staff(self, books: dict[str, object]) -> list[str]:
        """What staff gave back is there once when they were told so, and never twice."""
        faults, orders = [], books["orders"]
        assert isinstance(orders, list)
        for key, (ref, amount, said) in self.hand.staff_refunds.items():
            given = [
                one
                for order in orders
                if order["custom_id"] == ref
                for one in order["refunds"].values()
                if one["value"] == amount
            ]
            if len(given) > 1 or (said == "done" and not given):
                faults.append(f"refund {key} of {amount} of {ref} was made {len(given)} times: {said}")
        return faults


def _work_at(later: subprocess.Popen[str], *hours: str) -> None:
    assert later.stdin is not None and later.stdout is not None, "it was made with both"
    for hour in hours:
        later.stdin.write(f"{hour}\n")
        later.stdin.flush()
        if later.stdout.readline().strip() != "done":
            raise RuntimeError(f"the worker of later hours ended with {later.wait()}")


_LATER = (sys.executable, "-m", "tests.storm.payments.later")


def _keep_logs(served: Served, database: Postgres) -> None:
    if keep := os.environ.get("STORM_LOG"):
        Path(keep).mkdir(parents=True, exist_ok=True)
        (Path(keep) / "postgres.log").write_text(database.log())
        for log in served.home.glob("*.log"):
            (Path(keep) / log.name).write_text(log.read_text(errors="replace"))
