"""`flask cards …`: making cards, and looking after them."""

import csv
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app import calls, cards, customers, db, numbers
from app.calls import PastCall
from app.calls.access_numbers import LANGUAGES
from app.cards import CardStatus, IssuedCard, OpenCard
from app.commands.output import Noun, as_json, clear_mistakes, print_json
from app.errors import CardRefused
from app.money import Money, currency_code

group = Noun("cards", help="Cards and their PINs.")


@group.command()
@click.option("--count", type=int, required=True)
@click.option("--value", required=True, help="Credit on each card, as in 10.00.")
@click.option("--currency", required=True)
@click.option("--batch", required=True, help="A new batch, or one to add to.")
@click.option("--live-calls", type=click.IntRange(1, 1000), help="Calls of one card at once; 1 unless said.")
@click.option("--made", is_flag=True, help="Leave them to be activated when they are sold.")
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Write them into this new file.")
@as_json
@clear_mistakes
def issue(
    count: int,
    value: str,
    currency: str,
    batch: str,
    live_calls: int | None,
    made: bool,
    file: Path | None,
    as_json: bool,
) -> None:
    """Make cards. Their PINs are shown this once; only cards whose PINs were shown are activated."""
    worth = Money.parse(value, currency_code(currency))
    if file is not None:
        _claim(file)
    try:
        with db.transaction():
            issued = cards.issue(count, worth, batch=batch, live_calls_max=live_calls, active=False)
    except BaseException:
        if file is not None:
            file.unlink()
        raise
    try:
        _hand_over(issued, file, as_json)
    except OSError as error:
        raise CardRefused(
            f"the PINs could not be written ({error.strerror}): the cards were made but open nothing"
        ) from error
    if not made:
        with db.transaction():
            cards.activate([card.serial for card in issued])


def _hand_over(issued: list[IssuedCard], file: Path | None, as_json: bool) -> None:
    """Give the PINs to whoever asked for the cards, and be sure that they have arrived."""
    if file is not None:
        _write(file, issued)
    if as_json:
        print_json([_issued(card) for card in issued])
    elif file is None:
        for card in issued:
            click.echo(f"{card.serial}  PIN {card.pin}  {card.balance} {card.balance.currency}")
    else:
        click.echo(f"{len(issued)} cards are in {file}.")
    sys.stdout.flush()


@group.command()
@click.argument("serial")
@as_json
@clear_mistakes
def show(serial: str, as_json: bool) -> None:
    """A card's state, balance and last calls."""
    with db.transaction(readonly=True):
        card = cards.by_serial(serial)
        past = calls.of_card(card.id)
    if as_json:
        print_json({**_card(card), "calls": [_call(call) for call in past]})
        return
    click.echo(_line(card))
    for call in past:
        click.echo(
            f"  {call.placed_at:%Y-%m-%d %H:%M}  {call.number}  {call.destination}  {call.status}"
            f"  {call.seconds} s  {call.price}"
        )


@group.command()
@click.argument("serial")
@click.argument("status", type=click.Choice(["active", "suspended", "void"]))
@as_json
@clear_mistakes
def change(serial: str, status: str, as_json: bool) -> None:
    """Activate, suspend or void a card."""
    with db.transaction():
        card = cards.change(serial, CardStatus(status))
    _tell(card, as_json)


@group.command()
@click.argument("serial")
@click.argument("seconds", type=click.IntRange(1, 86_400), required=False)
@as_json
@clear_mistakes
def limit(serial: str, seconds: int | None, as_json: bool) -> None:
    """Cap the length of this card's calls; without SECONDS the cap goes."""
    with db.transaction():
        card = cards.limit(serial, call_seconds_max=seconds)
    _tell(card, as_json)


@group.command()
@click.argument("serial")
@click.option("--language", type=click.Choice([*LANGUAGES, "default"]), help="What is spoken.")
@click.option("--price", type=click.Choice(["yes", "no", "default"]), help="Said before each call.")
@click.option("--star/--no-star", default=None, help="Star ends a call, so that the next can be dialled.")
@as_json
@clear_mistakes
def choose(serial: str, language: str | None, price: str | None, star: bool | None, as_json: bool) -> None:
    """How calls of this card go; "default" is what the access number does, what is not named stays."""
    with db.transaction():
        card = cards.by_serial(serial)
        says = {None: card.says_price, "yes": True, "no": False, "default": None}
        spoken = {None: card.language, "default": None}
        cards.choose(
            card.id,
            language=spoken.get(language, language),
            says_price=says[price],
            star_ends_call=card.star_ends_call if star is None else star,
        )
        card = cards.by_serial(serial)
    _tell(card, as_json)


