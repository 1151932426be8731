"""PayPal's REST interface, as far as a seller of credit uses it."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app import clock

from . import disputes as complaints
from . import mishaps, money, orders, shapes, signing, vault
from .books import Answer
from .desk import Desk, stamp
from .problems import Problem

ORDERS_KEPT, PAYMENTS_KEPT = timedelta(hours=6), timedelta(days=45)  # so long an answer is given again
_REQUEST_ID_LENGTH_MAX = 108
_TOKEN_SECONDS = 32_400

Body = dict[str, Any]
Reply = tuple[Body, int]


def api(desk: Desk) -> Blueprint:
    """Every call that a server makes."""
    blue = Blueprint("api", __name__)
    blue.register_error_handler(Problem, refuse)
    mishaps.guard(blue, desk)
    _tokens(blue, desk)
    _checkout(blue, desk)
    _payments(blue, desk)
    _vault_and_disputes(blue, desk)
    _notifications(blue, desk)
    return blue


def refuse(problem: Problem) -> tuple[Response, int]:
    """A refusal in PayPal's shape."""
    answer = jsonify(problem.shape())
    answer.headers["PayPal-Debug-Id"] = problem.debug_id
    return answer, problem.status


def body_of_request() -> Body:
    """The JSON object that was sent. Raises Problem."""
    if not request.get_data():
        return {}
    if request.mimetype != "application/json":
        raise Problem(415, "INVALID_REQUEST", "UNSUPPORTED_MEDIA_TYPE", "Send application/json.")
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Problem.malformed("MALFORMED_REQUEST_JSON", "The request JSON is not well formed.")
    return body


def _tokens(blue: Blueprint, desk: Desk) -> None:
    @blue.post("/v1/oauth2/token", endpoint="token")
    def token() -> tuple[Response, int]:
        given, merchant = request.authorization, desk.merchant
        known = (merchant.client_id, merchant.client_secret)
        if given is None or given.type != "basic" or (given.username, given.password) != known:
            return jsonify(error="invalid_client", error_description="Client Authentication failed"), 401
        if request.form.get("grant_type") != "client_credentials":
            return jsonify(error="unsupported_grant_type", error_description="unsupported grant_type"), 400
        made = f"A21AA{secrets.token_urlsafe(48)}"
        desk.bearers[made] = clock.now() + timedelta(seconds=_TOKEN_SECONDS)
        facts = {"scope": "https://uri.paypal.com/services/payments/payment/authcapture", "app_id": "APP-0"}
        kind = {"access_token": made, "token_type": "Bearer", "expires_in": _TOKEN_SECONDS}
        return jsonify(**facts, **kind, nonce=f"{stamp()}{secrets.token_urlsafe(16)}"), 200


def _checkout(blue: Blueprint, desk: Desk) -> None:
    @blue.post("/v2/checkout/orders", endpoint="create")
    def create() -> tuple[Response, int]:
        body = body_of_request()
        charges = "vault_id" in ((body.get("payment_source") or {}).get("paypal") or {})
        if charges and not request.headers.get("PayPal-Request-Id"):
            raise Problem.malformed(
                "PAYPAL_REQUEST_ID_REQUIRED", "A PayPal-Request-Id is required if you are trying to process "
                "payment for an Order.",
            )  # fmt: skip

        def act() -> Reply:
            made = orders.create(desk, body)
            return _order(desk, made.id), 201 if charges or not made.source else 200

        return once(desk, ORDERS_KEPT, act)

    @blue.get("/v2/checkout/orders/<ref>", endpoint="get_order")
    def get_order(ref: str) -> Response:
        with desk.books.lock:
            return jsonify(shapes.order(desk, orders.current(desk, ref)))

    @blue.post("/v2/checkout/orders/<ref>/capture", endpoint="capture")
    def capture(ref: str) -> tuple[Response, int]:
        body_of_request()

        def act() -> Reply:
            return _order(desk, orders.capture(desk, ref).id), 201

        return once(desk, ORDERS_KEPT, act)


def _payments(blue: Blueprint, desk: Desk) -> None:
    @blue.get("/v2/payments/captures/<ref>", endpoint="get_capture")
    def get_capture(ref: str) -> Response:
        with desk.books.lock:
            return jsonify(shapes.capture(desk, desk.capture(ref)))

    @blue.post("/v2/payments/captures/<ref>/refund", endpoint="refund")
    def refund(ref: str) -> tuple[Response, int]:
        body = body_of_request()

        def act() -> Reply:
            return shapes.refund(desk, money.refund(desk, ref, body)), 201

        return once(desk, PAYMENTS_KEPT, act)

    @blue.get("/v2/payments/refunds/<ref>", endpoint="get_refund")
    def get_refund(ref: str) -> Response:
        with desk.books.lock:
            if ref not in desk.books.refunds:
                raise Problem.unknown()
            return jsonify(shapes.refund(desk, desk.books.refunds[ref]))


