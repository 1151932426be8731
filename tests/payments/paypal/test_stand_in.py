"""PayPal's stand-in and we understand each other, also while things go wrong."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from app.errors import ProviderRefused, ProviderUnavailable
from app.money import Money
from app.payments.paypal import PayPalProvider, download
from app.payments.provider import OrderStatus, PaymentState, PaymentStatus, Purchase, RefundStatus, Urls
from tests.support.paypal import StandIn
from tests.support.threads import at_once
from tests.support.world import settings_for

TWENTY, FIVE = Money.parse("20", "USD"), Money.parse("5", "USD")
URLS = Urls("http://127.0.0.1:8000/r", "http://127.0.0.1:8000/c")
BEFORE = ["close_before", "unauthorised", "too_many", "broken", "unavailable"]


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[StandIn]:
    """PayPal's stand-in on a port of its own."""
    with StandIn(settings_for("sqlite:///nowhere.db"), tmp_path) as standin:
        yield standin


@pytest.fixture
def paypal(standin: StandIn) -> PayPalProvider:
    """Our way to it."""
    return PayPalProvider(standin.settings, brand="Farthing")


def purchase(ref: str = "tu_1", *, saves_method: bool = False) -> Purchase:
    return Purchase(ref, f"TOPUP-{ref}", TWENTY, "Calling card top-up", saves_method=saves_method)


def approved(
    standin: StandIn, paypal: PayPalProvider, ref: str = "tu_1", *, saves_method: bool = False
) -> str:
    """An order that its buyer approved; answers its id."""
    begun = paypal.begin(purchase(ref, saves_method=saves_method), URLS, key=f"{ref}-create")
    assert paypal.fetch(begun.order_ref).status is OrderStatus.WAITING
    standin.approve(begun.order_ref)
    return begun.order_ref


def paid(state: PaymentState) -> str:
    """The payment, which must be in order."""
    assert state.payment is not None
    assert state.payment.status is PaymentStatus.COMPLETED
    assert (state.amount, state.payment.amount) == (TWENTY, TWENTY)
    assert state.merchant_ref
    return state.payment.ref


def test_credit_is_bought_and_partly_given_back(standin: StandIn, paypal: PayPalProvider) -> None:
    order = approved(standin, paypal)
    assert paypal.fetch(order).status is OrderStatus.APPROVED
    payment = paid(paypal.capture(order, key="tu_1-capture"))
    assert paypal.fetch(order).merchant_ref == paypal.merchant_ref
    assert paypal.order_of_payment(payment) == order
    refund = paypal.refund(payment, FIVE, key="tu_1-refund")
    assert paypal.refund(payment, FIVE, key="tu_1-refund") == refund
    state = paypal.fetch(order)
    assert state.payment is not None
    assert state.payment.status is PaymentStatus.REFUNDED
    assert [(one.amount, one.status) for one in state.refunds] == [(FIVE, RefundStatus.COMPLETED)]
    assert paypal.refund_state(refund.ref, reversal=False) == refund


def test_a_saved_method_is_charged_once_per_key(standin: StandIn, paypal: PayPalProvider) -> None:
    order = approved(standin, paypal, saves_method=True)
    saved = paypal.capture(order, key="tu_1-capture").saved
    assert saved is not None
    assert "…@" in saved.shown
    first = paypal.charge_saved(saved.token, purchase("tu_2"), key="tu_2-charge")
    again = paypal.charge_saved(saved.token, purchase("tu_2"), key="tu_2-charge")
    assert paid(first) == paid(again)
    paypal.forget_saved(saved.token)
    paypal.forget_saved(saved.token)
    with pytest.raises(ProviderRefused):
        paypal.charge_saved(saved.token, purchase("tu_3"), key="tu_3-charge")


def test_its_notifications_are_believed(
    standin: StandIn, paypal: PayPalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their signature; and by asking it, which compares the event byte by byte."""
    order = approved(standin, paypal)
    payment = paid(paypal.capture(order, key="tu_1-capture"))
    standin.dispute(payment)
    standin.reverse(payment)
    deliveries = standin.webhooks()
    by_signature = [paypal.verify(one.headers, one.body) for one in deliveries]
    monkeypatch.setattr(download, "OK", 0)  # no certificate can be had
    by_postback = [PayPalProvider(standin.settings).verify(one.headers, one.body) for one in deliveries]
    assert by_signature == by_postback
    assert {"PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.REVERSED"} <= {one.kind for one in by_signature}
    [complaint] = [one for one in by_signature if one.kind == "CUSTOMER.DISPUTE.CREATED"]
    state = paypal.dispute(complaint.dispute_ref)
    assert state is not None
    assert (state.is_open, state.payment_refs) == (True, (payment,))


@pytest.mark.parametrize("fault", [*BEFORE, "lose_answer"])
@pytest.mark.parametrize("operation", ["create", "capture", "get_order", "get_capture"])
def test_one_fault_anywhere_costs_nobody_anything(
    standin: StandIn, paypal: PayPalProvider, fault: str, operation: str
) -> None:
    standin.faults.next(fault, operation)
    order = approved(standin, paypal)
    assert standin.faults.ordered == [] or "capture" in operation
    paid(paypal.capture(order, key="tu_1-capture"))
    assert len(standin.books()["orders"]) == 1
    assert standin.faults.ordered == []
    assert len(standin.order("tu_1")["captures"]) == 1


def test_a_charge_whose_answer_is_always_lost_is_made_once(standin: StandIn, paypal: PayPalProvider) -> None:
    saved = paypal.capture(approved(standin, paypal, saves_method=True), key="tu_1-capture").saved
    assert saved is not None
    charge = partial(paypal.charge_saved, saved.token, purchase("tu_2"), key="tu_2-charge")
    standin.faults.change({"chances": {"lose_answer": 1000}})
    with pytest.raises(ProviderUnavailable) as raised:
        charge()
    assert raised.value.outcome_unknown
    standin.faults.clear()
    paid(charge())
    assert len(standin.books()["orders"]) == 2


def test_a_storm_takes_the_money_once(standin: StandIn, paypal: PayPalProvider) -> None:
    """Eight at once capture one order, while one request of five goes wrong."""
    order = approved(standin, paypal)
    chances = dict.fromkeys([*BEFORE, "lose_answer"], 40)
    standin.faults.change({"seed": 5, "chances": chances})
    capture = partial(paypal.capture, order, key="tu_1-capture")
    outcomes = at_once(*[capture] * 8)
    assert all(isinstance(one, PaymentState | ProviderUnavailable) for one in outcomes)
    standin.faults.clear()
    paid(capture())
    assert len(standin.order("tu_1")["captures"]) == 1
