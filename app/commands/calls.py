"""`flask calls …`: calls that have not ended."""

from typing import Any

import click
from flask import current_app

from app import db
from app.calls import live as live_calls
from app.calls.live import OpenCall
from app.commands.output import Noun, as_json, clear_mistakes, print_json

group = Noun("calls", help="Calls that have not ended.")


@group.command()
@as_json
@clear_mistakes
def live(as_json: bool) -> None:
    """The calls that go on now."""
    with db.transaction(readonly=True):
        found = live_calls.live()
    _print(found, as_json)


@group.command()
@as_json
@clear_mistakes
def unresolved(as_json: bool) -> None:
    """The calls whose end the provider does not know. Their holds stay until somebody closes them."""
    with db.transaction(readonly=True):
        found = live_calls.unresolved()
    _print(found, as_json)


@group.command()
@click.argument("call", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@clear_mistakes
def end(call: int) -> None:
    """End a live call at the provider; it is charged when the provider reports its end."""
    with db.transaction(readonly=True):
        found = live_calls.get(call)
    was_live = live_calls.hang_up(found, current_app.extensions["carrier"])
    click.echo(
        f"Call {call} is being ended." if was_live else f"Call {call} is no longer live at the provider."
    )


@group.command()
@click.argument("call", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option(
    "--seconds",
    type=click.IntRange(0, 86_400),
    required=True,
    help="0 charges nothing.",
)
@clear_mistakes
def close(call: int, seconds: int) -> None:
    """Say how long an unresolved call was answered, and settle it."""
    with db.transaction():
        finished = live_calls.close(call, seconds=seconds)
    click.echo(f"Call {call} is closed: {finished.seconds} s, {finished.price} {finished.price.currency}.")


def _print(found: list[OpenCall], as_json: bool) -> None:
    if as_json:
        print_json([_call(call) for call in found])
        return
    for call in found:
        click.echo(
            f"{call.id}: {call.status} since {call.placed_at:%Y-%m-%d %H:%M:%S}, card {call.serial}, "
            f"{call.number} {call.destination}, held {call.held} {call.held.currency}"
        )
    if not found:
        click.echo("There are none.")


def _call(call: OpenCall) -> dict[str, Any]:
    return {
        "id": call.id,
        "serial": call.serial,
        "number": call.number,
        "destination": call.destination,
        "status": call.status.value,
        "placed_at": call.placed_at.isoformat(),
        "seconds_max": call.seconds_max,
        "currency": call.held.currency,
        "held": str(call.held),
    }