def _vault_and_disputes(blue: Blueprint, desk: Desk) -> None:
    @blue.get("/v3/vault/payment-tokens/<ref>", endpoint="get_token")
    def get_token(ref: str) -> Response:
        with desk.books.lock:
            return jsonify(shapes.token(desk, vault.find(desk, ref)))

    @blue.delete("/v3/vault/payment-tokens/<ref>", endpoint="delete_token")
    def delete_token(ref: str) -> tuple[str, int]:
        with desk.books.lock:
            vault.delete(desk, ref)
        return "", 204

    @blue.get("/v1/customer/disputes/<ref>", endpoint="get_dispute")
    def get_dispute(ref: str) -> Response:
        with desk.books.lock:
            return jsonify(shapes.dispute(desk, complaints.find(desk, ref)))

    @blue.get("/v1/customer/disputes", endpoint="list_disputes")
    def list_disputes() -> Response:
        capture = request.args.get("disputed_transaction_id")
        with desk.books.lock:
            found = [one for one in desk.books.disputes.values() if capture in (None, one.capture)]
            return jsonify(items=[shapes.dispute(desk, one) for one in found])


def _notifications(blue: Blueprint, desk: Desk) -> None:
    @blue.get("/v1/notifications/certs/<ref>", endpoint="certificate")
    def certificate(ref: str) -> Response:
        if ref != desk.courier.signer.id:
            raise Problem.unknown()
        return Response(desk.courier.signer.leaf_pem(), mimetype="application/x-pem-file")

    @blue.post("/v1/notifications/verify-webhook-signature", endpoint="verify")
    def verify() -> Response:
        fine = _has_signed(desk, body_of_request(), request.get_data().decode("utf-8", "replace"))
        return jsonify(verification_status="SUCCESS" if fine else "FAILURE")


def once(desk: Desk, kept: timedelta, act: Callable[[], Reply]) -> tuple[Response, int]:
    """Do what was asked; the same PayPal-Request-Id gets the same answer, for as long as it is kept.

    A refusal is not kept, so that the same request may succeed once its reason is gone.
    """
    ref = request.headers.get("PayPal-Request-Id", "")
    if len(ref) > _REQUEST_ID_LENGTH_MAX:
        raise Problem.malformed("INVALID_STRING_LENGTH", "The PayPal-Request-Id is too long.")
    asked = hashlib.sha256(request.get_data()).hexdigest()
    key = f"{request.method} {request.path} {ref}"
    with desk.books.lock:
        before = desk.books.answers.get(key) if ref else None
        if before is None or clock.now() - datetime.fromisoformat(before.at) > kept:
            body, status = act()
            before = Answer(key, asked, status, body, stamp())
            if ref:
                desk.books.put(before)
    if before.request != asked:
        raise Problem.unprocessable(
            "DUPLICATE_REQUEST_ID", "The PayPal-Request-Id was used for another request before."
        )
    return jsonify(before.body), before.status


def _order(desk: Desk, ref: str) -> Body:
    made = desk.books.orders[ref]
    whole = "return=representation" in request.headers.get("Prefer", "") or made.captures
    return shapes.order(desk, made) if whole else shapes.order_in_short(desk, made)


def _has_signed(desk: Desk, asked: Body, text: str) -> bool:
    """Whether an event is one of ours: its very text counts, as at PayPal."""
    found = re.search(r'"webhook_event"\s*:\s*', text)
    if found is None:
        return False
    event = text[found.end() : json.JSONDecoder().raw_decode(text, found.end())[1]].encode()
    names = ("transmission_id", "transmission_time", "webhook_id")
    transmission, at, webhook = (str(asked.get(name, "")) for name in names)
    own = f"{desk.base}/v1/notifications/certs/{desk.courier.signer.id}"
    if (webhook, asked.get("cert_url")) != (desk.merchant.webhook_id, own):
        return False
    signed = signing.signed_text(transmission, at, webhook, event)
    return desk.courier.signer.has_signed(signed, str(asked.get("transmission_sig", "")))
