"""The door for everybody: the public site, and the pages that tell machines how we are."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from app import numbers
from app.money import decimal_text
from app.web import (
    account,
    auto_top_up,
    call_me,
    calling,
    calls,
    errors,
    filters,
    guides,
    health,
    home,
    legal,
    mails,
    phone_top_up,
    phones,
    pin,
    rates,
    receipts,
    recordings,
    safety,
    session,
    settings,
    signing,
    signing_up,
    speed_dials,
    statement,
    top_up,
    vouchers,
)
from app.web.headers import add_security_headers


class _Id(IntegerConverter):
    """A number in a path: one that a row can have. Others are no page of ours."""

    def __init__(self, map: Map, *numbers: Any, **named: Any) -> None:
        super().__init__(map, *numbers, **{"max": 2**63 - 1, **named})


def init_app(app: Flask) -> None:
    """Open the public door."""
    app.url_map.converters["int"] = _Id
    for door in (home.door, rates.door, guides.door, legal.door, health.door):
        app.register_blueprint(door)
    for door in (signing.door, signing_up.door, safety.door):
        app.register_blueprint(door)
    for door in (account.door, calls.door, statement.door, receipts.door, vouchers.door):
        app.register_blueprint(door)
    for door in (top_up.door, auto_top_up.door, phone_top_up.door, recordings.door):
        app.register_blueprint(door)
    for door in (phones.door, pin.door, speed_dials.door, settings.door, calling.door, call_me.door):
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
