"""Buying credit: how much, off to PayPal, and what became of it."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from app import cards, clock, config, db, payments, rating
from app.calls.favourites import Favourite, favourites
from app.cards import OpenCard
from app.customers import consents
from app.customers.consents import Purpose
from app.errors import ProviderRefused, ProviderUnavailable, TopUpRefused, UnknownTopUp
from app.money import Money
from app.payments import Bought, TopUpStatus, Urls, vat
from app.payments.phone_top_up import Wish
from app.throttle import Limit
from app.web import filters, session, texts
from app.web.headers import POLICY
from app.web.session import me, signed_in
from app.web.signing_forms import complain
from app.web.top_up_forms import Rule, RuleForm, TopUpForm

log = logging.getLogger(__name__)

door = Blueprint("top_up", __name__, url_prefix="/account/top-up")

BEGUN = Limit("top-up by customer", 30, timedelta(hours=1))  # each one asks PayPal
TOO_OFTEN = "You have begun very many top-ups. Please wait an hour, then try again."
AWAY = "PayPal does not answer at the moment. Nothing was paid: please try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Offer:
    """An amount to choose, and what is in it."""

    amount: Money
    vat: Money
    minutes: tuple[int, ...]  # to each of the favourites


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page shows besides the forms."""

    card: OpenCard
    rule: payments.auto_top_up.Rule | None
    past: list[Bought]
    favourites: list[Favourite]
    offers: tuple[Offer, ...]
    limits: tuple[str, ...]
    by_phone: Wish | None  # what a key of the phone may charge

    @property
    def method(self) -> str | None:
        """Whose payment method is saved."""
        return self.rule.method if self.rule else None


@door.get("")
@signed_in
def ask() -> Answer:
    """Ask how much."""
    return page()


@door.post("")
@signed_in
def start() -> Answer:
    """Write the wish down and send the buyer to PayPal. Safe to repeat: one page buys once."""
    form, profile = TopUpForm(), me()
    facts = _offer(form)
    with db.transaction():
        is_allowed = BEGUN.count(str(profile.id))
    if not is_allowed:
        return page(form, problem=TOO_OFTEN, status=429)
    bought = _written(form, facts.card)
    if bought is None:
        return page(form, status=400)
    if bought.status not in (TopUpStatus.CREATED, TopUpStatus.WAITING):
        return redirect(url_for("top_up.state", ref=bought.ref), 303)
    try:
        approve_url = payments.open_order(bought, payments.gateway(), _urls(bought.ref))
    except (ProviderUnavailable, ProviderRefused) as error:
        log.warning("no order could be made", extra={"customer": profile.id, "reason": str(error)})
        return page(form, problem=AWAY, status=503)
    except TopUpRefused as refused:  # PayPal does not carry such an amount
        return page(form, problem=str(refused), status=400)
    return redirect(approve_url, 303)


@door.get("/<ref>")
@signed_in
def state(ref: str) -> str:
    """What became of it, as we know it: nothing in the address but its name counts."""
    bought = _mine(ref)
    with db.transaction(readonly=True):
        card = cards.by_id(me().card_id)
    return render_template(
        "web/top_up_state.html",
        top_up=bought,
        card=card,
        why=payments.in_words(bought.reason) if bought.reason else "",
        contact=config.settings().selling.contact,
    )


@door.get("/<ref>/return")
@signed_in
def come_back(ref: str) -> Answer:
    """The buyer comes back from PayPal: go on with the purchase, and say how it stands."""
    bought = _mine(ref)
    if bought.is_open or bought.status is TopUpStatus.CANCELLED:
        try:
            payments.advance(bought.id, payments.gateway())
        except (ProviderUnavailable, ProviderRefused) as error:
            log.warning("a top-up has to wait", extra={"top_up": ref, "reason": str(error)})
    return redirect(url_for("top_up.state", ref=ref), 303)


@door.get("/<ref>/cancelled")
@signed_in
def leave(ref: str) -> Answer:
    """The buyer left PayPal without paying."""
    bought = _mine(ref)
    with db.transaction():
        payments.cancel(bought)
    return redirect(url_for("top_up.state", ref=ref), 303)


def page(
    form: TopUpForm | None = None, rule_form: RuleForm | None = None, *, problem: str = "", status: int = 200
) -> Answer:
    """The page with its forms, as they were sent or empty."""
    form = form or TopUpForm(formdata=None)
    facts = _offer(form)
    form.fresh_nonce()
    paypal = config.settings().paypal
    body = render_template(
        "web/top_up.html",
        form=form,
        rule_form=rule_form or _as_it_is(facts.rule),
        facts=facts,
        problem=problem,
        sells=paypal is not None,
        selling=config.settings().selling,
    )
    answer = make_response(body, status)
    if paypal is not None:  # the answer to the form leads there
        own = POLICY.replace("form-action 'self'", f"form-action 'self' {paypal.pages}")
        answer.headers["Content-Security-Policy"] = own
    return answer


