"""The stand-in's pages: a buyer approves or leaves, a person plays PayPal, and nobody from elsewhere does."""

import re
from html import unescape

import pytest

from tests.payments.stand_in.seller import Seller
from tests.support.paypal import MAX, NOOR, StandIn

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def test_a_buyer_sees_what_is_bought_and_who_sells(standin: StandIn) -> None:
    order = Seller(standin).order("12.00", saves=True)
    shown = standin.browser().get(f"/checkoutnow?token={order}")
    for words in ("12.00 USD", "This is not PayPal.", "Pay Farthing", "keep this way to pay", "not verified"):
        assert words in shown.text
    policy = shown.headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:8000;" in policy
    assert "unsafe" not in policy


def test_the_way_back_keeps_what_was_in_the_address(standin: StandIn) -> None:
    order = Seller(standin).order()
    back = standin.click(order, payer=NOOR)
    assert (back.status_code, back.location) == (
        303,
        f"http://127.0.0.1:8000/r?a=1&token={order}&PayerID={NOOR}",
    )
    again = standin.browser().get(f"/checkoutnow?token={order}")
    assert "You have approved this order" in again.text


def test_leaving_approves_nothing(standin: StandIn) -> None:
    order = Seller(standin).order()
    assert standin.cancel(order).location == f"http://127.0.0.1:8000/c?token={order}"
    assert standin.desk.books.orders[order].status == "PAYER_ACTION_REQUIRED"


@pytest.mark.parametrize("form", [{"payer": "x"}, {"payer": ""}, {"outcome": "rain"}])
def test_a_choice_that_nobody_offered_is_refused(standin: StandIn, form: dict[str, str]) -> None:
    order = Seller(standin).order()
    refused = standin.click(order, **form)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert standin.desk.books.orders[order].status == "PAYER_ACTION_REQUIRED"


def test_an_order_that_is_not_there_says_so(standin: StandIn) -> None:
    for path in ("/checkoutnow", "/checkoutnow?token=x"):
        assert standin.browser().get(path).status_code == 404
    assert standin.click("x").status_code == 404


def test_what_is_sold_is_shown_as_text(standin: StandIn) -> None:
    seller = Seller(standin)
    paypal = {"experience_context": {"return_url": "http://127.0.0.1:8000/", "cancel_url": ""}}
    unit = {"amount": {"currency_code": "USD", "value": "5"}, "description": "<script>alert(1)</script>"}
    body = {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": {"paypal": paypal}}
    order = seller.post("/v2/checkout/orders", body).get_json()["id"]
    for path in (f"/checkoutnow?token={order}", "/stand-in/"):
        assert "<script>" not in standin.browser().get(path).text


def test_every_button_of_the_page_does_what_it_says(standin: StandIn) -> None:
    seller = Seller(standin)
    seller.paid("20.00", saves=True)
    pending = seller.paid("10.00", outcome="pending")
    browser = standin.browser()

    def press(*words: str) -> None:
        form = next(
            found
            for found in re.findall(r"<form.*?</form>", browser.get("/stand-in/").text, re.S)
            if all(word in unescape(found) for word in words)
        )
        action = re.search(r'action="([^"]+)"', form)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        assert action is not None
        assert browser.post(action[1], data=hidden).location == "/stand-in/"

    press("Let the money come", pending)
    press("Refund", f"/{pending}/refund")
    press("Dispute as unauthorised")
    press("Look into it")
    press("Decide for the buyer")
    press("Delete the saved method")
    press("The payment is declined")
    press("Set the faults")
    assert standin.books()["totals"]["USD"]["refunded"] == "30.00"
    assert all(token.deleted for token in standin.desk.books.tokens.values())
    assert standin.desk.charges == "declined"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}]
)
def test_a_page_of_somebody_else_presses_no_button(standin: StandIn, headers: dict[str, str]) -> None:
    order = Seller(standin).order()
    form = {"token": order, "decision": "approve", "payer": MAX, "outcome": "at_once"}
    for path in ("/checkoutnow", "/stand-in/faults"):
        assert standin.browser().post(path, data=form, headers=headers).status_code == 403
    assert standin.desk.books.orders[order].status == "PAYER_ACTION_REQUIRED"
