"""`flask access-numbers …`: the numbers that callers dial."""

from dataclasses import asdict

import click

from app import db
from app.calls import access_numbers
from app.calls.access_numbers import Access
from app.commands.output import Noun, as_json, clear_mistakes, print_json

group = Noun("access-numbers", help="The numbers that callers dial.")


@group.command()
@click.argument("number", metavar="E164")
@click.option("--country", required=True, help="National numbers are dialled as here, as in GB.")
@click.option("--deck", help="The rate deck that prices its calls; needed when there are several.")
@click.option("--language", help="en-GB or en-US; chosen by the country unless said.")
@click.option("--trust-caller-id", is_flag=True, help="Believe every caller ID, vouched for or not.")
@as_json
@clear_mistakes
def add(
    number: str, country: str, deck: str | None, language: str | None, trust_caller_id: bool, as_json: bool
) -> None:
    """Let callers dial a number. Safe to repeat: a known number gets the new settings."""
    with db.transaction():
        added = access_numbers.add(
            number, country=country, deck=deck, language=language, trusts_caller_id=trust_caller_id
        )
    _print([added], as_json)


@group.command("list")
@as_json
@clear_mistakes
def show(as_json: bool) -> None:
    """Every access number."""
    with db.transaction(readonly=True):
        found = access_numbers.all_of_them()
    _print(found, as_json)


def _print(found: list[Access], as_json: bool) -> None:
    if as_json:
        print_json([asdict(access) for access in found])
        return
    for access in found:
        trusted = ", every caller ID is believed" if access.trusts_caller_id else ""
        click.echo(f"{access.number}: {access.country}, {access.language}, deck {access.deck}{trusted}")
