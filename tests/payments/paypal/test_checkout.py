"""Orders, captures, refunds and disputes: what is asked of PayPal, and what its answers are taken for."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import ProviderRefused, ProviderUnavailable, TopUpRefused
from app.money import Money
from app.payments.paypal import PayPalProvider
from app.payments.provider import (
    OrderStatus,
    Payer,
    PaymentStatus,
    Purchase,
    RefundState,
    RefundStatus,
    SavedToken,
    Urls,
)
from tests.payments.paypal.server import (
    BREAK_OFF,
    HTML_500,
    MERCHANT,
    UNKNOWN,
    Answer,
    RudeServer,
    refusal,
    sample,
    settings,
)

ORDER, CAPTURE, REFUND, DISPUTE = (
    "6MB48127KX9023541",
    "8TK40251CW730944P",
    "4BW90177KU335821S",
    "PP-R-XBK-10087541",
)
ORDER_PATH, CAPTURE_PATH = f"/v2/checkout/orders/{ORDER}", f"/v2/payments/captures/{CAPTURE}"
REFUND_PATH, DISPUTE_PATH = f"/v2/payments/refunds/{REFUND}", f"/v1/customer/disputes/{DISPUTE}"
TWENTY = Money.parse("20", "USD")
PURCHASE = Purchase("tu_01J9ZK7Q8M", "TOPUP-2026-000731", TWENTY, "Calling card top-up")
URLS = Urls("https://cards.example/r", "https://cards.example/c")

Json = dict[str, Any]


@pytest.fixture
def paypal(rude: RudeServer) -> PayPalProvider:
    """PayPal, as the rude server plays it."""
    return PayPalProvider(settings(rude.url), brand="Farthing")


def captured(status: str = "COMPLETED", *refunds: Json, **changes: Any) -> Json:
    """An order with a capture, as a GET of it answers."""
    order: Json = deepcopy(sample("answers", "capture_order.201"))
    unit = order["purchase_units"][0]
    unit |= {"payee": {"merchant_id": MERCHANT}, "custom_id": PURCHASE.ref}
    unit["payments"]["captures"][0]["status"] = status
    unit["payments"]["refunds"] = list(refunds)
    return order | changes


def capture(**changes: Any) -> Json:
    """The capture, as a GET of it answers."""
    resource: Json = deepcopy(sample("events", "01_payment_capture_completed")["resource"])
    return {name: value for name, value in (resource | changes).items() if value is not None}


def refund(**changes: Any) -> Json:
    return {**sample("answers", "refund.201"), **changes}


def play(rude: RudeServer, order: Json, one: Json | None = None, *refunds: Json) -> None:
    """Let PayPal know an order, its capture and its refunds."""
    rude.on(f"GET {ORDER_PATH}", Answer(body=order))
    if one is not None:
        rude.on(f"GET {CAPTURE_PATH}", Answer(body=one))
    for back in refunds:
        rude.on(f"GET /v2/payments/refunds/{back['id']}", Answer(body=back))


def begun(rude: RudeServer) -> Json:
    """What PayPal answers to a new order, on this server."""
    text = sample("answers", "create_order.200")
    text["links"][1]["href"] = f"{rude.url}/checkoutnow?token={ORDER}"
    return dict(text)


def test_an_order_asks_for_just_what_is_needed(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on("POST /v2/checkout/orders", Answer(201, begun(rude)))
    order = paypal.begin(PURCHASE, URLS, key="tu_01J9ZK7Q8M-create")
    assert (order.order_ref, order.approve_url) == (ORDER, f"{rude.url}/checkoutnow?token={ORDER}")
    asked = rude.asked[-1]
    assert asked.headers["paypal-request-id"] == "tu_01J9ZK7Q8M-create"
    assert asked.headers["prefer"] == "return=representation"
    assert asked.json == {
        "intent": "CAPTURE",
        "purchase_units": [
            {
                "custom_id": "tu_01J9ZK7Q8M",
                "invoice_id": "TOPUP-2026-000731",
                "description": "Calling card top-up",
                "amount": {"currency_code": "USD", "value": "20.00"},
            }
        ],
        "payment_source": {
            "paypal": {
                "experience_context": {
                    "brand_name": "Farthing",
                    "shipping_preference": "NO_SHIPPING",
                    "user_action": "PAY_NOW",
                    "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
                    "return_url": URLS.approved,
                    "cancel_url": URLS.cancelled,
                }
            }
        },
    }


def test_a_method_is_saved_only_with_consent(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on("POST /v2/checkout/orders", Answer(201, begun(rude)))
    saving = Purchase(PURCHASE.ref, PURCHASE.invoice, TWENTY, "Top-up", saves_method=True)
    paypal.begin(saving, URLS, key="k")
    vault = rude.asked[-1].json["payment_source"]["paypal"]["attributes"]["vault"]
    theirs = sample("answers", "create_order.request_with_vault")["payment_source"]["paypal"]["attributes"]
    assert {**vault, "description": ""} == {**theirs["vault"], "description": ""}


@pytest.mark.parametrize(
    "href",
    ["https://evil.example/pay", "http://127.0.0.1:1/pay", "javascript:alert(1)", "", "{url}.evil.example/"],
)
def test_a_buyer_is_sent_to_paypal_and_nowhere_else(
    rude: RudeServer, paypal: PayPalProvider, href: str
) -> None:
    order = begun(rude)
    order["links"][1]["href"] = href.replace("{url}", rude.url)
    rude.on("POST /v2/checkout/orders", Answer(201, order))
    with pytest.raises(ProviderUnavailable):
        paypal.begin(PURCHASE, URLS, key="k")


@pytest.mark.parametrize("amount", ["0.001", "0", "-5", "20.005"])
def test_an_amount_that_paypal_cannot_carry_is_never_rounded(
    rude: RudeServer, paypal: PayPalProvider, amount: str
) -> None:
    purchase = Purchase("tu", "i", Money.parse(amount, "USD"), "d")
    with pytest.raises(TopUpRefused):
        paypal.begin(purchase, URLS, key="k")
    assert rude.asked == []


def test_an_approved_order_waits_for_its_capture(rude: RudeServer, paypal: PayPalProvider) -> None:
    play(rude, sample("answers", "get_order.approved.200"))
    state = paypal.fetch(ORDER)
    assert (state.status, state.payment, state.refunds) == (OrderStatus.APPROVED, None, ())
    assert (state.top_up_ref, state.amount, state.merchant_ref) == (PURCHASE.ref, TWENTY, MERCHANT)
    assert state.payer == Payer("WZH5NSHUBE63W", True, "GB", "b…@personal.example.com")


@pytest.mark.parametrize("status", ["CREATED", "PAYER_ACTION_REQUIRED", "SAVED"])
def test_an_order_that_nobody_approved_is_waiting(
    rude: RudeServer, paypal: PayPalProvider, status: str
) -> None:
    play(rude, {"id": ORDER, "status": status})
    assert paypal.fetch(ORDER).status is OrderStatus.WAITING


def test_an_order_that_paypal_has_forgotten_is_gone(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on(f"GET {ORDER_PATH}", UNKNOWN)
    assert paypal.fetch(ORDER).status is OrderStatus.GONE
    assert paypal.fetch("../../v1/oauth2/token").status is OrderStatus.GONE
    assert rude.paths() == [ORDER_PATH]


def test_the_captures_own_answer_decides(rude: RudeServer, paypal: PayPalProvider) -> None:
    """The order says COMPLETED and 20.00; the capture is asked by itself, and believed."""
    ten = {"currency_code": "USD", "value": "10.00"}
    own = capture(status="PENDING", amount=ten, custom_id="tu_other", payee={"merchant_id": "OTHER"})
    play(rude, captured(), own | {"status_details": {"reason": "ECHECK"}})
    state = paypal.fetch(ORDER)
    assert state.payment is not None
    assert state.payment.status is PaymentStatus.PENDING
    assert state.payment.reason == "ECHECK"
    assert (state.amount, state.top_up_ref, state.merchant_ref) == (
        Money.parse("10", "USD"),
        "tu_other",
        "OTHER",
    )


def test_a_completed_payment_brings_its_fee(rude: RudeServer, paypal: PayPalProvider) -> None:
    play(rude, captured(), capture())
    state = paypal.fetch(ORDER)
    assert state.status is OrderStatus.CAPTURED
    assert state.payment is not None
    assert (state.payment.ref, state.payment.amount) == (CAPTURE, TWENTY)
    assert state.payment.fee == Money.parse("1.19", "USD")
    assert state.payment.seller_protection == "ELIGIBLE"
    assert state.merchant_ref == MERCHANT


def test_the_payee_may_stand_at_the_order_alone(rude: RudeServer, paypal: PayPalProvider) -> None:
    play(rude, captured(), capture(payee=None, custom_id=None))
    state = paypal.fetch(ORDER)
    assert (state.merchant_ref, state.top_up_ref) == (MERCHANT, PURCHASE.ref)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("COMPLETED", PaymentStatus.COMPLETED),
        ("REFUNDED", PaymentStatus.REFUNDED),
        ("PARTIALLY_REFUNDED", PaymentStatus.REFUNDED),
        ("PENDING", PaymentStatus.PENDING),
        ("DECLINED", PaymentStatus.DECLINED),
        ("FAILED", PaymentStatus.DECLINED),
    ],
)
def test_every_state_of_a_capture_is_known(
    rude: RudeServer, paypal: PayPalProvider, theirs: str, ours: PaymentStatus
) -> None:
    play(rude, captured(theirs), capture(status=theirs))
    payment = paypal.fetch(ORDER).payment
    assert payment is not None
    assert payment.status is ours


def test_a_declined_capture_does_not_hide_a_good_one(rude: RudeServer, paypal: PayPalProvider) -> None:
    order = captured()
    captures = order["purchase_units"][0]["payments"]["captures"]
    captures.insert(0, captures[0] | {"id": "DECLINED1", "status": "DECLINED"})
    play(rude, order, capture())
    payment = paypal.fetch(ORDER).payment
    assert payment is not None
    assert payment.ref == CAPTURE


def test_refunds_are_asked_one_by_one(rude: RudeServer, paypal: PayPalProvider) -> None:
    """What the order says of a refund is old news: its own answer counts."""
    second = refund(id="R2", status="PENDING", links=[], amount={"currency_code": "USD", "value": "-1.00"})
    play(rude, captured("PARTIALLY_REFUNDED", {"id": REFUND}, {"id": "R2"}), capture(), refund(), second)
    assert paypal.fetch(ORDER).refunds == (
        RefundState(REFUND, CAPTURE, RefundStatus.COMPLETED, Money.parse("5", "USD")),
        RefundState("R2", CAPTURE, RefundStatus.PENDING, Money.parse("1", "USD")),
    )


@pytest.mark.parametrize(
    ("order", "one"),
    [
        ({}, None),
        ({"id": ORDER}, None),
        ({"id": ORDER, "status": "BAKED"}, None),
        ({"id": ORDER, "status": ["CREATED"]}, None),
        ({"id": ORDER, "status": "COMPLETED"}, None),
        ({"id": "ANOTHER", "status": "APPROVED"}, None),
        (captured(), {}),
        (captured(), capture(amount=None)),
        (captured(), capture(amount={"currency_code": "USD", "value": 20.0})),
        (captured(), capture(amount={"currency_code": "XXQ", "value": "20.00"})),
        (captured(), capture(amount={"currency_code": "USD", "value": "2e1"})),
        (captured(), capture(status="BAKED")),
        (captured(), capture(status=None)),
        (captured(), capture(supplementary_data={"related_ids": {"order_id": "ANOTHER"}})),
        (captured(), None),
        (captured(purchase_units=[{"payments": {"captures": [{"status": "COMPLETED"}]}}]), None),
        (captured("COMPLETED", {"status": "COMPLETED"}), capture()),
        (captured("COMPLETED", {"id": "R9"}), capture()),
    ],
)
def test_an_answer_without_what_matters_credits_nobody(
    rude: RudeServer, paypal: PayPalProvider, order: Json, one: Json | None
) -> None:
    play(rude, order, one)
    with pytest.raises(ProviderUnavailable, match="no sense"):
        paypal.fetch(ORDER)


@pytest.mark.parametrize("nothing", [None, "x", 7, [], {}, [None, 7], [[]]])
@pytest.mark.parametrize(
    "name", ["payer", "payment_source", "purchase_units", "links", "create_time", "seller_protection"]
)
def test_what_may_lack_may_be_anything(
    rude: RudeServer, paypal: PayPalProvider, name: str, nothing: Any
) -> None:
    play(rude, {**sample("answers", "get_order.approved.200"), name: nothing})
    assert paypal.fetch(ORDER).status is OrderStatus.APPROVED


def test_a_saved_method_comes_with_its_owner_masked(rude: RudeServer, paypal: PayPalProvider) -> None:
    order = captured()
    vault = {"id": "8kk8451t", "status": "VAULTED", "customer": {"id": "C"}}
    order["payment_source"]["paypal"]["attributes"] = {"vault": vault}
    play(rude, order, capture())
    assert paypal.fetch(ORDER).saved == SavedToken("8kk8451t", "b…@personal.example.com")
    del vault["id"]  # approved, and not kept yet
    play(rude, order, capture())
    assert paypal.fetch(ORDER).saved is None


def test_a_capture_is_followed_by_a_fresh_look(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on(f"POST {ORDER_PATH}/capture", Answer(201, sample("answers", "capture_order.201")))
    play(rude, captured(), capture())
    state = paypal.capture(ORDER, key="tu-capture")
    assert state.payment is not None
    assert state.payment.status is PaymentStatus.COMPLETED
    asked = next(one for one in rude.asked if one.path.endswith("/capture"))
    assert (asked.json, asked.headers["paypal-request-id"]) == ({}, "tu-capture")


def test_an_order_that_was_captured_before_is_only_looked_at(
    rude: RudeServer, paypal: PayPalProvider
) -> None:
    rude.on(
        f"POST {ORDER_PATH}/capture", Answer(422, sample("answers", "capture_order.already_captured.422"))
    )
    play(rude, captured(), capture())
    assert paypal.capture(ORDER, key="k").status is OrderStatus.CAPTURED


@pytest.mark.parametrize(
    ("name", "issue"),
    [
        ("instrument_declined", "INSTRUMENT_DECLINED"),
        ("not_approved", "ORDER_NOT_APPROVED"),
        ("duplicate_invoice", "DUPLICATE_INVOICE_ID"),
    ],
)
def test_a_capture_is_refused_in_paypals_word(
    rude: RudeServer, paypal: PayPalProvider, name: str, issue: str
) -> None:
    rude.on(f"POST {ORDER_PATH}/capture", Answer(422, sample("answers", f"capture_order.{name}.422")))
    with pytest.raises(ProviderRefused) as raised:
        paypal.capture(ORDER, key="k")
    assert (raised.value.status, raised.value.issue) == (422, issue)


def test_a_capture_whose_answer_is_lost_is_found(rude: RudeServer, paypal: PayPalProvider) -> None:
    already = Answer(422, sample("answers", "capture_order.already_captured.422"))
    rude.on(f"POST {ORDER_PATH}/capture", BREAK_OFF, already)
    play(rude, captured(), capture())
    assert paypal.capture(ORDER, key="k").status is OrderStatus.CAPTURED


@pytest.mark.parametrize("look", [HTML_500, UNKNOWN, refusal(403, "NOT_AUTHORIZED")])
def test_after_a_capture_no_fault_is_taken_for_a_refusal(
    rude: RudeServer, paypal: PayPalProvider, look: Answer
) -> None:
    rude.on(f"POST {ORDER_PATH}/capture", Answer(201, sample("answers", "capture_order.201")))
    rude.on(f"GET {ORDER_PATH}", Answer(body=captured()))
    rude.on(f"GET {CAPTURE_PATH}", look)
    with pytest.raises(ProviderUnavailable) as raised:
        paypal.capture(ORDER, key="k")
    assert raised.value.outcome_unknown


def test_a_saved_method_is_charged_in_one_go(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on("POST /v2/checkout/orders", Answer(201, captured()))
    play(rude, captured(), capture())
    state = paypal.charge_saved("8kk8451t", PURCHASE, key="tu-charge")
    assert state.payment is not None
    assert state.payment.status is PaymentStatus.COMPLETED
    asked = next(one for one in rude.asked if one.path == "/v2/checkout/orders")
    assert asked.json["payment_source"] == {"paypal": {"vault_id": "8kk8451t"}}
    assert asked.headers["paypal-request-id"] == "tu-charge"


def test_a_charge_whose_invoice_is_known_was_made_before(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on("POST /v2/checkout/orders", BREAK_OFF, refusal(422, "DUPLICATE_INVOICE_ID"))
    with pytest.raises(ProviderUnavailable) as raised:
        paypal.charge_saved("8kk8451t", PURCHASE, key="k")
    assert raised.value.outcome_unknown


def test_a_refund_goes_back_in_part(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on(f"POST {CAPTURE_PATH}/refund", Answer(201, refund()))
    five = Money.parse("5", "USD")
    assert paypal.refund(CAPTURE, five, key="tu-refund-1") == RefundState(
        REFUND, CAPTURE, RefundStatus.COMPLETED, five
    )
    assert rude.asked[-1].json == {"amount": {"currency_code": "USD", "value": "5.00"}}
    assert rude.asked[-1].headers["paypal-request-id"] == "tu-refund-1"


def test_a_refund_is_refused_in_paypals_word(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on(f"POST {CAPTURE_PATH}/refund", refusal(422, "CAPTURE_FULLY_REFUNDED"))
    with pytest.raises(ProviderRefused) as raised:
        paypal.refund(CAPTURE, TWENTY, key="k")
    assert raised.value.issue == "CAPTURE_FULLY_REFUNDED"


def test_a_refund_says_which_payment_it_is_of(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on(f"GET {REFUND_PATH}", Answer(body=refund()))
    state = paypal.refund_state(REFUND, reversal=True)
    assert state is not None
    assert (state.payment_ref, state.reversal) == (CAPTURE, True)
    assert paypal.refund_state("R404", reversal=False) is None


@pytest.mark.parametrize("changes", [{"status": "BAKED"}, {"amount": {}}, {"links": []}, {"id": "../x"}])
def test_a_refund_that_lacks_what_matters_debits_nobody(
    rude: RudeServer, paypal: PayPalProvider, changes: Json
) -> None:
    rude.on(f"GET {REFUND_PATH}", Answer(body=refund(**changes)))
    with pytest.raises(ProviderUnavailable):
        paypal.refund_state(REFUND, reversal=False)


def test_a_payment_leads_to_its_order(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on(f"GET {CAPTURE_PATH}", Answer(body=capture()), Answer(body=capture(supplementary_data=None)))
    assert paypal.order_of_payment(CAPTURE) == ORDER
    assert paypal.order_of_payment(CAPTURE) == ORDER  # by its link
    links = [{"rel": "up", "href": "https://api.paypal.com/v2/payments/authorizations/A1"}]
    rude.on(f"GET {CAPTURE_PATH}", Answer(body=capture(supplementary_data=None, links=links)))
    assert paypal.order_of_payment(CAPTURE) is None
    assert paypal.order_of_payment("UNKNOWN1") is None


def disputed(name: str) -> Json:
    return dict(sample("events", name)["resource"])


@pytest.mark.parametrize("spelling", ["UNAUTHORISED", "UNAUTHORIZED"])
def test_a_dispute_names_its_payments(rude: RudeServer, paypal: PayPalProvider, spelling: str) -> None:
    said = disputed("14_customer_dispute_created_unauthorised") | {"reason": spelling}
    rude.on(f"GET {DISPUTE_PATH}", Answer(body=said))
    state = paypal.dispute(DISPUTE)
    assert state is not None
    assert (state.ref, state.payment_refs, state.reason) == (DISPUTE, (CAPTURE,), "UNAUTHORISED")
    assert (state.amount, state.is_open, state.won) == (TWENTY, True, False)
    assert state.opened_at == datetime(2026, 12, 2, 8, 11, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "won"),
    [("16_customer_dispute_resolved_buyer", False), ("17_customer_dispute_resolved_seller", True)],
)
def test_a_dispute_ends_one_way_or_the_other(
    rude: RudeServer, paypal: PayPalProvider, name: str, won: bool
) -> None:
    said = disputed(name) | {"create_time": "2018-19-12T22:20:32.000Z"}  # a month that PayPal has written
    rude.on(f"GET {DISPUTE_PATH}", Answer(body=said))
    state = paypal.dispute(DISPUTE)
    assert state is not None
    assert (state.is_open, state.won, state.opened_at) == (False, won, None)


def test_an_unknown_dispute_is_none(paypal: PayPalProvider) -> None:
    assert paypal.dispute("PP-D-1") is None


def test_a_saved_method_is_forgotten_as_often_as_one_likes(rude: RudeServer, paypal: PayPalProvider) -> None:
    rude.on(
        "DELETE /v3/vault/payment-tokens/8kk8451t", Answer(204, ""), UNKNOWN, refusal(403, "NOT_AUTHORIZED")
    )
    paypal.forget_saved("8kk8451t")
    paypal.forget_saved("8kk8451t")
    with pytest.raises(ProviderRefused):
        paypal.forget_saved("8kk8451t")