@group.command()
@click.argument("serial")
@click.argument("amount")
@click.option("--key", required=True, help="Names this sale, so that it is credited once.")
@as_json
@clear_mistakes
def credit(serial: str, amount: str, key: str, as_json: bool) -> None:
    """Sell more credit to a card, over the counter."""
    with db.transaction():
        worth = Money.parse(amount, cards.by_serial(serial).balance.currency)
        card = cards.credit(serial, worth, key=key)
    _tell(card, as_json)


@group.command()
@click.argument("serial")
@click.argument("day", metavar="YYYY-MM-DD|never")
@as_json
@clear_mistakes
def expire(serial: str, day: str, as_json: bool) -> None:
    """Let a card's credit end at the beginning of a day (UTC); `never` is what cards are made with."""
    try:
        at = None if day == "never" else datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise CardRefused(f"{day[:20]!r} is not a day: write it as in 2030-12-31, or never") from error
    with db.transaction():
        card = cards.expire(serial, at=at)
    _tell(card, as_json)


@group.command("new-pin")
@click.argument("serial")
@as_json
@clear_mistakes
def new_pin(serial: str, as_json: bool) -> None:
    """Give a card another PIN, shown this once. The old one is dead at once."""
    with db.transaction():
        card = cards.by_serial(serial)
        pin = cards.new_pin(card.id)
    print_json({"serial": serial, "pin": pin}) if as_json else click.echo(f"{serial}  PIN {pin}")


@group.command()
@click.argument("serial")
@click.argument("phone")
@clear_mistakes
def register(serial: str, phone: str) -> None:
    """Let a phone (E.164) open this card without a PIN."""
    if numbers.caller_id(phone, country="GB") != phone:
        raise CardRefused(f"{phone[:30]} is not a number in E.164 form, as in +447700900123")
    with db.transaction():
        customers.register(phone, cards.by_serial(serial).id)
    click.echo(f"{phone} opens card {serial}.")


@group.command()
@click.argument("phone")
@clear_mistakes
def forget(phone: str) -> None:
    """Let a phone open no card any more."""
    with db.transaction():
        known = customers.forget(phone)
    if not known:
        raise CardRefused(f"{phone[:30]} opens no card")
    click.echo(f"{phone} opens no card any more.")


def _claim(file: Path) -> None:
    """Find out that the file cannot be written before the cards are made, not after."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise CardRefused(f"{file} cannot be written: {error.strerror}") from error


def _write(file: Path, issued: list[IssuedCard]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.DictWriter(out, ["serial", "pin", "currency", "balance"])
        rows.writeheader()
        rows.writerows(_issued(card) for card in issued)
        out.flush()
        os.fsync(out.fileno())


def _issued(card: IssuedCard) -> dict[str, str]:
    return {
        "serial": card.serial,
        "pin": card.pin,
        "currency": card.balance.currency,
        "balance": str(card.balance),
    }


def _card(card: OpenCard) -> dict[str, Any]:
    return {
        "serial": card.serial,
        "status": card.status.value,
        "currency": card.balance.currency,
        "balance": str(card.balance),
        "held": str(card.balance - card.available),
        "available": str(card.available),
    }


def _call(call: PastCall) -> dict[str, Any]:
    return {
        "number": call.number,
        "destination": call.destination,
        "status": call.status.value,
        "answered_at": call.answered_at and call.answered_at.isoformat().replace("+00:00", "Z"),
        "seconds": call.seconds,
        "billed_seconds": call.billed_seconds,
        "per_minute": str(call.per_minute),
        "price": str(call.price),
    }


def _tell(card: OpenCard, as_json: bool) -> None:
    print_json(_card(card)) if as_json else click.echo(_line(card))


def _line(card: OpenCard) -> str:
    return (
        f"{card.serial}: {card.status}, balance {card.balance} {card.balance.currency}, "
        f"held {card.balance - card.available}, available {card.available}"
    )
