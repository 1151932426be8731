"""Where a person or a test plays PayPal: money comes or goes back, disputes, faults, and the books."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from . import disputes, faults, money, orders, totals, vault
from .checkout import policy
from .desk import Desk
from .problems import Problem
from .rest import body_of_request, refuse

Facts = Mapping[str, Any]
Deed = Callable[[Desk, str, Facts], object]


def _refund(desk: Desk, ref: str, facts: Facts) -> object:
    amount = str(facts.get("amount", "")).strip()
    order = desk.books.orders[desk.capture(ref).order]
    body = {"amount": {"currency_code": order.currency, "value": amount}} if amount else {}
    return money.refund(desk, ref, body)


def _charges(desk: Desk, ref: str, facts: Facts) -> object:
    if ref not in orders.OUTCOMES:
        raise Problem.malformed("INVALID_PARAMETER_VALUE", "There is no such outcome.")
    desk.charges = ref
    return None


DEEDS: dict[tuple[str, str], Deed] = {
    ("orders", "approve"): lambda desk, ref, facts: orders.approve(
        desk, ref, str(facts.get("payer", "")), str(facts.get("outcome") or "at_once")
    ),
    ("captures", "settle"): lambda desk, ref, facts: money.settle(desk, ref),
    ("captures", "deny"): lambda desk, ref, facts: money.deny(desk, ref),
    ("captures", "refund"): _refund,
    ("captures", "reverse"): lambda desk, ref, facts: money.reverse(desk, ref),
    ("captures", "dispute"): lambda desk, ref, facts: disputes.start(
        desk, ref, str(facts.get("reason") or "UNAUTHORISED")
    ),
    ("disputes", "review"): lambda desk, ref, facts: disputes.review(desk, ref),
    ("disputes", "resolve"): lambda desk, ref, facts: disputes.resolve(
        desk, ref, str(facts.get("favour", "")), reverses=bool(facts.get("reverses", True))
    ),
    ("tokens", "delete"): lambda desk, ref, facts: vault.delete(desk, ref),
    ("charges", "behave"): _charges,
}


def control(desk: Desk) -> Blueprint:
    """A page with buttons, and the same as JSON."""
    blue = Blueprint("control", __name__, url_prefix="/stand-in")
    blue.register_error_handler(Problem, refuse)

    @blue.get("/")
    def page() -> Response:
        return _page(desk)

    @blue.get("/books")
    def books() -> Response:
        return jsonify(totals.as_json(desk.books))

    @blue.get("/faults")
    def show_faults() -> Response:
        return jsonify(desk.faults.as_json())

    @blue.post("/faults")
    def change_faults() -> Answer | tuple[Response, int]:
        try:
            if request.form.get("clear") or body_of_request_or_form().get("clear"):
                desk.faults.clear()
            desk.faults.change(body_of_request() if request.is_json else _faults_of_form())
        except (ValueError, TypeError) as error:
            return jsonify(error=str(error)), 400
        return _answer(desk.faults.as_json())

    @blue.post("/<kind>/<ref>/<deed>")
    def act(kind: str, ref: str, deed: str) -> Answer:
        if (kind, deed) not in DEEDS:
            raise Problem.unknown()
        with desk.books.lock:
            done = DEEDS[kind, deed](desk, ref, body_of_request_or_form())
        return _answer({"id": getattr(done, "id", ref), "status": getattr(done, "status", "")})

    return blue


def body_of_request_or_form() -> Facts:
    """What was sent, by a program or by a page. Raises Problem."""
    return body_of_request() if request.is_json else request.form.to_dict()


def _faults_of_form() -> Facts:
    chances = {kind: int(text) for kind in faults.KINDS if (text := request.form.get(kind, "").strip())}
    ordered = request.form.get("next", "")
    return {"chances": chances, "next": [[ordered, ""]] if ordered else []}


def _answer(facts: Facts) -> Answer:
    """JSON to a program; a page goes back to its list."""
    return jsonify(facts) if request.is_json else redirect("/stand-in/", 303)


def _page(desk: Desk) -> Response:
    with desk.books.lock:
        facts = {
            "orders": list(reversed(desk.books.orders.values()))[:100],
            "books": desk.books,
            "faults": desk.faults.as_json(),
            "outcomes": orders.OUTCOMES,
            "charges": desk.charges,
            "totals": totals.as_json(desk.books)["totals"],
        }
        answer = make_response(render_template("control.html", brand=desk.brand, server=desk.server, **facts))
    answer.headers["Content-Security-Policy"] = policy()
    return answer
