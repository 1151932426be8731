"""`flask access-numbers …`: the numbers that callers dial, and how each treats its callers."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import click

from app import db
from app.calls import access_numbers
from app.calls.access_numbers import PROVIDERS, WARNINGS, Access
from app.commands.output import Noun, as_json, clear_mistakes, print_json
from app.money import Money

F = TypeVar("F", bound=Callable[..., Any])

AS_SET = "default"  # for what is to be as in the settings again
_WHOLE = {
    "tries": "How often the PIN, the number or a key is asked for.",
    "wrong_numbers_max": "Wrong destinations in a row.",
    "timeout_pin": "Seconds of silence that end a PIN.",
    "timeout_dest": "Seconds of silence that end a number.",
    "timeout_menu": "Seconds of silence that end a menu's question.",
    "call_seconds_max": "The longest call.",
    "min_affordable_seconds": "Credit for less is too short for a call.",
}
_FLAGS = {
    "pinless": "Registered phones need no PIN.",
    "says_balance": "The balance is said.",
    "says_minutes": "How long the credit lasts is said before dialling.",
    "says_price": "The price is said before dialling, unless the caller has chosen.",
    "records": "Calls may be recorded, if the card's owner wishes.",
    "conference": "Both ends meet in a room, so that the caller is warned and a top-up prolongs the call.",
    "calls_back": "Sound busy, and ring registered phones back.",
}

group = Noun("access-numbers", help="The numbers that callers dial.")


class WholeOrSet(click.ParamType[int | str]):
    """A whole number, or the word that stands for the setting."""

    name = "whole number"

    def convert(self, value: Any, param: Any, ctx: Any) -> int | str:
        """Read what was typed."""
        if value == AS_SET or isinstance(value, int):
            return AS_SET if value == AS_SET else int(value)
        if not str(value).isdecimal():
            self.fail(f"{value!r} is neither a whole number nor {AS_SET!r}", param, ctx)
        return int(value)


def profile(command: F) -> F:
    """The options of a profile; what is not named stays as it is."""
    for name, help in reversed(_WHOLE.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, type=WholeOrSet(), help=help)(command)
    for name, help in reversed(_FLAGS.items()):
        dashed = name.replace("_", "-")
        command = click.option(f"--{dashed}/--no-{dashed}", name, default=None, help=help)(command)
    texts: dict[str, dict[str, Any]] = {
        "languages": {"help": "By comma; the first unless the caller chooses another."},
        "greeting": {"help": "Said first, instead of the brand."},
        "surcharge": {"help": "What a minute costs more than in the deck, as in 0.02."},
        "shows": {"help": "What the called party sees: line, caller, or a number of yours in E.164."},
        "warns_by": {"type": click.Choice(WARNINGS), "help": "How a caller in a room is warned."},
        "provider": {"type": click.Choice(PROVIDERS), "help": "Who carries its calls."},
        "sip_domain": {"help": "Calls from this SIP domain come in here; empty for none."},
    }
    for name, how in reversed(texts.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, **how)(command)
    return command


@group.command()
@click.argument("number", metavar="E164")
@click.option("--country", required=True, help="National numbers are dialled as here, as in GB.")
@click.option("--deck", help="The rate deck that prices its calls; needed when there are several.")
@click.option("--language", help="As in en-GB; chosen by the country unless said.")
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


@group.command()
@click.argument("number", metavar="E164")
@profile
@as_json
@clear_mistakes
def change(number: str, as_json: bool, **options: Any) -> None:
    """Change how an access number treats its callers; "default" for a number means as in the settings."""
    wanted = {name: value for name, value in options.items() if value is not None}
    for name in _WHOLE.keys() & wanted.keys():
        wanted[name] = None if wanted[name] == AS_SET else wanted[name]
    if "languages" in wanted:
        wanted["languages"] = [part.strip() for part in wanted["languages"].split(",") if part.strip()]
    if "sip_domain" in wanted:
        wanted["sip_domain"] = wanted["sip_domain"].strip().lower() or None
    with db.transaction():
        if "surcharge" in wanted:
            wanted["surcharge"] = Money.parse(wanted["surcharge"], access_numbers.get(number).currency)
        changed = access_numbers.change(number, **wanted)
    _print([changed], as_json)


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
        print_json([_shape(access) for access in found])
        return
    for access in found:
        spoken = ", ".join(access.line.languages)
        trusted = ", every caller ID is believed" if access.trusts_caller_id else ""
        click.echo(
            f"{access.number}: {access.country}, {spoken}, deck {access.deck}{trusted}{_extras(access)}"
        )


def _shape(access: Access) -> dict[str, Any]:
    line = asdict(access.line)
    for name in ("id", "deck_id", "number", "country"):
        del line[name]
    line["surcharge"] = str(access.surcharge)
    return {
        "number": access.number,
        "country": access.country,
        "language": access.language,
        "deck": access.deck,
        "currency": access.currency,
        **line,
    }


def _extras(access: Access) -> str:
    """What is unusual about it."""
    line = access.line
    said = {
        f"{access.surcharge} {access.currency} a minute more": line.surcharge,
        "always a PIN": not line.pinless,
        "says the price": line.says_price,
        "in a room": line.conference,
        "rings back": line.calls_back,
        "may record": line.records,
        f"shows {line.shows}": line.shows != "line",
        f"by {line.provider}": line.provider != PROVIDERS[0],
        f"SIP {line.sip_domain}": line.sip_domain,
    }
    return "".join(f", {words}" for words, applies in said.items() if applies)
