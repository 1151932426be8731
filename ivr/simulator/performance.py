"""A whole call played from a line of keys, and told as a transcript."""

from typing import Any

from .errors import CONNECTION_FAILURE, Unreachable
from .phone import Phone, check_keys
from .signals import State
from .transcript import lines

DIALLING = (State.RINGING, State.TALKING)


def perform(phone: Phone, keys: str) -> None:
    """Press the keys gather by gather, let every Dial run to its end, and hang up when nothing is left.

    Raises Unreachable when the application does not answer, SimulatorError for keys no telephone has.
    """
    check_keys(keys)
    for key in keys:
        _check(phone)
        phone.listen()
        phone.tap(key)
    phone.press("")
    while phone.state in DIALLING:
        phone.finish_dial()
    phone.hang_up()
    _check(phone)


def _check(phone: Phone) -> None:
    for problem in phone.problems:
        if problem.code == CONNECTION_FAILURE:
            raise Unreachable(problem.sentence)


def told(phone: Phone) -> list[str]:
    """The transcript as lines, with a summary at the end."""
    summary = [
        "",
        f"The call: {phone.status}, {phone.seconds} s, {len(phone.problems)} problems.",
        *(
            f"Dialled {leg.number}: {leg.status}, {leg.seconds} s"
            + (f" of at most {leg.time_limit} s." if leg.time_limit else ".")
            for leg in phone.dialled
        ),
    ]
    return [*lines(phone.transcript), *summary]


def as_json(phone: Phone) -> dict[str, Any]:
    """The same for programs."""
    return {
        "sid": phone.sid,
        "status": phone.status,
        "seconds": phone.seconds,
        "heard": [event.text for event in phone.transcript if event.who == "voice"],
        "dialled": [
            {
                "sid": leg.sid,
                "number": leg.number,
                "caller_id": leg.caller_id,
                "time_limit": leg.time_limit,
                "status": leg.status,
                "seconds": leg.seconds,
            }
            for leg in phone.dialled
        ],
        "problems": [{"code": problem.code, "text": problem.sentence} for problem in phone.problems],
        "events": [event.to_json() for event in phone.transcript],
    }
