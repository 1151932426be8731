"""How many SQL statements each webhook of a call costs, counted in this process."""

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import event
from twilio.request_validator import RequestValidator

import ivr
from app import create_app, db
from tests.bench.load import Caller, Post, Report, Script
from tests.bench.served import ACCOUNT
from tests.bench.stage import ENGINES, Stage, issue
from tests.bench.tables import Cell, show
from tests.support.world import CALLER, GB, KABUL, TOKEN, settings_for

BASE = "http://127.0.0.1:8000"


def measure(stage: Stage, *, quick: bool) -> None:
    """Play one call with all its signals on both engines and print the counts."""
    counts = {engine: dict(_counted(stage, engine)) for engine in ENGINES}
    rows: list[list[Cell]] = [
        [kind, *(counts[engine][kind] for engine in ENGINES)] for kind in counts[ENGINES[0]]
    ]
    rows.append(["whole call", *(sum(counts[engine].values()) for engine in ENGINES)])
    show("SQL statements per webhook, BEGIN and COMMIT not counted", ["webhook", *ENGINES], rows)


def _counted(stage: Stage, engine: str) -> Iterator[tuple[str, int]]:
    url = stage.database(engine)
    card = issue(1)[0]
    app = create_app(settings_for(url, TWILIO_ACCOUNT_SID=ACCOUNT, PUBLIC_BASE_URL=BASE))
    ivr.init_app(app)
    seen: list[str] = []
    event.listen(db.engine(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    order = {"base": BASE, "account": ACCOUNT, "to": GB, "dial": KABUL, "all_signals": True, "now": ""}
    talk = Script(order, Report()).call(Caller(CALLER, card.pin), itertools.repeat(0.0))
    post: Post | None = next(talk)
    while post:
        seen.clear()
        body = _send(app, post)
        yield post.kind, sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in seen)
        post = _following(talk, body)


def _following(talk: Any, body: bytes) -> Post | None:
    try:
        post: Post = talk.send(body)
    except StopIteration:
        return None
    return post


def _send(app: Flask, post: Post) -> bytes:
    signature = RequestValidator(TOKEN).compute_signature(post.url, post.fields)
    parts = urlsplit(post.url)
    answer = app.test_client(use_cookies=False).post(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        base_url=BASE,
        data=urlencode(post.fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)
