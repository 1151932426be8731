"""A telephone in a test's hand."""

from collections.abc import Callable

from .callees import Behaviour, callee_for
from .errors import Problem, SimulatorError
from .leg import Leg
from .records import Dialled
from .signals import HangUp, Key, State
from .transcript import Event, lines
from .world import World

KEY_SECONDS = 0.2
PAUSES = {"w": 0.5, "W": 1.0}


class Phone:
    """Presses keys, waits and listens; every action returns what was heard since it began.

    An action runs on until the call listens anew, rings or talks to somebody, or has ended.
    """

    def __init__(
        self, world: World, leg: Leg, key_seconds: float = KEY_SECONDS, *, waits: bool = True
    ) -> None:
        self.key_seconds = key_seconds  # from one key to the next
        self._world, self._leg, self._line = world, leg, leg.line
        if waits:
            self._run_on()

    # what is going on

    @property
    def heard(self) -> str:
        """What was said since the last action began, as one string."""
        self._world.settle()
        return " ".join(self._line.heard)

    @property
    def state(self) -> State:
        self._world.settle()
        return self._leg.state

    @property
    def ended(self) -> bool:
        return self.state is State.ENDED

    @property
    def sid(self) -> str:
        return self._line.record.sid

    @property
    def seconds(self) -> int:
        """How long the caller's leg lasted, once it has ended."""
        return self._line.record.seconds

    @property
    def seconds_since_answer(self) -> float:
        """How long ago the call was answered, by the clock that all calls share; 0 until then."""
        answered = self._line.record.answered
        return (self._line.now() - answered).total_seconds() if answered else 0.0

    @property
    def status(self) -> str:
        self._world.settle()
        return self._line.record.status

    @property
    def dialled(self) -> list[Dialled]:
        """Legs that were dialled: number, caller_id, time_limit, status, seconds, sid."""
        self._world.settle()
        return list(self._line.dialled)

    @property
    def problems(self) -> list[Problem]:
        return list(self._line.problems)

    @property
    def transcript(self) -> list[Event]:
        return list(self._line.events)

    def story(self) -> str:
        """The transcript as readable lines, for a failing test."""
        return "\n".join(lines(self._line.events))

    # what the caller does

    def press(self, keys: str) -> str:
        """Press digits, * and #; w and W pause half a second and one.

        A space or comma waits until the call listens anew. On a call that has ended the rest is not pressed.
        """
        self._begin()
        check_keys(keys)
        for key in keys:
            self.tap(key)
        return self._run_on()

    def tap(self, key: str) -> None:
        """One key of `press`, without running on."""
        if self._leg.ended:
            return
        self._leg.refresh()
        if key in " ,":
            self._run(lambda: self._leg.is_fresh)
        elif key in PAUSES:
            self._world.advance(PAUSES[key], driven=self._leg)
        else:
            self._line.note("caller", key, key=key)
            self._leg.signal(Key(key))
            self._world.advance(self.key_seconds, driven=self._leg)

    def listen(self) -> None:
        """Let prompts end and Dials finish, until it is the caller's turn; in the midst of typing it is."""
        if not (self._leg.is_listening and self._line.digits):
            self._run(lambda: self._leg.is_fresh)

    def stay_silent(self) -> str:
        """Say and press nothing until the present gather has run out."""
        self._begin()
        gather = self._line.gathers
        self._run(lambda: self._line.gathers != gather or not self._leg.is_listening)
        return self._run_on()

    def wait(self, seconds: float) -> str:
        """Let time pass for this call (and for every other that does not listen)."""
        self._begin()
        self._world.advance(seconds, driven=self._leg)
        return self.heard

    def wait_for_answer(self) -> str:
        """Let it ring until somebody answers or the Dial has failed."""
        self._begin()
        self._run(lambda: self._leg.state is not State.RINGING)
        return self.heard if self._leg.state is State.TALKING else self._run_on()

    def finish_dial(self) -> str:
        """Ring and talk until the Dial is over; returns what is heard after it."""
        self._begin()
        self._run(lambda: not self._is_dialling())
        return self._run_on()

    talk_until_end = finish_dial

    def hang_up(self) -> str:
        """Put the receiver down; safe to repeat."""
        self._begin()
        if not self._leg.ended:
            self._leg.signal(HangUp())
        return self.heard

    def callee(self, behaviour: Behaviour) -> None:
        """Who is rung from now on behaves so."""
        self._line.callee_for = callee_for(behaviour)

    # inside

    def _begin(self) -> None:
        self._line.heard.clear()
        self._world.settle()
        self._leg.refresh()

    def _is_dialling(self) -> bool:
        return self._leg.state in (State.RINGING, State.TALKING)

    def _run_on(self) -> str:
        self._run(lambda: self._leg.is_fresh or self._is_dialling())
        return self.heard

    def _run(self, done: Callable[[], bool]) -> None:
        self._world.run(lambda: self._leg.ended or done(), driven=self._leg)


def check_keys(keys: str) -> None:
    """Raises SimulatorError for what is on no telephone."""
    if unknown := set(keys) - set("0123456789*# ,") - set(PAUSES):
        raise SimulatorError(f"no such keys: {' '.join(sorted(unknown))}")
