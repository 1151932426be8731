"""`flask rates …`: rate decks in and out, and what a number costs."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click

from app import config, db, rating
from app.commands.output import Noun, as_json, clear_mistakes, print_json
from app.errors import BlockedPrefix
from app.money import MILLION, Money, decimal_text
from app.rating import Rate

BUDGETS = (5, 10, 20)  # units of currency: what cards are sold for

rates = Noun("rates", help="Rate decks: what calls cost.")


@rates.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--deck", required=True, help="Its name; a known deck gets a new version.")
@click.option("--currency", required=True, help="Three letters, as in USD.")
@click.option("--columns", "named", default="", help="Headers of its own: prefix=Code,per_minute=Sell.")
@click.option("--dry-run", is_flag=True, help="Only say what would be loaded and refused.")
@as_json
@clear_mistakes
def import_file(file: Path, deck: str, currency: str, named: str, dry_run: bool, as_json: bool) -> None:
    """Load a CSV file as the new version of a deck, and put it in force."""
    report = rating.import_deck(file, name=deck, currency=currency, columns=_columns(named), dry_run=dry_run)
    if as_json:
        print_json(asdict(report))
        return
    for refusal in report.refused:
        click.echo(f"line {refusal.line}: {refusal.reason}")
    version = f"version {report.version} is in force" if report.version else "a rehearsal, nothing changed"
    counts = f"{report.loaded} rates, {report.blocked} of them blocked; {len(report.refused)} lines refused"
    click.echo(f"{report.deck}: {version}: {counts}")


@rates.command()
@click.argument("number")
@click.option("--deck", help="Its name; needed when there are several.")
@as_json
@clear_mistakes
def lookup(number: str, deck: str | None, as_json: bool) -> None:
    """Say what calling NUMBER costs: country code first, with or without a plus."""
    digits = _digits(number)
    with db.transaction(readonly=True):
        rate = _rate(digits, rating.deck_named(deck).id)
    print_json(_fields(digits, rate)) if as_json else click.echo(_told(digits, rate))


@rates.command()
@click.argument("name")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True, atomic=True))
@clear_mistakes
def export(name: str, file: TextIO) -> None:
    """Write the version in force of the deck NAME as CSV; - is the standard output."""
    written = rating.export_deck(name, file)
    click.echo(f"{name}: {written} rates written", err=True)


@rates.command("list")
@as_json
@clear_mistakes
def show(as_json: bool) -> None:
    """Every deck, with its version in force."""
    with db.transaction(readonly=True):
        decks = rating.decks()
    if as_json:
        print_json([_summary(deck) for deck in decks])
        return
    for deck in decks:
        counts = f"{deck.loaded} rates, {deck.blocked} blocked"
        click.echo(
            f"{deck.name}: {deck.currency}, version {deck.version} of {deck.loaded_at:%Y-%m-%d}, {counts}"
        )


def _columns(named: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in named.split(",") if pair]
    if any(not (meaning.strip() and header.strip()) for meaning, _, header in pairs):
        raise click.ClickException(f"--columns {named[:60]!r}: write it as in prefix=Code,per_minute=Sell")
    return {meaning.strip(): header.strip() for meaning, _, header in pairs}


def _digits(number: str) -> str:
    digits = re.sub(r"[\s().-]", "", number).removeprefix("+")
    if not re.fullmatch("[0-9]{1,15}", digits):
        raise click.ClickException(
            f"{number[:40]!r} is not a number: write up to 15 digits, country code first"
        )
    return digits


def _rate(digits: str, deck_id: int) -> Rate:
    try:
        return rating.find(digits, deck_id)
    except BlockedPrefix as refusal:
        blocked: Rate = refusal.rate
        return blocked


def _fields(digits: str, rate: Rate) -> dict[str, object]:
    return {
        "number": f"+{digits}",
        "prefix": rate.prefix,
        "destination": rate.destination,
        "currency": rate.currency,
        "per_minute": decimal_text(rate.per_minute),
        "connection_fee": decimal_text(rate.connection_fee),
        "first_increment": rate.first_increment,
        "increment": rate.increment,
        "blocked": rate.blocked,
    }


def _told(digits: str, rate: Rate) -> str:
    head = f"+{digits}: {rate.destination}, prefix {rate.prefix}"
    if rate.blocked:
        return f"{head}\n  blocked: this deck does not sell it"
    fee = f", {decimal_text(rate.connection_fee)} for connecting" if rate.connection_fee else ""
    grace = f", free below {rate.grace} s" if rate.grace else ""
    return "\n".join(
        [
            head,
            f"  {decimal_text(rate.per_minute)} {rate.currency} a minute{fee}",
            f"  billed: the first {rate.first_increment} s, then by {rate.increment} s{grace}",
            *(f"  {units} {rate.currency} last {_minutes(rate, units)} minutes" for units in BUDGETS),
        ]
    )


def _minutes(rate: Rate, units: int) -> int:
    budget = Money(units * MILLION, rate.currency)
    return rating.minutes_for(rate, budget, seconds_max=config.settings().call_seconds_max)


def _summary(deck: rating.DeckInForce) -> dict[str, object]:
    return {
        "deck": deck.name,
        "currency": deck.currency,
        "version": deck.version,
        "loaded": deck.loaded,
        "blocked": deck.blocked,
        "loaded_at": deck.loaded_at.isoformat(),
        "file": deck.file,
    }
