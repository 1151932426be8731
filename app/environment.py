"""Reading one environment: text, numbers, amounts, secrets and addresses, and what is wrong with them."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from babel.numbers import list_currencies
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app import demo

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SECRET_LENGTH_MIN = 16
SAMPLES = ("change-me", "changeme", "secret", "password", "example", "sample", "xxxxxxxx")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)


class Environment:
    """Reads one environment and collects what is wrong with it, so that one start names it all.

    In demo mode it fills in what a newcomer has not: addresses of the stand-ins and secrets of this machine.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.complaints: list[str] = []
        self.demo = self.flag("DEMO")
        if self.demo:
            port = self.whole("PORT", 8000, least=1, most=65_533)
            names = ("PUBLIC_BASE_URL", "TWILIO_API_BASE_URL", "PAYPAL_API_BASE_URL")
            own = {name: f"http://127.0.0.1:{port + number}" for number, name in enumerate(names)}
            given = {name: value for name, value in environment.items() if value.strip()}
            lacking = bool(demo.NAMES - given.keys())
            self.environment = own | (demo.secrets_of_this_machine() if lacking else {}) | given

    def text(self, name: str, default: str) -> str:
        """A setting as it is written, or the default."""
        return self.environment.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        """Whether a setting says yes."""
        return self.text(name, "").lower() in {"1", "true", "yes", "on"}

    def list(self, name: str) -> tuple[str, ...]:
        """What a setting lists, by comma."""
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """What a setting lists as NAME=VALUE, by comma."""
        found = [part.partition("=") for part in self.list(name)]
        if any(not (key.strip() and value.strip()) for key, _, value in found):
            self.complaints.append(f"{name} is a list like en-GB=Polly.Amy,fr=Polly.Lea")
        return tuple((key.strip(), value.strip()) for key, _, value in found)

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within its limits."""
        return self.wholes(name, default, least=least, most=most, many=False)[0]

    def wholes(self, name: str, default: int, *, least: int, most: int, many: bool = True) -> tuple[int, ...]:
        """Whole numbers by comma."""
        texts = self.list(name) if many else (self.text(name, str(default)),)
        return tuple(self.number(name, text, default, least, most) for text in texts or (str(default),))

    def number(self, name: str, text: str, default: int, least: int, most: int) -> int:
        """One of them; complains about it by the name of its setting."""
        if not text.isascii() or not text.isdigit() or not least <= int(text[:18]) <= most or len(text) > 18:
            self.complaints.append(f"{name} must be a whole number from {least} to {most}")
            return default
        return int(text)

    def amount(self, name: str, default: str) -> str:
        """An amount of money, as text."""
        text = self.text(name, default)
        if not _AMOUNT.fullmatch(text):
            self.complaints.append(f"{name} must be an amount such as 2.00")
        return text

    def amounts(self, name: str, default: str) -> tuple[str, ...]:
        """Amounts by comma, as text."""
        texts = self.list(name) or tuple(default.split(","))
        if not all(_AMOUNT.fullmatch(text) for text in texts):
            self.complaints.append(f"{name} must be amounts by comma, such as 5,10,20")
        return texts

    def currency(self, name: str, default: str) -> str:
        """A code of ISO 4217."""
        text = self.text(name, default).upper()
        if text not in list_currencies():
            self.complaints.append(f"{name} must be a currency of three letters, such as USD")
        return text

    def one_of(self, name: str, default: str, known: set[str]) -> str:
        """One of the words that are known."""
        text = self.text(name, default).upper()
        if text not in known:
            self.complaints.append(f"{name} must be one of {', '.join(sorted(known))}")
        return text

    def required(self, name: str) -> str:
        """What no start goes without."""
        value = self.text(name, "")
        if not value:
            self.complaints.append(f"{name} is missing")
        elif self.looks_like_a_sample(value):
            self.complaints.append(f"{name} is a sample value")
        return value

    def smtp(self, name: str) -> str:
        """A mail server, as in smtps://user:password@mail.example.org:465; smtp:// begins in plain text."""
        value = self.text(name, "")
        try:
            parts = urlsplit(value)
            fine = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            fine = False
        if value and not fine:  # never with its text, which holds the password
            self.complaints.append(f"{name} must begin with smtp:// or smtps:// and name a host")
        return value

    def secrets(self, name: str) -> tuple[str, ...]:
        """Secrets by comma: the first is used, all of them are accepted."""
        values = self.list(name)
        if not values:
            self.complaints.append(f"{name} is missing")
        for value in values:
            if self.looks_like_a_sample(value):
                self.complaints.append(f"{name} is a sample value")
            elif len(value) < SECRET_LENGTH_MIN:
                self.complaints.append(f"{name} is shorter than {SECRET_LENGTH_MIN} characters")
        return values

    def looks_like_a_sample(self, value: str) -> bool:
        """Whether somebody has left what the example says."""
        lowered = value.lower()
        repeated = len(set(lowered)) == 1 or len(set(lowered.removeprefix("ac"))) == 1
        return not self.demo and (repeated or any(sample in lowered for sample in SAMPLES))

    def url(self, name: str, default: str) -> str:
        """A base URL without a trailing slash: https, or plain http on the loopback address only."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        plain = parts.scheme == "http" and (parts.hostname or "") in LOOPBACK
        if not value:
            self.complaints.append(f"{name} is missing")
        elif not (plain or (parts.scheme == "https" and parts.hostname)):
            self.complaints.append(f"{name} must be an https address (http only on the loopback address)")
        elif parts.query or parts.fragment or parts.username:
            self.complaints.append(f"{name} must be a plain address without query or user name")
        return value

    def database(self) -> str:
        """The address of the database."""
        default = f"sqlite:///{demo.FILE.parent / 'farthing.db'}" if self.demo else ""
        value = self.text("DATABASE_URL", default)
        for short in ("postgres://", "postgresql://"):
            if value.startswith(short):
                value = "postgresql+psycopg://" + value.removeprefix(short)
        if not value:
            self.complaints.append("DATABASE_URL is missing")
        elif not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.complaints.append("DATABASE_URL must begin with sqlite:/// or postgresql://")
        elif ":change-me@" in value and not self.demo:
            self.complaints.append("DATABASE_URL has a sample password")
        else:
            self.check_url(value)
        return value

    def check_url(self, value: str) -> None:
        """Complain about an address that nobody can read."""
        try:
            make_url(value)
        except (ArgumentError, ValueError):  # never with its text, which holds the password
            self.complaints.append("DATABASE_URL is not an address of a database")
