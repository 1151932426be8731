"""A small telecom for tests: a deck with simple prices, two access numbers, cards, and phones."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Protocol

from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select, text, update
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from app import calls, cards, clock, config, customers, db, ledger
from app.calls import access_numbers, live
from app.calls.models import Call
from app.cards import IssuedCard, OpenCard
from app.config import Settings
from app.money import Money
from app.rating.models import ALWAYS, Deck, DeckVersion, RateRow
from app.tables import METADATA
from ivr.carrier import TwilioCarrier
from ivr.simulator import Network, Phone, VirtualClock, rest

TOKEN = "5e1f0a9c4b7d2e8f6a3c1d0b9e8f7a6c"
GB, US = "+442079460123", "+12125550123"
CALLER = "+447700900456"
KABUL = "0093701234567"
KABUL_E164 = "+93701234567"
BASE = "http://127.0.0.1:8000"
ACCOUNT = "AC" + "5" * 32

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
        "PUBLIC_BASE_URL": BASE,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "LOG_LEVEL": "ERROR",
    }
    return Settings.from_environment({**environment, **changes})


class Numbered(Protocol):
    """Whatever has the serial of a card."""

    @property
    def serial(self) -> str: ...


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

    def known(self, card: IssuedCard, caller: str = CALLER, **how: Any) -> Phone:
        """A caller rings whose PIN is known and has just been accepted."""
        phone = self.ring(caller=caller, **how)
        phone.press(card.pin)
        return phone

    def post(self, path: str, form: Mapping[str, str], *, token: str = TOKEN, **how: Any) -> TestResponse:
        """What the provider would post, signed."""
        signature = RequestValidator(token).compute_signature(BASE + path, dict(form))
        headers = {"X-Twilio-Signature": signature, **how.pop("headers", {})}
        return self.app.test_client().post(path, data=form, headers=headers, **how)

    def flask(self, *arguments: str) -> Result:
        """An operator's command."""
        with self.app.app_context():  # as the flask command itself does
            return self.app.test_cli_runner().invoke(args=list(arguments))

    def carrier(self) -> TwilioCarrier:
        """The provider's REST interface, without a socket between."""
        carrier = TwilioCarrier(config.settings())
        vars(carrier)["_client"] = self._client
        return carrier

    @cached_property
    def _client(self) -> Client:
        return Client(ACCOUNT, TOKEN, http_client=rest.InProcess(rest.create_app(self.network)))

    def later(self, **by: float) -> None:
        """Turn the clock, without a call noticing."""
        assert isinstance(self.network.clock, VirtualClock)
        self.network.clock.advance(timedelta(**by).total_seconds())

    def deaf_to(self, *parts: str) -> None:
        """Lose every request from now on whose path and query hold one of these, as a network may."""
        inner: Any = self.app.wsgi_app

        def lossy(environ: Any, start: Any) -> Any:
            asked = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
            if not any(part in asked for part in parts):
                return inner(environ, start)
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"lost"]

        vars(self.app)["wsgi_app"] = lossy

    def sweep(self) -> int:
        """Ask the provider about every call that is due; answers how many."""
        return calls.sweep(self.carrier())

    def attend(self) -> int:
        """Do for the calls into rooms what is due; answers for how many."""
        return calls.attend(self.carrier())

    @contextmanager
    def provider(self) -> Iterator[None]:
        """The provider's REST interface on a free port, for the application as it runs."""
        server = make_server("127.0.0.1", 0, rest.create_app(self.network), threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            self.ask_at(f"http://127.0.0.1:{server.server_port}")
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            self.ask_at("http://127.0.0.1:9")

    def ask_at(self, url: str) -> None:
        """Where the application asks the provider."""
        settings = replace(config.settings(), twilio_api_base_url=url)
        self.app.extensions["carrier"] = TwilioCarrier(settings)

    def change_settings(self, **changes: Any) -> None:
        """Run on under other settings."""
        settings = replace(config.settings(), **changes)
        config.use(settings)
        self.app.config["SETTINGS"] = settings

    def look(self, card: Numbered) -> OpenCard:
        """The card as it is now."""
        with db.transaction(readonly=True):
            return cards.by_serial(card.serial)

    def money(self, card: Numbered) -> tuple[str, str]:
        """Balance and available."""
        now = self.look(card)
        return str(now.balance), str(now.available)

    def calls(self) -> list[Any]:
        """Every call, oldest first."""
        with db.transaction(readonly=True):
            return list(db.execute(select(Call.__table__).order_by(Call.id)))

    def outcome(self) -> list[tuple[str, str | None]]:
        """Of every call, what became of it and its price."""
        return [
            (row.status, None if row.price is None else str(Money(row.price, "USD"))) for row in self.calls()
        ]

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, to see that nothing has changed."""
        with db.transaction(readonly=True):
            return {
                table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
                for table in METADATA.sorted_tables
            }

    def sql(self, statement: str, **parameters: Any) -> None:
        """Go behind the application's back."""
        with db.transaction():
            db.execute(text(statement), parameters)

    def balanced(self) -> bool:
        """Whether the books balance and no call lies."""
        with db.transaction(readonly=True):
            return ledger.audit().balanced and not calls.audit()

    def at_rest(self) -> bool:
        """Whether the books balance, nothing is kept aside and no call is open."""
        with db.transaction(readonly=True):
            nothing_open = not any(counts for name, counts in live.counts().items() if name != "live_visits")
        return self.balanced() and nothing_open


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
