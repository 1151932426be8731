"""The timer and the keys of a Gather."""

from typing import Any

import pytest

from ivr.simulator import Quirks

PIN = '<Gather numDigits="4" action="/pin"><Say>Enter your PIN</Say></Gather><Say>Nothing typed</Say>'
NUMBER = '<Gather action="/number" timeout="6"><Say>Enter the number</Say></Gather><Say>Silence</Say>'


def got(form: Any) -> str:
    return f"<Say>Got {form['Digits']} by {form['FinishedOnKey'] or 'count'}</Say>"


def test_the_last_of_so_many_digits_ends_it(stage: Any, ring: Any) -> None:
    phone = ring({"/voice": PIN, "/pin": got})
    assert phone.heard == "Enter your PIN"
    assert phone.state == "listening"
    assert phone.press("1234") == "Got 1234 by count"
    assert phone.ended
    assert stage.forms("/pin")[0]["msg"] == "Gather End"


def test_the_finish_key_ends_it_and_is_not_a_digit(ring: Any) -> None:
    assert ring({"/voice": NUMBER, "/number": got}).press("00937*5#") == "Got 00937*5 by #"


def test_every_key_starts_the_timer_anew(ring: Any) -> None:
    phone = ring({"/voice": NUMBER, "/number": got})
    assert phone.press("1WWWWW2WWWWW3WWWWW4") == "Got 1234 by count"


def test_the_timer_ends_it_with_what_was_typed(ring: Any) -> None:
    phone = ring({"/voice": NUMBER, "/number": got})
    assert phone.press("12WWWWWWW34") == "Got 12 by count"


def test_the_timer_starts_when_the_prompts_have_ended(ring: Any) -> None:
    long = '<Gather timeout="2" action="/number"><Say>' + "word " * 26 + '</Say><Pause length="3"/></Gather>'
    phone = ring({"/voice": long + "<Say>Too late</Say>", "/number": got})
    ready = [event.seconds for event in phone.transcript if event.who == "voice"]
    assert ready == [0.0]
    assert phone.stay_silent() == "Too late"
    assert [event.seconds for event in phone.transcript if event.text == "Too late"] == [15.0]


def test_a_key_cuts_the_prompt_short(ring: Any) -> None:
    phone = ring({"/voice": PIN, "/pin": NUMBER, "/number": got})
    phone.press("123456#")
    number_asked = [event.seconds for event in phone.transcript if event.text == "Enter the number"]
    number_got = [event.seconds for event in phone.transcript if event.text == "Got 56 by #"]
    assert number_got[0] - number_asked[0] == pytest.approx(0.6)  # three keys, no waiting for the prompt


def test_keys_typed_ahead_are_kept_for_the_next_gather(ring: Any) -> None:
    slow = "<Say>" + "one moment please " * 10 + "</Say>" + NUMBER
    phone = ring({"/voice": PIN, "/pin": slow, "/number": got})
    assert "Got 5678 by #" in phone.press("12345678#")
    assert "Enter the number" not in phone.story()


def test_a_prompt_without_barge_in_is_heard_whole(ring: Any) -> None:
    stubborn = (
        '<Gather bargeIn="false" numDigits="1" action="/number"><Say>Listen to all of this</Say></Gather>'
    )
    phone = ring({"/voice": PIN, "/pin": stubborn, "/number": got})
    assert phone.press("12349") == "Listen to all of this Got 9 by count"


def test_silence_goes_on_to_the_next_verb(stage: Any, ring: Any) -> None:
    phone = ring({"/voice": PIN})
    assert phone.stay_silent() == "Nothing typed"
    assert stage.paths() == ["/voice"]


def test_silence_is_reported_where_that_is_wanted(ring: Any) -> None:
    eager = '<Gather action="/number" actionOnEmptyResult="true"/>'
    assert ring({"/voice": eager, "/number": got}).stay_silent() == "Got by count"


BARE = {
    "by default it falls through": (Quirks(), "", "Silence"),
    "by default it is told where wanted": (Quirks(), 'actionOnEmptyResult="true"', "Got by #"),
    "always told": (Quirks(bare_finish_key="always"), "", "Got by #"),
    "never told": (Quirks(bare_finish_key="never"), 'actionOnEmptyResult="true"', "Silence"),
}


@pytest.mark.parametrize(("quirks", "attribute", "heard"), BARE.values(), ids=BARE)
def test_a_finish_key_alone(quirks: Quirks, attribute: str, heard: str, ring: Any) -> None:
    gather = f'<Gather action="/number" {attribute}/><Say>Silence</Say>'
    assert ring({"/voice": gather, "/number": got}, quirks=quirks).press("#") == heard


def test_without_a_finish_key_hash_is_a_digit(ring: Any) -> None:
    gather = '<Gather action="/number" finishOnKey="" timeout="3"/>'
    assert ring({"/voice": gather, "/number": got}).press("1#2") == "Got 1#2 by count"


def test_without_an_action_the_same_document_is_asked_again(stage: Any, ring: Any) -> None:
    phone = ring({"/voice": lambda form: got(form) if "Digits" in form else '<Gather numDigits="1"/>'})
    assert phone.press("1") == "Got 1 by count"
    assert stage.paths() == ["/voice", "/voice"]


def test_a_caller_who_hangs_up_in_a_gather_tells_nobody_the_digits(stage: Any, ring: Any) -> None:
    phone = ring({"/voice": PIN, "/pin": got})
    phone.tap("1")
    phone.hang_up()
    assert phone.ended
    assert stage.paths() == ["/voice"]


def test_a_space_in_the_keys_waits_for_the_next_question(ring: Any) -> None:
    phone = ring({"/voice": PIN, "/pin": NUMBER, "/number": got})
    assert phone.press("1234 5#") == "Enter the number Got 5 by #"


def test_speech_alone_takes_no_keys(ring: Any) -> None:
    phone = ring({"/voice": '<Gather input="speech" action="/x"/><Say>Nothing said</Say>'})
    assert phone.press("12") == ""
    assert phone.stay_silent() == "Nothing said"
