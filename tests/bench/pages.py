"""How long the pages of a busy customer take among a million calls, and how many statements they need."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from itertools import cycle
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import cards, clock, create_app, db
from tests.bench import history, yardsticks
from tests.bench.served import cpu_seconds
from tests.bench.stage import Stage, issue
from tests.bench.tables import Cell, percentiles, show, verdict
from tests.support.counted import counted
from tests.support.site import Site
from tests.support.world import World, settings_for

P95_MAX = 50
DEEP, QUICK_DEEP = 500, 50
GO_ON = 10  # pages from there on
QUICK_CALLS, QUICK_CARDS = 50_000, 1_000
WORTH = "10.00"

_NEXT = re.compile(r'href="([^"]+)" rel="next"')


def measure(stage: Stage, *, quick: bool) -> None:
    """Write the history, load each page many times, and print."""
    url = stage.database("postgresql")
    app = create_app(settings_for(url))
    client, written, took = _customer(app, quick)
    deep, times = (QUICK_DEEP, 40) if quick else (DEEP, 200)
    rows: list[list[Cell]] = [["bare Flask", *_bare(times), "0", None, ""]]
    rows += [_row(name, paths, client, times) for name, paths in _pages(client, deep)]
    head = ["page", "p50 ms", "p95 ms", "our CPU ms", "database CPU ms", "statements", "KiB", "aim"]
    title = f"Pages of a customer with {written.of_busy:,} of {written.calls:,} calls, on postgresql"
    books = "balance" if history.is_true() else "DO NOT BALANCE"
    note = f"{written.transfers:,} transfers, written in {took:.0f} s; the books {books}"
    show(title, head, rows, note)
    db.engine().dispose()


def _customer(app: Flask, quick: bool) -> tuple[FlaskClient, history.History, float]:
    """A browser of the busy customer, after the history was written."""
    issue(QUICK_CARDS if quick else history.CARDS, WORTH)
    site = Site(cast(World, SimpleNamespace(app=app)))
    zoe = site.customer(credit=WORTH)
    with db.transaction(readonly=True):
        busy = cards.by_serial(zoe.serial)
    began = time.monotonic()
    calls = QUICK_CALLS if quick else history.CALLS
    written = history.write(busy.id, busy.account, calls=calls, worth=busy.balance.micros)
    return site.client(zoe), written, time.monotonic() - began


def _pages(client: FlaskClient, deep: int) -> Iterator[tuple[str, list[str]]]:
    """What is loaded, with its addresses: several where a reader would go on from one to the next."""
    yield "overview", ["/account"]
    yield "calls, first page", ["/account/calls"]
    yield f"calls, from page {deep}", _walk(client, "/account/calls", deep)
    yield "one call", _each_call(client)
    yield "statement, first page", ["/account/statement"]
    yield f"statement, from page {deep}", _walk(client, "/account/statement", deep)
    since, until = (clock.now().date() - timedelta(days=days) for days in (372, 366))
    yield "calls of a week a year ago", [f"/account/calls?since={since}&until={until}"]
    yield "calls to one number", ["/account/calls?number=0093701234510"]
    yield "calls that nothing is like", ["/account/calls?destination=nowhere"]


def _row(name: str, paths: list[str], client: FlaskClient, times: int) -> list[Cell]:
    """Pages of one kind, loaded many times."""
    sizes: set[int] = set()
    counts: set[int] = set()
    turns = cycle(paths)

    def load() -> None:
        path = next(turns)
        with counted() as seen, client.get(path) as answer:
            assert answer.status_code == 200, f"{path}: {answer.status}"
            sizes.add(len(answer.get_data()))
        counts.add(sum(statement.startswith("SELECT") for statement in seen))

    times_taken = _timed(load, times)
    statements = " or ".join(map(str, sorted(counts)))
    aim = verdict(round(times_taken[1], 1), P95_MAX, most=True)
    return [name, *times_taken, statements, max(sizes) / 1024, aim]


def _bare(times: int) -> tuple[float, ...]:
    """What the same client and Flask alone take."""
    client = yardsticks.bare.test_client()

    def load() -> None:
        client.post("/yardstick").close()

    return _timed(load, times)


def _timed(load: Callable[[], Any], times: int) -> tuple[float, ...]:
    """p50 and p95 in milliseconds, and what each load took of the processor, here and in the database."""
    with db.transaction(readonly=True):
        backend = db.execute(select(func.pg_backend_pid())).scalar_one()
    for _ in range(10):  # a server is warm
        load()
    took, before = [], (time.process_time(), cpu_seconds(backend))
    for _ in range(times):
        began = time.perf_counter()
        load()
        took.append((time.perf_counter() - began) * 1000)
    after = (time.process_time(), cpu_seconds(backend))
    used = [(later - earlier) * 1000 / times for earlier, later in zip(before, after, strict=True)]
    return *percentiles(took)[:2], *used


def _walk(client: FlaskClient, path: str, pages: int) -> list[str]:
    """The addresses of some pages far down, found as readers find them, by the link at the end of each."""
    walked = [path]
    for _ in range(pages + GO_ON):
        with client.get(walked[-1]) as answer:
            found = _NEXT.search(answer.get_data(as_text=True))
        assert found is not None, f"{walked[-1]} is the last page"
        walked.append(unescape(found[1]))
    return walked[pages - 1 : -1]


def _each_call(client: FlaskClient) -> list[str]:
    with client.get("/account/calls") as answer:
        return re.findall(r'href="(/account/calls/[0-9]+)"', answer.get_data(as_text=True))
