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
from sqlalchemy import insert

from app import cards, clock, config, db
from app.calls import access_numbers
from app.cards import IssuedCard
from app.customers import passwords
from app.customers.models import Customer
from app.money import Money
from tests.bench.served import ACCOUNT
from tests.storm.callers import Callers
from tests.storm.chaos import moments
from tests.storm.payments.buyers import Buyers
from tests.storm.payments.checker import Reckoning
from tests.storm.payments.hand import Hand
from tests.storm.payments.machines import Machines
from tests.storm.payments.plan import wishes
from tests.storm.plan import AT_ONCE, RATES, plan
from tests.storm.provider import Provider
from tests.support.postgres import Postgres
from tests.support.server import FLASK, ROOT, Served
from tests.support.site import PASSWORD
from tests.support.world import GB, US, load_rates, settings_for

QUIET_SECONDS_MAX = 150
SWEEPS = ("0.1", "0.5", "1.1", "2.2")  # hours: within the six that a key lasts
SWEEPS_OF_CALLS = tuple(f"{3 + number * 0.05:.2f}" for number in range(12))
STAND_IN_AHEAD = "3.5"  # longer than an order stays open
SWEEPS_TO_THE_END = ("4.6", "26", "76")
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
        emails, issued = _furnish(url, self.weather)
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


def tables(reckoning: Reckoning) -> dict[str, Counter[str]]:
    """What both sides say at the end, to be read by a person."""
    rows, orders = reckoning.rows, reckoning.orders
    paid = sum(_cents(order["captured"]) for order in orders)
    back = sum(_cents(order["refunded"]) for order in orders)
    fees = sum(_cents(order["fees"]) for order in orders)

    def moved(*kinds: str) -> int:
        return sum(int(row.amount) for row in rows["transfers"] if row.kind in kinds) // 10_000

    debts = [row.amount for row in rows["transfers"] if row.source_kind == "debt"]
    collected = [row.amount for row in rows["transfers"] if row.target_kind == "debt"]
    reversals = sum(one["reversal"] for _, one in reckoning.given_back.values())
    return {
        "Notifications kept, by kind": Counter(row.kind for row in rows["events"]),
        "At PayPal": Counter(
            {
                "orders": len(orders),
                "captures completed": len(reckoning.captures),
                "refunds": len(reckoning.given_back) - reversals,
                "reversals": reversals,
                "disputes": sum(len(order["disputes"]) for order in orders),
                "captured, cents": paid,
                "given back, cents": back,
                "fees, cents": fees,
            }
        ),
        "Here": Counter(
            {
                "credits": sum(row.kind == "top_up" for row in rows["transfers"]),
                "refunds": sum(not row.reversal for row in rows["refunds"]),
                "reversals": sum(row.reversal for row in rows["refunds"]),
                "disputes": len(rows["disputes"]),
                "credited, cents": moved("top_up"),
                "debited, cents": moved("refund", "reversal"),
                "fees, cents": moved("fee"),
                "of it owed at first, cents": sum(debts) // 10_000,
                "collected later, millionths": sum(collected),
                "receipts": sum(row.refund_id is None for row in rows["receipts"]),
                "credit notes": sum(row.refund_id is not None for row in rows["receipts"]),
                "mails": len(rows["mails"]),
                "lines for a person": len(rows["reviews"]),
                "calls placed": reckoning.calls.calls,
                "calls charged": reckoning.calls.charged,
            }
        ),
        "For a person": Counter(row.what[:24] for row in rows["reviews"]),
        "Reasons": Counter(f"{row.status}: {row.reason}"[:60] for row in rows["top_ups"] if row.reason),
    }


def _cents(value: str) -> int:
    return int(value.replace(".", ""))


def _furnish(url: str, weather: Weather) -> tuple[list[str], list[IssuedCard]]:
    """Rates, access numbers and customers with cards; the first cards are for crowds of callers."""
    config.use(settings_for(url))
    db.bind(url)
    kept = passwords.hashed(PASSWORD)
    credit = Money.parse("1.00", "USD")
    with db.transaction():
        load_rates("retail", "USD", RATES)
        for number, country in ((GB, "GB"), (US, "US")):
            access_numbers.add(number, country=country, deck="retail")
        issued = cards.issue(weather.hot_cards, credit, batch="hot", live_calls_max=AT_ONCE)
        issued += cards.issue(weather.buyers - weather.hot_cards, credit, batch="web USD")
        emails = [_customer(number, card, kept) for number, card in enumerate(issued)]
    db.engine().dispose()
    return emails, issued


def _customer(number: int, card: IssuedCard, password_hash: str) -> str:
    email = f"buyer-{number}@example.org"
    row = {
        "email": email,
        "email_key": email,
        "user_name": None,
        "password_hash": password_hash,
        "confirmed_at": clock.now(),
        "card_id": cards.by_serial(card.serial).id,
        "language": "en-GB",
        "time_zone": "Europe/London",
        "low_balance": None,
        "made_at": clock.now(),
    }
    db.execute(insert(Customer), row)
    return email


def _keep_logs(served: Served, database: Postgres) -> None:
    if keep := os.environ.get("STORM_LOG"):
        (Path(keep) / "postgres.log").write_text(database.log())
        for log in served.home.glob("*.log"):
            (Path(keep) / log.name).write_text(log.read_text(errors="replace"))
