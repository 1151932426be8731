"""Settings: read from the environment, checked once, never changed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from app.environment import Environment
from app.errors import UnsafeSettings
from app.providers import SignalWire, Telnyx
from app.selling import PayPal, Selling

CARRIER = "https://api.twilio.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installations; `.env.example` explains each."""

    demo: bool
    database_url: str
    secret_keys: tuple[str, ...]  # the first signs and seals, all of them are accepted
    pin_peppers: tuple[str, ...]  # the first makes new PINs, all of them open old ones
    public_base_url: str
    trusted_proxies: int  # that stand before us, each adding whom it speaks for; 0: nobody is believed
    twilio_account_sid: str
    twilio_auth_tokens: tuple[str, ...]  # any of them may sign
    twilio_api_base_url: str
    signalwire: SignalWire | None
    telnyx: Telnyx | None
    brand: str
    support_phone: str  # what callers may ring for help, as digits; empty: nobody answers
    voices: tuple[tuple[str, str], ...]  # language and voice, where another is wanted
    call_seconds_max: int
    min_affordable_seconds: int
    ring_seconds: int
    ivr_timeout_pin: int
    ivr_timeout_dest: int
    ivr_timeout_menu: int
    ivr_tries: int
    low_balance: str
    pin_lengths: tuple[int, ...]  # the first for new PINs, all of them are entered
    pin_failures_per_caller: int
    pin_failures_per_access_number: int
    pin_failures_global: int
    allowed_number_kinds: frozenset[str]
    paypal: PayPal | None
    selling: Selling
    smtp_url: str
    mail_from: str
    metrics_token: str
    log_level: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check the environment.

        Raises UnsafeSettings with one line that names every setting that is missing, malformed or a sample.
        """
        reader = Environment(environment)
        settings = cls._read(reader)
        reader.complaints += settings.contradictions()
        if reader.complaints:
            raise UnsafeSettings("; ".join(reader.complaints))
        return settings

    @property
    def providers(self) -> tuple[str, ...]:
        """The phone providers that are set up; the first always is."""
        others = {"signalwire": self.signalwire, "telnyx": self.telnyx}
        return ("twilio", *(name for name, known in others.items() if known is not None))

    def contradictions(self) -> list[str]:
        """What makes no sense together, one sentence each."""
        untaxed = self.selling.vat_number or not self.selling.has_vat or self.paypal is None
        wrong = {
            "MIN_AFFORDABLE_SECONDS must not exceed CALL_SECONDS_MAX": self.min_affordable_seconds
            > self.call_seconds_max,
            "MAIL_FROM is missing: mails need a sender": self.smtp_url and not self.mail_from,
            "VAT_NUMBER is missing: receipts show VAT (set VAT_PERCENT=0 if you charge none)": not untaxed,
            "TOP_UP_AMOUNTS must be from TOP_UP_MIN to TOP_UP_MAX": not self.selling.amounts_are_allowed,
        }
        return [sentence for sentence, applies in wrong.items() if applies]

    @classmethod
    def _read(cls, of: Environment) -> "Settings":
        return cls(
            demo=of.demo,
            database_url=of.database(),
            secret_keys=of.secrets("SECRET_KEY"),
            pin_peppers=of.secrets("PIN_PEPPER"),
            public_base_url=of.url("PUBLIC_BASE_URL", ""),
            trusted_proxies=of.whole("TRUSTED_PROXIES", 0, least=0, most=9),
            twilio_account_sid=of.required("TWILIO_ACCOUNT_SID"),
            twilio_auth_tokens=of.secrets("TWILIO_AUTH_TOKEN"),
            twilio_api_base_url=of.url("TWILIO_API_BASE_URL", CARRIER),
            signalwire=SignalWire.read(of),
            telnyx=Telnyx.read(of),
            brand=of.text("BRAND", "Farthing"),
            support_phone=of.text("SUPPORT_PHONE", ""),
            voices=of.pairs("VOICES"),
            call_seconds_max=of.whole("CALL_SECONDS_MAX", 7200, least=60, most=86_400),
            min_affordable_seconds=of.whole("MIN_AFFORDABLE_SECONDS", 10, least=1, most=600),
            ring_seconds=of.whole("RING_SECONDS", 30, least=5, most=600),
            ivr_timeout_pin=of.whole("IVR_TIMEOUT_PIN", 8, least=1, most=60),
            ivr_timeout_dest=of.whole("IVR_TIMEOUT_DEST", 6, least=1, most=60),
            ivr_timeout_menu=of.whole("IVR_TIMEOUT_MENU", 5, least=1, most=60),
            ivr_tries=of.whole("IVR_TRIES", 3, least=1, most=9),
            low_balance=of.amount("LOW_BALANCE", "2.00"),
            pin_lengths=of.wholes("PIN_LENGTH", 12, least=8, most=20),
            pin_failures_per_caller=of.whole("PIN_FAILURES_PER_CALLER", 5, least=1, most=100),
            pin_failures_per_access_number=of.whole(
                "PIN_FAILURES_PER_ACCESS_NUMBER", 20, least=1, most=100_000
            ),
            pin_failures_global=of.whole("PIN_FAILURES_GLOBAL", 100, least=1, most=1_000_000),
            allowed_number_kinds=frozenset(of.list("ALLOWED_NUMBER_KINDS")),
            paypal=PayPal.read(of),
            selling=Selling.read(of),
            smtp_url=of.smtp("SMTP_URL"),
            mail_from=of.text("MAIL_FROM", "Farthing <no-reply@example.org>" if of.demo else ""),
            metrics_token=of.text("METRICS_TOKEN", ""),
            log_level=of.one_of("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}),
        )


_settings: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the settings of this process."""
    global _settings
    _settings = settings


def settings() -> Settings:
    """The settings of this process."""
    assert _settings is not None, "no settings are in use"
    return _settings
