"""Visits and calls: a caller on our line, and each destination that is connected meanwhile.

`begin` and `resume` a visit, `place` a call, and let `finish` end it by whichever signal comes first.
"""

from app.calls.access_numbers import Access
from app.calls.arrivals import begin, begin_by_sip
from app.calls.attending import attend
from app.calls.audit import audit
from app.calls.called_back import PickedUp, destination_of, pick_up
from app.calls.caller_leg import credit
from app.calls.carrier import Carrier, Leg, Ringing, Sound, Tape
from app.calls.dialling import Placed, is_busy, last_dialled, place
from app.calls.endings import Ending, Finished, Signal, answered, finish, of_leg
from app.calls.history import PastCall, of_card, of_visit
from app.calls.lengthening import lengthen
from app.calls.models import CallKind, CallStatus, KnownBy
from app.calls.profile import Line
from app.calls.ringing_back import learn, ring_back
from app.calls.sweep import sweep, sweep_visits
from app.calls.visits import Visit, end, open_card, remember, resume, seen_before, speak

__all__ = [
    "Access",
    "CallKind",
    "CallStatus",
    "Carrier",
    "Ending",
    "Finished",
    "KnownBy",
    "Leg",
    "Line",
    "PastCall",
    "PickedUp",
    "Placed",
    "Ringing",
    "Signal",
    "Sound",
    "Tape",
    "Visit",
    "answered",
    "attend",
    "audit",
    "begin",
    "begin_by_sip",
    "credit",
    "destination_of",
    "end",
    "finish",
    "is_busy",
    "last_dialled",
    "learn",
    "lengthen",
    "of_card",
    "of_leg",
    "of_visit",
    "open_card",
    "pick_up",
    "place",
    "remember",
    "resume",
    "ring_back",
    "seen_before",
    "speak",
    "sweep",
    "sweep_visits",
]
