"""How a customer's calls go: the language that is spoken, the price before each call, and star to end one."""

from flask import Blueprint, flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from app import cards, db
from app.calls.access_numbers import LANGUAGES
from app.web.filters import language_name
from app.web.session import me, signed_in

door = Blueprint("calling", __name__)

Page = str | tuple[str, int] | Answer

_HERE = "/account/calling"
_ANY = ""
_SAYS_PRICE = {_ANY: None, "yes": True, "no": False}


class Calling(FlaskForm):  # type: ignore[misc]
    """What a customer may choose."""

    language = SelectField(
        "Language on the phone",
        choices=[
            SelectChoice(_ANY, "As the access number speaks"),
            *(SelectChoice(tag, language_name(tag)) for tag in LANGUAGES),
        ],
    )
    says_price = SelectField(
        "The price before each call",
        choices=[
            SelectChoice(_ANY, "As the access number does"),
            SelectChoice("yes", "Say it"),
            SelectChoice("no", "Do not say it"),
        ],
    )
    star_ends_call = BooleanField("Star ends a call, so that I can dial the next one")


@door.get(_HERE)
@signed_in
def overview() -> Page:
    """What is chosen now."""
    with db.transaction(readonly=True):
        card = cards.by_id(me().card_id)
    says = next(word for word, value in _SAYS_PRICE.items() if value is card.says_price)
    chosen = {"language": card.language or _ANY, "says_price": says, "star_ends_call": card.star_ends_call}
    return _page(Calling(formdata=None, **chosen))


@door.post(_HERE)
@signed_in
def change() -> Page:
    """Save it."""
    form = Calling()
    if not form.validate():
        return _page(form, 400)
    with db.transaction():
        cards.choose(
            me().card_id,
            language=form.language.data or None,
            says_price=_SAYS_PRICE[form.says_price.data],
            star_ends_call=form.star_ends_call.data,
        )
    flash("Your next call goes like that.", "good")
    return redirect(_HERE, 303)


def _page(form: Calling, status: int = 200) -> Page:
    return render_template("web/calling.html", form=form), status
