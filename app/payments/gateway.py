"""The payment provider in use: PayPal, loaded when it is first asked for, since its library is heavy."""

from app.payments.provider import PaymentProvider


def gateway() -> PaymentProvider:
    """The provider of this installation. Raises ProviderUnavailable when none is set up."""
    from app.payments import paypal

    return paypal.provider()
