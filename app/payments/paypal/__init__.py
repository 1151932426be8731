"""PayPal, our first payment provider."""

from app import config
from app.errors import ProviderUnavailable
from app.payments.paypal.checkout import PayPalProvider
from app.selling import PayPal

__all__ = ["PayPalProvider", "provider"]

_made: tuple[PayPal, PayPalProvider] | None = None


def provider() -> PayPalProvider:
    """The one of this process: made once for its settings. Raises ProviderUnavailable when PayPal is off."""
    global _made
    settings = config.settings()
    if settings.paypal is None:
        raise ProviderUnavailable("PayPal is not set up here", outcome_unknown=False)
    made = _made
    if made is None or made[0] is not settings.paypal:
        made = _made = settings.paypal, PayPalProvider(settings.paypal, brand=settings.brand)
    return made[1]
