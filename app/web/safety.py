"""A customer's password, and where the account is signed in."""

from flask import Blueprint, abort, flash, redirect, render_template
from werkzeug.wrappers import Response as Answer

from app import db
from app.customers import changing, devices, passwords, sign_ins
from app.errors import TooManyTries
from app.web import session
from app.web.session import me, signed_in
from app.web.signing_forms import ChangePassword, complain

door = Blueprint("safety", __name__)

Page = str | tuple[str, int] | Answer


@door.get("/account/password")
@signed_in
def password() -> Page:
    """Ask for the old password and a new one."""
    return render_template("web/password.html", form=ChangePassword())


@door.post("/account/password")
@signed_in
def change_password() -> Page:
    """Change it. Every session ends, and this browser goes on with a new one."""
    form, profile, origin = ChangePassword(), me(), session.origin()
    form.known_as = tuple(name for name in (profile.email, profile.user_name) if name)
    if not form.validate() or not _old_is_right(form):
        return render_template("web/password.html", form=form), 400
    kept = passwords.hashed(form.password.data)
    with db.transaction():
        changing.change(profile.id, kept, address=origin.address)
        token = sign_ins.begin(profile.id, address=origin.address, device=origin.device)
    session.let_in(token)
    flash("Your password is changed. You are signed out everywhere else.", "good")
    return session.mark_device(redirect("/account/password", 303), profile.id)


def _old_is_right(form: ChangePassword) -> bool:
    try:
        if not session.knows_password(form.old.data):
            complain(form.old, "This is not your current password.")
    except TooManyTries as error:
        complain(form.old, str(error))
    return not form.old.errors


@door.get("/account/sign-ins")
@signed_in
def history() -> Page:
    """Who has signed in, from where and with what, and who tried."""
    visitor = session.visitor()
    with db.transaction(readonly=True):
        entries = sign_ins.history(me().id)
    here = visitor.session_id if visitor else None
    return render_template("web/sign_ins.html", entries=entries, here=here, described=devices.described)


@door.post("/account/sign-ins/end-others")
@signed_in
def end_others() -> Page:
    """Sign out everywhere but here."""
    visitor = session.visitor()
    assert visitor is not None, "signed_in has seen to that"
    with db.transaction():
        ended = sign_ins.end_all(visitor.profile.id, but=visitor.session_id)
    flash("You are signed out everywhere else." if ended else "You were signed in nowhere else.", "good")
    return redirect("/account/sign-ins", 303)


@door.post("/account/sign-ins/<int:session_id>/end")
@signed_in
def end_one(session_id: int) -> Page:
    """Sign out of one browser. Somebody else's session is none that we know."""
    with db.transaction():
        ended = sign_ins.end_one(me().id, session_id)
    if not ended:
        abort(404)
    flash("That browser is signed out.", "good")
    return redirect("/account/sign-ins", 303)
