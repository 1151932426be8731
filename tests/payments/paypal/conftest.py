"""What the tests of PayPal share."""

from collections.abc import Iterator

import pytest

from app.payments.paypal.transport import Transport
from tests.payments.paypal.server import RudeServer, rude_server, settings


@pytest.fixture
def rude() -> Iterator[RudeServer]:
    """A server in the place of PayPal."""
    with rude_server() as server:
        yield server


@pytest.fixture
def transport(rude: RudeServer) -> Transport:
    """Our way to it."""
    return Transport(settings(rude.url))


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between tries we wait a moment; tests need not."""
    monkeypatch.setattr("app.payments.paypal.patience._pause", lambda tries: 0.01)
