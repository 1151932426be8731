"""Ringing, talking, limits, and what the action is told."""

from typing import Any

import pytest

from ivr.simulator import Callee, NotPlayed, Quirks, answers, busy, fails, no_answer
from ivr.simulator.callees import from_text

NUMBER = "<Number>+93701234567</Number>"


def dial(attributes: str = "", inside: str = NUMBER) -> str:
    return (
        f'<Dial action="/after" callerId="+442031234567" {attributes}>{inside}</Dial><Say>Unreachable</Say>'
    )


def after(form: Any) -> str:
    said = (form["DialCallStatus"], form.get("DialCallDuration", "none"), form["DialBridged"])
    return f'<Gather numDigits="1"><Say>{" ".join(said)}</Say></Gather>'


OUTCOMES: dict[str, tuple[Callee, str, float]] = {
    "answered": (answers(56), "completed 56 true", 4 + 56),
    "for no time": (answers(0), "completed 0 true", 4),
    "for half a second": (answers(0.5), "completed 1 true", 4.5),
    "for a second and a half": (answers(1.5), "completed 1 true", 5.5),
    "busy": (busy(), "busy none false", 1.5),
    "failed": (fails(), "failed none false", 1.5),
    "nobody there": (no_answer(), "no-answer none false", 25),
    "too slow": (answers(9, delay=25), "no-answer none false", 25),
    "just in time": (answers(9, delay=24.9), "completed 9 true", 24.9 + 9),
    "over the limit": (answers(500), "completed 120 true", 4 + 120),
    "at the limit": (answers(120), "completed 120 true", 4 + 120),
    "never hangs up": (answers(), "completed 120 true", 4 + 120),
}


@pytest.mark.parametrize(("callee", "told", "seconds"), OUTCOMES.values(), ids=OUTCOMES)
def test_the_action_is_told_how_it_went(callee: Callee, told: str, seconds: float, ring: Any) -> None:
    phone = ring({"/voice": dial('timeout="20" timeLimit="120"'), "/after": after}, callee)
    assert phone.state == "ringing"
    assert phone.finish_dial() == told
    assert phone.state == "listening"  # the caller is still there
    assert [event.seconds for event in phone.transcript if event.who == "voice"] == [pytest.approx(seconds)]


def test_without_an_action_the_document_goes_on(ring: Any) -> None:
    phone = ring({"/voice": "<Dial>+93701234567</Dial><Say>Thank you</Say>"}, answers(5))
    assert phone.finish_dial() == "Thank you"
    assert phone.ended


def test_the_caller_drops_the_callee_with_a_star(ring: Any) -> None:
    phone = ring({"/voice": dial('hangupOnStar="true"'), "/after": after}, answers())
    phone.wait_for_answer()
    phone.wait(9)
    assert phone.press("*") == "completed 9 true"
    assert phone.state == "listening"


def test_a_star_is_only_a_tone_where_it_was_not_asked_for(ring: Any) -> None:
    phone = ring({"/voice": dial(), "/after": after}, answers(60))
    phone.wait_for_answer()
    phone.press("*12#")
    assert phone.state == "talking"
    assert phone.finish_dial() == "completed 60 true"
    assert phone.state == "listening"  # tones of the talk are not typed ahead


@pytest.mark.parametrize(("quirk", "seconds"), [("answer", 100), ("dial", 96)])
def test_the_limit_counts_from_the_answer_or_from_the_dial(quirk: Any, seconds: int, ring: Any) -> None:
    quirks = Quirks(time_limit_from=quirk)
    phone = ring({"/voice": dial('timeLimit="100"'), "/after": after}, answers(), quirks=quirks)
    assert phone.finish_dial() == f"completed {seconds} true"


@pytest.mark.parametrize("told", [True, False])
def test_a_caller_who_hangs_up_ends_both_legs(told: bool, stage: Any, ring: Any) -> None:
    quirks = Quirks(action_on_hang_up=told)
    phone = ring({"/voice": dial('timeLimit="60"'), "/after": after}, answers(), quirks=quirks)
    phone.wait_for_answer()
    phone.wait(10)
    phone.hang_up()
    assert phone.ended
    assert [(leg.status, leg.seconds, leg.time_limit) for leg in phone.dialled] == [("completed", 10, 60)]
    actions = [(form["CallStatus"], form["DialCallDuration"]) for form in stage.forms("/after")]
    assert actions == ([("completed", "10")] if told else [])
    assert "Unreachable" not in phone.story()


