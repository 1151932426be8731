"""The ways from the first ring to the dialled call: how many keys and how many seconds each takes.

The clock is the simulator's: 2.6 words a second, 0.7 s a key by hand, 0.5 s from a request to its answer, and
0.3 s from the answer of the line to the first word.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app import db
from app.cards import IssuedCard
from app.customers import speed_dials
from ivr.simulator import Phone, answers
from tests.support.world import GB, World

KEY, TURN_ROUND, ANSWER = 0.7, 0.5, 0.3
PIN_LENGTH = 10  # of the targets
NUMBER = "00923001234567"  # fourteen digits, as in the targets
A = "TN-Validation-Passed-A"


@dataclass(frozen=True, slots=True)
class Path:
    """One way to a call, with what it may take at most."""

    name: str
    presses: int
    seconds: float
    walk: Callable[["Caller"], Phone]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a way took."""

    path: Path
    presses: int
    seconds: float

    @property
    def is_short_enough(self) -> bool:
        """Whether it keeps to its target."""
        return self.presses <= self.path.presses and round(self.seconds, 1) <= self.path.seconds


class Caller:
    """Somebody with a card and a phone, in a world whose keys and answers take their time."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.phone = world, f"+4477009{number:05}"
        self.card: IssuedCard = world.card("10.00", batch="paths")

    def register(self) -> None:
        """This phone opens the card, and has done so today; it has called somebody, who is on key 2."""
        self.world.register(self.card, self.phone)
        first = self.ring()
        first.press(f"{NUMBER}#")
        first.finish_dial()
        first.hang_up()
        card = self.world.look(self.card).id
        with db.transaction():
            speed_dials.add(card, 2, number="+923001234567", name="")

    def ring(self) -> Phone:
        """Ring the access number; the phone is in hand before the first word."""
        self.world.network.exchange.turn_round = TURN_ROUND
        phone = self.world.ring(GB, self.phone, callee=answers(60), stir=A, waits=False)
        phone.key_seconds = KEY
        return phone

    def press(self, phone: Phone, keys: str) -> None:
        """One key after the other; each takes its time before it is down."""
        phone.wait(KEY)
        for key in keys:
            phone.tap(key)


def taken(world: World, path: Path, number: int) -> Taken:
    """Walk one way and count."""
    phone = path.walk(Caller(world, number))
    phone.press("")
    keys = sum(event.who == "caller" and "key" in event.detail for event in phone.transcript)
    dialled = next(
        event.seconds
        for event in phone.transcript
        if event.who == "callee" and event.text.startswith("dials")
    )
    return Taken(path, keys, dialled + ANSWER)


def _registered(caller: Caller) -> Phone:
    return _known(caller, f"{NUMBER}#")


def _redial(caller: Caller) -> Phone:
    return _known(caller, "#")


def _speed_dial(caller: Caller) -> Phone:
    return _known(caller, "2#")


def _known(caller: Caller, keys: str) -> Phone:
    caller.register()
    phone = caller.ring()
    caller.press(phone, keys)
    return phone


def _practised(caller: Caller) -> Phone:
    phone = caller.ring()
    caller.press(phone, f"{caller.card.pin}{NUMBER}#")
    return phone


def _first_time(caller: Caller) -> Phone:
    phone = caller.ring()
    phone.listen()
    caller.press(phone, caller.card.pin)
    phone.listen()
    caller.press(phone, f"{NUMBER}#")
    return phone


def _wrong_once(caller: Caller) -> Phone:
    phone = caller.ring()
    caller.press(phone, "0" * PIN_LENGTH)
    phone.listen()
    caller.press(phone, f"{caller.card.pin}{NUMBER}#")
    return phone


# what experience has shown to be possible: presses, and seconds from the answer to the dialled call
PATHS = (
    Path("registered phone, number", 15, 14.0, _registered),
    Path("registered phone, redial", 1, 5.0, _redial),
    Path("registered phone, speed dial", 2, 5.5, _speed_dial),
    Path("PIN, practised", 25, 22.0, _practised),
    Path("PIN, first time, hears all", 25, 45.0, _first_time),
    Path("PIN, wrong once", 35, 33.0, _wrong_once),
)
