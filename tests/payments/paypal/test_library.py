"""How PayPal's own library is used: as the transport, and for nothing that it does badly."""

import ast
from dataclasses import replace
from pathlib import Path

import paypalrestsdk
import pytest
from paypalrestsdk import api

from app import config
from app.errors import ProviderUnavailable
from app.payments import paypal
from app.payments.provider import PaymentProvider
from tests.payments.paypal.server import settings
from tests.support.world import settings_for

ROOT = Path(__file__).parents[3]
# global state, the interface of 2013, and a check that fetches any address and believes any of PayPal's hosts
NEVER = {"configure", "set_config", "default", "Payment", "Sale", "WebhookEvent", "notifications", "OpenSSL"}


def test_every_request_goes_through_paypals_library() -> None:
    made = paypal.PayPalProvider(settings("http://127.0.0.1:9"))
    assert isinstance(made.transport, paypalrestsdk.Api)
    used: PaymentProvider = made
    assert used.name == "paypal"


def test_what_the_library_does_badly_is_never_used() -> None:
    used: set[str] = set()
    for file in [*ROOT.glob("app/**/*.py"), *ROOT.glob("ivr/**/*.py")]:
        text = file.read_text()
        if "paypalrestsdk" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).startswith("paypalrestsdk"):
                used.add(node.attr)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("paypalrestsdk"):
                used |= {alias.name for alias in node.names} | set((node.module or "").split("."))
    assert used == {"Api", "exceptions", "paypalrestsdk"}
    assert used.isdisjoint(NEVER)
    assert api.__api__ is None  # nobody has made the global one


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_one_provider_is_made_for_the_settings_in_force(database: str) -> None:
    first = paypal.provider()
    assert paypal.provider() is first
    config.use(settings_for(database))
    assert paypal.provider() is not first
    assert paypal.provider().merchant_ref == first.merchant_ref


def test_without_settings_there_is_no_provider() -> None:
    config.use(replace(settings_for("sqlite:///nowhere.db"), paypal=None))
    with pytest.raises(ProviderUnavailable):
        paypal.provider()
