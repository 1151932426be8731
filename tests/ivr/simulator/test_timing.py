"""How long keys and documents take, and what becomes of keys that come too early."""

from typing import Any

import pytest

from ivr.simulator import Quirks

SCRIPTS = {
    "/voice": '<Gather numDigits="4" action="/next"/>',
    "/next": '<Say>Thank you very much indeed</Say><Gather numDigits="1" action="/last"/>',
    "/last": "<Gather><Say>Done</Say></Gather>",
}


@pytest.fixture(autouse=True)
def scripts(stage: Any) -> None:
    stage.scripts |= SCRIPTS


def test_a_key_takes_as_long_as_the_caller_does(stage: Any) -> None:
    phone = stage.network(key_seconds=0.7).ring("+447700900123", "+442031234567")
    assert phone.seconds_since_answer == 0
    for key in "123":
        phone.tap(key)
    assert phone.seconds_since_answer == pytest.approx(2.1)
    phone.key_seconds = 1
    phone.press("4")
    assert phone.seconds_since_answer == pytest.approx(2.1 + 5 / 2.6)  # the words are longer than the key


def test_every_document_after_the_first_takes_its_time(stage: Any) -> None:
    phone = stage.network(turn_round=0.5).ring("+447700900123", "+442031234567")
    assert phone.seconds_since_answer == 0
    phone.press("1234")
    assert phone.seconds_since_answer == pytest.approx(0.6 + 0.5 + 5 / 2.6, abs=0.01)


def test_a_caller_may_go_while_the_document_is_under_way(stage: Any) -> None:
    phone = stage.network(turn_round=5).ring("+447700900123", "+442031234567")
    for key in "1234":
        phone.tap(key)
    phone.hang_up()
    assert (phone.ended, stage.paths()) == (True, ["/voice", "/next"])


@pytest.mark.parametrize(
    ("keeps", "heard"), [(True, "Thank you very much indeed Done"), (False, "Thank you very much indeed")]
)
def test_keys_between_two_gathers_are_kept_or_lost(keeps: bool, heard: str, stage: Any) -> None:
    phone = stage.network(quirks=Quirks(keeps_early_keys=keeps)).ring("+447700900123", "+442031234567")
    assert phone.press("12345") == heard
