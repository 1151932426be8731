"""The stand-in keeps PayPal's rules of orders: approved once, captured once, the same request one answer."""

from typing import Any

import pytest

from app import clock
from tests.payments.stand_in.seller import Seller, body, issue
from tests.support.paypal import MAX, ZOE, StandIn

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def seller(standin: StandIn) -> Seller:
    return Seller(standin)


def captures(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.get_json()["purchase_units"][0]["payments"]["captures"]
    return found


def test_only_who_knows_the_secret_gets_a_token(seller: Seller) -> None:
    assert seller.token(secret="x").status_code == 401
    seller.bearer = "made-up"
    assert seller.get("/v2/checkout/orders/X").status_code == 401


def test_a_token_is_good_for_nine_hours(seller: Seller) -> None:
    with clock.ahead(hours=10):
        assert seller.get("/v2/checkout/orders/X").status_code == 401


def test_an_order_is_approved_and_captured_once(seller: Seller, standin: StandIn) -> None:
    order = seller.order()
    assert issue(seller.capture(order)) == (422, "ORDER_NOT_APPROVED")
    standin.approve(order, payer=MAX)
    done = seller.capture(order)
    assert (done.status_code, done.get_json()["status"]) == (201, "COMPLETED")
    assert done.get_json()["payment_source"]["paypal"]["account_status"] == "UNVERIFIED"
    assert issue(seller.capture(order)) == (422, "ORDER_ALREADY_CAPTURED")
    [capture] = captures(done)
    assert capture["seller_receivable_breakdown"]["paypal_fee"]["value"] == "0.88"
    alone = seller.get(f"/v2/payments/captures/{capture['id']}").get_json()
    assert alone["payee"]["merchant_id"] == standin.settings.merchant_id
    assert alone["supplementary_data"]["related_ids"]["order_id"] == order
    assert alone["custom_id"] == "tu-inv-1"


def test_the_same_request_gets_the_same_answer(seller: Seller, standin: StandIn) -> None:
    first = seller.post("/v2/checkout/orders", body("20.00", "a"), "key")
    assert (
        seller.post("/v2/checkout/orders", body("20.00", "a"), "key").get_json()["id"]
        == first.get_json()["id"]
    )
    assert issue(seller.post("/v2/checkout/orders", body("21.00", "a"), "key"))[1] == "DUPLICATE_REQUEST_ID"
    order = first.get_json()["id"]
    standin.approve(order)
    assert captures(seller.capture(order, "c")) == captures(seller.capture(order, "c"))
    assert len(standin.desk.books.captures) == 1


def test_a_request_that_was_refused_may_succeed_later(seller: Seller, standin: StandIn) -> None:
    order = seller.order()
    assert issue(seller.capture(order, "c"))[1] == "ORDER_NOT_APPROVED"
    standin.approve(order)
    assert seller.capture(order, "c").status_code == 201


def test_an_order_that_nobody_paid_is_gone_after_three_hours(seller: Seller, standin: StandIn) -> None:
    order, paid = seller.order(invoice="a"), seller.paid()
    standin.approve(order)
    with clock.ahead(hours=3, minutes=1):
        assert issue(seller.get(f"/v2/checkout/orders/{order}")) == (404, "INVALID_RESOURCE_ID")
        assert seller.capture(order).status_code == 404
        assert seller.get(f"/v2/payments/captures/{paid}").status_code == 200


def test_a_bank_that_declines_lets_the_buyer_choose_again(seller: Seller, standin: StandIn) -> None:
    order = seller.order()
    standin.approve(order, outcome="instrument_declined")
    refused = seller.capture(order, "c")
    assert issue(refused) == (422, "INSTRUMENT_DECLINED")
    assert any(link["rel"] == "redirect" for link in refused.get_json()["links"])
    assert issue(seller.capture(order, "c"))[1] == "INSTRUMENT_DECLINED"
    standin.approve(order)
    assert captures(seller.capture(order, "c"))[0]["status"] == "COMPLETED"


def test_a_declined_capture_comes_with_a_completed_order(seller: Seller, standin: StandIn) -> None:
    order = seller.order()
    standin.approve(order, outcome="declined")
    done = seller.capture(order)
    assert (done.status_code, done.get_json()["status"]) == (201, "COMPLETED")
    assert captures(done)[0]["status"] == "DECLINED"
    assert standin.books()["totals"]["USD"]["captured"] == "0.00"


@pytest.mark.parametrize(("ends", "status"), [("settle", "COMPLETED"), ("deny", "DECLINED")])
def test_pending_money_says_why_and_ends_later(
    seller: Seller, standin: StandIn, ends: str, status: str
) -> None:
    capture = seller.paid(outcome="pending")
    pending = seller.get(f"/v2/payments/captures/{capture}").get_json()
    assert (pending["status"], pending["status_details"]["reason"]) == ("PENDING", "PENDING_REVIEW")
    assert "seller_receivable_breakdown" not in pending
    getattr(standin, ends)(capture)
    assert seller.get(f"/v2/payments/captures/{capture}").get_json()["status"] == status


def test_one_invoice_is_paid_once(seller: Seller, standin: StandIn) -> None:
    for number, expected in ((1, 201), (2, 422)):
        order = seller.order(invoice="same")
        standin.approve(order)
        assert seller.capture(order, f"c{number}").status_code == expected


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (body("20.00", "a", "JPY"), "DECIMALS_NOT_SUPPORTED"),
        (body("20.00", "a", "HUF"), "DECIMALS_NOT_SUPPORTED"),
        (body("20.001", "a"), "DECIMAL_PRECISION"),
        (body("0", "a"), "CANNOT_BE_ZERO_OR_NEGATIVE"),
        (body("-1", "a"), "INVALID_PARAMETER_SYNTAX"),
        (body("1e3", "a"), "INVALID_PARAMETER_SYNTAX"),
        ({"intent": "AUTHORIZE"}, "MISSING_REQUIRED_PARAMETER"),
        (body("1", "a") | {"purchase_units": [None]}, "INVALID_PARAMETER_SYNTAX"),
        (body("1", "a") | {"application_context": {"return_url": "ftp://x"}}, "INVALID_PARAMETER_SYNTAX"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(seller: Seller, wrong: Any, why: str) -> None:
    assert issue(seller.post("/v2/checkout/orders", wrong))[1] == why


def test_a_broken_body_is_refused(seller: Seller) -> None:
    headers = {"Authorization": f"Bearer {seller.bearer}"}
    for content, kind, status in ((b"{", "application/json", 400), (b"{}", "text/plain", 415)):
        answer = seller.browser.post("/v2/checkout/orders", data=content, content_type=kind, headers=headers)
        assert answer.status_code == status
        assert answer.get_json()["debug_id"]


def test_money_goes_back_in_parts_and_never_more_than_came(seller: Seller, standin: StandIn) -> None:
    capture = seller.paid()
    path = f"/v2/payments/captures/{capture}/refund"
    five = {"amount": {"currency_code": "USD", "value": "5.00"}}
    first = seller.post(path, five, "r1")
    assert seller.post(path, five, "r1").get_json() == first.get_json()
    refund = seller.get(f"/v2/payments/refunds/{first.get_json()['id']}").get_json()
    assert any(link["href"].endswith(capture) for link in refund["links"] if link["rel"] == "up")
    assert seller.get(f"/v2/payments/captures/{capture}").get_json()["status"] == "PARTIALLY_REFUNDED"
    sixteen = {"amount": {"currency_code": "USD", "value": "16.00"}}
    assert issue(seller.post(path, sixteen, "r2"))[1] == "REFUND_AMOUNT_EXCEEDED"
    assert seller.post(path, {}, "r3").get_json()["amount"]["value"] == "15.00"
    assert issue(seller.post(path, {}, "r4"))[1] == "CAPTURE_FULLY_REFUNDED"
    assert standin.books()["totals"]["USD"] == {"captured": "20.00", "refunded": "20.00", "fees": "0.88"}
    order = next(iter(standin.desk.books.orders))
    unit = seller.get(f"/v2/checkout/orders/{order}").get_json()["purchase_units"][0]
    assert len(unit["payments"]["refunds"]) == 2


def test_a_saved_payment_method_is_charged_until_it_is_deleted(seller: Seller, standin: StandIn) -> None:
    seller.paid(saves=True)
    order = next(iter(standin.desk.books.orders))
    shown = seller.get(f"/v2/checkout/orders/{order}").get_json()["payment_source"]["paypal"]
    token = shown["attributes"]["vault"]["id"]
    assert issue(seller.charge(token, key=""))[1] == "PAYPAL_REQUEST_ID_REQUIRED"
    first = seller.charge(token)
    assert captures(first)[0]["status"] == "COMPLETED"
    assert seller.charge(token).get_json()["id"] == first.get_json()["id"]
    assert seller.get(f"/v3/vault/payment-tokens/{token}").get_json()["customer"]["id"]
    assert seller.get(f"/v3/vault/payment-tokens/{token}", "DELETE").status_code == 204
    assert seller.get(f"/v3/vault/payment-tokens/{token}").status_code == 404
    refused = seller.charge(token, invoice="again", key="k2")
    assert issue(refused)[1] == "AGREEMENT_ALREADY_CANCELLED"
    assert issue(seller.charge("nobody", key="k3"))[1] == "TOKEN_ID_NOT_FOUND"


def test_a_payment_method_may_be_saved_a_moment_later(seller: Seller, standin: StandIn) -> None:
    standin.faults.next("vault_later")
    seller.paid(saves=True)
    order = next(iter(standin.desk.books.orders))

    def saved() -> Any:
        shown = seller.get(f"/v2/checkout/orders/{order}").get_json()
        return shown["payment_source"]["paypal"]["attributes"]["vault"]

    assert (saved()["status"], saved().get("id")) == ("APPROVED", None)
    standin.pass_time()
    assert (saved()["status"], bool(saved()["id"])) == ("VAULTED", True)


def test_a_key_is_forgotten_after_six_hours(seller: Seller, standin: StandIn) -> None:
    """What makes a blind second try of a charge dangerous: only the invoice still stops it."""
    seller.paid(saves=True)
    token = next(iter(standin.desk.books.tokens))
    assert seller.charge(token).status_code == 201
    with clock.ahead(hours=7):
        seller.bearer = seller.token().get_json()["access_token"]
        assert issue(seller.charge(token))[1] == "DUPLICATE_INVOICE_ID"


def test_a_dispute_is_opened_looked_at_and_decided(seller: Seller, standin: StandIn) -> None:
    capture = seller.paid()
    dispute = standin.dispute(capture)
    path = f"/v1/customer/disputes/{dispute}"
    shown = seller.get(path).get_json()
    assert shown["disputed_transactions"][0]["seller_transaction_id"] == capture
    listed = seller.get(f"/v1/customer/disputes?disputed_transaction_id={capture}").get_json()
    assert [one["dispute_id"] for one in listed["items"]] == [dispute]
    standin.review(dispute)
    assert seller.get(path).get_json()["status"] == "UNDER_REVIEW"
    standin.resolve(dispute, "buyer")
    assert seller.get(path).get_json()["dispute_outcome"]["outcome_code"] == "RESOLVED_BUYER_FAVOUR"
    assert standin.books()["orders"][0]["refunded"] == "20.00"
    assert ZOE in standin.books()["orders"][0]["payer"]
