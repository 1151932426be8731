"""`flask ledger …`: the proof of the books."""

from dataclasses import asdict

import click

from app import calls, db, ledger
from app.commands.output import Noun, as_json, clear_mistakes, print_json

group = Noun("ledger", help="The books.")


@group.command()
@as_json
@clear_mistakes
def check(as_json: bool) -> None:
    """Prove every balance, hold and charge; exit status 1 when one row lies."""
    with db.transaction(readonly=True):
        found = ledger.audit()
        faults = [asdict(fault) for fault in found.faults] + [asdict(fault) for fault in calls.audit()]
    counts = {"accounts": found.accounts, "transfers": found.transfers, "open_holds": found.open_holds}
    if as_json:
        print_json({"balanced": not faults, **counts, "faults": faults})
    else:
        _print(counts, faults)
    if faults:
        raise SystemExit(1)


def _print(counts: dict[str, int], faults: list[dict[str, object]]) -> None:
    click.echo("{accounts} accounts, {transfers} transfers, {open_holds} open holds.".format(**counts))
    for fault in faults:
        click.echo("Account {account}, {what}: says {says}, proved {proved}.".format(**fault), err=True)
    click.echo("The books do NOT balance." if faults else "The books balance.", err=bool(faults))
