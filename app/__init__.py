"""Farthing: a prepaid calling-card server. Every penny is provable, what is announced is what is charged."""

import logging
import time
import uuid
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from app import commands, config, db, logs, messages, numbers, web, webhooks
from app.config import Settings
from app.errors import UnsafeSettings
from app.payments import receipt_pdf

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Put the application together. Raises UnsafeSettings when it must not start like this."""
    settings = settings or Settings.from_environment()
    _check_kinds(settings)
    app = Flask(__name__, static_folder="../static")
    app.config.update(SETTINGS=settings, SECRET_KEY=settings.secret_keys[0], MAX_CONTENT_LENGTH=1024 * 1024)
    app.config["SECRET_KEY_FALLBACKS"] = list(settings.secret_keys[1:])
    config.use(settings)
    logs.set_up(settings.log_level)
    db.bind(settings.database_url)
    _log_requests(app)
    _believe(app, settings.trusted_proxies)
    app.session_interface = _Sessions()
    messages.attach("receipt", receipt_pdf.attachment)
    web.init_app(app)
    webhooks.init_app(app)
    commands.init_app(app)
    return app


class _Sessions(SecureCookieSessionInterface):
    """The provider's requests carry no session, and need none made."""

    def open_session(self, app: Flask, request: Request) -> Any:
        if request.path.startswith(("/ivr/", "/webhooks/")):
            return self.null_session_class()
        return super().open_session(app, request)


def _believe(app: Flask, proxies: int) -> None:
    """Learn a visitor's address from our own proxies. Without any, no such header is believed."""
    if proxies:
        vars(app)["wsgi_app"] = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)


def _check_kinds(settings: Settings) -> None:
    unknown = settings.allowed_number_kinds - set(numbers.Kind)
    if unknown:
        raise UnsafeSettings(f"ALLOWED_NUMBER_KINDS knows no {', '.join(sorted(unknown))}")


def _log_requests(app: Flask) -> None:
    """One line per request, with its id and without its query or body."""

    @app.before_request
    def begin() -> None:
        logs.begin(request=uuid.uuid4().hex[:12])
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        took = round((time.perf_counter() - g.pop("begun", time.perf_counter())) * 1000, 1)
        outcome = {"method": request.method, "path": request.path, "status": response.status_code, "ms": took}
        log.info("request", extra=outcome)
        return response
