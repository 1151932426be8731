"""A call is over and the caller still there: what it cost, and another?"""

from app import calls
from app.calls import CallStatus, Finished, KnownBy, Visit, caller_leg
from app.cards import USED_UP_BELOW
from ivr.prompts import Prompt
from ivr.replies import Hangup, Reply, Say
from ivr.steps.pinless import is_offered
from ivr.words import Words, balance, cost

_NOT_CONNECTED: dict[CallStatus, Words] = {
    CallStatus.BUSY: (Prompt.BUSY, Prompt.TRY_AGAIN_OR_OTHER),
    CallStatus.NO_ANSWER: (Prompt.NO_ANSWER, Prompt.NOT_CHARGED, Prompt.TRY_AGAIN_OR_OTHER),
    CallStatus.FAILED: (Prompt.CALL_FAILED, Prompt.NOT_CHARGED, Prompt.TRY_AGAIN),
    CallStatus.CANCELED: (Prompt.CALL_FAILED, Prompt.NOT_CHARGED, Prompt.TRY_AGAIN),
}


def tell(visit: Visit, finished: Finished | None) -> Reply:
    """Tell the caller what became of the call. None: that is not known yet, so no word of money."""
    if finished is None:
        return Say(Prompt.ENTER_NUMBER, then="number")
    if finished.status in _NOT_CONNECTED:
        return Say(_not_connected(visit, finished.status), then="number")
    charged, left = cost(finished.price), calls.credit(visit, finished.available)
    if left.micros < USED_UP_BELOW or not caller_leg.prolong(visit):
        return Hangup((charged, Prompt.CREDIT_GONE))
    receipt: Words = (charged, balance(left))
    if visit.known_by is KnownBy.PIN and is_offered(visit):
        return Say((receipt, Prompt.OFFER_PINLESS), then="pinless")
    return Say((receipt, Prompt.ANOTHER_CALL), then="number")


def _not_connected(visit: Visit, status: CallStatus) -> Words:
    """On a leg that costs money nobody is told that nothing was charged."""
    words = _NOT_CONNECTED[status]
    assert isinstance(words, tuple)
    if visit.line.provider != "twilio":  # others do not tell a hash from silence
        words = (*words[:-1], Prompt.ANOTHER_CALL)
    charged = visit.called_back
    return tuple(word for word in words if not (charged and word is Prompt.NOT_CHARGED))
