"""Commands of the operator: `flask --app wsgi …`, a file per noun."""

from flask import Flask

from app.commands import (
    access_numbers,
    calls,
    cards,
    database,
    jobs,
    ledger,
    mails,
    payments,
    paypal,
    seed,
    sip,
    vouchers,
)
from app.commands.rates import rates


def init_app(app: Flask) -> None:
    """Make every command known."""
    for group in (
        access_numbers.group,
        calls.group,
        cards.group,
        database.database,
        jobs.group,
        ledger.group,
        mails.group,
        payments.group,
        paypal.group,
        rates,
        seed.seed,
        sip.group,
        vouchers.group,
    ):
        app.cli.add_command(group)
