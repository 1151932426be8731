"""Topping up by phone: how much a key of the menu may buy, allowed with the password, off in one click."""

from flask import Blueprint, flash, redirect, render_template
from wtforms import BooleanField, StringField

from app import cards, config, db, payments
from app.customers import consents
from app.customers.consents import Purpose
from app.errors import TopUpRefused
from app.money import Money
from app.payments.phone_top_up import A_DAY_MAX, Wish
from app.web import auto_top_up, session, texts
from app.web.pin import Page, Password
from app.web.session import me, signed_in
from app.web.signing_forms import complain
from app.web.top_up_forms import AMOUNT, read

door = Blueprint("phone_top_up", __name__, url_prefix="/account/top-up/by-phone")

_HERE = "/account/top-up/by-phone"


class Allow(Password):
    """How much, and whether. Nothing is ever ticked for the customer."""

    amount = StringField("How much each time", render_kw=AMOUNT, default="10.00")
    agrees = BooleanField("I agree to top-up by phone as described here")


@door.get("")
@signed_in
def overview() -> Page:
    """What is allowed now."""
    return _page()


@door.post("")
@signed_in
def change() -> Page:
    """Allow it, or another amount: not for somebody who only found the browser open."""
    form = Allow()
    amount = _typed(form)
    if amount is None or not form.validate() or not session.is_right(form.password):
        return _page(form, status=400)
    profile = me()
    try:
        with db.transaction():
            _say(given=True)
            payments.phone_top_up.switch_on(profile.id, profile.card_id, amount)
    except TopUpRefused as refused:
        complain(form.amount, str(refused))
        return _page(form, status=400)
    flash("Top-up by phone is on.", "good")
    return redirect(_HERE, 303)


@door.post("/off")
@signed_in
def switch_off() -> Page:
    """Switch it off; PayPal's agreement is forgotten unless automatic top-up needs it. Safe to repeat."""
    profile = me()
    with db.transaction():
        token = payments.saved.token_of(profile.card_id)
        is_forgotten = payments.phone_top_up.switch_off(profile.id, profile.card_id)
        _say(given=False)
    if token is not None and is_forgotten:
        auto_top_up.forget(token)
    kept = "" if is_forgotten else " Automatic top-up still uses your PayPal agreement."
    flash(f"Top-up by phone is off.{kept}", "good")
    return redirect(_HERE, 303)


def _typed(form: Allow) -> Money | None:
    """The amount, when the box is ticked; or None, and a sentence beside the field."""
    with db.transaction(readonly=True):
        currency = cards.by_id(me().card_id).available.currency
    if not form.agrees.data:
        complain(form.agrees, "Tick this to agree. Without it nothing is changed.")
    amount = read(form.amount, currency)
    return amount if form.agrees.data else None


def _say(*, given: bool) -> None:
    said = {Purpose.PHONE_TOP_UP: given}
    consents.record(me().id, said, version=texts.VERSION, address=session.origin().address)


def _page(form: Allow | None = None, status: int = 200) -> Page:
    card_id = me().card_id
    with db.transaction(readonly=True):
        card = cards.by_id(card_id)
        wish: Wish | None = payments.phone_top_up.wish_of(card_id)
        method = payments.saved.shown_of(card_id)
    told = {"card": card, "wish": wish, "method": method, "a_day": A_DAY_MAX}
    told["form"] = form or Allow(formdata=None, data={"amount": str(wish.amount)} if wish else None)
    return render_template(
        "web/phone_top_up.html", **told, sells=config.settings().paypal is not None
    ), status
