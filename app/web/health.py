"""How we are, for machines: alive, ready, and in numbers."""

import hmac
import os

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY
from sqlalchemy.exc import SQLAlchemyError

from app import config, db, jobs, migrate
from app.calls import live

door = Blueprint("health", __name__)

_GAUGES = {
    "live_visits": "Callers on the line now.",
    "live_calls": "Calls placed or answered, and not ended.",
    "unresolved_calls": "Calls whose end nobody knows: a person has to look.",
    "open_holds": "Holds that keep credit aside.",
}


@door.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@door.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """The database answers, is migrated, and the job worker is at work."""
    state = _state()
    return state, 200 if set(state.values()) == {"ok"} else 503


@door.get("/metrics")
def metrics() -> Response:
    """Prometheus. With METRICS_TOKEN set, only for those who carry it."""
    token = config.settings().metrics_token
    given = request.headers.get("Authorization", "")
    if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(401)
    counted = generate_latest(_counters())
    return Response(counted + generate_latest(_moment()), content_type=CONTENT_TYPE_LATEST)


def _state() -> dict[str, str]:
    try:
        with db.transaction(readonly=True):
            current = migrate.current()
            age = jobs.age("sweep") if current else None
    except SQLAlchemyError:
        return {"database": "does not answer", "migrations": "unknown", "jobs": "unknown"}
    working = age is not None and age < jobs.LATE
    return {
        "database": "ok",
        "migrations": "ok" if current == migrate.NEWEST else "not the newest: run flask db upgrade",
        "jobs": "ok" if working else "no job worker was seen: run flask jobs run",
    }


def _counters() -> CollectorRegistry:
    """What all workers of this machine have counted together."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _moment() -> CollectorRegistry:
    """What the database knows of this moment."""
    registry = CollectorRegistry()
    with db.transaction(readonly=True):
        counts, age = live.counts(), jobs.age("sweep")
    for name, meaning in _GAUGES.items():
        Gauge(f"farthing_{name}", meaning, registry=registry).set(counts[name])
    swept = Gauge("farthing_sweeper_age_seconds", "Since the sweeper last ran.", registry=registry)
    swept.set(age.total_seconds() if age is not None else float("nan"))
    return registry
