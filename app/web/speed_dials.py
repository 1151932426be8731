"""Speed dials: numbers behind one or two keys, with what a minute costs."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app import db
from app.calls import access_numbers, dialling
from app.calls.access_numbers import Access
from app.customers import speed_dials
from app.customers.speed_dials import SLOTS, Saved
from app.errors import BlockedPrefix, NoRate
from app.money import Money
from app.web import quotes
from app.web.phones import plain
from app.web.session import me, signed_in
from app.web.signing_forms import complain

door = Blueprint("speed_dials", __name__)

Page = str | tuple[str, int] | Answer

_HERE = "/account/speed-dials"
_KEYS = f"Use a key from {SLOTS[0]} to {SLOTS[-1]}."


class _Key(IntegerField):  # type: ignore[misc]
    """A whole number, with our sentence for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 4):
            raise ValueError(_KEYS)
        self.data = int(typed)


class SpeedDialForm(FlaskForm):  # type: ignore[misc]
    """A key, a number and a name."""

    slot = _Key(
        "Key",
        [InputRequired(_KEYS), NumberRange(SLOTS[0], SLOTS[-1], _KEYS)],
        render_kw={"type": "text", "inputmode": "numeric", "maxlength": 4, "autocomplete": "off"},
    )
    number = StringField(
        "Number",
        [
            InputRequired("Enter the number."),
            Length(max=quotes.TYPED_MAX, message="A number has at most 15 digits."),
        ],
        render_kw={"type": "tel", "autocomplete": "off", "maxlength": quotes.TYPED_MAX},
    )
    name = StringField(
        "Name",
        [
            DataRequired("Enter a name."),
            Length(max=speed_dials.NAME_MAX, message=f"Use at most {speed_dials.NAME_MAX} characters."),
        ],
        filters=[plain],
        render_kw={"autocomplete": "off", "maxlength": speed_dials.NAME_MAX},
    )


@dataclass(frozen=True, slots=True)
class Priced:
    """A speed dial and what a minute of it costs; None: we do not connect it."""

    saved: Saved
    destination: str
    per_minute: Money | None


@door.get(_HERE)
@signed_in
def overview() -> Page:
    """All of them, and one more."""
    return _page()


@door.post(_HERE)
@signed_in
def add() -> Page:
    """Save a number under a free key."""
    form, card_id = SpeedDialForm(), me().card_id
    if form.validate():
        with db.transaction():
            number = _number(form)
            if number and not speed_dials.add(
                card_id, form.slot.data or 0, number=number, name=form.name.data
            ):
                complain(
                    form.slot, "Something is saved under this key already. Change that, or use another key."
                )
    if form.errors:
        return _page(form, status=400)
    flash("The speed dial is saved.", "good")
    return redirect(_HERE, 303)


@door.get(f"{_HERE}/<int:slot>")
@signed_in
def one(slot: int) -> Page:
    """Change one."""
    with db.transaction(readonly=True):
        saved = _saved(slot)
    form = SpeedDialForm(formdata=None, slot=slot, number=saved.number, name=saved.name)
    return render_template("web/speed_dial.html", saved=saved, form=form)


@door.post(f"{_HERE}/<int:slot>")
@signed_in
def change(slot: int) -> Page:
    """Save what was changed, under another key if it was."""
    form, card_id = SpeedDialForm(), me().card_id
    is_valid = form.validate()
    with db.transaction():
        saved = _saved(slot)
        number = _number(form) if is_valid else ""
        name = form.name.data
        if number and not speed_dials.change(card_id, slot, to=form.slot.data or 0, number=number, name=name):
            complain(form.slot, "Something else is saved under this key.")
    if form.errors:
        return render_template("web/speed_dial.html", saved=saved, form=form), 400
    flash("The speed dial is changed.", "good")
    return redirect(_HERE, 303)


@door.post(f"{_HERE}/<int:slot>/remove")
@signed_in
def remove(slot: int) -> Page:
    """Free a key."""
    with db.transaction():
        removed = speed_dials.remove(me().card_id, slot)
    flash("The speed dial is removed." if removed else "Nothing is saved under that key.", "good")
    return redirect(_HERE, 303)


def _page(form: SpeedDialForm | None = None, status: int = 200) -> Page:
    card_id = me().card_id
    with db.transaction(readonly=True):
        via = _via()
        saved = _priced(speed_dials.of_card(card_id), via)
        free = speed_dials.free_slot(card_id)
    form = form or SpeedDialForm(formdata=None, slot=free)
    return render_template("web/speed_dials.html", dials=saved, form=form, via=via), status


def _saved(slot: int) -> Saved:
    mine = speed_dials.of_card(me().card_id)
    found = next((saved for saved in mine if saved.slot == slot), None)
    return found if found is not None else abort(404)


def _number(form: SpeedDialForm) -> str:
    """The number in E.164, if a call to it would be placed; else a sentence stands beside the field."""
    via = _via()
    if via is None:
        complain(form.number, "We have no access number yet.")
        return ""
    quote = quotes.quote(form.number.data, via)
    if quote.refusal:
        complain(form.number, quote.refusal)
    return quote.number


def _via() -> Access | None:
    return quotes.chosen(access_numbers.all_of_them(), "", quotes.country_of_reader())


def _priced(saved: list[Saved], via: Access | None) -> list[Priced]:
    return [_with_price(one, via) for one in saved]


def _with_price(saved: Saved, via: Access | None) -> Priced:
    if via is None:
        return Priced(saved, "", None)
    try:
        rate = dialling.rate_for(via.line, saved.number)
    except (NoRate, BlockedPrefix):
        return Priced(saved, "", None)
    return Priced(saved, rate.destination, Money(rate.per_minute, rate.currency))
