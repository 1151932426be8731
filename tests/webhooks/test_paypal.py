"""PayPal's door: what it signed for us is kept and answered at once, everything else leaves no trace."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app import clock, config, db, sealing
from app.payments.models import Event
from app.webhooks.paypal import BODY_MAX
from tests.payments.paypal import authority
from tests.payments.paypal.authority import CERTIFICATES, NOON, Signed, pem
from tests.payments.paypal.server import HERE, HTML_500, Answer, RudeServer, rude_server, settings
from tests.support.threads import at_once, failures
from tests.support.world import World

DOOR = "/webhooks/paypal"
CERT = f"{CERTIFICATES}CERT-360caa42-fca2a594-a5cafa77"
WEBHOOK = "4JH86294D6297924G"
VERIFY = "POST /v1/notifications/verify-webhook-signature"


@pytest.fixture
def rude() -> Iterator[RudeServer]:
    """A server in the place of PayPal."""
    with rude_server() as server:
        server.on(f"GET {CERT}", Answer(200, pem(authority.leaf())))
        yield server


@pytest.fixture
def site(world: World, rude: RudeServer, tmp_path: Path) -> Iterator[World]:
    """Ourselves, with that PayPal."""
    file = tmp_path / "ca.pem"
    file.write_bytes(pem(authority.authority()))
    world.change_settings(paypal=settings(rude.url, webhook_ca=str(file)))
    with clock.turned(lambda: NOON):
        yield world


@pytest.fixture
def signed(rude: RudeServer) -> Signed:
    """A delivery that is in order."""
    return Signed(WEBHOOK, rude.url + CERT)


def deliver(world: World, signed: Signed, **changes: Any) -> TestResponse:
    sent: dict[str, Any] = {"data": signed.body, "headers": signed.headers, **changes}
    return world.app.test_client().post(DOOR, content_type="application/json", **sent)


def kept() -> list[tuple[str, str, str]]:
    with db.transaction(readonly=True):
        rows = db.execute(select(Event.id, Event.kind, Event.body).order_by(Event.id))
        return [(row.id, row.kind, sealing.unseal(row.body)) for row in rows]


def test_a_delivery_is_kept_as_it_came(site: World, signed: Signed) -> None:
    answer = deliver(site, signed)
    assert answer.status_code == 200
    assert kept() == [("WH-1", "CHECKOUT.ORDER.APPROVED", signed.body.decode())]
    assert "Set-Cookie" not in answer.headers


def test_the_same_event_twice_is_kept_once(site: World, signed: Signed) -> None:
    assert {deliver(site, signed).status_code for _ in range(3)} == {200}
    assert len(kept()) == 1


def test_the_same_event_many_times_at_once_is_kept_once(site: World, signed: Signed) -> None:
    outcomes = at_once(*[lambda: deliver(site, signed).status_code] * 6)
    assert failures(outcomes) == []
    assert set(outcomes) == {200}
    assert len(kept()) == 1


def test_every_kind_is_kept(site: World, signed: Signed) -> None:
    """Also those that mean nothing to us: the work decides that, not the door."""
    files = sorted((HERE / "events").glob("*.json"))
    for file in files:
        signed.body = file.read_bytes()
        assert deliver(site, signed).status_code == 200, file.name
    signed.body = b'{"id": "WH-9", "event_type": "BILLING.PLAN.CREATED"}'
    assert deliver(site, signed).status_code == 200
    assert len(kept()) == len({json.loads(file.read_text())["id"] for file in files}) + 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    "change",
    [
        {"data": b'{"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED"}'},
        {"data": b""},
        {"data": b"[]"},
        {"data": b"{"},
        {"data": b"\xff"},
        {"data": b"id=WH-1"},
        {"headers": {}},
        {"headers": {"Paypal-Transmission-Id": "x"}},
    ],
    ids=lambda change: str(change)[:40],
)
def test_what_paypal_did_not_sign_leaves_no_trace(
    site: World, signed: Signed, change: dict[str, Any]
) -> None:
    before = site.everything()
    assert deliver(site, signed, **change).status_code == 400
    assert site.everything() == before


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("name", ["Sig", "Id", "Time"])
def test_a_header_sent_twice_is_refused(site: World, signed: Signed, name: str) -> None:
    headers = [*signed.headers.items(), (f"Paypal-Transmission-{name}", "other")]
    assert deliver(site, signed, headers=headers).status_code == 400
    assert kept() == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_delivery_of_somebody_elses_webhook_is_refused(site: World, signed: Signed) -> None:
    for other in ("WEBHOOK_ID", "", WEBHOOK.lower()):
        signed.webhook_id = other
        assert deliver(site, signed).status_code == 400
    assert kept() == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_too_much_is_not_even_read(site: World, signed: Signed) -> None:
    signed.body = b'{"id": "WH-1", "event_type": "A", "x": "' + b"x" * BODY_MAX + b'"}'
    assert deliver(site, signed).status_code == 413
    assert kept() == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_cannot_be_checked_may_come_again(site: World, signed: Signed, rude: RudeServer) -> None:
    rude.on(f"GET {CERT}", HTML_500)
    rude.on(VERIFY, HTML_500)
    answer = deliver(site, signed)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert kept() == []
    rude.on(VERIFY, Answer(body={"verification_status": "SUCCESS"}))
    assert deliver(site, signed).status_code == 200
    assert len(kept()) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_paypal_disowns_is_refused(site: World, signed: Signed, rude: RudeServer) -> None:
    rude.on(f"GET {CERT}", HTML_500)
    rude.on(VERIFY, Answer(body={"verification_status": "FAILURE"}))
    assert deliver(site, signed).status_code == 400
    assert kept() == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_without_a_database_it_may_come_again(
    site: World, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(work: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the database is away"))

    monkeypatch.setattr(db, "attempt", away)
    assert deliver(site, signed).status_code == 503


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_where_paypal_is_off_there_is_no_door(site: World, signed: Signed) -> None:
    site.change_settings(paypal=None)
    assert deliver(site, signed).status_code == 404
    assert config.settings().paypal is None


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_door_is_for_deliveries_only(site: World) -> None:
    assert site.app.test_client().get(DOOR).status_code == 405
