"""`flask mails …`: which mails left, which were given up, and trying those again."""

from dataclasses import asdict
from typing import Any

import click

from app import db, messages
from app.commands.output import Noun, as_json, clear_mistakes, print_json
from app.messages import Noted

SHOWN_MAX = 100

group = Noun("mails", help="Mails to customers. What they say is not shown: it opens doors.")


@group.command("list")
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@as_json
@clear_mistakes
def show(dead: bool, as_json: bool) -> None:
    """The newest mails and what became of them."""
    with db.transaction(readonly=True):
        found = messages.dead() if dead else messages.newest(SHOWN_MAX)
    if as_json:
        print_json([_plain(mail) for mail in found])
        return
    for mail in found:
        said = f"  ({mail.said})" if mail.said else ""
        head = f"{mail.id}  {mail.made_at:%Y-%m-%d %H:%M}  {mail.status.value}  {mail.letter}  {mail.to}"
        click.echo(f"{head}{said}")


@group.command()
@click.argument("id", type=click.IntRange(1, 2**63 - 1))
@clear_mistakes
def revive(id: int) -> None:
    """Let a mail that was given up try again from the start."""
    with db.transaction():
        revived = messages.revive(id)
    if not revived:
        raise click.ClickException(f"there is no mail {id} that was given up: see flask mails list --dead")
    click.echo(f"Mail {id} leaves with the next round of flask jobs run.")


def _plain(mail: Noted) -> dict[str, Any]:
    told = asdict(mail) | {"status": mail.status.value}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}
