"""A card's account with a little money, on either engine."""

from collections.abc import Callable
from itertools import count

import pytest

from app import db, ledger
from app.money import Money

Opener = Callable[[int], int]


@pytest.fixture
def open_card(database: str) -> Opener:
    """Open a card's account with so many millionths."""
    serials = count(1)

    def open_one(micros: int) -> int:
        with db.transaction():
            return ledger.issue(Money(micros, "USD"), [f"card {next(serials)}"])[0]

    return open_one