def agree(rule: Rule) -> None:
    """Keep a rule, and that the customer agreed to it. Raises TopUpRefused."""
    profile = me()
    payments.auto_top_up.switch_on(
        profile.id,
        profile.card_id,
        threshold=rule.threshold,
        amount=rule.amount,
        monthly_cap=rule.monthly_cap,
    )
    said = {Purpose.AUTO_TOP_UP: True}
    consents.record(profile.id, said, version=texts.VERSION, address=session.origin().address)


def _as_it_is(rule: payments.auto_top_up.Rule | None) -> RuleForm:
    if rule is None:
        return RuleForm(formdata=None)
    sums = {"threshold": rule.threshold, "auto_amount": rule.amount, "monthly_cap": rule.monthly_cap}
    return RuleForm(formdata=None, data={name: str(amount) for name, amount in sums.items()})


def _written(form: TopUpForm, card: OpenCard) -> Bought | None:
    """The purchase, with the rule if there is one; or None, and sentences beside the fields."""
    currency, profile, paypal = card.available.currency, me(), config.settings().paypal
    wants_rule = bool(form.agrees.data)
    amount, rule = form.amount(currency), form.rule(currency) if wants_rule else None
    if amount is None or (wants_rule and rule is None) or not form.validate() or paypal is None:
        return None
    field = form.choice
    try:
        with db.transaction():
            bought = payments.begin(
                profile.id,
                profile.card_id,
                amount,
                nonce=form.nonce.data,
                environment=paypal.mode,
                saves_method=wants_rule or payments.phone_top_up.waits_for_method(profile.card_id),
            )
            field = form.threshold
            if rule is not None:
                agree(rule)
    except TopUpRefused as refused:
        complain(field, str(refused))
        return None
    return bought


def _offer(form: TopUpForm) -> Facts:
    """What the page shows, and the choices of the form."""
    profile = me()
    with db.transaction(readonly=True):
        card = cards.by_id(profile.card_id)
        rule = payments.auto_top_up.rule_of(profile.card_id)
        past = payments.of_customer(profile.id)
        known = favourites(card)
        by_phone = payments.phone_top_up.wish_of(profile.card_id)
    is_first = not any(bought.status is TopUpStatus.CREDITED for bought in past)
    offers = tuple(_priced(amount, known) for amount in _amounts(card.available.currency, is_first))
    form.offer([(str(offer.amount), filters.money(offer.amount)) for offer in offers])
    limits = _limits(card.available.currency, is_first)
    return Facts(card, rule, past, known, offers, limits, by_phone)


def _amounts(currency: str, is_first: bool) -> list[Money]:
    """The amounts on offer that no limit forbids."""
    selling = config.settings().selling
    most = Money.parse(selling.first_top_up_max if is_first else selling.amount_max, currency)
    return [amount for text in selling.amounts if (amount := Money.parse(text, currency)) <= most]


def _priced(amount: Money, known: list[Favourite]) -> Offer:
    settings = config.settings()
    longest = settings.call_seconds_max
    minutes = tuple(rating.minutes_for(place.rate, amount, seconds_max=longest) for place in known)
    return Offer(amount, vat.split(amount, settings.selling.vat_percent)[1], minutes)


def _limits(currency: str, is_first: bool) -> tuple[str, ...]:
    """The limits that hold for this customer now, in words."""
    selling = config.settings().selling

    def written(text: str) -> str:
        return filters.money(Money.parse(text, currency))

    said = [f"From {written(selling.amount_min)} to {written(selling.amount_max)} at a time."]
    if is_first:
        said.append(f"Your first top-up is for {written(selling.first_top_up_max)} at most.")
    if me().made_at > clock.now() - timedelta(days=selling.new_account_days):
        said.append(
            f"In the first {selling.new_account_days} days: {written(selling.new_account_daily_max)} and "
            f"{selling.new_account_daily_count} top-ups a day at most. "
            "That is how we catch stolen PayPal accounts."
        )
    return tuple(said)


def _mine(ref: str) -> Bought:
    """A top-up of who asks; somebody else's is not there."""
    try:
        with db.transaction(readonly=True):
            return payments.get(ref[:40], customer=me().id)
    except UnknownTopUp:
        abort(404)


def _urls(ref: str) -> Urls:
    base = config.settings().public_base_url
    back, left = (url_for(f"top_up.{view}", ref=ref) for view in ("come_back", "leave"))
    return Urls(base + back, base + left)
