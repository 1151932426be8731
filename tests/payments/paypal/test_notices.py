"""Every kind of notification says what it is about; nothing in a body breaks the reading of it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.errors import NotificationRejected
from app.payments.paypal import PayPalProvider
from app.payments.provider import Notification
from tests.payments.paypal import server
from tests.payments.paypal.server import HERE, sample

CAPTURE, ORDER = "8TK40251CW730944P", "6MB48127KX9023541"
PAYPAL = PayPalProvider(server.settings("http://127.0.0.1:9"))


def read(event: Any) -> Notification:
    return PAYPAL.read(json.dumps(event).encode())


@pytest.mark.parametrize(
    ("name", "refs"),
    [
        ("01_payment_capture_completed", {"payment_ref": CAPTURE, "order_ref": ORDER}),
        (
            "02_payment_capture_completed_second_event_same_capture",
            {"payment_ref": CAPTURE, "order_ref": ORDER},
        ),
        ("05_payment_capture_pending_echeck", {"payment_ref": CAPTURE, "order_ref": ORDER}),
        ("06_payment_capture_denied_after_pending", {"payment_ref": CAPTURE, "order_ref": ORDER}),
        (
            "07_payment_capture_declined",
            {"payment_ref": "1RE59384FB662017M", "order_ref": "6MB48127KX9023541"},
        ),
        ("08_payment_capture_refunded_partial", {"refund_ref": "4BW90177KU335821S", "payment_ref": CAPTURE}),
        (
            "10_payment_capture_reversed",
            {"refund_ref": "2MK74820TD196305E", "payment_ref": CAPTURE, "reversal": True},
        ),
        ("11_checkout_order_approved", {"order_ref": ORDER}),
        ("12_checkout_order_completed", {"order_ref": ORDER}),
        (
            "14_customer_dispute_created_unauthorised",
            {"dispute_ref": "PP-R-XBK-10087541", "payment_ref": CAPTURE},
        ),
        (
            "17_customer_dispute_resolved_seller",
            {"dispute_ref": "PP-R-XBK-10087541", "payment_ref": CAPTURE},
        ),
        ("18_vault_payment_token_created", {"order_ref": ORDER}),
        ("21_hostile_amount_mismatch", {"payment_ref": "9PL05563XC817742N", "order_ref": ORDER}),
    ],
)
def test_a_notification_says_what_it_is_about(name: str, refs: dict[str, Any]) -> None:
    event = sample("events", name)
    custom = event["resource"].get("custom_id")
    facts = {"custom_id": custom} if custom else {}
    expected = Notification(event["id"], event["event_type"], environment="sandbox", facts=facts, **refs)
    assert read(event) == expected


@pytest.mark.parametrize("kind", ["VAULT.PAYMENT-TOKEN.DELETED", "VAULT.PAYMENT-TOKEN.DELETION-INITIATED"])
def test_a_deleted_method_is_named(kind: str) -> None:
    event = sample("events", "18_vault_payment_token_created") | {"event_type": kind}
    assert read(event).token_deleted == "8kk8451t"


def test_every_sample_is_read() -> None:
    for file in HERE.glob("events/*.json"):
        assert PAYPAL.read(file.read_bytes()).event_ref.startswith("WH-")
    for file in HERE.glob("deliveries/*.json"):
        assert PAYPAL.read(json.loads(file.read_text())["body"].encode()).event_ref.startswith("WH-")


def test_a_reversal_may_speak_of_the_capture_itself() -> None:
    event = sample("events", "01_payment_capture_completed") | {"event_type": "PAYMENT.CAPTURE.REVERSED"}
    notice = read(event)
    assert (notice.payment_ref, notice.refund_ref, notice.reversal) == (CAPTURE, "", True)


def test_a_kind_that_we_do_not_know_is_read_all_the_same() -> None:
    notice = read({"id": "WH-1", "event_type": "BILLING.PLAN.CREATED", "resource": {"id": "P-1"}})
    assert notice == Notification("WH-1", "BILLING.PLAN.CREATED", environment="sandbox")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{",
        b'{"id": "WH-1"} {}',
        b'{"id": "WH-1"}, "x": {}',
        b'{"id": NaN}',
        b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"id": "WH-1"}',
        b'{"id": "\xff"}',
        b'{"a":' * 20_000,
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"event_type": "A"}',
        b'{"id": "WH-1"}',
        b'{"id": 7, "event_type": "A"}',
        b'{"id": "WH-1\\u0000", "event_type": "A"}',
        b'{"id": "WH-\\ud800", "event_type": "A"}',
        b'{"id": "WH-1", "event_type": "DROP TABLE"}',
        b'{"id": "%s", "event_type": "A"}' % (b"W" * 81),
    ],
)
def test_what_names_no_event_is_refused(raw: bytes) -> None:
    with pytest.raises(NotificationRejected):
        PAYPAL.read(raw)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-5, 5) | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KINDS = ["PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.REFUNDED", "CUSTOMER.DISPUTE.CREATED"]
FIELDS = ["id", "links", "supplementary_data", "custom_id", "disputed_transactions", "metadata", "dispute_id"]


@settings(deadline=None)
@given(some.sampled_from(KINDS), some.dictionaries(some.sampled_from(FIELDS), JSON) | JSON)
def test_no_resource_breaks_the_reading(kind: str, resource: Any) -> None:
    notice = read({"id": "WH-1", "event_type": kind, "resource": resource})
    for ref in (notice.order_ref, notice.payment_ref, notice.refund_ref, notice.dispute_ref):
        assert ref.replace("-", "").replace("_", "").isalnum() or not ref
