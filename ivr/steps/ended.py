"""A call is over and the caller still there: what it cost, and another?"""

from app.calls import CallStatus, Finished, Visit
from app.cards import USED_UP_BELOW
from ivr.prompts import Prompt
from ivr.replies import Hangup, Reply, Say
from ivr.words import balance, cost, say

_NOT_CONNECTED = {
    CallStatus.BUSY: Prompt.BUSY,
    CallStatus.NO_ANSWER: Prompt.NO_ANSWER,
    CallStatus.FAILED: Prompt.CALL_FAILED,
    CallStatus.CANCELED: Prompt.CALL_FAILED,
}


def tell(visit: Visit, finished: Finished | None) -> Reply:
    """Tell the caller what became of the call. None: that is not known yet, so no word of money."""
    if finished is None:
        return Say(Prompt.ENTER_NUMBER, then="number")
    if finished.status in _NOT_CONNECTED:
        return Say(_NOT_CONNECTED[finished.status], then="number")
    language = visit.line.language
    charged = cost(finished.price, language)
    if finished.available.micros < USED_UP_BELOW:
        return Hangup(say(Prompt.CREDIT_GONE, language, cost=charged))
    left = balance(finished.available, language)
    receipt = say(Prompt.CALL_ENDED, language, cost=charged, balance=left)
    return Say(receipt, then="number")
