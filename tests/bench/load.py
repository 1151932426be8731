"""A lean caller: signs and sends the provider's requests over kept-alive sockets, and notes the times.

It shares the machine with the server that it loads, so it is a process of its own with one thread, and knows
nothing of Flask or of the application: `python -m tests.bench.load` reads an order and prints a report.
"""

import hashlib
import heapq
import hmac
import itertools
import json
import re
import selectors
import socket
import sys
import time
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlsplit

ACTION = re.compile(rb'action="([^"]+)"')
STATUS_CALLBACK = re.compile(rb'statusCallback="([^"]+)"')
SECONDS = "56"
PLACES = {
    f"{whose}{what}": value
    for whose in ("Caller", "From", "Called", "To")
    for what, value in (("City", ""), ("Country", "GB"), ("State", ""), ("Zip", ""))
}


@dataclass(slots=True)
class Post:
    """One request to send: at once, or at a moment that was fixed beforehand."""

    kind: str
    url: str
    fields: dict[str, str]
    at: float = 0.0


Talk = Generator[Post, bytes, None]


@dataclass(slots=True)
class Report:
    """What happened: milliseconds per kind of request, answers that no call goes on with, calls done."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    dialled: int = 0
    calls: int = 0


class Loader:
    """Sends what its talks want over its connections; one talk has one request on its way at a time."""

    def __init__(self, base: str, token: str, connections: int) -> None:
        self.base, self._token = base, token.encode()
        self._host = urlsplit(base).netloc
        self._selector = selectors.DefaultSelector()
        self._free: deque[socket.socket] = deque()
        self._sent: dict[socket.socket, tuple[Talk, Post, float]] = {}
        self._heap: list[tuple[float, int, Talk, Post]] = []
        self._ready: deque[tuple[Talk, Post, float]] = deque()
        self._numbers = itertools.count()
        self.report = Report()
        address = urlsplit(base)
        for _ in range(connections):
            made = socket.create_connection((address.hostname or "", address.port or 80), timeout=30)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(made, selectors.EVENT_READ)
            self._free.append(made)

    def run(self, talks: list[Talk]) -> float:
        """Drive all talks to their end; answers the seconds that it took."""
        began = time.perf_counter()
        for talk in talks:
            self._plan(talk, next(talk))
        while self._heap or self._ready or self._sent:
            self._send_what_is_due()
            for key, _ in self._selector.select(self._seconds_left()):
                assert isinstance(key.fileobj, socket.socket)
                self._receive(key.fileobj)
        return time.perf_counter() - began

    def _plan(self, talk: Talk, post: Post) -> None:
        heapq.heappush(self._heap, (post.at, next(self._numbers), talk, post))

    def _send_what_is_due(self) -> None:
        now = time.perf_counter()
        while self._heap and self._heap[0][0] <= now:
            at, _, talk, post = heapq.heappop(self._heap)
            self._ready.append((talk, post, at or now))
        while self._ready and self._free:
            talk, post, since = self._ready.popleft()
            connection = self._free.popleft()
            self._sent[connection] = (talk, post, since)
            connection.sendall(self._bytes_of(post))

    def _seconds_left(self) -> float:
        if not self._heap or (self._ready and not self._free):
            return 1.0
        return max(0.0, self._heap[0][0] - time.perf_counter())

    def _receive(self, connection: socket.socket) -> None:
        status, body = _answer(connection)
        talk, post, since = self._sent.pop(connection)
        took = (time.perf_counter() - since) * 1000
        self._free.append(connection)
        self.report.milliseconds.setdefault(post.kind, []).append(took)
        self.report.statuses[status] += 1
        try:
            self._plan(talk, talk.send(body))
        except StopIteration:
            pass
        except BadAnswer:
            self.report.faults[f"{post.kind} {status} {body[:300]!r}"] += 1

    def _bytes_of(self, post: Post) -> bytes:
        signed = post.url + "".join(f"{name}{post.fields[name]}" for name in sorted(post.fields))
        signature = b64encode(hmac.digest(self._token, signed.encode(), hashlib.sha1)).decode()
        body = "&".join(f"{name}={quote_plus(value)}" for name, value in post.fields.items())
        return (
            f"POST {post.url.removeprefix(self.base)} HTTP/1.1\r\nHost: {self._host}\r\n"
            "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


class BadAnswer(Exception):
    """Not the document that a call goes on with."""


def _answer(connection: socket.socket) -> tuple[str, bytes]:
    """Status and body of one whole answer."""
    got = connection.recv(65536)
    while b"\r\n\r\n" not in got:
        got += _more(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    return head[9:12].decode(), body


def _more(connection: socket.socket) -> bytes:
    got = connection.recv(65536)
    if not got:
        raise ConnectionError("the server closed a connection in the midst of its answer")
    return got


def _found(pattern: re.Pattern[bytes], body: bytes) -> str:
    """An address in a document, as it is signed: without its fragment."""
    found = pattern.search(body)
    if not found:
        raise BadAnswer
    return found[1].decode().replace("&amp;", "&").partition("#")[0]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who rings, and with which PIN."""

    number: str
    pin: str


