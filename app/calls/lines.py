"""The tables of access numbers and of what their callers have chosen."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Micros, Model

LANGUAGES = ("en-GB", "en-US", "es", "fr", "pl", "ur")


class AccessNumber(Model):
    """A number that callers dial."""

    __tablename__ = "access_numbers"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    # ISO 3166: national numbers are dialled as in this country
    country: Mapped[str] = mapped_column(String(2))
    # BCP 47, as in en-GB: spoken unless the caller chooses another
    language: Mapped[str] = mapped_column(String(10))
    # those others, by comma
    other_languages: Mapped[str] = mapped_column(String(80), server_default=text("''"))
    # prices its calls
    deck_id: Mapped[int] = mapped_column(ForeignKey("decks.id"))
    # and this much more a minute, for a line that is free to call
    surcharge: Mapped[int] = mapped_column(Micros, server_default=text("0"))

    # said first; empty: the brand
    greeting: Mapped[str] = mapped_column(String(80), server_default=text("''"))
    # a registered phone needs no PIN here
    pinless: Mapped[bool] = mapped_column(server_default=text("true"))
    # believe every caller ID here, vouched for by the network or not
    trusts_caller_id: Mapped[bool] = mapped_column(server_default=text("false"))
    says_balance: Mapped[bool] = mapped_column(server_default=text("true"))
    says_minutes: Mapped[bool] = mapped_column(server_default=text("true"))
    # before every call, unless the caller has chosen
    says_price: Mapped[bool] = mapped_column(server_default=text("false"))

    # what follows is as in the settings where it is empty; times in seconds
    tries: Mapped[int | None]
    # wrong destinations in a row
    wrong_numbers_max: Mapped[int | None]
    timeout_pin: Mapped[int | None]
    timeout_dest: Mapped[int | None]
    timeout_menu: Mapped[int | None]
    call_seconds_max: Mapped[int | None]
    min_affordable_seconds: Mapped[int | None]

    # what the called party sees: "line" for this number, "caller", or a number that we own in E.164
    shows: Mapped[str] = mapped_column(String(16), server_default=text("'line'"))
    # calls may be recorded, if the card's owner wishes
    records: Mapped[bool] = mapped_column(server_default=text("false"))
    # the two ends meet in a room of the provider's, so that the caller can be warned
    conference: Mapped[bool] = mapped_column(server_default=text("false"))
    # beep or voice
    warns_by: Mapped[str] = mapped_column(String(5), server_default=text("'beep'"))
    # sounds busy, and registered phones are rung back
    calls_back: Mapped[bool] = mapped_column(server_default=text("false"))
    # twilio, signalwire or telnyx
    provider: Mapped[str] = mapped_column(String(12), server_default=text("'twilio'"))
    # calls from this SIP domain come in here
    sip_domain: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (Index("uq_access_numbers_sip_domain", "sip_domain", unique=True),)


class CallerLanguage(Model):
    """Which language a caller has chosen, so that it is asked once."""

    __tablename__ = "caller_languages"

    # E.164
    caller: Mapped[str] = mapped_column(String(16), primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
