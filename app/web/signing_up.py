"""Signing up, and confirming the address, which opens the account."""

from flask import Blueprint, redirect, render_template, request
from flask import session as cookie
from werkzeug.wrappers import Response as Answer

from app import cards, config, db
from app.calls import access_numbers
from app.customers import attempts, joining, links, passwords, sign_ins
from app.customers.consents import Purpose
from app.customers.joining import Pending, Wish
from app.errors import LinkDead, NameTaken
from app.money import Money
from app.web import filters, session, texts
from app.web.signing import dead_link, tell_nobody
from app.web.signing_forms import Confirm, SignUp, complain

door = Blueprint("signing_up", __name__)
door.after_request(tell_nobody)

Page = str | tuple[str, int] | Answer

MADE_HERE = "made_here"  # in the cookie: a name for the link that this browser signed up for


@door.get("/signup")
def sign_up() -> Page:
    """Ask who wants an account."""
    if session.visitor() is not None:
        return redirect("/account")
    return render_template("web/signup.html", form=SignUp())


@door.post("/signup")
def send_link() -> Page:
    """Send a mail to the address. What the page says and how long it takes tell nothing about it."""
    form = SignUp()
    if not form.validate():
        return render_template("web/signup.html", form=form), 400
    address = request.remote_addr or ""
    with db.transaction():
        allowed = joining.BY_ADDRESS.count(attempts.network(address))
    if not allowed:
        complain(form.email, "Too many people sign up from your network. Wait an hour, then try again.")
        return render_template("web/signup.html", form=form), 429
    wish = _wish(form, address)
    try:
        cookie[MADE_HERE] = db.attempt(lambda: joining.join(wish))
    except NameTaken as taken:
        complain(form.user_name, str(taken))
        return render_template("web/signup.html", form=form), 400
    return redirect("/signup/sent", 303)


def _wish(form: SignUp, address: str) -> Wish:
    said = {
        Purpose.TERMS: form.terms.data,
        Purpose.TRAFFIC_DATA: form.traffic_data.data,
        Purpose.OFFERS_BY_MAIL: form.offers_by_mail.data,
        Purpose.OFFERS_BY_TEXT: form.offers_by_text.data,
    }
    return Wish(
        email=form.email.data,
        user_name=form.user_name.data or None,
        password_hash=passwords.hashed(form.password.data),
        said=said,
        version=texts.VERSION,
        address=address,
        language=filters.language(),
    )


@door.get("/signup/sent")
def sent() -> Page:
    """Say that a mail is on its way."""
    return render_template("web/signup_sent.html")


@door.get("/confirm")
def confirm() -> Page:
    """Ask to press a button. Looking at the page uses nothing up: mail scanners follow links."""
    token = request.args.get("token", "")
    try:
        with db.transaction(readonly=True):
            joining.look(token)
    except LinkDead:
        return dead_link("/signup", "Sign up again")
    return render_template("web/confirm.html", form=Confirm(), ask=not _is_made_here(token))


@door.post("/confirm")
def open_account() -> Page:
    """Confirm the address: open a card for it, and sign in.

    In another browser than the one that signed up the password is asked for. Else somebody could sign up with
    your address and a password of theirs, and wait for you to press the button.
    """
    token, form = request.args.get("token", ""), Confirm()
    try:
        with db.transaction(readonly=True):
            pending = joining.look(token)
        if not _is_made_here(token) and not _knows(pending, form):
            return render_template("web/confirm.html", form=form, ask=True), 400
        begun = db.attempt(lambda: _open(token))
    except LinkDead:
        return dead_link("/login", "Sign in")
    session.let_in(begun)
    return session.mark_device(redirect("/account", 303), pending.customer_id)


def _open(token: str) -> str:
    """Customers and cards know nothing of each other: it is this door that brings them together."""
    customer_id = joining.claim(token)
    currency = config.settings().selling.currency
    serial = cards.issue(1, Money.zero(currency), batch=f"web {currency}")[0].serial
    known = [access.number for access in access_numbers.all_of_them()]
    joining.open_account(customer_id, cards.by_serial(serial).id, access_numbers=known)
    origin = session.origin()
    return sign_ins.begin(customer_id, address=origin.address, device=origin.device)


def _is_made_here(token: str) -> bool:
    return cookie.get(MADE_HERE) == links.digest(token)


def _knows(pending: Pending, form: Confirm) -> bool:
    """Whether the password is the one that was chosen with this link; else says so beside the field."""
    with db.transaction():
        allowed = joining.TRIES.count(str(pending.customer_id))
    if not allowed:
        complain(form.password, "Too many tries. Wait 15 minutes, then try again.")
    elif not passwords.matches(pending.password_hash, form.password.data or ""):
        complain(
            form.password, "This is not the password that was chosen. If you do not know it, sign up again."
        )
    return not form.password.errors
