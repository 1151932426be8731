"""A customer's recordings: wish for one, hear what was recorded, and delete it."""

import logging
import re

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from app import db
from app.calls import Carrier, recordings
from app.errors import CallRefused, CarrierUnreachable
from app.web.calls import lasting
from app.web.session import me, signed_in

door = Blueprint("recordings", __name__)
log = logging.getLogger(__name__)

_HERE = "/account/recordings"
_PART = re.compile(r"bytes=[0-9]{0,12}-[0-9]{0,12}")


@door.get(_HERE)
@signed_in
def listing() -> str:
    """What was recorded, and whether the next call will be."""
    card = me().card_id
    with db.transaction(readonly=True):
        found, until = recordings.of_card(card), recordings.wished_until(card)
        is_offered = recordings.is_offered()
    told = {"recordings": found, "until": until, "is_offered": is_offered}
    return render_template("web/recordings.html", **told, lasting=lasting)


@door.post(f"{_HERE}/wish")
@signed_in
def wish() -> Answer:
    """Have the next call recorded, if it begins within the hour."""
    try:
        with db.transaction():
            recordings.wish(me().card_id)
        flash("Your next call will be recorded, if it begins within an hour.", "good")
    except CallRefused as error:
        flash(str(error), "bad")
    return redirect(_HERE, 303)


@door.post(f"{_HERE}/wish/cancel")
@signed_in
def unwish() -> Answer:
    """Have no call recorded after all."""
    with db.transaction():
        recordings.unwish(me().card_id)
    flash("Your next call will not be recorded.", "good")
    return redirect(_HERE, 303)


@door.get(f"{_HERE}/<int:recording>")
@signed_in
def sound(recording: int) -> Response:
    """The sound, as the provider sends it; nothing of it is kept here. Somebody else's is none."""
    card = me().card_id
    with db.transaction(readonly=True):
        found = recordings.one(card, recording)
    if found is None:
        abort(404)
    carrier: Carrier = current_app.extensions["carrier"]
    wanted = request.headers.get("Range", "")
    try:
        sent = carrier.sound(found.sid, wanted if _PART.fullmatch(wanted) else "")
    except CarrierUnreachable as error:
        log.warning("a recording cannot be heard now", extra={"reason": str(error)})
        abort(503)
    if sent is None:
        abort(404)
    answer = Response(sent.chunks, status=sent.status, mimetype="audio/mpeg")
    answer.headers.update(sent.headers)
    answer.headers["Content-Disposition"] = f'inline; filename="recording-{recording}.mp3"'
    return answer


@door.post(f"{_HERE}/<int:recording>/delete")
@signed_in
def delete(recording: int) -> Answer:
    """Delete one: nobody hears it from now on."""
    card = me().card_id
    with db.transaction():
        if not recordings.delete(card, recording):
            abort(404)
    flash("The recording is deleted.", "good")
    return redirect(_HERE, 303)
