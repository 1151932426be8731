"""A storm: thousands of calls while everything is killed and signals go astray; then the reckoning."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from app import cards, config, db, migrate
from app.calls import access_numbers
from app.cards import IssuedCard
from app.money import Money
from tests.bench.served import ROOT, Served
from tests.storm.callers import Callers
from tests.storm.chaos import Machines, moments
from tests.storm.checker import Checker
from tests.storm.plan import AT_ONCE, RATES, plan
from tests.storm.provider import Provider
from tests.support.postgres import Postgres
from tests.support.world import GB, US, load_rates, settings_for

SWEEPS_MAX = 14  # with the clock ahead: more than the sweeper asks in vain before it gives up
HOURS_AHEAD = 3  # longer than any call may last


@dataclass
class Story:
    """What happened in a storm, and what the checks found."""

    counts: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    settled_by: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    ledger: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether no penny went astray."""
        return not self.faults and bool(self.ledger.get("balanced")) and self.ledger.get("open_holds") == 0


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How hard it blows."""

    calls: int
    kills: Mapping[str, int]
    seed: int
    hot_cards: int = 20
    cold_cards: int = 80
    threads: int = 16
    web_workers: int = 4
    job_workers: int = 2
    seconds_max: float = 1200


def blow(weather: Weather) -> Story:
    """Let a storm blow over a fresh durable database, and check what is left."""
    with (
        tempfile.TemporaryDirectory(prefix="farthing-storm-") as home,
        Postgres(durable=True) as database,
        Provider() as provider,
    ):
        url = database.create_database("storm")
        issued = _furnish(url, weather)
        settings = {
            "WEB_CONCURRENCY": str(weather.web_workers),
            "TWILIO_API_BASE_URL": provider.base,
            "PIN_FAILURES_PER_ACCESS_NUMBER": "100000",  # the callers slip, they do not attack
            "PIN_FAILURES_GLOBAL": "1000000",
            "LOG_LEVEL": "WARNING",
        }
        with Served("wsgi:app", url, **settings) as web:
            provider.base_of_server = web.base
            machines = Machines(database, web, Path(home), job_workers=weather.job_workers, seed=weather.seed)
            try:
                return _play(weather, provider, issued, machines, database)
            finally:
                machines.end()


def _furnish(url: str, weather: Weather) -> list[IssuedCard]:
    """Rates, access numbers and cards: first those for crowds, then those for one call at a time."""
    config.use(settings_for(url))
    db.bind(url)
    migrate.upgrade()
    with db.transaction():
        load_rates("retail", "USD", RATES)
        for number, country in ((GB, "GB"), (US, "US")):
            access_numbers.add(number, country=country, deck="retail")
        hot = cards.issue(
            weather.hot_cards, Money.parse("120.00", "USD"), batch="hot", live_calls_max=AT_ONCE
        )
        cold = cards.issue(weather.cold_cards, Money.parse("9.99", "USD"), batch="cold")
        return hot + cold


def _play(
    weather: Weather,
    provider: Provider,
    issued: list[IssuedCard],
    machines: Machines,
    database: Postgres,
) -> Story:
    story, began = Story(), time.monotonic()
    units = plan(weather.calls, hot=weather.hot_cards, cold=weather.cold_cards, seed=weather.seed)
    callers = Callers(provider, issued, units)
    threads = callers.start(weather.threads, began + weather.seconds_max)
    for moment, victim in moments(weather.kills, weather.calls, weather.seed):
        while callers.done < moment and any(thread.is_alive() for thread in threads):
            time.sleep(0.05)
        machines.kill(victim)
    for thread in threads:
        thread.join()
    if callers.errors:
        raise callers.errors[0]
    story.seconds["calls"] = time.monotonic() - began
    _sweep(story, machines.web, database)
    story.counts.update(callers.heard.counts)
    story.counts.update(provider.lost)
    story.counts["questions to the provider"] = provider.asked
    story.kills = machines.kills
    _check(story, machines.web, database, provider)
    return story


def _sweep(story: Story, web: Served, database: Postgres) -> None:
    """Let sweepers whose clock is ahead find what no signal told, until nothing is open."""
    began = time.monotonic()
    story.counts["calls open after the last signal"] = _open_calls(database)
    while _open_calls(database) and story.counts["sweeps ahead"] < SWEEPS_MAX:
        ahead = HOURS_AHEAD + story.counts["sweeps ahead"] * 0.05  # each beyond the lease of the one before
        command = [sys.executable, "-m", "tests.storm.sweeper", str(ahead)]
        subprocess.run(command, cwd=ROOT, env=web.environment, check=True, stderr=subprocess.DEVNULL)
        story.counts["sweeps ahead"] += 1
    story.seconds["sweeping"] = time.monotonic() - began


def _open_calls(database: Postgres) -> int:
    with psycopg.connect(database.url("storm", driver="")) as connection:
        row = connection.execute("SELECT count(*) FROM calls WHERE price IS NULL").fetchone()
    return int(row[0]) if row else 0


def _check(story: Story, web: Served, database: Postgres, provider: Provider) -> None:
    began = time.monotonic()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "ledger", "check", "--json"]
    said = subprocess.run(command, cwd=ROOT, env=web.environment, check=False, capture_output=True, text=True)
    story.ledger = json.loads(said.stdout or "{}")
    checker = Checker(database.url("storm", driver=""), provider.registry.all())
    story.faults = checker.faults
    story.settled_by = checker.settled_by
    story.counts["calls placed by the server"] = checker.calls
    story.counts["calls charged"] = checker.charged
    story.seconds["checking"] = time.monotonic() - began
    if keep := os.environ.get("STORM_LOG"):
        Path(keep).write_text(web.log.read_text(errors="replace"))
