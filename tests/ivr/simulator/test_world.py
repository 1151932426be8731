"""Many phones in one time."""

from pathlib import Path
from typing import Any

import pytest

import ivr.simulator
from ivr.simulator import RealClock, SimulatorError, answers
from ivr.simulator.signals import State

VOICE = '<Gather numDigits="4" action="/dial"><Say>Enter your PIN</Say></Gather><Say>Goodbye</Say>'
DIAL = '<Dial action="/after">+93701234567</Dial>'
AFTER = '<Gather numDigits="1" action="/voice"><Say>Back again</Say></Gather>'
SCRIPTS = {"/voice": VOICE, "/dial": DIAL, "/after": AFTER}


def test_forty_calls_are_stepped_in_any_order(stage: Any) -> None:
    stage.scripts |= SCRIPTS
    network = stage.network()
    phones = [network.ring(f"+4477009{at:05d}", "+442031234567", answers(10 + at)) for at in range(40)]
    for phone in reversed(phones):
        phone.press("1234")
    assert {phone.state for phone in phones} <= {
        State.RINGING,
        State.TALKING,
        State.SPEAKING,
        State.LISTENING,
    }
    for phone in phones:
        phone.finish_dial()
    assert [phone.dialled[0].seconds for phone in phones] == [10 + at for at in range(40)]


def test_a_call_that_listens_stands_still_while_another_is_in_hand(stage: Any) -> None:
    stage.scripts |= SCRIPTS
    network = stage.network()
    first, second = (network.ring("+447700900001", "+442031234567", answers(60)) for _ in range(2))
    first.press("1234")
    first.finish_dial()
    assert second.state == "listening"
    assert second.press("1234") == ""
    assert second.state == "ringing"


def test_where_nobody_is_patient_its_gather_runs_out(stage: Any) -> None:
    stage.scripts |= SCRIPTS
    network = stage.network(patient=False)
    first, second = (network.ring("+447700900001", "+442031234567", answers(60)) for _ in range(2))
    first.press("1234")
    first.finish_dial()
    assert second.ended


def test_advance_moves_every_call(stage: Any) -> None:
    stage.scripts |= SCRIPTS
    network = stage.network()
    phone = network.ring("+447700900001", "+442031234567")
    network.advance(4.9)
    assert not phone.ended
    network.advance(0.3)
    assert phone.state == "speaking"
    network.advance(1)
    assert phone.ended


def test_a_wait_in_the_midst_of_a_prompt_hears_what_was_said_by_then(stage: Any) -> None:
    stage.scripts["/voice"] = '<Gather numDigits="1" action="/long"/>'
    stage.scripts["/long"] = "<Say>one two three four five six seven eight nine ten</Say>"
    phone = stage.network().ring("+447700900001", "+442031234567")
    phone.tap("1")
    phone.wait(0.7)
    phone.hang_up()
    assert "one two" in phone.story()


def test_no_call_lasts_longer_than_four_hours(stage: Any) -> None:
    stage.scripts |= {"/voice": '<Dial action="/voice" timeLimit="14400">+93701234567</Dial>'}
    phone = stage.network().ring("+447700900001", "+442031234567", answers())
    phone.finish_dial()
    assert phone.ended
    assert phone.seconds == 14_400


def test_a_hang_up_may_be_repeated(stage: Any) -> None:
    stage.scripts |= SCRIPTS
    phone = stage.network().ring("+447700900001", "+442031234567")
    phone.hang_up()
    phone.hang_up()
    assert phone.ended
    assert phone.press("1234") == ""
    assert stage.paths() == ["/voice"]


def test_unknown_keys_are_refused(stage: Any) -> None:
    stage.scripts |= SCRIPTS
    with pytest.raises(SimulatorError, match="no such keys: x"):
        stage.network().ring("+447700900001", "+442031234567").press("12x4")


def test_a_phone_needs_virtual_time(stage: Any) -> None:
    stage.scripts |= SCRIPTS
    with pytest.raises(SimulatorError, match="switchboard"):
        stage.network(clock=RealClock()).ring("+447700900001", "+442031234567")


def test_the_stand_in_knows_nothing_of_the_application() -> None:
    doors = {"page.py"}  # shows the phone to people, on the application's side
    for path in Path(ivr.simulator.__path__[0]).glob("*.py"):
        imports = [line for line in path.read_text().splitlines() if line.startswith(("from ", "import "))]
        known = [line for line in imports if line.split()[1].split(".")[0] == "app"]
        assert path.name in doors or not known, (path.name, known)
