"""The provider's side of an account: rings its numbers, keeps its clock, delivers its callbacks."""

import json
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from . import sip
from .callbacks import CallbackQueue, Faults
from .callees import Behaviour, answers, callee_for
from .clock import Clock, VirtualClock
from .courier import Courier
from .errors import Problem
from .exchange import Exchange
from .leg import Leg
from .line import Line
from .phone import KEY_SECONDS, Phone
from .profiles import Name
from .quirks import Quirks
from .recordings import Recordings
from .records import CallRecord, Registry
from .ringing import Order, ring_out
from .rings import Rings
from .seal import Seal, SigningKey
from .sent import SENT_KEPT, Sent
from .signals import Changed, Decline, EndCall, PickUp
from .texts import Texts
from .transport import Transport
from .walking import set_going
from .world import World


class Network:
    """One account. With a virtual clock every call moves in one shared time (`world.py`).

    `signing_key` is SignalWire's own secret (else the token), or Telnyx's private key (else a new one);
    `key_seconds` is how long a caller takes for a key, `turn_round` how long the server takes for a document.

    Patient (the default): a call that listens does not time out while another phone is in the test's
    hand; `advance` moves all. Problems of all calls are in `problems`, the fates of callbacks in
    `callbacks.log`, what was said and written to phones at the server's wish in `sent`.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        account_sid: str,
        auth_token: str,
        voice_url: str,
        fallback_url: str | None = None,
        status_url: str | None = None,
        sms_url: str | None = None,
        clock: Clock | None = None,
        faults: Faults | None = None,
        quirks: Quirks | None = None,
        profile: Name | None = None,
        signing_key: SigningKey = None,
        registry: Registry | None = None,
        verified: frozenset[str] | None = None,
        patient: bool = True,
        key_seconds: float = KEY_SECONDS,
        turn_round: float = 0.0,
        seed: int | None = None,
    ) -> None:
        self.clock, self.auth_token = clock or VirtualClock(), auth_token
        quirks = quirks or Quirks()
        quirks = replace(quirks, profile=profile or quirks.profile)
        self._seal = Seal(quirks, auth_token, signing_key, self.clock)
        source = random.Random(seed)  # noqa: S311 – chance, not a secret
        courier = Courier(transport, self._seal.sign, source.getrandbits(32), quirks.ways)
        self.callbacks = CallbackQueue(courier, self.clock, faults or Faults())
        books = registry or Registry()
        self.exchange = Exchange(
            self.clock, courier, self.callbacks, books, quirks, source, account_sid, voice_url
        )
        self.exchange.fallback_url, self.exchange.status_url = fallback_url, status_url
        self.exchange.verified, self.exchange.turn_round = verified, turn_round
        self.exchange.set_going = self.set_going
        self._world, self._key_seconds = World(self.clock, self.callbacks, patient=patient), key_seconds
        self.texts = Texts(self.exchange, sms_url or _sms_url(voice_url))
        self.sent, self.rings = deque[Sent](maxlen=SENT_KEPT), Rings()
        self.drive: Callable[[Leg], None] = self.set_going  # who wakes calls that the server asks for

    @property
    def public_key(self) -> str:
        """What a server checks signatures with, in base64. Raises SimulatorError where a secret is shared."""
        return self._seal.public_key

    @property
    def registry(self) -> Registry:
        return self.exchange.registry

    @property
    def account_sid(self) -> str:
        return self.exchange.account_sid

    @property
    def recordings(self) -> Recordings:
        return self.exchange.recordings

    @property
    def problems(self) -> list[Problem]:
        """What the provider would have logged about any call."""
        return list(self.exchange.problems)

    def ring(
        self,
        caller: str,
        to: str,
        callee: Behaviour | None = None,
        stir: str | None = None,
        forwarded_from: str | None = None,
        extras: Mapping[str, str] | None = None,
        *,
        waits: bool = True,
    ) -> Phone:
        """A caller rings an access number; returns when the call listens, rings somebody or has ended.

        One who does not wait is there before the first word.
        """
        leg = self.place(caller, to, callee, stir, forwarded_from, extras)
        self._world.add(leg)
        return Phone(self._world, leg, self._key_seconds, waits=waits)

    def place(
        self,
        caller: str,
        to: str,
        callee: Behaviour | None = None,
        stir: str | None = None,
        forwarded_from: str | None = None,
        extras: Mapping[str, str] | None = None,
    ) -> Leg:
        """A call that has not begun yet, for whoever drives it; `extras` go along with all its requests."""
        record = CallRecord(
            sid=self.exchange.new_sid(),
            account_sid=self.account_sid,
            caller=caller,
            to=to,
            direction="inbound",
            created=self.clock.now(),
            forwarded_from=forwarded_from,
        )
        token = json.dumps({"parentCallInfoToken": record.sid[-12:]})
        fields = {"CallToken": token} | ({"StirVerstat": stir} if stir else {})
        fields |= sip.fields_of(to, self.account_sid, self.exchange.random) | dict(extras or {})
        leg = Leg(Line(self.exchange, record, callee_for(callee or answers(60)), fields))
        return self._known(leg)

    def _known(self, leg: Leg) -> Leg:
        """Let others signal to it, and write it into the books."""
        leg.line.record.end = lambda: leg.signal(EndCall())
        leg.line.record.change = lambda: leg.signal(Changed())
        leg.line.wake = leg.signal
        self.registry.add(leg.line.record)
        return leg

    def ring_out(self, caller: str, to: str, order: Order) -> CallRecord:
        """Ring a phone at the server's wish; it rings until somebody acts on it.

        Raises TooManyCalls when whoever drives calls has no free line.
        """
        record = CallRecord(
            sid=self.exchange.new_sid(),
            account_sid=self.account_sid,
            caller=caller,
            to=to,
            direction="outbound-api",
            created=self.clock.now(),
            time_limit=order.time_limit,
        )
        line = Line(self.exchange, record, callee_for(answers(60)), {})
        line.fallback_url, line.fallback_method = order.fallback_url, order.fallback_method
        line.reports.url, line.reports.method = order.status_url, order.status_method
        line.reports.events = order.status_events
        leg = Leg(line, ring_out(line, order))
        self.drive(leg)
        self.rings.add(self._known(leg))
        return record

    def is_ringing(self, number: str) -> bool:
        """Whether the server has this phone rung, and nobody has picked up yet."""
        self._world.settle()
        return any(leg.line.record.to == number for leg in self.rings.all())

    def pick_up(self, number: str, callee: Behaviour | None = None) -> Phone:
        """Somebody answers the phone that rings; `callee` is how those behave whom the call then dials.

        Raises UnknownCall when it does not ring.
        """
        leg = self._take(number)
        if callee is not None:
            leg.line.callee_for = callee_for(callee)
        leg.signal(PickUp())
        return Phone(self._world, leg, self._key_seconds)

    def decline(self, number: str) -> None:
        """Somebody refuses the call: the server hears that the phone is busy. Raises UnknownCall."""
        self._take(number).signal(Decline())
        self._world.settle()

    def _take(self, number: str) -> Leg:
        self._world.settle()
        return self.rings.take(self.rings.at(number).line.record.sid)

    def set_going(self, leg: Leg) -> None:
        """Let a leg walk that nobody holds; from any thread."""
        self.registry.add(leg.line.record)
        if isinstance(self.clock, VirtualClock):
            self._world.add(leg)
        else:
            set_going(leg, self.clock)

    def text(self, phone: str, to: str, body: str, extras: Mapping[str, str] | None = None) -> str:
        """A phone sends a text message to our number; returns the words that the server answers, or ''.

        All that the phone gets, the carrier's own answer to STOP, START and HELP too, is in `sent`.
        """
        replies = self.texts.receive(phone, to, body, extras or {})
        self.sent.extend(replies)
        return "\n".join(reply.words for reply in replies if not reply.by_carrier)

    def advance(self, seconds: float) -> None:
        """Let time pass for every call, also for those that listen."""
        self._world.advance(seconds)

    def deliver(self, *, due_only: bool = False) -> int:
        """Deliver all status callbacks that are on their way, without waiting; returns how many."""
        self._world.settle()
        return self.callbacks.deliver(due_only=due_only)


def _sms_url(voice_url: str) -> str | None:
    """Where text messages go, if nobody says it, and calls go where they usually do."""
    base, _, door = voice_url.partition("/ivr/voice")
    return f"{base}/ivr/sms" if base != voice_url and not door else None
