"""What we ask of a payment provider, and what it answers: the seam behind which PayPal can be replaced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.money import Money


class OrderStatus(StrEnum):
    """Where an order stands at the provider."""

    WAITING = "waiting"  # for the buyer's approval
    APPROVED = "approved"  # the money may be taken
    CAPTURED = "captured"  # it was taken, or tried: the payment says how that went
    GONE = "gone"  # expired, voided or unknown: no money will come of it


class PaymentStatus(StrEnum):
    """How the taking of the money went."""

    PENDING = "pending"
    COMPLETED = "completed"
    DECLINED = "declined"  # or failed
    REFUNDED = "refunded"  # completed first; wholly or partly given back since


class RefundStatus(StrEnum):
    """How giving back went."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"  # or cancelled: the money stays with us


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the provider is asked to sell for us."""

    ref: str  # our own random name of the top-up; the provider keeps it and gives it back
    invoice: str  # unique for ever, for the books of both
    amount: Money
    description: str
    saves_method: bool = False


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the buyer comes back to."""

    approved: str
    cancelled: str


@dataclass(frozen=True, slots=True)
class Begun:
    """An order that the buyer can approve there."""

    order_ref: str
    approve_url: str


@dataclass(frozen=True, slots=True)
class Payer:
    """Who paid, as the provider knows them."""

    ref: str
    verified: bool | None
    country: str | None
    shown: str = ""  # masked, for the buyer's own eyes, as in z…@example.com


@dataclass(frozen=True, slots=True)
class RefundState:
    """Money that goes back, as the provider says now."""

    ref: str
    payment_ref: str
    status: RefundStatus
    amount: Money
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """The money of an order, as the provider says now."""

    ref: str
    status: PaymentStatus
    amount: Money
    fee: Money | None
    reason: str = ""  # why it is pending or was declined, in the provider's word
    seller_protection: str = ""


@dataclass(frozen=True, slots=True)
class SavedToken:
    """A payment method that the provider keeps for us; `token` is a secret."""

    token: str
    shown: str


@dataclass(frozen=True, slots=True)
class PaymentState:
    """A fresh answer of the provider about one order: the only thing that may credit anybody.

    `top_up_ref`, `amount` and `merchant_ref` are what the provider says the order is: ours must match.
    """

    order_ref: str
    status: OrderStatus
    top_up_ref: str
    amount: Money | None
    merchant_ref: str
    payment: Payment | None = None
    payer: Payer | None = None
    saved: SavedToken | None = None
    refunds: tuple[RefundState, ...] = ()


@dataclass(frozen=True, slots=True)
class DisputeState:
    """A complaint of a payer, as the provider says now."""

    ref: str
    payment_refs: tuple[str, ...]
    reason: str
    status: str
    amount: Money | None
    is_open: bool
    won: bool  # by us
    opened_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """What the provider told us by itself: only a hint at what to ask it about."""

    event_ref: str
    kind: str  # the provider's own word, as in PAYMENT.CAPTURE.COMPLETED
    order_ref: str = ""
    payment_ref: str = ""
    refund_ref: str = ""
    dispute_ref: str = ""
    token_deleted: str = ""  # a saved payment method that is no more
    reversal: bool = False
    environment: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class PaymentProvider(Protocol):
    """A payment provider. Every method may raise ProviderUnavailable or ProviderRefused.

    Keys make a request safe to repeat: the same key has one effect. No transaction may be open.
    """

    name: str
    environment: str  # live or sandbox
    merchant_ref: str

    def begin(self, purchase: Purchase, urls: Urls, *, key: str) -> Begun:
        """Make an order for a buyer to approve."""
        ...

    def fetch(self, order_ref: str) -> PaymentState:
        """Ask about an order, with its payment and its refunds."""
        ...

    def order_of_payment(self, payment_ref: str) -> str | None:
        """The order that a payment belongs to; None when the provider does not know the payment."""
        ...

    def refund_state(self, refund_ref: str, *, reversal: bool) -> RefundState | None:
        """Ask about a refund or reversal; None when the provider does not know it."""
        ...

    def capture(self, order_ref: str, *, key: str) -> PaymentState:
        """Take the money of an approved order."""
        ...

    def charge_saved(self, token: str, purchase: Purchase, *, key: str) -> PaymentState:
        """Charge a saved payment method: order and payment in one. The same key charges once within hours."""
        ...

    def refund(self, payment_ref: str, amount: Money, *, key: str) -> RefundState:
        """Give money back to the payer."""
        ...

    def dispute(self, dispute_ref: str) -> DisputeState | None:
        """Ask about a dispute."""
        ...

    def forget_saved(self, token: str) -> None:
        """Delete a saved payment method. Safe to repeat."""
        ...

    def verify(self, headers: Mapping[str, str], raw: bytes) -> Notification:
        """Check that the provider signed this, and read it.

        Raises NotificationRejected when it did not, NotificationUndecided when that could not be found out.
        """
        ...

    def read(self, raw: bytes) -> Notification:
        """Read a notification that was verified before."""
        ...
