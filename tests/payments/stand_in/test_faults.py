"""What goes wrong at the stand-in goes wrong as it does at PayPal: also after the money has moved."""

from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from app.errors import UnsafeSettings
from app.payments import stand_in
from app.payments.stand_in import Books, Faults
from tests.payments.stand_in.seller import Seller, body, issue
from tests.support.paypal import StandIn, signer
from tests.support.world import settings_for

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def post(standin: StandIn, seller: Seller, path: str, content: Any) -> requests.Response:
    """Over a real connection, which may break."""
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {seller.bearer}"}
        return session.post(
            f"{standin.settings.api_base_url}{path}", json=content, headers=headers, timeout=5
        )


@pytest.mark.parametrize(("fault", "acted"), [("close_before", 0), ("lose_answer", 1), ("stall_answer", 1)])
def test_a_broken_connection_says_nothing_of_what_was_done(standin: StandIn, fault: str, acted: int) -> None:
    seller = Seller(standin)
    standin.faults.change({"waits": {"stall_answer": 50}})
    standin.faults.next(fault, "create")
    with pytest.raises(requests.ConnectionError):
        post(standin, seller, "/v2/checkout/orders", body("5", "a"))
    assert len(standin.desk.books.orders) == acted
    assert post(standin, seller, "/v2/checkout/orders", body("5", "b")).status_code == 201


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("unauthorised", 401, "application/json"),
        ("too_many", 429, "application/json"),
        ("broken", 500, "text/html"),
        ("unavailable", 503, "text/html"),
    ],
)
def test_a_refusal_comes_before_the_deed(standin: StandIn, fault: str, status: int, kind: str) -> None:
    seller = Seller(standin)
    standin.faults.next(fault, "create")
    answer = seller.post("/v2/checkout/orders", body("5", "a"))
    assert (answer.status_code, answer.mimetype) == (status, kind)
    assert (answer.headers.get("Retry-After") == "1") == (fault == "too_many")
    assert not standin.desk.books.orders
    if fault == "unauthorised":  # the bearer is no good any more
        assert seller.post("/v2/checkout/orders", body("5", "a")).status_code == 401
        seller.bearer = seller.token().get_json()["access_token"]
    assert seller.post("/v2/checkout/orders", body("5", "a")).status_code == 201


def test_money_may_misbehave_whatever_the_buyer_chose(standin: StandIn) -> None:
    seller = Seller(standin)
    standin.faults.next("denied_later", "capture")
    capture = seller.paid()
    assert seller.get(f"/v2/payments/captures/{capture}").get_json()["status"] == "PENDING"
    standin.pass_time()
    assert seller.get(f"/v2/payments/captures/{capture}").get_json()["status"] == "DECLINED"


def test_the_same_seed_makes_the_same_faults(engine_name: str) -> None:
    runs = [
        [faults.draw(("lost", "late"), "any") for _ in range(200)]
        for faults in (
            Faults(7, lost=100, late=50),
            Faults(7, lost=100, late=50),
            Faults(8, lost=100, late=50),
        )
    ]
    assert runs[0] == runs[1] != runs[2]
    assert {"", "lost", "late"} == set(runs[0])


def test_faults_are_set_by_json_and_cleared(standin: StandIn) -> None:
    browser = standin.browser()
    told = browser.post("/stand-in/faults", json={"chances": {"lost": 1000}, "next": [["broken", "create"]]})
    assert (told.get_json()["chances"]["lost"], told.get_json()["next"]) == (1000, [["broken", "create"]])
    for wrong in ({"chances": {"rain": 1}}, {"chances": {"lost": 1001}}, {"next": ["rain"]}, {"seed": "x"}):
        assert browser.post("/stand-in/faults", json=wrong).status_code == 400
    browser.post("/stand-in/faults", json={"clear": True})
    assert not any(browser.get("/stand-in/faults").get_json()["chances"].values())


def test_books_outlive_a_restart(app: Flask, tmp_path: Path) -> None:
    settings, file = app.config["SETTINGS"], tmp_path / "books.jsonl"
    with StandIn(settings, tmp_path, books=file) as first:
        seller = Seller(first)
        capture = seller.paid(saves=True)
        first.refund(capture, "5.00")
        first.dispute(capture)
        before = first.books()
        made = seller.post("/v2/checkout/orders", body("5", "a"), "key").get_json()["id"]
    with file.open("a") as torn:
        torn.write('["orders", {"id": "cut sh')
    with StandIn(settings, tmp_path, books=file) as second:
        assert second.books()["orders"][:1] == before["orders"]
        again = Seller(second)
        assert again.post("/v2/checkout/orders", body("5", "a"), "key").get_json()["id"] == made
        assert again.get(f"/v2/payments/captures/{capture}").get_json()["status"] == "PARTIALLY_REFUNDED"
    third = Books(file)
    third.close()
    assert third.tokens.keys() == first.desk.books.tokens.keys()


def test_it_refuses_to_start_outside_a_demo(app: Flask, tmp_path: Path) -> None:
    real = {
        "DEMO": "",
        "VAT_PERCENT": "0",
        "PAYPAL_CLIENT_ID": "AbCdEf0123456789",
        "PAYPAL_CLIENT_SECRET": "F0e1d2c3b4a59687",
        "PAYPAL_WEBHOOK_ID": "4JH86294D6297924G",
        "PAYPAL_MERCHANT_ID": "2BP3WP8PK6566",
        "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    }
    away = {"PAYPAL_API_BASE_URL": "https://api-m.sandbox.paypal.com"}
    for changes in (real | {"PAYPAL_API_BASE_URL": "http://127.0.0.1:9"}, away):
        settings = settings_for("sqlite:///x.db", **changes)
        with pytest.raises(UnsafeSettings):
            stand_in.open_desk(settings, signer=signer())
        with pytest.raises(UnsafeSettings):
            stand_in.serve(settings, 0, books=tmp_path / "books" / "b.jsonl")
        assert not (tmp_path / "books").exists()  # nothing is left behind


def test_unknown_deeds_are_refused(standin: StandIn) -> None:
    browser = standin.browser()
    assert browser.post("/stand-in/captures/x/settle", json={}).status_code == 404
    assert browser.post("/stand-in/captures/x/fly", json={}).status_code == 404
    assert issue(browser.post("/stand-in/charges/fly/behave", json={})) == (400, "INVALID_PARAMETER_VALUE")
