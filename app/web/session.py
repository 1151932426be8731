"""Who is at the door: the session of a customer, and proof that a form is ours."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, redirect, render_template, request, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as Answer

from app import config, customers, db
from app.customers import attempts, devices, passwords, sign_ins
from app.errors import TooManyTries

V = TypeVar("V", bound=Callable[..., Any])

LOGIN = "/login"
# doors that know who knocks without a cookie: by a signature, or by the origin of the page
_NO_FORMS = ("/ivr/", "/webhooks/", "/phone/")
_STALE = (
    "This page was open for too long, or your browser keeps no cookies. Nothing was changed: "
    "go back, load the page again, and send it once more."
)
_PRIVATE = {"signing", "signing_up"}
_csrf = CSRFProtect()


class Visitor(UserMixin):  # type: ignore[misc]
    """A customer in one browser."""

    def __init__(self, token: str, found: sign_ins.Session) -> None:
        self.token, self.session_id, self.profile = token, found.id, found.profile
        self.language, self.time_zone = found.profile.language, found.profile.time_zone

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


def init_app(app: Flask) -> None:
    """Let pages know who asks, and refuse forms that are not ours."""
    secure = config.settings().public_base_url.startswith("https://")
    app.config.update(
        # a browser takes __Host- cookies from this very host only, never from a neighbour of its domain
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        DEVICE_COOKIE_NAME="__Host-device" if secure else "device",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=sign_ins.LASTS,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_CHECK_DEFAULT=False,  # _refuse_strange_forms does
        WTF_CSRF_SSL_STRICT=False,  # pages with a token in their address send no referrer
    )
    manager = LoginManager(app)
    manager.session_protection = None  # a phone changes its address all the time
    manager.user_loader(_load)
    _csrf.init_app(app)
    app.before_request(_refuse_strange_forms)
    app.register_error_handler(CSRFError, _stale)
    app.after_request(_keep_private)


def signed_in(view: V) -> V:
    """A view for customers only; strangers are sent to sign in, and come back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if visitor() is None:
            return redirect(f"{LOGIN}?{urlencode({'next': _wanted()})}")
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def me() -> customers.Profile:
    """The customer who asks, in a view that is `signed_in`."""
    found = visitor()
    assert found is not None, "only in a view that is signed_in"
    return found.profile


def visitor() -> Visitor | None:
    """Who asks, or None for strangers. The first time it reads the database: not inside a transaction."""
    found = current_user._get_current_object()
    return None if isinstance(found, AnonymousUserMixin) else found


def let_in(token: str) -> None:
    """Go on as the customer of this session. Nothing that was in the cookie before stays there."""
    session.clear()
    session.permanent = True
    found = _load(token)
    assert found is not None, "the session was begun and committed before"
    login_user(found)


def let_out() -> None:
    """Forget who was signed in here; the door ends the session itself."""
    logout_user()
    session.clear()


def origin() -> attempts.From:
    """Where this request comes from."""
    mark = request.cookies.get(current_app.config["DEVICE_COOKIE_NAME"], "")
    return attempts.From(request.remote_addr or "", request.user_agent.string, mark)


def mark_device(answer: Answer, customer_id: int) -> Answer:
    """Let the browser keep that this customer has signed in with it."""
    answer.set_cookie(
        current_app.config["DEVICE_COOKIE_NAME"],
        devices.mark(customer_id),
        max_age=devices.LASTS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def knows_password(password: str) -> bool:
    """Whether who is signed in knows the password, for what needs it once more. Not inside a transaction.

    Counted like a sign-in. Raises TooManyTries.
    """
    customer_id = me().id
    with db.transaction():
        attempt = attempts.begin_again(customer_id, origin())
    if not attempt.is_allowed:
        raise TooManyTries("Too many tries. Wait 15 minutes, then try again.")
    if not passwords.matches(attempt.password_hash, password):
        return False
    with db.transaction():
        return attempts.forgive(attempt)


def is_right(field: Any) -> bool:
    """Whether a password field holds the password; else a sentence stands beside it. Not in a transaction."""
    try:
        if knows_password(field.data):
            return True
        field.errors = [*field.errors, "This is not your password."]
    except TooManyTries as error:
        field.errors = [*field.errors, str(error)]
    return False


def own_path(wanted: str) -> str:
    """The path if it leads to a page of ours, or the account."""
    # browsers read a backslash as a slash, and two of them at the start as another host
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and len(wanted) <= 500
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/account"


def _wanted() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/account"


def _load(token: str) -> Visitor | None:
    with db.transaction(readonly=True):
        found = sign_ins.find(token)
    if found is None:
        return None
    g.is_private = True
    if found.is_due:
        with db.transaction():
            sign_ins.touch(found.id)
    return Visitor(token, found)


def _refuse_strange_forms() -> None:
    """A page elsewhere can make a browser send a form, but it cannot know the token in ours."""
    if current_app.config["WTF_CSRF_ENABLED"] and not request.path.startswith(_NO_FORMS) and request.endpoint:
        _csrf.protect()


def _stale(error: CSRFError) -> tuple[str, int]:
    return render_template("error.html", sentence=_STALE, code=400), 400


def _keep_private(response: Response) -> Response:
    """No cache keeps a page of a customer, nor a form in which somebody signs in."""
    if g.get("is_private") or request.path.startswith("/account") or request.blueprint in _PRIVATE:
        response.headers["Cache-Control"] = "no-store"
    return response
