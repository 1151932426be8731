"""A stand-in for the provider: it plays a caller, follows TwiML, signs requests and answers REST.

How a call walks: `Network.ring` places a `Leg`, a generator that fetches a document (`courier`,
`documents`, `reader`), acts out its verbs (`verbs`, `gather`, `dial`) and stops wherever time must pass. In
a conference legs meet in a `Room`, and wake each other when something changes in it (`conference`, `rung`). A
`World` wakes legs in virtual time for tests; a `Switchboard` does it in real time for the phone page. What
the server asks for goes the same way: a phone that `rest` has rung waits in `rings` until `pick_up`; text
messages come by `Network.text`, and `profiles` knows in what other providers differ. The
package knows nothing of the application and meets it only over HTTP; only `page`, the phone in the browser,
lives on both sides.
"""

from .callbacks import Faults
from .callees import Callee, answers, busy, fails, no_answer
from .clock import RealClock, VirtualClock
from .errors import BadTwiml, FetchFailed, NotPlayed, Problem, SimulatorError, UnknownCall
from .network import Network
from .phone import Phone
from .quirks import Quirks
from .records import Registry
from .transport import Answer, Transport, http_transport, wsgi_transport

__all__ = [
    "Answer",
    "BadTwiml",
    "Callee",
    "Faults",
    "FetchFailed",
    "Network",
    "NotPlayed",
    "Phone",
    "Problem",
    "Quirks",
    "RealClock",
    "Registry",
    "SimulatorError",
    "Transport",
    "UnknownCall",
    "VirtualClock",
    "answers",
    "busy",
    "fails",
    "http_transport",
    "no_answer",
    "wsgi_transport",
]