class Script:
    """What the provider sends for one call, with or without the signals that repeat its end."""

    def __init__(self, order: dict[str, Any], report: Report) -> None:
        self._order, self._report = order, report
        self._account = order["account"]
        self._numbers = itertools.count()
        self._run = f"{time.time_ns() % 16**12:012x}"

    def call(self, caller: Caller, times: Iterator[float]) -> Talk:
        """One call from ring to receipt; `times` says when each request is to leave."""
        sid, child = (f"CA{self._run}{kind}{next(self._numbers):019x}" for kind in "ab")
        base, every = self._order["base"], self._order["all_signals"]
        own = self._fields(sid, caller.number, self._order["to"])
        body = yield Post("voice", f"{base}/ivr/voice", {**own, "CallStatus": "ringing"}, next(times))
        own["CallStatus"] = "in-progress"
        typed = {**own, "msg": "Gather End", "Digits": caller.pin, "FinishedOnKey": ""}
        body = yield Post("PIN", _found(ACTION, body), typed, next(times))
        typed = {**own, "msg": "Gather End", "Digits": self._order["dial"], "FinishedOnKey": "#"}
        body = yield Post("number", _found(ACTION, body), typed, next(times))
        action, status = _found(ACTION, body), _found(STATUS_CALLBACK, body)
        self._report.dialled += 1
        leg = self._leg(child, sid)
        if every:
            yield Post("answered", status, {**leg, "CallStatus": "in-progress"}, next(times))
        told = {**leg, "CallStatus": "completed", "CallDuration": SECONDS, "Duration": "1"}
        yield Post("status", status, told, next(times))
        end = {"DialCallStatus": "completed", "DialCallSid": child, "DialCallDuration": SECONDS}
        body = yield Post("ended", action, {**own, **end, "DialBridged": "true"}, next(times))
        _found(ACTION, body)
        if every:
            over = {**own, "CallStatus": "completed", "CallDuration": "70", "Duration": "2"}
            yield Post("hung up", f"{base}/ivr/status", over, next(times))
        self._report.calls += 1

    def _leg(self, sid: str, parent: str) -> dict[str, str]:
        fields = self._fields(sid, self._order["to"], "+93701234567")
        more = {"ParentCallSid": parent, "Direction": "outbound-dial", "SequenceNumber": "1"}
        return {**fields, **more, "CallbackSource": "call-progress-events", "Timestamp": self._order["now"]}

    def _fields(self, sid: str, caller: str, to: str) -> dict[str, str]:
        who = {"From": caller, "Caller": caller, "To": to, "Called": to}
        about = {"AccountSid": self._account, "ApiVersion": "2010-04-01", "Direction": "inbound"}
        return {"CallSid": sid, **who, **about, **PLACES, "CallToken": '{"parentCallInfoToken": "x"}'}


def closed(loader: Loader, script: Script, order: dict[str, Any]) -> list[Talk]:
    """Callers who ring again as soon as a call is over, each with cards of their own, until time is up."""
    callers = [Caller(*pair) for pair in order["callers"]]
    until = time.perf_counter() + order["seconds"]

    def again(mine: list[Caller]) -> Talk:
        at_once = itertools.repeat(0.0)
        for caller in itertools.cycle(mine):
            if time.perf_counter() >= until:
                return
            yield from script.call(caller, at_once)

    number = order["connections"]
    return [again(callers[at::number]) for at in range(number)]


def opened(loader: Loader, script: Script, order: dict[str, Any]) -> list[Talk]:
    """Calls that begin at fixed moments, so that `rate` requests a second leave evenly, come what may."""
    requests = 7 if order["all_signals"] else 5
    slot = 1 / order["rate"]
    step = (3 * requests + 1) * slot  # the next request of a call falls into the gap that others leave
    begin = time.perf_counter() + 0.2
    callers = itertools.cycle(Caller(*pair) for pair in order["callers"])
    starts = [begin + at * requests * slot for at in range(int(order["seconds"] * order["rate"] / requests))]
    return [script.call(next(callers), itertools.count(start, step)) for start in starts]


def plain(loader: Loader, script: Script, order: dict[str, Any]) -> list[Talk]:
    """The same signed request over and over, for a yardstick."""
    until = time.perf_counter() + order["seconds"]

    def again(at: int) -> Talk:
        caller = f"+4477009{at:05d}"
        for number in itertools.count(1):
            if time.perf_counter() >= until:
                return
            fields = script._fields(f"CA{script._run}{at:05x}{number:015x}", caller, order["to"])
            yield Post("yardstick", order["base"] + order["path"], fields)

    return [again(at) for at in range(order["connections"])]


def together(loader: Loader, script: Script, order: dict[str, Any]) -> list[Talk]:
    """Every caller rings and enters the PIN; then all dial at one moment, and let the call end."""
    begin = time.perf_counter()
    step = 0.02 * order["connections"]
    moments = [begin, begin + step, begin + 3 * step + 2, *itertools.repeat(0.0, 5)]
    spread = [at / order["connections"] * step for at in range(order["connections"])]
    times = [[moments[0] + late, moments[1] + late, *moments[2:]] for late in spread]
    callers = [Caller(*pair) for pair in order["callers"]]
    return [script.call(caller, iter(own)) for caller, own in zip(callers, times, strict=True)]


MODES = {"closed": closed, "open": opened, "plain": plain, "together": together}


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    loader = Loader(order["base"], order["token"], order["connections"])
    script = Script(order, loader.report)
    before = time.process_time()
    seconds = loader.run(MODES[order["mode"]](loader, script, order))
    report = loader.report
    outcome = {
        "seconds": seconds,
        "milliseconds": report.milliseconds,
        "statuses": report.statuses,
        "faults": report.faults,
        "dialled": report.dialled,
        "calls": report.calls,
        "cpu": time.process_time() - before,
    }
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()
