"""What the provider tells and asks about recordings: that one is ready, and what the called party hears."""

import logging

from flask import Response, current_app, request

from app import db, numbers
from app.calls import Carrier, recordings
from app.calls.access_numbers import language_of
from app.errors import UnknownCall
from app.logs import note
from ivr import twiml
from ivr.fields import Fields
from ivr.prompts import LANGUAGES, Prompt
from ivr.routes import document, door, whole
from ivr.words import Sentence

log = logging.getLogger(__name__)

READY = "completed"


@door.post("/whisper")
def whisper() -> Response:
    """Somebody is called whose call is recorded: tell them so before they are put through.

    Without this answer the provider does not put them through. One that is put through all the same has not
    been announced, and what is recorded of it is not kept.
    """
    call = whole("call")
    note(call=call)
    try:
        number, language = db.attempt(lambda: recordings.announce(call))
    except UnknownCall:
        log.error("a whisper for a call that is not to be recorded")
        return document(twiml.hangup())
    return document(twiml.whisper(_both(number, language)))


@door.post("/recording")
def recording() -> Response:
    """A recording is ready: keep it, or have it deleted at once when nobody wanted or announced it."""
    fields = Fields(request.form)
    call, sid = whole("call"), fields.sid("RecordingSid") if fields.text("RecordingSid") else ""
    note(call=call)
    if fields.text("RecordingStatus") != READY or not sid:
        return document(twiml.nothing())
    if not _may_be_kept(call, sid, fields.seconds("RecordingDuration") or 0):
        log.error("a recording that was not announced, or that nobody wanted, is deleted")
        carrier: Carrier = current_app.extensions["carrier"]
        if not recordings.forget(sid, carrier):
            return Response(status=503)  # so that the provider tells us again
    return document(twiml.nothing())


def _may_be_kept(call: int, sid: str, seconds: int) -> bool:
    try:
        return db.attempt(lambda: recordings.note(call, sid, seconds))
    except UnknownCall:
        return False


def _both(number: str, language: str) -> tuple[Sentence, ...]:
    """What the called party hears: first in the language of that country, then in the caller's."""
    there = language_of(numbers.region_of(number) or "")
    is_same = there.partition("-")[0] == language.partition("-")[0]
    spoken = [there] if is_same else [there, language]
    return tuple(Sentence(Prompt.RECORDING_ON, language=tongue) for tongue in spoken if tongue in LANGUAGES)
