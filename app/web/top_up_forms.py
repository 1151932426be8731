"""The forms in which customers buy credit, and let us buy it for them by a rule."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField

from app.money import Money, NotMoney
from app.web import filters
from app.web.notation import TYPED_MAX, read_money
from app.web.signing_forms import complain

OTHER = "other"
AMOUNT = {"inputmode": "decimal", "autocomplete": "off", "maxlength": TYPED_MAX}
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is bought when, and how much of it in a month."""

    threshold: Money
    amount: Money
    monthly_cap: Money


class RuleForm(FlaskForm):  # type: ignore[misc]
    """A rule by which we buy credit. Nothing is ever ticked for the customer."""

    agrees = BooleanField("I agree to automatic top-up as described here")
    threshold = StringField("When my balance falls below", render_kw=AMOUNT, default="5.00")
    auto_amount = StringField("Buy", render_kw=AMOUNT, default="10.00")
    monthly_cap = StringField("At most in a month", render_kw=AMOUNT, default="50.00")

    def rule(self, currency: str) -> Rule | None:
        """The rule that was typed; what cannot be read has a sentence beside it, and is None."""
        fields = (self.threshold, self.auto_amount, self.monthly_cap)
        sums = [amount for field in fields if (amount := read(field, currency)) is not None]
        return Rule(*sums) if len(sums) == len(fields) else None


class TopUpForm(RuleForm):
    """How much to buy now, and whether to buy by rule from then on."""

    nonce = HiddenField()
    choice = RadioField("How much?", validate_choice=False)
    other = StringField("Your own amount", render_kw=AMOUNT)

    def offer(self, amounts: Sequence[tuple[str, str]]) -> None:
        """Amounts to choose from: each as it is sent, and in words."""
        self.choice.choices = [*amounts, (OTHER, "Another amount")]

    def fresh_nonce(self) -> None:
        """Make the page that is shown next a new purchase: one page buys once, however often it is sent."""
        self.nonce.data = secrets.token_urlsafe(24)

    def amount(self, currency: str) -> Money | None:
        """How much was chosen or typed; what cannot be read has a sentence beside it, and is None."""
        choice, typed = self.choice.data or "", (self.other.data or "").strip()
        if not _NONCE.fullmatch(self.nonce.data or ""):
            complain(self.choice, "This page was incomplete. Please send it again.")
        elif choice in ("", OTHER):
            if not typed:
                complain(self.other if choice else self.choice, "Choose an amount, or type another one.")
                return None
            return read(self.other, currency)
        elif typed:
            complain(self.other, "Choose “Another amount” to pay this, or clear the field.")
        elif choice not in [value for value, _ in self.choice.choices]:
            complain(self.choice, "Choose one of these amounts.")
        else:
            return Money.parse(choice, currency)
        return None


def read(field: Field, currency: str) -> Money | None:
    """The amount in a field, or None and a sentence beside it."""
    try:
        return read_money(field.data or "", currency, filters.language())
    except NotMoney as error:
        complain(field, str(error))
        return None
