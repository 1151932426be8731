"""The PIN of a customer's card: a new one is shown once, after the password; and freezing the card."""

from flask import Blueprint, flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from app import cards, clock, config, db, messages
from app.cards import CardStatus, LockReason
from app.customers import Profile
from app.messages.letters import account as letters
from app.web import session
from app.web.account import WHY_SUSPENDED
from app.web.session import me, signed_in

door = Blueprint("pin", __name__)

Page = str | tuple[str, int] | Answer

_HERE = "/account/pin"
_SHOWN_ALREADY = (
    "That page had shown its PIN already, and a PIN is shown once. If you did not note it, make another one."
)


class Password(FlaskForm):  # type: ignore[misc]
    """The password once more, and which PIN the card had when the page was loaded."""

    password = PasswordField(
        "Your password",
        [InputRequired("Enter your password.")],
        render_kw={"autocomplete": "current-password", "maxlength": 200},
    )
    mark = HiddenField()


@door.get(_HERE)
@signed_in
def overview() -> Page:
    """How the card is, and what can be done about its PIN."""
    return _page()


@door.post(f"{_HERE}/new")
@signed_in
def new_pin() -> Page:
    """Make a PIN and show it, this once: the same form sent again makes none."""
    form = Password(prefix="show")
    if not form.validate() or not session.is_right(form.password):
        return _page(show=form, status=400)
    profile = me()
    with db.transaction():
        cards.take(profile.card_id)  # of two who press the button at once, one gets a PIN
        is_fresh = cards.living_mark(profile.card_id) == form.mark.data
        pin = cards.new_pin(profile.card_id) if is_fresh else ""
        if pin:
            _tell(profile)
    if not pin:
        flash(_SHOWN_ALREADY, "bad")
        return redirect(_HERE, 303)
    return render_template("web/pin_shown.html", pin=pin)


@door.post(f"{_HERE}/freeze")
@signed_in
def freeze() -> Page:
    """Let the card make no calls until its owner says so."""
    with db.transaction():
        cards.lock(me().card_id, LockReason.OWNER)
    flash("Your card is frozen. It makes no calls until you unfreeze it.", "good")
    return redirect(_HERE, 303)


@door.post(f"{_HERE}/unfreeze")
@signed_in
def unfreeze() -> Page:
    """Let the card make calls again: not for somebody who only found the browser open."""
    form = Password(prefix="unfreeze")
    if not form.validate() or not session.is_right(form.password):
        return _page(thaw=form, status=400)
    with db.transaction():
        is_free = cards.unlock(me().card_id, LockReason.OWNER)
    if is_free:
        flash("Your card is no longer frozen.", "good")
    else:
        flash(
            "You have unfrozen your card. It is still suspended for another reason, which you see below.",
            "bad",
        )
    return redirect(_HERE, 303)


def _page(show: Password | None = None, thaw: Password | None = None, status: int = 200) -> Page:
    card_id = me().card_id
    with db.transaction(readonly=True):
        card, locks = cards.by_id(card_id), cards.locks(card_id)
        mark = cards.living_mark(card_id)
    show = show or Password(formdata=None, prefix="show")
    show.mark.data = mark  # also after a slip: what counts is the PIN of now
    told = {
        "card": card,
        "is_void": card.status is CardStatus.VOID,
        "is_frozen": LockReason.OWNER in locks,
        "why": [WHY_SUSPENDED[reason] for reason in locks],
        "pin_length": config.settings().pin_lengths[0],
        "show": show,
        "thaw": thaw or Password(formdata=None, prefix="unfreeze"),
    }
    return render_template("web/pin.html", **told), status


def _tell(profile: Profile) -> None:
    now, url = clock.now(), f"{config.settings().public_base_url}{_HERE}"
    letter = letters.secret_changed("PIN", session.origin().address, now, url, language=profile.language)
    messages.write(letter, to=profile.email, key=f"pin:{profile.id}:{now.isoformat()}", customer=profile.id)
