"""Where the provider knocks. Every request is signed; every answer is a document, whatever happens.

A turn is one request of a visit and our answer. Its number stands in the address that the answer before
named, so the same request again gets the same answer, and money moves once.
"""

import logging
from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from app import calls, cards, config, db, metrics, numbers
from app.calls import CallStatus, Ending, Finished, Signal, Visit, lost
from app.calls.access_numbers import language_of
from app.errors import UnknownCall, UnknownVisit, VisitOver
from app.logs import note
from ivr import flow, sip, twiml
from ivr.fields import BadField, Fields
from ivr.flow import Heard, Next
from ivr.replies import Dial, Say
from ivr.signature import is_its_own, signed_by
from ivr.steps import called_back
from ivr.steps import ended as ended_step
from ivr.steps.greeting import greet

log = logging.getLogger(__name__)

BODY_MAX = 64 * 1024
SPEED_DIAL_MAX = 2  # keys: what is not the number that is dialled, and no secret
# a document would be heard by nobody there, or by somebody who must not be put through then
NOBODY_LISTENS = {
    "ivr.status",
    "ivr.room",
    "ivr.rung",
    "ivr.announce",
    "ivr.recording",
    "ivr.whisper",
    "ivr.sms",
}

door = Blueprint("ivr", __name__, url_prefix="/ivr")


@door.before_request
def check_signature() -> None:
    """Let only a provider of ours in, each to what it carries, and say nothing to others."""
    request.max_content_length = BODY_MAX
    settings = config.settings()
    signer = signed_by(request, settings)
    if signer is None or (len(settings.providers) > 1 and not is_its_own(request, signer)):
        log.warning("a request with a wrong signature", extra={"path": request.path})
        abort(403)


@door.post("/voice")
def voice() -> Response:
    """A call comes in."""
    fields = Fields(request.form)
    sid = fields.sid("CallSid")
    note(visit=sid)

    def work() -> str:
        visit = _arrive(sid, fields)
        if visit.line.calls_back:
            return called_back.refuse(visit)
        return visit.answered or keep(visit, flow.asked(visit, greet(visit)), heard="")

    return document(db.attempt(work))


def _arrive(sid: str, fields: Fields) -> Visit:
    """The visit of a caller on the telephone network, or at a SIP domain of ours."""
    domain = fields.text("SipDomain").lower()
    if domain:
        return calls.begin_by_sip(sid, user=sip.user_of(fields.text("From"), domain), domain=domain)
    called = fields.text("To")[:40]
    return calls.begin(
        sid,
        caller=numbers.caller_id(fields.text("From"), country=numbers.region_of(called) or "GB"),
        called=called,
        stir=fields.text("StirVerstat"),
    )


@door.post("/step")
def step() -> Response:
    """The caller typed something, or nothing."""
    fields = Fields(request.form)
    heard = Heard(
        fields.text("Digits"),
        bare_hash=fields.text("FinishedOnKey") == "#",
        speech=bool(fields.text("SpeechResult")),
    )

    def work(visit: Visit) -> tuple[str, Next]:
        next = flow.answer(visit, heard)
        return _kept(visit.step, heard, next), next

    return _turn(fields, work)


@door.post("/ended")
def ended() -> Response:
    """The Dial is over, and the caller may still be there."""
    fields = Fields(request.form)
    call, ending = whole("call"), _dial_ending(fields)
    note(call=call)
    learnt: list[Finished] = []
    if not fields.text("DialCallSid"):  # perhaps of a room, which knows nothing of whom we rang
        count(lost.learn(call, current_app.extensions["carrier"]))

    def work(visit: Visit) -> tuple[str, Next]:
        finished = calls.finish(call, ending, parent=visit.sid)
        learnt[:] = [finished] if finished else []
        return "", flow.asked(visit, ended_step.tell(visit, finished))

    def without_visit() -> None:
        finished = calls.finish(call, ending, parent=fields.sid("CallSid"))
        learnt[:] = [finished] if finished else []

    response = _turn(fields, work, over=without_visit)
    count(*learnt)
    return response


@door.post("/status")
def status() -> Response:
    """Something became of a leg: of the caller's, or of one that we dialled."""
    fields = Fields(request.form)
    sid, status = fields.sid("CallSid"), fields.status("CallStatus")
    parent = fields.text("ParentCallSid")
    learnt: list[Finished] = []

    def work() -> None:
        call = whole("call") if "call" in request.args else calls.of_leg(parent, sid) if parent else None
        if call is not None and not parent:
            calls.learn(call, sid)
        if not parent and status not in {CallStatus.PLACED, CallStatus.ANSWERED}:
            calls.end(sid)
        if call is not None:
            learnt[:] = _child(call, sid, status, fields)

    db.attempt(work)
    count(*learnt)
    return document(twiml.nothing())


