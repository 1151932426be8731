"""PayPal as a payment provider: orders of version 2, approved on PayPal's pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.errors import NotificationRejected, NotificationUndecided, ProviderRefused, ProviderUnavailable
from app.money import Money
from app.payments.paypal import amounts, notices, orders, postback, reading, signature
from app.payments.paypal.budget import Budget
from app.payments.paypal.certificates import Certificates
from app.payments.paypal.fields import Answer, essential_ref, nonsense, path
from app.payments.paypal.patience import patience
from app.payments.paypal.transport import REQUEST_ID, Transport
from app.payments.provider import (
    Begun,
    DisputeState,
    Notification,
    PaymentState,
    Purchase,
    RefundState,
    Urls,
)
from app.selling import PayPal

NOT_FOUND = 404
URL_MAX = 500
KEY_MAX = 108
POSTBACKS_MAX = 300  # a minute

ORDERS, ORDER = "/v2/checkout/orders", "/v2/checkout/orders/{}"
CAPTURE, REFUND = "/v2/payments/captures/{}", "/v2/payments/refunds/{}"
DISPUTE, TOKEN = "/v1/customer/disputes/{}", "/v3/vault/payment-tokens/{}"


class PayPalProvider:
    """What `app.payments.provider.PaymentProvider` promises, by PayPal."""

    name = "paypal"

    def __init__(self, settings: PayPal, *, brand: str = "") -> None:
        self.settings, self.brand = settings, brand
        self.environment, self.merchant_ref = settings.mode, settings.merchant_id
        self.transport = Transport(settings)
        self.certificates = Certificates(settings)
        self._postbacks = Budget(POSTBACKS_MAX)

    def begin(self, purchase: Purchase, urls: Urls, *, key: str) -> Begun:
        """Make an order for a buyer to approve."""
        asked = orders.to_approve(purchase, urls, brand=self.brand)
        order = self.transport.post(ORDERS, asked, _once(key))
        approve_url = reading.approval(order)
        if not self._is_page(approve_url):
            raise nonsense("an order that nobody can approve")
        return Begun(essential_ref(order, "id", "an order"), approve_url)

    def fetch(self, order_ref: str) -> PaymentState:
        """Ask about an order, about its payment by itself, and about each of its refunds."""
        with patience():
            order = self._get(ORDER, order_ref)
            if order is None:
                return reading.unknown_order(order_ref)
            capture_ref = reading.capture_of(order)
            if not capture_ref:
                return reading.state(order_ref, order, None, ())
            capture = self._existing(CAPTURE, capture_ref)
            refunds = [
                reading.refund(self._existing(REFUND, ref), payment_ref=capture_ref)
                for ref in reading.refunds_of(order)
            ]
            return reading.state(order_ref, order, capture, refunds)

    def order_of_payment(self, payment_ref: str) -> str | None:
        """The order that a payment belongs to; None when PayPal does not know the payment, or it has none."""
        capture = self._get(CAPTURE, payment_ref)
        return None if capture is None else reading.order_of(capture) or None

    def refund_state(self, refund_ref: str, *, reversal: bool) -> RefundState | None:
        """Ask about a refund or reversal; None when PayPal does not know it."""
        refund = self._get(REFUND, refund_ref)
        return None if refund is None else reading.refund(refund, reversal=reversal)

    def capture(self, order_ref: str, *, key: str) -> PaymentState:
        """Take the money of an approved order; one that was taken before is only asked about."""
        with patience():
            try:
                self.transport.post(f"{path(ORDER, order_ref)}/capture", {}, _once(key))
            except ProviderRefused as refused:
                if refused.issue != "ORDER_ALREADY_CAPTURED":
                    raise
            with _something_was_done():
                return self.fetch(order_ref)

    def charge_saved(self, token: str, purchase: Purchase, *, key: str) -> PaymentState:
        """Charge a saved payment method. PayPal knows the key for six hours: then it would charge again."""
        with patience():
            try:
                order = self.transport.post(ORDERS, orders.to_charge(purchase, token), _once(key))
            except ProviderRefused as refused:
                if refused.issue == "DUPLICATE_INVOICE_ID":  # ours are unique: it was charged before
                    raise ProviderUnavailable(str(refused)) from None
                raise
            with _something_was_done():
                return self.fetch(essential_ref(order, "id", "an order"))

    def refund(self, payment_ref: str, amount: Money, *, key: str) -> RefundState:
        """Give money back to the payer. PayPal remembers the key for 45 days."""
        asked = {"amount": amounts.written(amount)}
        refund = self.transport.post(f"{path(CAPTURE, payment_ref)}/refund", asked, _once(key))
        return reading.refund(refund, payment_ref=payment_ref)

    def dispute(self, dispute_ref: str) -> DisputeState | None:
        """Ask about a dispute; None when PayPal does not know it."""
        dispute = self._get(DISPUTE, dispute_ref)
        return None if dispute is None else reading.dispute(dispute)

    def forget_saved(self, token: str) -> None:
        """Delete a saved payment method. Safe to repeat."""
        try:
            self.transport.delete(path(TOKEN, token))
        except ProviderRefused as refused:
            if refused.status != NOT_FOUND:
                raise

    def verify(self, headers: Mapping[str, str], raw: bytes) -> Notification:
        """Check that PayPal signed this, and read it; PayPal itself is asked when we cannot tell."""
        notices.json_object(raw)
        delivery = signature.delivery(headers, self.settings)
        with patience():
            try:
                signature.check(delivery, raw, self.settings, self.certificates)
            except NotificationUndecided:
                if not self._postbacks.spend():
                    raise
                if not postback.confirms(delivery, raw, self.settings, self.transport):
                    raise NotificationRejected("PayPal says that it did not sign this") from None
        return self.read(raw)

    def read(self, raw: bytes) -> Notification:
        """Read a notification that was verified before."""
        return notices.read(raw, environment=self.environment)

    def _get(self, template: str, ref: str) -> Answer | None:
        """What PayPal says of one thing; None when it does not know it."""
        try:
            answer: Answer = self.transport.get(path(template, ref))
        except ProviderRefused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise
        return answer

    def _existing(self, template: str, ref: str) -> Answer:
        found = self._get(template, ref)
        if found is None:
            raise nonsense("a part of an order that it does not know itself")
        return found

    def _is_page(self, url: str) -> bool:
        """Whether it is a page of PayPal's, or of its stand-in."""
        if self.settings.is_stand_in:
            return url.startswith(f"{self.settings.api_base_url}/") and len(url) <= URL_MAX
        return url.startswith(f"{self.settings.pages}/") and len(url) <= URL_MAX


def _once(key: str) -> dict[str, str]:
    """Headers that give a request one effect, and ask for the whole of its answer."""
    assert 0 < len(key) <= KEY_MAX, "PayPal takes no such key"
    return {REQUEST_ID: key, "Prefer": "return=representation"}


@contextmanager
def _something_was_done() -> Iterator[None]:
    """Whatever fails now, the money may have been taken."""
    try:
        yield
    except ProviderUnavailable as error:
        raise ProviderUnavailable(str(error), outcome_unknown=True) from None
    except ProviderRefused as refused:
        raise ProviderUnavailable(str(refused), outcome_unknown=True) from None
