"""Redeeming a voucher: a code in, credit on the card."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app import cards, db, ledger
from app.cards import vouchers
from app.customers import attempts
from app.errors import CardError, TooManyTries
from app.money import Money
from app.web import session
from app.web.session import me, signed_in
from app.web.signing_forms import complain

door = Blueprint("vouchers", __name__, url_prefix="/account")

TYPED_MAX = 60
_KEYS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": TYPED_MAX, "spellcheck": "false"}


class Redeem(FlaskForm):  # type: ignore[misc]
    """Who has a voucher."""

    code = StringField(
        "Voucher code",
        [
            DataRequired("Type the code of your voucher."),
            Length(max=TYPED_MAX, message="That is too long: a voucher has 14 digits."),
        ],
        render_kw=_KEYS,
    )


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a voucher did."""

    value: Money
    paid: Money  # of what was owed
    balance: Money


@door.get("/voucher")
@signed_in
def ask() -> str:
    """Ask for the code."""
    return render_template("web/voucher.html", form=Redeem())


@door.post("/voucher")
@signed_in
def redeem() -> tuple[str, int]:
    """Add its value; what was added is on the page that answers."""
    form = Redeem()
    if not form.validate():
        return render_template("web/voucher.html", form=form), 400
    try:
        done = _redeem(form.code.data)
    except TooManyTries as error:
        complain(form.code, str(error))
        return render_template("web/voucher.html", form=form), 429
    except CardError as error:
        complain(form.code, str(error))
        return render_template("web/voucher.html", form=form), 400
    return render_template("web/voucher_redeemed.html", done=done), 200


def _redeem(code: str) -> Redeemed:
    """Redeem it in one transaction, which is committed when it refuses, too: wrong codes are counted."""
    profile, address = me(), attempts.network(session.origin().address)
    with db.transaction():
        account = cards.by_id(profile.card_id).account
        owed = ledger.owed(account)
        try:
            value = vouchers.redeem(code, profile.card_id, who=str(profile.id), address=address)
        except (CardError, TooManyTries) as error:
            refused = error
        else:
            return Redeemed(value, owed - ledger.owed(account), ledger.balance(account))
    raise refused
