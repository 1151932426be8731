"""Pages that explain: which numbers to ring, and how a call is made."""

from itertools import groupby

from flask import Blueprint, render_template

from app import config, db, numbers
from app.calls import access_numbers
from app.calls.access_numbers import Access

door = Blueprint("guides", __name__)


@door.get("/access-numbers")
def where_to_ring() -> str:
    """Every access number, by country, and what ringing it may cost."""
    return render_template("web/access_numbers.html", countries=_by_country())


@door.get("/how-to-call")
def how_to_call() -> str:
    """PIN, registered phone, speed dial, redial, and a phone-book entry that dials it all."""
    countries = _by_country()
    first = countries[0][1][0] if countries else None
    settings = config.settings()
    return render_template("web/how_to_call.html", first=first, pin_length=settings.pin_lengths[0])


def _by_country() -> list[tuple[str, list[Access]]]:
    with db.transaction(readonly=True):
        known = access_numbers.all_of_them()

    def name(access: Access) -> str:
        return numbers.country_name(access.country)

    return [(country, list(some)) for country, some in groupby(sorted(known, key=name), key=name)]
