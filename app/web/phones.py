"""Registered phones: they open the card without a PIN."""

import logging

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app import config, db, numbers, rating
from app.calls import Carrier, access_numbers, dialling
from app.calls.access_numbers import PROVIDERS, Access
from app.customers import phone_codes, phones, sip_users
from app.customers.phone_codes import Fresh
from app.errors import (
    BlockedPrefix,
    CarrierUnreachable,
    CodeWrong,
    DeckRefused,
    NoRate,
    PhoneRefused,
    PhoneTaken,
    TooManyTries,
)
from app.web import quotes, session
from app.web.session import me, signed_in
from app.web.signing_forms import complain

door = Blueprint("phones", __name__)
log = logging.getLogger(__name__)

Page = str | tuple[str, int] | Answer

_HERE = "/account/phones"
_CALL, _TEXT = "call", "text"
_NO_LINE = "We have no access number yet, so we cannot reach a phone."
_NOT_REACHED = "We could not reach that phone just now. Wait a minute and try again, or try the other way."


class NewPhone(FlaskForm):  # type: ignore[misc]
    """Which phone, what to call it, and how the code is to reach it."""

    number = StringField(
        "Number of the phone",
        [
            InputRequired("Enter the number of the phone."),
            Length(max=40, message="A number has at most 15 digits."),
        ],
        render_kw={"type": "tel", "autocomplete": "tel", "maxlength": 40},
    )
    label = StringField(
        "What you call it (optional)",
        [Length(max=phones.LABEL_MAX, message=f"Use at most {phones.LABEL_MAX} characters.")],
        render_kw={"autocomplete": "off", "maxlength": phones.LABEL_MAX},
    )
    how = RadioField(
        "How the code reaches it",
        [InputRequired("Choose one of the two.")],
        choices=[
            SelectChoice(_CALL, "Call it and say the code"),
            SelectChoice(_TEXT, "Send a text message"),
        ],
        default=_CALL,
    )
    # an open browser alone must not make a phone that calls without a PIN
    password = PasswordField(
        "Your password",
        [InputRequired("Enter the password that you sign in with.")],
        render_kw={"autocomplete": "current-password"},
    )


class EnterCode(FlaskForm):  # type: ignore[misc]
    """The code that the phone was told."""

    code = StringField(
        "Code",
        [
            InputRequired("Enter the code that the phone was told."),
            Length(max=20, message="The code has six digits."),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 20},
    )


class Rename(FlaskForm):  # type: ignore[misc]
    """What one of the phones is called."""

    label = StringField(validators=[Length(max=phones.LABEL_MAX)])


@door.get(_HERE)
@signed_in
def overview() -> Page:
    """The phones that are registered, and one more."""
    return _page()


@door.post(_HERE)
@signed_in
def register() -> Page:
    """Make a code and, once it is committed, tell it to the phone."""
    form = NewPhone()
    if not form.validate() or not session.is_right(form.password):
        return _page(new=form, status=400)
    profile, as_text = me(), form.how.data == _TEXT
    with db.transaction():
        line = _line(form.number.data)
        fresh = _make(form, line, as_text=as_text) if line else None
    if line is None:
        complain(form.number, _NO_LINE)
    if line is None or fresh is None:
        return _page(new=form, status=400)
    if not _told(fresh, line, as_text=as_text):
        with db.transaction():
            phone_codes.give_up(profile)
        complain(form.number, _NOT_REACHED)
        return _page(new=form, status=503)
    return redirect(_HERE, 303)


@door.post(f"{_HERE}/code")
@signed_in
def enter_code() -> Page:
    """Register the phone whose code this is."""
    form, number = EnterCode(), None
    if form.validate():
        with db.transaction():  # a wrong try is counted
            try:
                number = phone_codes.enter(me(), form.code.data)
            except (CodeWrong, PhoneTaken) as error:
                complain(form.code, str(error))
    if number is None:
        return _page(entered=form, status=400)
    flash(f"{numbers.readable(number)} now opens your card without a PIN.", "good")
    return redirect(_HERE, 303)


