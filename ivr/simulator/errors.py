"""Everything that may go wrong with a call on purpose, drawn as a tree, with the provider's error numbers."""


class SimulatorError(Exception):
    """Anything this stand-in says no to."""


class Problem(SimulatorError):
    """What the provider would write into its error log: a number, a sentence and the address concerned."""

    def __init__(self, code: int, sentence: str, url: str = "") -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.url = url


class FetchFailed(Problem):
    """No document came: status, connection, time or too many redirects."""


class BadTwiml(Problem):
    """A document came and cannot be executed."""


class NotPlayed(SimulatorError):
    """Good TwiML which this stand-in does not act out."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"this stand-in does not play <{verb}>")


class TransportFailed(SimulatorError):
    """The other side gave no HTTP answer."""


class Unreachable(TransportFailed):
    """No connection: refused, no such host, TLS."""


class TooSlow(TransportFailed):
    """Connected, but no answer in time."""


class UnknownCall(SimulatorError):
    """No call has this id."""


class WrongState(SimulatorError):
    """The call cannot do this now, for example end twice."""


class TooManyCalls(SimulatorError):
    """The switchboard has no free line."""


HTTP_FAILURE = 11200
CONNECTION_FAILURE = 11205
TOO_MANY_REDIRECTS = 11215
TOO_LARGE = 11750
PARSE_FAILURE = 12100
SCHEMA = 12200
CONTENT_TYPE = 12300
BAD_CALLER_ID = 13214
BAD_NUMBER = 13224
OPTED_OUT = 21610
BAD_BODY = 21617
