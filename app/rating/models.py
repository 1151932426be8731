"""The tables of rate decks."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Amount, Id, Model

ALWAYS = date(1970, 1, 1)  # effective_from of a rate whose file names no date


class VersionState(StrEnum):
    """LOADING, and then one of the others. Which version is in force, only its deck says."""

    LOADING = "loading"
    LOADED = "loaded"
    ABANDONED = "abandoned"


class Deck(Model):
    """A price list by name; its prices are those of the version in force."""

    __tablename__ = "decks"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    # ISO 4217; all versions of a deck share it
    currency: Mapped[str] = mapped_column(String(3))
    # the version in force; empty until a first import has ended well
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("deck_versions.id", name="fk_decks_version_id", use_alter=True)
    )


class DeckVersion(Model):
    """What one import made of one file. Once loaded it never changes."""

    __tablename__ = "deck_versions"

    id: Mapped[Id]
    deck_id: Mapped[int] = mapped_column(ForeignKey("decks.id"))
    # 1, 2, … within its deck
    number: Mapped[int]
    # a VersionState
    state: Mapped[str] = mapped_column(String(10))
    # when it was put in force
    loaded_at: Mapped[datetime | None]
    # the name of the file, without its folder
    file: Mapped[str] = mapped_column(String(255))
    # how many rates the file had, and how many of them are blocked
    loaded: Mapped[int] = mapped_column(server_default=text("0"))
    blocked: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        UniqueConstraint("deck_id", "number"),
        CheckConstraint("number > 0", name="version_numbers_start_at_one"),
        CheckConstraint("blocked >= 0 AND loaded >= blocked", name="blocked_rates_are_among_the_loaded"),
        CheckConstraint("(state = 'loaded') = (loaded_at IS NOT NULL)", name="a_loaded_version_says_when"),
    )


class RateRow(Model):
    """One prefix of one version, from one day on."""

    __tablename__ = "rates"

    # no foreign key: a million rows would each be checked, and only a version under its own lock gets any
    version_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    # the first digits of the numbers it prices, country code first
    prefix: Mapped[str] = mapped_column(String(15), primary_key=True)
    # the day, in UTC, from which it holds
    effective_from: Mapped[date] = mapped_column(primary_key=True)
    # what a person calls those numbers
    destination: Mapped[str] = mapped_column(String(100))
    # millionths for 60 seconds
    per_minute: Mapped[Amount]
    # millionths, once for each answered call
    connection_fee: Mapped[Amount]
    # seconds: a call is never billed for fewer
    first_increment: Mapped[int]
    # seconds: what follows is billed in whole ones of these
    increment: Mapped[int]
    # seconds: a call answered for less costs nothing
    grace: Mapped[int]
    # we do not sell this destination
    blocked: Mapped[bool]

    __table_args__ = (
        CheckConstraint("length(prefix) BETWEEN 1 AND 15", name="prefix_has_1_to_15_digits"),
        CheckConstraint("per_minute >= 0 AND connection_fee >= 0", name="price_is_never_negative"),
        CheckConstraint("first_increment > 0 AND increment > 0", name="increments_are_positive"),
        CheckConstraint("grace >= 0", name="grace_is_never_negative"),
        {"sqlite_with_rowid": False},
    )