@pytest.mark.parametrize("status", ["canceled", "no-answer"])
def test_a_caller_who_hangs_up_while_it_rings(status: Any, ring: Any) -> None:
    phone = ring({"/voice": dial(), "/after": after}, quirks=Quirks(abandoned_child=status))
    phone.hang_up()
    assert [(leg.status, leg.seconds) for leg in phone.dialled] == [(status, 0)]


def test_the_first_of_several_to_answer_is_connected(ring: Any) -> None:
    inside = "<Number>+4911111111</Number><Number>+4922222222</Number><Number>+4933333333</Number>"
    callees = {"+4911111111": busy(), "+4922222222": answers(7, delay=9), "+4933333333": answers(5, delay=6)}
    phone = ring({"/voice": dial(inside=inside), "/after": after}, callees)
    assert phone.finish_dial() == "completed 5 true"
    assert [leg.status for leg in phone.dialled] == ["busy", "canceled", "completed"]


def test_in_sequence_the_next_is_rung_when_the_last_has_failed(ring: Any) -> None:
    inside = "<Number>+4911111111</Number><Number>+4922222222</Number><Number>+4933333333</Number>"
    callees = {"+4911111111": busy(), "+4922222222": answers(7), "+4933333333": answers(5)}
    phone = ring({"/voice": dial('sequential="true"', inside), "/after": after}, callees)
    assert phone.finish_dial() == "completed 7 true"
    assert [leg.number for leg in phone.dialled] == ["+4911111111", "+4922222222"]


REFUSED = {
    "withheld caller": ("anonymous", "+93701234567", 13214),
    "a caller's name": ("sip:bob@example.com", "+93701234567", 13214),
    "not a number": ("+442031234567", "help", 13224),
    "too short": ("+442031234567", "999", 13224),
}


@pytest.mark.parametrize(("shown", "number", "code"), REFUSED.values(), ids=REFUSED)
def test_the_carrier_refuses_bad_numbers(shown: str, number: str, code: int, ring: Any) -> None:
    twiml = f'<Dial action="/after" callerId="{shown}">{number}</Dial>'
    phone = ring({"/voice": twiml, "/after": after}, answers(5))
    assert phone.heard == "failed none false"
    assert [problem.code for problem in phone.problems] == [code]


def test_a_caller_id_must_be_verified_or_of_this_call(ring: Any) -> None:
    scripts = {"/voice": f'<Dial callerId="+15005550006" action="/after">{NUMBER}</Dial>', "/after": after}
    assert ring(scripts, answers(5), verified=frozenset()).heard == "failed none false"
    assert ring(scripts, answers(5), verified=frozenset({"+15005550006"})).finish_dial() == "completed 5 true"
    own = {"/voice": f'<Dial callerId="+442031234567" action="/after">{NUMBER}</Dial>'}
    assert ring(own, answers(5), verified=frozenset()).finish_dial() == "completed 5 true"


@pytest.mark.parametrize("noun", ["Queue"])
def test_what_is_not_acted_out_says_so(noun: str, ring: Any) -> None:
    with pytest.raises(NotPlayed, match=f"does not play <Dial><{noun}>"):
        ring({"/voice": dial(inside=f"<{noun}>room</{noun}>")})


@pytest.mark.parametrize(
    ("text", "callee"),
    [
        ("answer:56", answers(56)),
        ("answer:1.5", answers(1.5)),
        ("answer", answers()),
        ("answer:5@10", answers(5, delay=10)),
        ("busy", busy()),
        ("no-answer", no_answer()),
        ("failed", fails()),
    ],
)
def test_a_callee_is_read_from_text(text: str, callee: Callee) -> None:
    assert from_text(text) == callee


@pytest.mark.parametrize("text", ["", "answers", "answer:", "answer:-1", "answer:1e9", "answer:nan", "BUSY"])
def test_an_unknown_callee_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="use answer:SECONDS"):
        from_text(text)
