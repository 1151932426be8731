"""The front page: what a call costs, and how to make one."""

from flask import Blueprint, render_template, request

from app import config, db
from app.calls import access_numbers
from app.web import quotes

door = Blueprint("web", __name__)


@door.get("/")
def home() -> str:
    """The front page, with the rate box first."""
    asked = request.args.get("number", "")[: quotes.TYPED_MAX].strip()
    country = quotes.country_of_reader()
    with db.transaction(readonly=True):
        known = access_numbers.all_of_them()
        via = quotes.chosen(known, request.args.get("from", ""), country)
        quote = quotes.quote(asked, via) if asked else None
    return render_template(
        "web/home.html", access_numbers=known, via=via, quote=quote, demo=config.settings().demo
    )
