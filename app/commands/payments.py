"""`flask payments …`: what staff may see of payments and do about them."""

from dataclasses import asdict
from functools import partial
from typing import Any

import click

from app import db, payments
from app.commands.output import Noun, as_json, clear_mistakes, print_json
from app.errors import PaymentError
from app.money import Money
from app.payments import Bought, disputes, inbox, reviews

group = Noun("payments", help="Top-ups, refunds, and what a person has to look at.")


@group.command("reviews")
@click.option("--all", "closed", is_flag=True, help="Also what was looked at.")
@as_json
@clear_mistakes
def list_reviews(closed: bool, as_json: bool) -> None:
    """What waits for a person: whatever did not match is here, and was not credited."""
    with db.transaction(readonly=True):
        found = reviews.reviews(closed=closed)
    if as_json:
        print_json([_plain(asdict(one)) for one in found])
        return
    for one in found:
        click.echo(f"{one.id}  {one.opened_at:%Y-%m-%d %H:%M}  {one.what}{_verdict(one.verdict)}")
    if not found:
        click.echo("Nothing waits.")


@group.command("close-review")
@click.argument("id", type=int)
@click.option("--verdict", required=True, help="What you found, and who you are.")
@clear_mistakes
def close_review(id: int, verdict: str) -> None:
    """Take something off the list. It moves no money."""
    with db.transaction():
        reviews.close_review(id, verdict)
    click.echo(f"Review {id} is closed.")


@group.command()
@click.argument("ref")
@as_json
@clear_mistakes
def show(ref: str, as_json: bool) -> None:
    """Where a top-up stands, as it is stored here."""
    with db.transaction(readonly=True):
        _print(payments.get(ref), as_json)


@group.command()
@click.argument("ref")
@as_json
@clear_mistakes
def ask(ref: str, as_json: bool) -> None:
    """Ask the provider about a top-up, and act on the answer as always."""
    with db.transaction(readonly=True):
        bought = payments.get(ref)
    _print(payments.advance(bought.id, payments.gateway()), as_json)


@group.command()
@click.argument("ref")
@click.option("--amount", required=True, help="How much goes back to the payer, as in 5.00.")
@click.option("--key", required=True, help="Your own name for this refund: the same name gives back once.")
@as_json
@clear_mistakes
def refund(ref: str, amount: str, key: str, as_json: bool) -> None:
    """Give money of a top-up back to its payer, no more than its card still has."""
    if not 1 <= len(key) <= 40 or not key.isascii():
        raise PaymentError("name the refund with 1 to 40 plain characters")
    with db.transaction(readonly=True):
        bought = payments.get(ref)
    money = Money.parse(amount, bought.amount.currency)
    _print(payments.refund(bought, money, payments.gateway(), key=key), as_json)


@group.command("end-dispute")
@click.argument("ref")
@click.option("--verdict", required=True, help="What you found, and who you are.")
@clear_mistakes
def end_dispute(ref: str, verdict: str) -> None:
    """Free what a dispute keeps aside, when it was decided and no money went back."""
    db.attempt(partial(disputes.end, ref, verdict))
    click.echo(f"Dispute {ref} is over.")


@group.command("dead-events")
@as_json
@clear_mistakes
def dead_events(as_json: bool) -> None:
    """Notifications of the provider that could not be worked on."""
    with db.transaction(readonly=True):
        found = inbox.dead()
    facts = [{"id": one.id, "kind": one.kind, "tries": one.tries, "said": one.said} for one in found]
    if as_json:
        print_json(facts)
        return
    for one in facts:
        click.echo(f"{one['id']}  {one['kind']}  {one['tries']} tries: {one['said']}")
    if not facts:
        click.echo("None.")


@group.command("retry-event")
@click.argument("id")
@clear_mistakes
def retry_event(id: str) -> None:
    """Let a dead notification be worked on again."""
    if not db.attempt(partial(inbox.revive, id)):
        raise PaymentError(f"no dead notification is called {id[:80]}")
    click.echo(f"{id} will be tried again.")


def _print(bought: Bought, as_json: bool) -> None:
    facts = {
        "ref": bought.ref,
        "status": bought.status.value,
        "reason": bought.reason,
        "amount": str(bought.amount),
        "currency": bought.amount.currency,
        "automatic": bought.automatic,
        "order": bought.order_ref,
        "payment": bought.capture_ref,
        "made_at": bought.made_at.isoformat(),
        "credited_at": bought.credited_at.isoformat() if bought.credited_at else None,
    }
    if as_json:
        print_json(facts)
    else:
        click.echo("\n".join(f"{name:12}{value}" for name, value in facts.items() if value not in {None, ""}))


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in facts.items()
    }


def _verdict(verdict: str) -> str:
    return f"  [{verdict}]" if verdict else ""