@door.post("/fallback")
def fallback() -> Response:
    """The provider could not use what we answered: say so to the caller, without the database."""
    log.error("the provider fell back", extra={"code": request.form.get("ErrorCode", "")[:10]})
    return document(twiml.fault(_language()))


@door.errorhandler(BadField)
def refuse(error: BadField) -> Response:
    """A request of the provider that makes no sense names its field."""
    log.warning("a request was refused", extra={"reason": str(error)})
    return Response(f"{error}\n", status=400, mimetype="text/plain")


@door.errorhandler(Exception)
def apologise(error: Exception) -> Response | HTTPException:
    """A fault of ours: the caller hears that, and what was kept aside stays safe.

    Where nobody listens it is answered with 503, so that the provider tells us again.
    """
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, UnknownVisit):
        log.error("a request for a visit or access number that we do not know", extra={"reason": str(error)})
    else:
        log.exception("a fault on the phone's door")
    if request.endpoint in NOBODY_LISTENS:
        return Response(status=404 if isinstance(error, UnknownCall) else 503)
    return document(twiml.fault(_language()))


def _turn(
    fields: Fields, work: Callable[[Visit], tuple[str, Next]], over: Callable[[], None] = lambda: None
) -> Response:
    """Answer one turn of a visit, in one transaction, once; `over` is done when nobody listens any more."""
    sid, turn = fields.sid("CallSid"), whole("turn")
    note(visit=sid)

    def attempt() -> str:
        try:
            visit = calls.resume(sid, turn)
        except VisitOver:
            over()
            return twiml.nothing()
        if visit.answered is not None:
            return visit.answered
        heard, next = work(visit)
        return keep(visit, called_back.as_long_as_paid(visit, next), heard)

    return document(db.attempt(attempt))


def keep(visit: Visit, next: Next, heard: str) -> str:
    """Keep the answer with the turn, so that the same request again gets it."""
    answer = twiml.render(visit, next)
    secret = isinstance(next.reply, Say) and next.reply.is_secret
    calls.remember(visit, step=next.step, tries=next.tries, heard=heard, twiml=answer, secret=secret)
    if isinstance(next.reply, Dial):
        note(call=next.reply.call.id)
    return answer


def _kept(step: str, heard: Heard, next: Next) -> str:
    """What may be remembered of the keys: no PIN, not even one typed where a number was asked for.

    What stands before the number that was dialled may have been one, too.
    """
    digits, reply = heard.digits, next.reply
    if isinstance(reply, Dial) and len(digits) > SPEED_DIAL_MAX:
        clear = reply.call.dialled if digits.endswith(reply.call.dialled) else ""
    else:
        clear = "" if cards.looks_like_a_pin(digits) else digits.rpartition("*")[2]
    if flow.waiting_at(step).is_secret:
        clear = ""
    return "*" * (len(digits) - len(clear)) + clear or ("#" if heard.bare_hash else "")


def _child(call: int, sid: str, status: CallStatus, fields: Fields) -> list[Finished]:
    """What a dialled leg reports: that it was answered, or how it ended."""
    note(call=call)
    at = fields.moment("Timestamp")
    if status is CallStatus.ANSWERED:
        calls.answered(call, parent=fields.text("ParentCallSid"), sid=sid, at=at)
    if status in {CallStatus.PLACED, CallStatus.ANSWERED}:
        return []
    ending = Ending(status, Signal.CHILD, seconds=fields.seconds("CallDuration"), sid=sid, at=at)
    finished = calls.finish(call, ending, parent=fields.text("ParentCallSid"))
    return [finished] if finished else []


def _dial_ending(fields: Fields) -> Ending:
    """What the Dial's action says of the dialled leg. Not bridged means not charged."""
    status = fields.status("DialCallStatus")
    if status is CallStatus.ANSWERED:  # how a conference ends; its seconds come by other signals
        status = CallStatus.COMPLETED
    seconds = 0 if fields.text("DialBridged") == "false" else fields.seconds("DialCallDuration")
    sid = fields.sid("DialCallSid") if fields.text("DialCallSid") else None
    return Ending(status, Signal.ACTION, seconds=seconds, sid=sid)


def count(*learnt: Finished | None) -> None:
    """Count the calls that these signals ended."""
    for finished in learnt:
        if finished is not None and finished.newly:
            metrics.CALLS.labels(finished.status).inc()


def _language() -> str:
    """The language to apologise in, told from the access number alone: the database may be what is wrong."""
    return language_of(numbers.region_of(request.form.get("To", "")[:20]) or "")


def whole(name: str) -> int:
    """A number that we put into the address ourselves. Raises BadField."""
    value = request.args.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise BadField(f"{name} in the address is not a number")
    return int(value)


def document(text: str) -> Response:
    """An answer that the provider can read."""
    return Response(text, mimetype="text/xml")
