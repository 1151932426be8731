"""Call me: we ring a phone of the customer's, then the number that they want; both prices stand there."""

import re
import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app import cards, db
from app.calls import access_numbers, callbacks
from app.calls.access_numbers import Access
from app.calls.callbacks import Terms
from app.cards import OpenCard
from app.customers import phones, speed_dials
from app.errors import CardBusy, CardError, CustomerError, RatingError, TooManyTries, TooShort
from app.money import Money
from app.numbers import readable
from app.web import quotes
from app.web.asking import OUTCOMES
from app.web.phones import plain
from app.web.quotes import Quote
from app.web.session import me, signed_in
from app.web.signing_forms import complain

door = Blueprint("call_me", __name__, url_prefix="/account/call-me")

Page = str | tuple[str, int] | Answer

_NONCE = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_BUSY = "Your card is on a call. End that call first."
_SHORT = "There is not enough credit for both calls: the one to you and the one from you."
_STOPPED = "Your card makes no calls now. The overview of your account says why."
_NOT_RUNG = "We cannot ring that phone from this access number."


class CallMe(FlaskForm):  # type: ignore[misc]
    """Which phone we ring, from where, and whom it is then connected to."""

    phone = SelectField("Your phone", [InputRequired("Choose one of your phones.")])
    via = SelectField("From our access number")
    to = StringField(
        "Number to call",
        [Length(max=quotes.TYPED_MAX, message="A number has at most 15 digits.")],
        filters=[plain],
        render_kw={"type": "tel", "autocomplete": "off", "maxlength": quotes.TYPED_MAX},
    )
    saved = SelectField("Or a speed dial")
    nonce = HiddenField()


@dataclass(frozen=True, slots=True)
class Offer:
    """What the two calls would cost, and for how long the credit pays for both."""

    phone: str
    quote: Quote
    terms: Terms

    @property
    def own_minute(self) -> Money:
        """What a minute of the call to the customer costs."""
        return Money(self.terms.own.rate.per_minute, self.terms.own.rate.currency)

    @property
    def own_fee(self) -> Money:
        """What that call costs once."""
        return Money(self.terms.own.rate.connection_fee, self.terms.own.rate.currency)

    @property
    def both(self) -> Money:
        """What a minute of both together costs."""
        return self.own_minute + self.quote.per_minute

    @property
    def minutes(self) -> int:
        """The whole minutes that the credit pays for."""
        return self.terms.seconds // 60


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer may choose from."""

    phones: list[phones.Registered]
    lines: list[Access]
    dials: list[speed_dials.Saved]


@door.get("")
@signed_in
def ask() -> Page:
    """Ask whom to connect; once that is known, show both prices, and the button that rings."""
    if "phone" not in request.args:  # perhaps a link of a speed dial
        return _page(_form(None, saved=request.args.get("saved", "")))
    form = _form(request.args)
    with db.transaction(readonly=True):
        offer = _offered(form, cards.by_id(me().card_id))
    form.nonce.data = secrets.token_urlsafe(24)
    return _page(form, offer, 200 if offer else 400)


@door.post("")
@signed_in
def start() -> Page:
    """Have the phone rung. Safe to repeat: one page rings once."""
    form, card_id = _form(request.form), me().card_id
    if not _NONCE.fullmatch(form.nonce.data or ""):
        complain(form.to, "This page was incomplete. Please send it again.")
        return _page(form, status=400)
    key = f"page:{card_id}:{form.nonce.data}"
    with db.transaction():
        wanted, status = callbacks.with_key(key), 400
        if wanted is None:
            wanted, status = _want(form, cards.by_id(card_id), key)
    if wanted is None:
        return _page(form, status=status)
    return redirect(f"{door.url_prefix}/{wanted}", 303)


@door.get("/<int:callback>")
@signed_in
def state(callback: int) -> str:
    """What became of it."""
    with db.transaction(readonly=True):
        asked = callbacks.look(me().card_id, callback)
    if asked is None:
        abort(404)
    return render_template("web/call_me_state.html", asked=asked, callback=callback, outcomes=OUTCOMES)


def _want(form: CallMe, card: OpenCard, key: str) -> tuple[int | None, int]:
    """The callback that was written down, or None and the status of the page that says why not."""
    offer = _offered(form, card)
    if offer is None or offer.quote.via is None:
        return None, 400
    try:
        line, number = offer.quote.via.line, offer.quote.number
        return callbacks.want(card, line, offer.phone, key=key, destination=number), 303
    except TooManyTries as error:
        complain(form.phone, str(error))
        return None, 429


def _offered(form: CallMe, card: OpenCard) -> Offer | None:
    """What it would cost; None and a sentence beside the field when it cannot be."""
    if not form.validate():
        return None
    via = next((access for access in access_numbers.all_of_them() if access.number == form.via.data), None)
    typed = form.to.data or form.saved.data
    if not typed:
        complain(form.to, "Enter the number, or choose a speed dial.")
        return None
    quote = quotes.quote(typed, via)
    if quote.refusal or via is None:
        complain(form.to, quote.refusal)
        return None
    try:
        callbacks.check(card, form.phone.data)
        return Offer(form.phone.data, quote, callbacks.terms(card, via.line, form.phone.data, quote.number))
    except (CardError, CustomerError, RatingError, TooShort, CardBusy) as error:
        complain(form.to if isinstance(error, TooShort) else form.phone, _why_not(error))
    return None


def _why_not(error: Exception) -> str:
    match error:
        case TooShort():
            return _SHORT
        case CardBusy():
            return _BUSY
        case CardError():
            return _STOPPED
    return _NOT_RUNG


def _form(sent: object, saved: str = "") -> CallMe:
    """The form with what this customer may choose from."""
    card_id, country = me().card_id, quotes.country_of_reader()
    with db.transaction(readonly=True):
        choice = Choice(phones.of_card(card_id), access_numbers.all_of_them(), speed_dials.of_card(card_id))
    near = quotes.chosen(choice.lines, "", country)
    form = CallMe(formdata=sent, via=near.number if near else "", saved=saved, meta={"csrf": False})
    form.phone.choices = [SelectChoice(one.number, _phone(one)) for one in choice.phones]
    form.via.choices = [SelectChoice(one.number, readable(one.number)) for one in choice.lines]
    form.saved.choices = [
        SelectChoice("", "None"),
        *(
            SelectChoice(one.number, f"{one.slot}: {one.name}, {readable(one.number)}")
            for one in choice.dials
        ),
    ]
    return form


def _phone(one: phones.Registered) -> str:
    return f"{readable(one.number)}, {one.label}" if one.label else readable(one.number)


def _page(form: CallMe, offer: Offer | None = None, status: int = 200) -> Page:
    return render_template("web/call_me.html", form=form, offer=offer), status
