"""The door for everybody: the public site, and the pages that tell machines how we are."""

from flask import Flask

from app import numbers
from app.money import decimal_text
from app.web import (
    account,
    calls,
    errors,
    filters,
    guides,
    health,
    home,
    legal,
    mails,
    rates,
    receipts,
    safety,
    session,
    signing,
    signing_up,
    statement,
    vouchers,
)
from app.web.headers import add_security_headers


def init_app(app: Flask) -> None:
    """Open the public door."""
    for door in (home.door, rates.door, guides.door, legal.door, health.door):
        app.register_blueprint(door)
    for door in (signing.door, signing_up.door, safety.door):
        app.register_blueprint(door)
    for door in (account.door, calls.door, statement.door, receipts.door, vouchers.door):
        app.register_blueprint(door)
    if app.config["SETTINGS"].demo:
        app.register_blueprint(mails.door)
    app.after_request(add_security_headers)
    session.init_app(app)
    app.add_template_filter(decimal_text, "amount")
    app.add_template_filter(numbers.readable, "readable")
    app.add_template_filter(numbers.country_name, "country")
    filters.init_app(app)
    errors.init_app(app)
