"""Text messages that phones send to our numbers, and what is answered."""

from collections.abc import Mapping

from . import errors, geography
from .courier import Letter
from .documents import document_of
from .errors import NotPlayed, Problem, SimulatorError
from .exchange import Exchange
from .reader import Node
from .records import API_VERSION
from .sent import Sent

BODY_CHARACTERS_MAX = 1600
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüàÆæßÉ"
)
TWICE = "^{}\\[~]|€"  # of the same alphabet, and as long as two
STOP = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START = {"START", "UNSTOP"}
HELP = {"HELP", "INFO"}
STOPPED = "You have successfully been unsubscribed. Reply START to resubscribe."
STARTED = "You have successfully been re-subscribed. Reply STOP to unsubscribe."
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class Texts:
    """The messages of one account. Who has written STOP to a number gets nothing from it until START."""

    def __init__(self, exchange: Exchange, url: str | None) -> None:
        self._exchange, self._url = exchange, url
        self._stopped: set[tuple[str, str]] = set()  # phone, our number

    def may_be_sent(self, phone: str, ours: str) -> bool:
        """Whether that phone wants messages of this number."""
        return (phone, ours) not in self._stopped

    def receive(self, phone: str, ours: str, body: str, extras: Mapping[str, str]) -> list[Sent]:
        """A phone writes to our number; returns what it gets back, the carrier's own words first.

        What goes wrong with the server's answer is noted as a problem, as for a call.
        """
        if self._url is None:
            raise SimulatorError("no address for text messages: give the network an sms_url")
        replies = self._carrier(phone, ours, body.strip().upper())
        try:
            replies += self._server(phone, ours, body, extras)
        except Problem as problem:
            problem.url = problem.url or self._url
            self._exchange.problems.append(problem)
        return replies

    def _carrier(self, phone: str, ours: str, word: str) -> list[Sent]:
        """The carrier heeds some words by itself."""
        if word in STOP:
            self._stopped.add((phone, ours))
            return [self._sent(phone, ours, STOPPED, by_carrier=True)]
        if word in START or (word == "YES" and (phone, ours) in self._stopped):
            self._stopped.discard((phone, ours))
            return [self._sent(phone, ours, STARTED, by_carrier=True)]
        return [self._sent(phone, ours, HELPED, by_carrier=True)] if word in HELP else []

    def _server(self, phone: str, ours: str, body: str, extras: Mapping[str, str]) -> list[Sent]:
        """What the server answers, as far as it may be delivered. Raises Problem."""
        assert self._url is not None
        exchange = self._exchange
        letter = Letter(self._url, self._params(phone, ours, body) | dict(extras), keeps_port=True)
        if exchange.is_repeated():
            exchange.courier.fetch(letter)
        answer, came_from = exchange.courier.fetch(letter)
        return [self._reply(phone, ours, node) for node in document_of(answer, came_from).children]

    def _reply(self, phone: str, ours: str, node: Node) -> Sent:
        """Raises Problem, or NotPlayed for anything but a message."""
        if node.name != "Message":
            raise NotPlayed(f"{node.name}> in answer to a text message <")
        words = " ".join(
            [node.text, *(child.text for child in node.children if child.name == "Body")]
        ).strip()
        to, caller = node.word("to", phone), node.word("from", ours)
        if not 1 <= len(words) <= BODY_CHARACTERS_MAX:
            raise Problem(errors.BAD_BODY, f"a message has from 1 to {BODY_CHARACTERS_MAX} characters")
        if not self.may_be_sent(to, caller):
            raise Problem(errors.OPTED_OUT, f"{to} has written STOP to {caller}")
        return self._sent(to, caller, words)

    def _sent(self, phone: str, ours: str, words: str, *, by_carrier: bool = False) -> Sent:
        sid, now = self._exchange.new_sid("SM"), self._exchange.clock.now()
        return Sent(sid, now, phone, ours, False, words, by_carrier)

    def _params(self, phone: str, ours: str, body: str) -> dict[str, str]:
        sid = self._exchange.new_sid("SM")
        return {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": self._exchange.account_sid,
            "From": phone,
            "To": ours,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": str(segments(body)),
            "SmsStatus": "received",
            "ApiVersion": API_VERSION,
            **geography.place_of(phone, "From"),
            **geography.place_of(ours, "To"),
        }


def segments(body: str) -> int:
    """How many messages of the network a text fills: 160 characters, or 70 beyond its small alphabet."""
    if set(body) <= set(GSM + TWICE):
        length, one, many = len(body) + sum(character in TWICE for character in body), 160, 153
    else:
        length, one, many = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // many)
