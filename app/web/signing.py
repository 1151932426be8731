"""Signing in and out, and a new password for who has forgotten the old one."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from app import db
from app.customers import attempts, changing, passwords, sign_ins
from app.customers.attempts import Attempt
from app.errors import LinkDead
from app.web import session
from app.web.signing_forms import Forgot, NewPassword, SignIn, complain

door = Blueprint("signing", __name__)

Page = str | tuple[str, int] | Answer

WRONG = (
    "This name and this password do not belong together, or the address is not confirmed yet. "
    "Check both and try again."
)
PAUSED = "Too many tries. Wait 15 minutes and try again, or choose a new password by mail."


@door.after_request
def tell_nobody(response: Response) -> Response:
    """Pages with a token in their address do not pass the address on."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@door.get("/login")
def login() -> Page:
    """Ask who it is."""
    if session.visitor() is not None:
        return redirect(session.own_path(request.args.get("next", "")))
    return render_template("web/login.html", form=SignIn())


@door.post("/login")
def sign_in() -> Page:
    """Sign in, and go on to where one wanted to be. Unknown names and wrong passwords are one to us."""
    form = SignIn()
    if not form.validate():
        return render_template("web/login.html", form=form), 400
    with db.transaction():
        attempt = attempts.begin(form.name.data, session.origin())
    if not attempt.is_allowed:
        complain(form.password, PAUSED)
        return render_template("web/login.html", form=form), 429
    token = _finish(attempt, form.password.data)
    if token is None or attempt.customer_id is None:
        complain(form.password, WRONG)
        return render_template("web/login.html", form=form), 400
    session.let_in(token)
    answer = redirect(session.own_path(request.args.get("next", "")), 303)
    return session.mark_device(answer, attempt.customer_id)


def _finish(attempt: Attempt, password: str) -> str | None:
    is_right = passwords.matches(attempt.password_hash, password)
    outdated = is_right and attempt.password_hash and passwords.is_outdated(attempt.password_hash)
    new_hash = passwords.hashed(password) if outdated else None
    with db.transaction():
        return attempts.finish(attempt, is_right=is_right, new_hash=new_hash)


@door.post("/logout")
def sign_out() -> Page:
    """End this session. Safe to repeat."""
    visitor = session.visitor()
    if visitor is not None:
        with db.transaction():
            sign_ins.end(visitor.token)
    session.let_out()
    flash("You are signed out.", "good")
    return redirect("/login", 303)


@door.get("/forgot")
def forgot() -> Page:
    """Ask for whom the link is."""
    return render_template("web/forgot.html", form=Forgot())


@door.post("/forgot")
def send_link() -> Page:
    """Send the link, if there is such a person. The page says the same for all."""
    form = Forgot()
    if not form.validate():
        return render_template("web/forgot.html", form=form), 400
    with db.transaction():
        changing.forgot(form.name.data, address=request.remote_addr or "")
    return redirect("/forgot/sent", 303)


@door.get("/forgot/sent")
def link_sent() -> Page:
    """Say that a mail is on its way, if there is such a person."""
    return render_template("web/forgot_sent.html")


@door.get("/reset")
def reset() -> Page:
    """Ask for a new password. Looking at the page uses nothing up: mail scanners follow links."""
    try:
        with db.transaction(readonly=True):
            changing.look(request.args.get("token", ""))
    except LinkDead:
        return dead_link("/forgot", "Ask for a new link")
    return render_template("web/reset.html", form=NewPassword())


@door.post("/reset")
def set_password() -> Page:
    """Set the new password. All sessions end: whoever had the old one is out."""
    token, address = request.args.get("token", ""), request.remote_addr or ""
    form = NewPassword()
    with db.transaction():
        allowed = changing.RESET_BY_ADDRESS.count(attempts.network(address))
    try:
        with db.transaction(readonly=True):
            form.known_as = changing.look(token)
        if not form.validate():
            return render_template("web/reset.html", form=form), 400
        if not allowed:
            complain(form.password, "Too many tries. Wait an hour, then try again.")
            return render_template("web/reset.html", form=form), 429
        kept = passwords.hashed(form.password.data)
        with db.transaction():
            customer_id = changing.reset(token, kept, address=address)
    except LinkDead:
        return dead_link("/forgot", "Ask for a new link")
    session.let_out()
    flash("You have a new password. Sign in with it.", "good")
    return session.mark_device(redirect("/login", 303), customer_id)


def dead_link(href: str, action: str) -> tuple[str, int]:
    """One page for links that were used, are too old, or were made up."""
    return render_template("web/link_dead.html", href=href, action=action), 410