@door.post(f"{_HERE}/code/give-up")
@signed_in
def give_up() -> Page:
    """Expect no code any more."""
    with db.transaction():
        phone_codes.give_up(me())
    return redirect(_HERE, 303)


@door.post(f"{_HERE}/rename")
@signed_in
def rename() -> Page:
    """Call a phone something else."""
    form = Rename()
    label = plain(form.label.data)
    with db.transaction():
        renamed = form.validate() and phones.rename(_number(), me().card_id, label)
    flash(
        "The name is saved." if renamed else "That name was not saved: use at most 40 characters.",
        _kind(renamed),
    )
    return redirect(_HERE, 303)


@door.post(f"{_HERE}/remove")
@signed_in
def remove() -> Page:
    """Let a phone open nothing any more. Somebody else's phone is none that we know."""
    with db.transaction():
        removed = phone_codes.remove(me(), _number())
    flash("The phone is removed." if removed else "That phone is not registered here.", _kind(removed))
    return redirect(_HERE, 303)


def _page(new: NewPhone | None = None, entered: EnterCode | None = None, status: int = 200) -> Page:
    profile = me()
    with db.transaction(readonly=True):
        mine, waiting = phones.of_card(profile.card_id), phone_codes.waiting(profile)
        by_sip = sip_users.of_card(profile.card_id)
    told = {"phones": mine, "waiting": waiting, "new": new or NewPhone(formdata=None), "entered": entered}
    if entered is None:
        told["entered"] = EnterCode(formdata=None)
    return render_template("web/phones.html", **told, sip_users=by_sip, demo=config.settings().demo), status


def _make(form: NewPhone, line: Access, *, as_text: bool) -> Fresh | None:
    """A fresh code, or None and a sentence beside the field."""
    try:
        return phone_codes.make(
            me(),
            form.number.data,
            label=plain(form.label.data),
            as_text=as_text,
            address=session.origin().address,
            own=dialling.is_access_number,
            is_blocked=lambda number: _is_blocked(number, line),
        )
    except (PhoneRefused, TooManyTries) as error:
        complain(form.number, str(error))
        return None


def _is_blocked(number: str, line: Access) -> bool:
    """Whether nobody is connected to that number from this line: then it is not rung at our expense."""
    try:
        rating.find(number, rating.deck_named(line.deck).id)
    except BlockedPrefix:
        return True
    except (NoRate, DeckRefused):  # a deck need not sell calls to where our customers live
        return False
    return False


def _told(fresh: Fresh, line: Access, *, as_text: bool) -> bool:
    """Speak the code to the phone or send it; answers whether the provider has taken it over."""
    carriers: Carrier = current_app.extensions["carrier"]
    try:
        carrier = carriers.of(line.line.provider)
        if as_text:
            carrier.text(fresh.words, to=fresh.number, caller=line.number)
        else:
            carrier.speak(fresh.code, to=fresh.number, caller=line.number, language=line.language)
    except CarrierUnreachable as error:
        log.warning("a code did not reach its phone", extra={"reason": str(error)})
        return False
    return True


def _line(typed: str) -> Access | None:
    """The access number that calls or writes to a phone: one of its country, if there is one."""
    known = access_numbers.all_of_them()
    country = numbers.region_of(typed) if typed.strip().startswith("+") else None
    near = [access for access in known if access.country == country]
    near.sort(key=lambda access: access.line.provider != PROVIDERS[0])  # the one that rings with a code
    return near[0] if near else quotes.chosen(known, "", quotes.country_of_reader())


def _number() -> str:
    return request.form.get("number", "")[:16]


def plain(text: str | None) -> str:
    """One line of text, without what cannot be printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text or "").split())


def _kind(good: bool) -> str:
    return "good" if good else "bad"
