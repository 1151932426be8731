"""`flask phone …`: ring an access number from the shell, or run the stand-in for the phone page."""

import json
import os
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext

from . import performance, server
from .callees import Callee, from_text
from .clock import VirtualClock
from .errors import SimulatorError
from .network import Network
from .transport import http_transport

PROVIDER_PORT_DEFAULT = 8010
PASSED = "TN-Validation-Passed-"


@click.group()
def phone() -> None:
    """A telephone that rings our access numbers."""


class CalleeType(click.ParamType[Callee]):
    """`answer:SECONDS`, `answer`, `busy`, `no-answer` or `failed`."""

    name = "callee"

    def convert(self, value: Any, param: Any, ctx: Any) -> Callee:
        try:
            return value if isinstance(value, Callee) else from_text(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@phone.command("call")
@click.option("--from", "caller", required=True, help="The caller's number, or what a withheld one shows.")
@click.option("--to", required=True, help="The access number, like +442031234567.")
@click.option(
    "--keys", default="", help="What to press; w waits 0.5 s, W 1 s, a space for the next question."
)
@click.option("--callee", type=CalleeType(), default="answer:60", show_default=True)
@click.option("--stir", help="How the network vouches for the caller: A, B, C or the whole word.")
@click.option("--json", "as_json", is_flag=True, help="Print the call as JSON.")
@with_appcontext
def call(caller: str, to: str, keys: str, callee: Callee, stir: str | None, as_json: bool) -> None:
    """Play a whole call through the real HTTP door, without waiting, and print what happened."""
    settings = current_app.config["SETTINGS"]
    _only_for_trials(settings, "phone call")
    if not re.fullmatch(r"\+[1-9][0-9]{4,14}", to):
        raise click.ClickException(f"--to: {to!r} is not a number like +442031234567")
    network = _virtual_network(settings)
    try:
        ringing = network.ring(caller, to, callee, stir=PASSED + stir if stir in ("A", "B", "C") else stir)
        performance.perform(ringing, keys)
        network.deliver()
    except SimulatorError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(performance.as_json(ringing), indent=2))
    else:
        click.echo("\n".join(performance.told(ringing)))


@phone.command("text")
@click.option("--from", "sender", required=True, help="The phone's number.")
@click.option("--to", required=True, help="One of our numbers, like +442031234567.")
@click.argument("words")
@with_appcontext
def text(sender: str, to: str, words: str) -> None:
    """Send us a text message through the real HTTP door, and print what the phone gets back."""
    settings = current_app.config["SETTINGS"]
    _only_for_trials(settings, "phone text")
    network = _virtual_network(settings)
    try:
        network.text(sender, to, words)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from error
    if network.problems:
        raise click.ClickException(str(network.problems[0]))
    for sent in network.sent:
        click.echo(sent.words)


def _only_for_trials(settings: Any, command: str) -> None:
    if not settings.demo and not is_loopback(settings.public_base_url):
        raise click.ClickException(f"{command} works in demo mode, or on a loopback PUBLIC_BASE_URL, only")


@phone.command("provider")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the port of TWILIO_API_BASE_URL.")
@with_appcontext
def provider(port: int | None) -> None:
    """Run the stand-in for the provider in real time, for /phone. Demo mode only."""
    settings = current_app.config["SETTINGS"]
    if not settings.demo:
        raise click.ClickException("phone provider works in demo mode only")
    port = port or _port_of(settings.twilio_api_base_url)
    account = {"account_sid": settings.twilio_account_sid, "auth_token": _token(settings)}
    try:
        server.serve(port, base_url=settings.public_base_url, ready=_say_where, **account)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(f"cannot listen on port {port}: {reason}") from error


def _say_where(port: int) -> None:
    click.echo(f"The stand-in for the provider listens on http://{server.HOST}:{port}", err=True)


def _virtual_network(settings: Any) -> Network:
    base = settings.public_base_url.rstrip("/")
    return Network(
        http_transport(),
        account_sid=settings.twilio_account_sid,
        auth_token=_token(settings),
        voice_url=f"{base}/ivr/voice",
        fallback_url=f"{base}/ivr/fallback",
        status_url=f"{base}/ivr/status",
        clock=VirtualClock(datetime.now(UTC)),
    )


def _token(settings: Any) -> str:
    if not settings.twilio_auth_tokens:
        raise click.ClickException("TWILIO_AUTH_TOKEN is not set, so no request can be signed")
    return str(settings.twilio_auth_tokens[0])


def _port_of(url: str | None) -> int:
    return (urlsplit(url).port if url and is_loopback(url) else None) or PROVIDER_PORT_DEFAULT


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in server.LOOPBACK
