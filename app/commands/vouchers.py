"""`flask vouchers …`: making vouchers, and looking after them."""

import csv
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app import db
from app.cards import vouchers
from app.cards.vouchers import MadeVoucher, SoldVoucher
from app.commands.output import Noun, as_json, clear_mistakes, print_json
from app.errors import CardRefused
from app.money import Money, currency_code

group = Noun("vouchers", help="Vouchers: codes with value to add to a card.")


@group.command()
@click.option("--count", type=int, required=True)
@click.option("--value", required=True, help="What each is worth, as in 10.00.")
@click.option("--currency", required=True)
@click.option("--batch", required=True, help="A new batch, or one to add to.")
@click.option(
    "--expires", metavar="YYYY-MM-DD", help="From the beginning of this day (UTC) they are refused."
)
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Write them into this new file.")
@as_json
@clear_mistakes
def make(
    count: int, value: str, currency: str, batch: str, expires: str | None, file: Path | None, as_json: bool
) -> None:
    """Make vouchers. Their codes are shown this once; those whose codes could not be shown are void."""
    worth, expires_at = Money.parse(value, currency_code(currency)), _day(expires)
    if file is not None:
        _claim(file)
    try:
        with db.transaction():
            made = vouchers.make(count, worth, batch=batch, expires_at=expires_at)
    except BaseException:
        if file is not None:
            file.unlink()
        raise
    try:
        _hand_over(made, file, as_json)
    except OSError as error:
        with db.transaction():
            vouchers.void(made[0].serial, made[-1].serial)
        raise CardRefused(
            f"the codes could not be written ({error.strerror}): the vouchers were made and are void"
        ) from error


@group.command()
@click.argument("serial")
@as_json
@clear_mistakes
def show(serial: str, as_json: bool) -> None:
    """What became of a voucher."""
    with db.transaction(readonly=True):
        voucher = vouchers.show(serial)
    print_json(_sold(voucher)) if as_json else click.echo(_line(voucher))


@group.command()
@click.argument("first", required=False)
@click.argument("last", required=False)
@click.option("--batch", help="All of a batch instead.")
@as_json
@clear_mistakes
def void(first: str | None, last: str | None, batch: str | None, as_json: bool) -> None:
    """Let vouchers be redeemed no more: one serial, the first and the last of a range, or a batch."""
    if (first is None) == (batch is None):
        raise CardRefused("name a serial, the first and the last serial of a range, or --batch")
    with db.transaction():
        changed = vouchers.void_batch(batch) if batch is not None else vouchers.void(first or "", last)
    print_json({"void": changed}) if as_json else click.echo(f"{changed} more vouchers are void now.")


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise CardRefused(f"{text[:20]!r} is not a day: write it as in 2030-12-31") from error


def _claim(file: Path) -> None:
    """Find out that the file cannot be written before the vouchers are made, not after."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise CardRefused(f"{file} cannot be written: {error.strerror}") from error


def _hand_over(made: list[MadeVoucher], file: Path | None, as_json: bool) -> None:
    """Give the codes to whoever asked for the vouchers, and be sure that they have arrived."""
    if file is not None:
        _write(file, made)
    if as_json:
        print_json([_made(voucher) for voucher in made])
    elif file is None:
        for voucher in made:
            click.echo(f"{voucher.serial}  code {voucher.code}  {voucher.value} {voucher.value.currency}")
    else:
        click.echo(f"{len(made)} vouchers are in {file}.")
    sys.stdout.flush()


def _write(file: Path, made: list[MadeVoucher]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.DictWriter(out, ["serial", "code", "currency", "value"])
        rows.writeheader()
        rows.writerows(_made(voucher) for voucher in made)
        out.flush()
        os.fsync(out.fileno())


def _made(voucher: MadeVoucher) -> dict[str, str]:
    return {
        "serial": voucher.serial,
        "code": voucher.code,
        "currency": voucher.value.currency,
        "value": str(voucher.value),
    }


def _sold(voucher: SoldVoucher) -> dict[str, Any]:
    return {
        "serial": voucher.serial,
        "batch": voucher.batch,
        "status": voucher.status.value,
        "currency": voucher.value.currency,
        "value": str(voucher.value),
        "expires_at": _moment(voucher.expires_at),
        "voided_at": _moment(voucher.voided_at),
        "redeemed_at": _moment(voucher.redeemed_at),
        "card": voucher.card,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _line(voucher: SoldVoucher) -> str:
    said = f"{voucher.serial}: {voucher.status}, {voucher.value} {voucher.value.currency}, of {voucher.batch}"
    if voucher.redeemed_at is not None:
        return f"{said}, redeemed {voucher.redeemed_at:%Y-%m-%d %H:%M} by card {voucher.card}"
    if voucher.expires_at is not None:
        return f"{said}, expires {voucher.expires_at:%Y-%m-%d %H:%M}"
    return said
