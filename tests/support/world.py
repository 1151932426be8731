"""A small telecom for tests: a deck with simple prices, two access numbers, cards, and phones."""

from typing import Any

from flask import Flask
from sqlalchemy import insert, select, update

from app import calls, cards, clock, customers, db, ledger
from app.calls import access_numbers
from app.calls.models import Call
from app.cards import IssuedCard, OpenCard
from app.config import Settings
from app.money import Money
from app.rating.models import ALWAYS, Deck, DeckVersion, RateRow
from ivr.simulator import Network, Phone

TOKEN = "5e1f0a9c4b7d2e8f6a3c1d0b9e8f7a6c"
GB, US = "+442079460123", "+12125550123"
CALLER = "+447700900456"
KABUL = "0093701234567"

# prefix, destination, per minute, fee, first increment, increment, grace, blocked (amounts in millionths)
RATES = [
    ("93", "Afghanistan", 450_000, 0, 1, 1, 0, False),
    ("9370", "Afghanistan-Mobile", 450_000, 0, 1, 1, 0, False),
    ("92", "Pakistan", 40_000, 0, 60, 60, 0, False),
    ("91", "India", 7_000, 5_000, 6, 6, 3, False),
    ("33", "France", 0, 0, 1, 1, 0, False),
    ("34", "Spain", 100_000, 0, 1, 1, 0, True),
    ("44", "United Kingdom", 60_000, 0, 1, 1, 0, False),
]


def settings_for(url: str, **changes: str) -> Settings:
    """Settings of a test, checked like any others."""
    environment = {
        "DEMO": "1",
        "DATABASE_URL": url,
        "SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "PIN_PEPPER": "a0b1c2d3e4f5061728394a5b6c7d8e9f",
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "LOG_LEVEL": "ERROR",
    }
    return Settings.from_environment({**environment, **changes})


class World:
    """What a test of the phone stands on."""

    def __init__(self, app: Flask, network: Network) -> None:
        self.app, self.network = app, network
        with db.transaction():
            load_rates("retail", "USD", RATES)
            for number, country in ((GB, "GB"), (US, "US")):
                access_numbers.add(number, country=country, deck="retail")

    def card(self, value: str = "10.00", **batch: Any) -> IssuedCard:
        """A new card with credit."""
        name = batch.pop("batch", f"batch {batch}")
        with db.transaction():
            return cards.issue(1, Money.parse(value, "USD"), batch=name, **batch)[0]

    def register(self, card: IssuedCard, phone: str = CALLER) -> None:
        """Let a phone open the card."""
        with db.transaction():
            customers.register(phone, cards.by_serial(card.serial).id)

    def ring(self, to: str = GB, caller: str = CALLER, **how: Any) -> Phone:
        """A caller rings an access number."""
        return self.network.ring(caller, to, **how)

    def look(self, card: IssuedCard) -> OpenCard:
        """The card as it is now."""
        with db.transaction(readonly=True):
            return cards.by_serial(card.serial)

    def calls(self) -> list[Any]:
        """Every call, oldest first."""
        with db.transaction(readonly=True):
            return list(db.execute(select(Call.__table__).order_by(Call.id)))

    def balanced(self) -> bool:
        """Whether the books balance and no call lies."""
        with db.transaction(readonly=True):
            return ledger.audit().balanced and not calls.audit()


def load_rates(name: str, currency: str, rates: list[Any]) -> int:
    """Put a deck in force; answers its id."""
    deck = db.execute(insert(Deck).returning(Deck.id), {"name": name, "currency": currency}).scalar_one()
    version = {"deck_id": deck, "number": 1, "state": "loaded", "loaded_at": clock.now(), "file": "test"}
    made = db.execute(insert(DeckVersion).returning(DeckVersion.id), version).scalar_one()
    keys = ("prefix", "destination", "per_minute", "connection_fee", "first_increment", "increment", "grace")
    shared = {"version_id": made, "effective_from": ALWAYS}
    rows = [shared | dict(zip((*keys, "blocked"), rate, strict=True)) for rate in rates]
    db.execute(insert(RateRow), rows)
    db.execute(update(Deck).where(Deck.id == deck).values(version_id=made))
    return int(deck)
