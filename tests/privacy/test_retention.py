"""What is too old is forgotten, and nothing else is."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from app import clock, db, privacy
from app.customers.models import Link, SignIn
from app.db import Model
from app.payments.models import Event
from tests.support.site import Site


def count(model: type[Model]) -> int:
    """How many rows a table has."""
    with db.transaction(readonly=True):
        return int(db.execute(select(func.count()).select_from(model)).scalar_one())


def leave_traces(site: Site) -> None:
    """One of everything that a customer and a provider leave behind."""
    zoe = site.customer()
    now = clock.now()
    shared = {"customer_id": zoe.id, "at": now, "seen_at": now, "address": "192.0.2.1", "device": "x"}
    with db.transaction():
        db.execute(insert(SignIn), {**shared, "token": None})
        db.execute(insert(SignIn), {**shared, "token": "ended", "ended_at": now})
        db.execute(insert(SignIn), {**shared, "token": "still open"})
        link = {"token": "t", "customer_id": zoe.id, "purpose": "reset", "made_at": now}
        db.execute(insert(Link), {**link, "expires_at": now + timedelta(hours=1)})
        event = {"kind": "k", "body": "{}", "received_at": now, "due_at": now}
        db.execute(insert(Event), {**event, "id": "1", "status": "done"})
        db.execute(insert(Event), {**event, "id": "2", "status": "dead"})


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (6, {SignIn: 3, Link: 1, Event: 2}),
        (8, {SignIn: 3, Link: 0, Event: 2}),
        (61, {SignIn: 3, Link: 0, Event: 1}),
        (91, {SignIn: 1, Link: 0, Event: 1}),
    ],
    ids=["a week", "links", "notifications", "sign-ins"],
)
def test_what_is_too_old_is_forgotten(site: Site, days: int, left: dict[type[Model], int]) -> None:
    leave_traces(site)
    site.world.later(days=days)
    db.attempt(privacy.forget)
    assert {model: count(model) for model in left} == left
