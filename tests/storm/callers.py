"""Thousands of callers with the patience of people, through the real door."""

import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.cards import IssuedCard
from ivr.prompts import Prompt
from ivr.prompts.catalogue import TEXTS
from ivr.simulator import Network, Phone, SimulatorError
from ivr.simulator.leg import APOLOGY
from ivr.simulator.signals import State
from tests.storm.plan import Deed, Unit
from tests.storm.provider import Provider

WRONG_PIN = "123456789012"
REDIALS_MAX, REDIAL_SECONDS = 40, 0.25
FAULTS = {TEXTS[language][Prompt.FAULT] for language in TEXTS}


@dataclass
class Heard:
    """What came of all calls, counted from many threads."""

    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, counts: Counter[str]) -> None:
        """Add what one thread has counted."""
        with self.lock:
            self.counts.update(counts)


class Callers:
    """Plays units from a queue in many threads; `done` says how many calls are over."""

    def __init__(self, provider: Provider, cards: Sequence[IssuedCard], units: Sequence[Unit]) -> None:
        self._provider, self._cards = provider, cards
        self._queue: queue.SimpleQueue[Unit] = queue.SimpleQueue()
        for unit in units:
            self._queue.put(unit)
        self.heard = Heard()
        self.errors: list[BaseException] = []

    @property
    def done(self) -> int:
        """How many calls are over."""
        return self.heard.counts["calls"]

    def start(self, threads: int, until: float) -> list[threading.Thread]:
        """Begin; no new unit begins after `until` (of the monotonic clock)."""
        started = [threading.Thread(target=self._run, args=(until,), daemon=True) for _ in range(threads)]
        for thread in started:
            thread.start()
        return started

    def _run(self, until: float) -> None:
        while time.monotonic() < until:
            try:
                unit = self._queue.get_nowait()
            except queue.Empty:
                return
            try:
                self.heard.add(play(unit, self._provider.line(unit.seed), self._cards))
            except BaseException as error:
                self.errors.append(error)
                raise


def play(unit: Unit, network: Network, cards: Sequence[IssuedCard]) -> Counter[str]:
    """All calls of a unit side by side; answers what was heard and what became of the callbacks."""
    chance = random.Random(unit.seed)
    calls = [_Call(deed, cards[deed.card].pin, network) for deed in unit.deeds]
    phases = [call.phases() for call in calls]
    while phases:
        chance.shuffle(phases)
        phases = [phase for phase in phases if next(phase, None)]
    network.deliver()
    counts = Counter(calls=len(calls))
    for call in calls:
        counts.update(_heard(call.phone))
        counts["rung again while the server was away"] += call.redials
    counts["requests without a good answer"] += len(network.problems)
    counts.update(_fates(network))
    return counts


class _Call:
    """One caller and the telephone."""

    def __init__(self, deed: Deed, pin: str, network: Network) -> None:
        self.deed, self._pin = deed, pin
        self.redials = 0
        self.phone = self._ring(network)

    def _ring(self, network: Network) -> Phone:
        """A caller who hears nothing but an apology rings again in a moment."""
        while True:
            phone = network.ring(self.deed.caller, self.deed.access, self.deed.callee)
            if not phone.ended or self.redials == REDIALS_MAX:
                return phone
            self.redials += 1
            time.sleep(REDIAL_SECONDS)

    def phases(self) -> Iterator[str]:
        """What the caller does, step by step, so that others can call meanwhile."""
        try:
            yield from self._talk()
        except SimulatorError as error:
            raise AssertionError(f"the stand-in refused: {error}\n{self.phone.story()}") from error
        finally:
            self.phone.hang_up()

    def _talk(self) -> Iterator[str]:
        yield "greeting"
        if self._leaves("greeting"):
            return
        for _ in range(self.deed.wrong_pins):
            self.phone.press(WRONG_PIN)
            yield "wrong PIN"
        self.phone.press(self._pin[:5] if self.deed.gone_at == "PIN" else self._pin)
        yield "PIN"
        for number in self.deed.dialled:
            if self._leaves("PIN") or self.phone.ended:
                return
            self.phone.press(f"{number[:6] if self.deed.gone_at == 'number' else number}#")
            yield "number"
            if self._leaves("number"):
                return
            yield from self._connection()

    def _connection(self) -> Iterator[str]:
        if self.phone.state is State.RINGING:
            if self._leaves("ringing"):
                return
            self.phone.wait_for_answer()
            yield "answered"
        if self.phone.state is State.TALKING:
            if self.deed.gone_at == "talking":
                self.phone.wait(self.deed.gone_after)
                self.phone.hang_up()
                return
            self.phone.finish_dial()
            yield "over"

    def _leaves(self, where: str) -> bool:
        if self.deed.gone_at == where:
            self.phone.hang_up()
        return self.phone.ended


def _heard(phone: Phone) -> Counter[str]:
    voices = [event.text for event in phone.transcript if event.who == "voice"]
    return Counter(
        {
            "T1 heard": sum(any(fault in text for fault in FAULTS) for text in voices),
            "provider's apology heard": voices.count(APOLOGY),
            "legs dialled": len(phone.dialled),
            "legs answered": sum(leg.status == "completed" for leg in phone.dialled),
        }
    )


def _fates(network: Network) -> Counter[str]:
    """What became of the callbacks: lost, repeated, overtaken by a later one, refused by a dead server."""
    counts: Counter[str] = Counter()
    seen: set[int] = set()
    latest: dict[str, int] = {}
    for told in network.callbacks.log:
        sid, number = told.letter.params["CallSid"], int(told.letter.params["SequenceNumber"])
        if told.outcome == "dropped":
            counts["callbacks dropped"] += 1
            continue
        counts["callbacks sent"] += 1
        counts["callbacks repeated"] += id(told.letter) in seen
        counts["callbacks overtaken"] += number < latest.get(sid, 0)
        counts["callbacks without a good answer"] += told.outcome != "ok"
        seen.add(id(told.letter))
        latest[sid] = max(number, latest.get(sid, 0))
    return counts
