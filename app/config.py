"""Settings: read from the environment, checked once, never changed."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app import demo
from app.errors import UnsafeSettings

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SECRET_LENGTH_MIN = 16
SAMPLES = ("change-me", "changeme", "secret", "password", "example", "sample", "xxxxxxxx")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
CARRIER = "https://api.twilio.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installations; `.env.example` explains each."""

    demo: bool
    database_url: str
    secret_key: str
    pin_peppers: tuple[str, ...]  # the first makes new PINs, all of them open old ones
    public_base_url: str
    twilio_account_sid: str
    twilio_auth_tokens: tuple[str, ...]  # any of them may sign
    twilio_api_base_url: str
    brand: str
    call_seconds_max: int
    min_affordable_seconds: int
    ring_seconds: int
    ivr_timeout_pin: int
    ivr_timeout_dest: int
    ivr_tries: int
    low_balance: str
    pin_lengths: tuple[int, ...]  # the first for new PINs, all of them are entered
    pin_failures_per_caller: int
    pin_failures_per_access_number: int
    pin_failures_global: int
    allowed_number_kinds: frozenset[str]
    metrics_token: str
    log_level: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check the environment.

        Raises UnsafeSettings with one line that names every setting that is missing, malformed or a sample.
        """
        reader = _Reader(environment)
        settings = reader.settings()
        if settings.min_affordable_seconds > settings.call_seconds_max:
            reader.complaints.append("MIN_AFFORDABLE_SECONDS must not exceed CALL_SECONDS_MAX")
        if reader.complaints:
            raise UnsafeSettings("; ".join(reader.complaints))
        return settings


_settings: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the settings of this process."""
    global _settings
    _settings = settings


def settings() -> Settings:
    """The settings of this process."""
    assert _settings is not None, "no settings are in use"
    return _settings


class _Reader:
    """Reads one environment and collects what is wrong with it, so that one start names it all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.complaints: list[str] = []
        self.demo = self.flag("DEMO")
        if self.demo:
            port = self.whole("PORT", 8000, least=1, most=65_534)
            site, provider = (f"http://127.0.0.1:{number}" for number in (port, port + 1))
            own = {"PUBLIC_BASE_URL": site, "TWILIO_API_BASE_URL": provider}
            given = {name: value for name, value in environment.items() if value.strip()}
            lacking = bool(demo.NAMES - given.keys())
            self.environment = own | (demo.secrets_of_this_machine() if lacking else {}) | given

    def settings(self) -> Settings:
        return Settings(
            demo=self.demo,
            database_url=self.database(),
            secret_key=self.secret("SECRET_KEY"),
            pin_peppers=self.secrets("PIN_PEPPER"),
            public_base_url=self.url("PUBLIC_BASE_URL", ""),
            twilio_account_sid=self.required("TWILIO_ACCOUNT_SID"),
            twilio_auth_tokens=self.secrets("TWILIO_AUTH_TOKEN"),
            twilio_api_base_url=self.url("TWILIO_API_BASE_URL", CARRIER),
            brand=self.text("BRAND", "Farthing"),
            call_seconds_max=self.whole("CALL_SECONDS_MAX", 7200, least=60, most=86_400),
            min_affordable_seconds=self.whole("MIN_AFFORDABLE_SECONDS", 10, least=1, most=600),
            ring_seconds=self.whole("RING_SECONDS", 30, least=5, most=600),
            ivr_timeout_pin=self.whole("IVR_TIMEOUT_PIN", 8, least=1, most=60),
            ivr_timeout_dest=self.whole("IVR_TIMEOUT_DEST", 6, least=1, most=60),
            ivr_tries=self.whole("IVR_TRIES", 3, least=1, most=9),
            low_balance=self.amount("LOW_BALANCE", "2.00"),
            pin_lengths=self.wholes("PIN_LENGTH", 12, least=8, most=20),
            pin_failures_per_caller=self.whole("PIN_FAILURES_PER_CALLER", 5, least=1, most=100),
            pin_failures_per_access_number=self.whole(
                "PIN_FAILURES_PER_ACCESS_NUMBER", 20, least=1, most=100_000
            ),
            pin_failures_global=self.whole("PIN_FAILURES_GLOBAL", 100, least=1, most=1_000_000),
            allowed_number_kinds=frozenset(self.list("ALLOWED_NUMBER_KINDS")),
            metrics_token=self.text("METRICS_TOKEN", ""),
            log_level=self.one_of("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}),
        )

    def text(self, name: str, default: str) -> str:
        return self.environment.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        return self.text(name, "").lower() in {"1", "true", "yes", "on"}

    def list(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        return self.wholes(name, default, least=least, most=most, many=False)[0]

    def wholes(self, name: str, default: int, *, least: int, most: int, many: bool = True) -> tuple[int, ...]:
        texts = self.list(name) if many else (self.text(name, str(default)),)
        return tuple(self.number(name, text, default, least, most) for text in texts or (str(default),))

    def number(self, name: str, text: str, default: int, least: int, most: int) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text[:18]) <= most or len(text) > 18:
            self.complaints.append(f"{name} must be a whole number from {least} to {most}")
            return default
        return int(text)

    def amount(self, name: str, default: str) -> str:
        text = self.text(name, default)
        if not _AMOUNT.fullmatch(text):
            self.complaints.append(f"{name} must be an amount such as 2.00")
        return text

    def one_of(self, name: str, default: str, known: set[str]) -> str:
        text = self.text(name, default).upper()
        if text not in known:
            self.complaints.append(f"{name} must be one of {', '.join(sorted(known))}")
        return text

    def required(self, name: str) -> str:
        value = self.text(name, "")
        if not value:
            self.complaints.append(f"{name} is missing")
        elif self.looks_like_a_sample(value):
            self.complaints.append(f"{name} is a sample value")
        return value

    def secret(self, name: str) -> str:
        return next(iter(self.secrets(name)), "")

    def secrets(self, name: str) -> tuple[str, ...]:
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
        try:
            make_url(value)
        except (ArgumentError, ValueError):  # never with its text, which holds the password
            self.complaints.append("DATABASE_URL is not an address of a database")
