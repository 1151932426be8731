"""The stand-in's webhooks: signed as PayPal signs, retried, and lost or doubled when told so."""

import json
import threading
import time
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from app.errors import NotificationRejected
from app.payments.paypal import provider
from app.payments.stand_in import Delivery, Signer
from tests.payments.stand_in.seller import Seller
from tests.support.paypal import StandIn

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def told(standin: StandIn) -> list[str]:
    return [delivery.kind for delivery in standin.webhooks()]


def test_everything_that_happens_is_told(standin: StandIn) -> None:
    seller = Seller(standin)
    capture = seller.paid(saves=True)
    assert told(standin) == [
        "CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "VAULT.PAYMENT-TOKEN.CREATED",
    ]  # fmt: skip
    standin.delete_token(next(iter(standin.desk.books.tokens)))
    standin.refund(capture, "5.00")
    dispute = standin.dispute(capture)
    standin.review(dispute)
    standin.resolve(dispute, "buyer")
    assert told(standin) == [
        "VAULT.PAYMENT-TOKEN.DELETED", "PAYMENT.CAPTURE.REFUNDED", "CUSTOMER.DISPUTE.CREATED",
        "CUSTOMER.DISPUTE.UPDATED", "CUSTOMER.DISPUTE.RESOLVED", "PAYMENT.CAPTURE.REVERSED",
    ]  # fmt: skip
    for outcome, first, then in (
        ("pending", "PENDING", None),
        ("declined", "DECLINED", None),
        ("settled_later", "PENDING", "COMPLETED"),
        ("denied_later", "PENDING", "DENIED"),
    ):
        seller.paid(outcome=outcome)
        assert told(standin)[1:] == [f"PAYMENT.CAPTURE.{first}"]
        standin.pass_time()
        assert told(standin) == ([f"PAYMENT.CAPTURE.{then}"] if then else [])


def test_our_provider_believes_its_signature_and_nothing_else(standin: StandIn) -> None:
    Seller(standin).paid()
    approved, completed = standin.webhooks()
    assert provider().verify(completed.headers, completed.body).payment_ref in standin.desk.books.captures
    with pytest.raises(NotificationRejected):
        provider().verify(completed.headers, completed.body.replace(b"20.00", b"21.00"))
    with pytest.raises(NotificationRejected):
        provider().verify(approved.headers, completed.body)


def test_a_refund_is_told_by_its_own_id(standin: StandIn) -> None:
    capture = Seller(standin).paid()
    standin.webhooks()
    refund = standin.reverse(capture)
    [reversed_] = standin.webhooks()
    resource = json.loads(reversed_.body)["resource"]
    assert resource["id"] == refund
    assert resource["links"][1]["href"].endswith(f"/v2/payments/captures/{capture}")


def test_the_postback_looks_at_the_very_text_of_the_event(standin: StandIn) -> None:
    seller = Seller(standin)
    seller.paid()
    delivery = standin.webhooks()[0]

    def ask(event: bytes) -> str:
        names = ("transmission-id", "transmission-time", "transmission-sig", "cert-url", "auth-algo")
        facts = {name.replace("-", "_"): delivery.headers[f"PAYPAL-{name.upper()}"] for name in names}
        head = json.dumps(facts | {"webhook_id": standin.settings.webhook_id}).encode()
        body = head[:-1] + b',"webhook_event":' + event + b"}"
        headers = {"Authorization": f"Bearer {seller.bearer}", "Content-Type": "application/json"}
        path = "/v1/notifications/verify-webhook-signature"
        return str(seller.browser.post(path, data=body, headers=headers).get_json()["verification_status"])

    assert ask(delivery.body) == "SUCCESS"
    assert ask(json.dumps(json.loads(delivery.body)).encode()) == "FAILURE"


def test_the_address_of_the_certificate_answers_the_leaf_alone(standin: StandIn) -> None:
    signer = standin.desk.courier.signer
    pem = standin.browser().get(f"/v1/notifications/certs/{signer.id}").data
    assert pem.count(b"BEGIN CERTIFICATE") == 1
    assert standin.browser().get("/v1/notifications/certs/other").status_code == 404


def test_a_signer_is_kept_from_run_to_run(standin: StandIn, tmp_path: Path) -> None:
    first = Signer.kept(tmp_path / "kept" / "signer.pem")
    again = Signer.kept(tmp_path / "kept" / "signer.pem")
    assert (first.id, first.authority_pem()) == (again.id, again.authority_pem())
    assert again.has_signed(b"text", first.sign(b"text"))
    assert not again.has_signed(b"other", first.sign(b"text"))
    assert Signer.kept(tmp_path / "kept" / "signer.pem", "live").id != first.id


@pytest.mark.parametrize(
    ("fault", "count", "events"), [("lost", 0, 0), ("duplicate", 2, 1), ("twin", 2, 2), ("late", 1, 1)]
)
def test_a_webhook_may_be_lost_doubled_or_late(standin: StandIn, fault: str, count: int, events: int) -> None:
    seller = Seller(standin)
    standin.faults.next(fault, "PAYMENT.CAPTURE.COMPLETED")
    seller.paid()
    mine = [one for one in standin.webhooks() if one.kind == "PAYMENT.CAPTURE.COMPLETED"]
    assert (len(mine), len({one.event for one in mine})) == (count, events)


def test_a_webhook_may_be_overtaken(standin: StandIn) -> None:
    standin.faults.next("reordered", "CHECKOUT.ORDER.APPROVED")
    Seller(standin).paid()
    assert told(standin) == ["PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.APPROVED"]


def test_the_server_is_told_again_until_it_says_yes(standin: StandIn) -> None:
    """Over HTTP, and with the signature of the first try."""
    server = Flask("server")
    heard: list[tuple[str, str]] = []

    @server.post("/webhooks/paypal")
    def hear() -> tuple[str, int]:
        heard.append((request.get_json()["event_type"], request.headers["Paypal-Transmission-Id"]))
        return "", 503 if len(heard) == 1 else 200

    listening = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        standin.send_to(f"http://127.0.0.1:{listening.port}")
        standin.approve(Seller(standin).order())
        until = time.monotonic() + 10
        while len(heard) < 2 and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        standin.desk.courier.stop()
        listening.shutdown()
        thread.join()
        listening.server_close()
    assert len(heard) == 2
    assert heard[0] == heard[1]


def test_a_delivery_that_is_never_taken_ends_some_day(standin: StandIn) -> None:
    courier = standin.desk.courier
    tried: list[Delivery] = []

    def refuse(delivery: Delivery) -> bool:
        tried.append(delivery)
        return False

    Seller(standin).paid()
    [approved, _] = courier.take()
    for _ in range(40):
        if tried and not (waiting := courier.take()):
            break
        courier.attempt(waiting[0] if tried else approved, refuse)
    assert len(tried) == 25
