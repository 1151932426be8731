"""Where the stand-in works: whose PayPal it is, its books, its faults and its courier."""

from dataclasses import dataclass, field
from datetime import datetime

from app import clock
from app.selling import PayPal

from .books import Books, Capture, Order
from .courier import Courier
from .faults import Faults
from .problems import Problem


@dataclass
class Desk:
    """Everything that a request to the stand-in needs."""

    merchant: PayPal
    books: Books
    faults: Faults
    courier: Courier
    brand: str = "Farthing"
    server: str = ""  # the base address of the server that it stands in for
    # how the money behaves where no buyer says so: when a saved payment method is charged
    charges: str = "at_once"
    bearers: dict[str, datetime] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The base of its own addresses."""
        return self.merchant.api_base_url

    def approval(self, order: str) -> str:
        """Where the buyer approves an order."""
        return f"{self.merchant.pages}/checkoutnow?token={order}"

    def order(self, ref: str) -> Order:
        """An order. Raises Problem when there is none."""
        found = self.books.orders.get(ref)
        if found is None:
            raise Problem.unknown()
        return found

    def capture(self, ref: str) -> Capture:
        """A capture. Raises Problem when there is none."""
        found = self.books.captures.get(ref)
        if found is None:
            raise Problem.unknown()
        return found


def stamp() -> str:
    """The present moment as PayPal writes it."""
    return f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
