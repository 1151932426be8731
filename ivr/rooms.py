"""What the provider tells of a room where a caller waits, and what it asks to let the caller hear there."""

import logging
from typing import Any

from flask import Response, current_app, request

from app import db
from app.calls import CallStatus, Carrier, Ending, Finished, Signal, attending, finish, rooms
from app.calls.carrier import Ring
from app.calls.rooms import Event, What
from app.errors import CarrierUnreachable
from app.logs import note
from ivr import twiml
from ivr.fields import STATUSES, BadField, Fields
from ivr.prompts import Prompt
from ivr.routes import count, document, door, whole

log = logging.getLogger(__name__)

_EVENTS = {"participant-join": What.JOIN, "participant-leave": What.LEAVE, "conference-end": What.END}
_LEFT = {60: Prompt.MINUTE_LEFT, 15: Prompt.SECONDS_LEFT}
_GOES_ON = {CallStatus.PLACED, CallStatus.ANSWERED}


@door.post("/room")
def room() -> Response:
    """Something happened in a room: the caller waits, so ring; or it says how the call goes."""
    fields, call = Fields(request.form), whole("call")
    note(call=call)
    what = _EVENTS.get(fields.text("StatusCallbackEvent"))
    if what is None:
        return document(twiml.nothing())
    event = Event(
        what,
        fields.sid("ConferenceSid"),
        leg="" if what is What.END else fields.sid("CallSid"),
        at=fields.moment("Timestamp"),
        status=STATUSES.get(fields.text("ParticipantCallStatus")),
    )
    learnt = db.attempt(lambda: rooms.happened(call, event))
    if isinstance(learnt, Ring):
        count(rooms.ring(learnt, _carrier()))
    else:
        _over(call, learnt)
    return document(twiml.nothing())


@door.post("/rung")
def rung() -> Response:
    """Something became of a leg that we rang into a room."""
    fields, call = Fields(request.form), whole("call")
    sid, status, at = fields.sid("CallSid"), fields.status("CallStatus"), fields.moment("Timestamp")
    note(call=call)
    if status is CallStatus.ANSWERED and not db.attempt(lambda: rooms.answered(call, sid=sid, at=at)):
        _send_away(call, sid)
    if status not in _GOES_ON:
        ending = Ending(status, Signal.CHILD, seconds=fields.seconds("CallDuration"), sid=sid, at=at)
        _over(call, db.attempt(lambda: finish(call, ending, parent="")))
    return document(twiml.nothing())


@door.post("/announce")
def announce() -> Response:
    """The caller is to hear how much time is left."""
    call, left = whole("call"), whole("left")
    if left not in _LEFT:
        raise BadField("left in the address is no time that we tell")
    with db.transaction(readonly=True):
        by_voice, language = attending.tongue(call)
    return document(twiml.announcement(_LEFT[left] if by_voice else None, language))


def _over(call: int, finished: Finished | None) -> None:
    """The call may be over; when nobody came, the caller waits no longer."""
    count(finished)
    if finished is not None and finished.newly and finished.status is not CallStatus.COMPLETED:
        state = _state(call)
        rooms.let_go(state.room, _carrier().of(state.provider))


def _send_away(call: int, sid: str) -> None:
    """Somebody answers after the caller has given up: nobody is there, and nobody pays for it."""
    try:
        _carrier().of(_state(call).provider).end(sid)
    except CarrierUnreachable as error:
        log.warning("somebody answered in vain, and is still there", extra={"reason": str(error)})


def _state(call: int) -> Any:
    with db.transaction(readonly=True):
        return rooms.state(call)


def _carrier() -> Carrier:
    carrier: Carrier = current_app.extensions["carrier"]
    return carrier
