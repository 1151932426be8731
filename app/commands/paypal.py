"""`flask paypal …`: the stand-in for PayPal, for a demonstration."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app

from app import demo
from app.commands.output import Noun, clear_mistakes
from app.config import Settings
from app.errors import UnsafeSettings
from app.payments import stand_in

group = Noun("paypal", help="PayPal, as far as it stands on this machine.")


@group.command("stand-in")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the port of PAYPAL_API_BASE_URL.")
@click.option(
    "--books",
    type=click.Path(dir_okay=False, path_type=Path),
    default=demo.FILE.parent / "paypal-books.jsonl",
    help="The file that remembers its orders.",
)
@clear_mistakes
def run(port: int | None, books: Path) -> None:
    """Run a local PayPal whose buyers are made up. Demo mode only."""
    settings: Settings = current_app.config["SETTINGS"]
    port = port or _port(settings)
    try:
        stand_in.serve(settings, port, books=books, ready=_say_where)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(f"cannot listen on port {port}: {reason}") from error


def _port(settings: Settings) -> int:
    base = settings.paypal.api_base_url if settings.paypal is not None else ""
    port = urlsplit(base).port
    if settings.paypal is None or not settings.paypal.is_stand_in or port is None:
        raise UnsafeSettings("PAYPAL_API_BASE_URL names no port of this machine")
    return port


def _say_where(port: int) -> None:
    click.echo(f"The stand-in for PayPal listens on http://{stand_in.HOST}:{port}", err=True)
