"""What tests of payments may ask for."""

import pytest

from tests.payments.shop import Shop
from tests.support.paypal import StandIn
from tests.support.site import Site


@pytest.fixture
def shop(site: Site, standin: StandIn) -> Shop:
    """A site whose customers pay at the stand-in."""
    return Shop(site, standin)
