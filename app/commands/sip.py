"""`flask sip …`: who may call from a SIP domain, and with which card."""

import click

from app import cards, db
from app.calls import access_numbers
from app.commands.output import Noun, as_json, clear_mistakes, print_json
from app.customers import sip_users
from app.customers.sip_users import Registered
from app.errors import PhoneRefused

group = Noun("sip", help="Who may call from a SIP domain, and with which card.")


@group.command()
@click.argument("address", metavar="USER@DOMAIN")
@click.option("--card", "serial", required=True, help="The serial of the card that pays.")
@as_json
@clear_mistakes
def add(address: str, serial: str, as_json: bool) -> None:
    """Let a user of a SIP domain call with a card, without a PIN. Safe to repeat.

    The provider checks the password. It must also let a user call under the own name only: where it takes
    any name, give each customer a domain, or let the access number ask for the PIN.
    """
    with db.transaction():
        card = cards.by_serial(serial).id
        kept = sip_users.register(address, card)
        added = _with_serials([user for user in sip_users.of_card(card) if user.address == kept])
        domains = {access.line.sip_domain for access in access_numbers.all_of_them()}
    if kept.partition("@")[2] not in domains:
        click.echo("No access number takes calls from that domain yet.", err=True)
    _print(added, as_json)


@group.command("list")
@as_json
@clear_mistakes
def show(as_json: bool) -> None:
    """Every user, and the card."""
    with db.transaction(readonly=True):
        found = _with_serials(sip_users.all_of_them())
    _print(found, as_json)


@group.command()
@click.argument("address", metavar="USER@DOMAIN")
@clear_mistakes
def remove(address: str) -> None:
    """Let a user call with no card any more: who calls is asked for a PIN."""
    with db.transaction():
        if not sip_users.forget(address):
            raise PhoneRefused(f"{address[:40]} is not registered")
    click.echo(f"{address} is removed.")


def _with_serials(users: list[Registered]) -> list[tuple[Registered, str]]:
    return [(user, cards.by_id(user.card_id).serial) for user in users]


def _print(found: list[tuple[Registered, str]], as_json: bool) -> None:
    if as_json:
        rows = [(user.address, serial, user.registered_at.isoformat()) for user, serial in found]
        print_json([dict(zip(("address", "serial", "registered_at"), row, strict=True)) for row in rows])
        return
    for user, serial in found:
        click.echo(f"{user.address}: card {serial}")
