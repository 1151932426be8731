"""What PayPal tells us by itself: checked, kept, answered; the work is done by the jobs."""

import logging
from functools import partial

from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from app import config, db
from app.errors import NotificationRejected, NotificationUndecided
from app.payments import inbox, paypal

BODY_MAX = 256 * 1024

door = Blueprint("webhooks", __name__)
log = logging.getLogger(__name__)


@door.post("/webhooks/paypal")
def deliver() -> Response:
    """200 once it is kept, 400 when PayPal did not sign it, 503 when PayPal should send it again."""
    if config.settings().paypal is None:
        abort(404)
    request.max_content_length = BODY_MAX
    raw = request.get_data(cache=False)  # before anything reads it: the signature is over these bytes
    try:
        notification = paypal.provider().verify(dict(request.headers), raw)
    except NotificationRejected as error:
        log.warning("a notification is refused", extra={"reason": str(error)})
        return _answer("This is not signed by PayPal for us.", 400)
    except NotificationUndecided as error:
        log.warning("a notification cannot be checked", extra={"reason": str(error)})
        return _again()
    try:
        is_new = db.attempt(partial(inbox.keep, notification, raw))
    except SQLAlchemyError:
        log.exception("a notification cannot be kept")
        return _again()
    log.info("a notification is kept", extra={"kind": notification.kind, "new": is_new})
    return _answer("Kept.", 200)


def _again() -> Response:
    answer = _answer("Not now. Please send it again.", 503)
    answer.headers["Retry-After"] = "60"
    return answer


def _answer(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
