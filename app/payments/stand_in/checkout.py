"""The page where a buyer approves an order, or leaves it."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from . import orders, people
from .books import Order
from .desk import Desk
from .problems import Problem


def checkout(desk: Desk) -> Blueprint:
    """The approval page."""
    blue = Blueprint("checkout", __name__)

    @blue.get("/checkoutnow")
    def show() -> tuple[Response, int]:
        return _page(desk, request.args.get("token", ""))

    @blue.post("/checkoutnow")
    def decide() -> Answer | tuple[Response, int]:
        ref, chosen = request.form.get("token", ""), request.form
        try:
            with desk.books.lock:
                if chosen.get("decision") == "approve":
                    order = orders.approve(desk, ref, chosen.get("payer", ""), chosen.get("outcome", ""))
                    back, told = order.return_url, {"token": ref, "PayerID": order.payer}
                else:
                    back, told = orders.current(desk, ref).cancel_url, {"token": ref}
        except Problem as problem:
            return _page(desk, ref, problem.description)
        return redirect(_with(back, told), 303) if back else _page(desk, ref)

    return blue


def _page(desk: Desk, ref: str, complaint: str = "") -> tuple[Response, int]:
    """What is bought, from whom, and the buttons; or that there is no such order."""
    try:
        with desk.books.lock:
            order = orders.current(desk, ref)
    except Problem as problem:
        return _answer("gone.html", desk, None, complaint=problem.description), 404
    if order.status in ("APPROVED", "COMPLETED") and not complaint and order.outcome != "instrument_declined":
        return _answer("done.html", desk, order, back=_with(order.return_url, {"token": ref})), 200
    page = _answer("checkout.html", desk, order, complaint=complaint)
    return page, 422 if complaint else 200


def _answer(template: str, desk: Desk, order: Order | None, **facts: str) -> Response:
    known = {"people": people.KNOWN, "outcomes": orders.OUTCOMES, "brand": desk.brand}
    answer = make_response(render_template(template, order=order, server=desk.server, **known, **facts))
    # a form may lead to where its answer sends the buyer
    origins = {_origin(url) for url in ((order.return_url, order.cancel_url) if order else ())}
    answer.headers["Content-Security-Policy"] = policy(*sorted(origins - {""}))
    return answer


def policy(*origins: str) -> str:
    """Nothing from elsewhere; forms lead to ourselves and to these origins."""
    forms = " ".join(("'self'", *origins))
    return (
        f"default-src 'none'; style-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.hostname else ""


def _with(url: str, facts: dict[str, str]) -> str:
    if not url:
        return ""
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(facts)}"
