"""The rule by which we buy credit for a customer: changed, and switched off in one click."""

import logging

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response as Answer

from app import cards, db, payments
from app.customers import consents
from app.customers.consents import Purpose
from app.errors import ProviderRefused, ProviderUnavailable, TopUpRefused
from app.web import session, texts, top_up
from app.web.session import me, signed_in
from app.web.signing_forms import complain
from app.web.top_up_forms import RuleForm

log = logging.getLogger(__name__)

door = Blueprint("auto_top_up", __name__, url_prefix="/account/top-up/automatic")

PAGE = "/account/top-up"
FORGOTTEN = "We do not keep your PayPal agreement any more."
NOTHING_SAVED = "First pay once with PayPal, and tick there that we may charge it automatically."


@door.post("")
@signed_in
def change() -> Answer:
    """Change the rule, or switch it on again, for a payment method that is saved already."""
    form, card_id = RuleForm(), me().card_id
    with db.transaction(readonly=True):
        currency = cards.by_id(card_id).available.currency
        is_saved = payments.saved.shown_of(card_id) is not None
    rule = form.rule(currency)
    if not form.agrees.data:
        complain(form.agrees, "Tick this to agree. Without it nothing is changed.")
    elif not is_saved:
        complain(form.agrees, NOTHING_SAVED)
    if rule is None or not form.agrees.data or not is_saved or not form.validate():
        return top_up.page(rule_form=form, status=400)
    try:
        with db.transaction():
            top_up.agree(rule)
    except TopUpRefused as refused:
        complain(form.threshold, str(refused))
        return top_up.page(rule_form=form, status=400)
    flash("Automatic top-up is on.", "good")
    return redirect(PAGE, 303)


@door.post("/off")
@signed_in
def switch_off() -> Answer:
    """Switch it off; PayPal forgets the agreement unless the phone is to use it. Safe to repeat."""
    profile = me()
    with db.transaction():
        token = payments.saved.token_of(profile.card_id)
        is_forgotten = payments.auto_top_up.switch_off(profile.id, profile.card_id)
        said = {Purpose.AUTO_TOP_UP: False}
        consents.record(profile.id, said, version=texts.VERSION, address=session.origin().address)
    if token is not None and is_forgotten:
        forget(token)
    kept = FORGOTTEN if is_forgotten else "Top-up by phone still uses your PayPal agreement."
    flash(f"Automatic top-up is off. {kept}", "good")
    return redirect(PAGE, 303)


def forget(token: str) -> None:
    """We cannot charge it any more in any case; PayPal is told so as a courtesy."""
    try:
        payments.gateway().forget_saved(token)
    except (ProviderUnavailable, ProviderRefused) as error:
        log.warning("PayPal still keeps an agreement that we have forgotten", extra={"reason": str(error)})
