"""Whom we rang has picked up: the provider asks what they are to hear."""

from flask import Response, request

from app import calls, db
from app.errors import VisitOver
from app.logs import note
from ivr import flow, twiml
from ivr.fields import Fields
from ivr.routes import document, door, keep, whole
from ivr.steps.called_back import first


@door.post("/called-back")
def called_back() -> Response:
    """The first document of a phone that we rang. From then on it is a visit like any other."""
    fields = Fields(request.form)
    sid, visit, call = fields.sid("CallSid"), whole("visit"), whole("call")
    note(visit=sid, call=call)

    def work() -> str:
        try:
            picked = calls.pick_up(visit, call, sid)
        except VisitOver:
            return twiml.hangup()
        begun = picked.visit
        return begun.answered or keep(begun, flow.asked(begun, first(picked)), heard="")

    return document(db.attempt(work))
