"""What the callee alone hears before being put through."""

from collections.abc import Callable
from typing import Any

import pytest

from ivr.simulator import answers

DIAL = (
    '<Dial action="/after" timeLimit="100"><Number url="/whisper" statusCallback="/leg" '
    'statusCallbackEvent="answered completed">+93701234567</Number></Dial>'
)
AFTER = "<Gather><Say>Over</Say></Gather>"
TEN_WORDS = "A caller of yours is here, press nothing, and talk."  # 3.8 seconds


def scripts(whisper: Any) -> dict[str, Any]:
    return {"/voice": DIAL, "/after": AFTER, "/whisper": whisper, "/leg": ""}


def test_the_callee_hears_it_alone_and_is_put_through(ring: Callable[..., Any], stage: Any) -> None:
    words = f'<Say>{TEN_WORDS}</Say><Gather timeout="2"><Say>Press 1</Say></Gather><Play>/bell.mp3</Play>'
    phone = ring(scripts(words + "<Pause/>"), answers(60))
    assert phone.wait_for_answer() == ""
    assert phone.dialled[0].heard == [TEN_WORDS, "Press 1", "[plays /bell.mp3]"]
    assert phone.finish_dial() == "Over"
    form = stage.forms("/whisper")[0]
    child = phone.dialled[0]
    assert (form["CallSid"], form["ParentCallSid"], form["CallStatus"], form["Direction"]) == (
        child.sid,
        phone.sid,
        "in-progress",
        "outbound-dial",
    )
    after = stage.forms("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"], after["DialCallDuration"]) == (
        "completed",
        "true",
        "60",
    )


def test_a_callee_who_is_screened_out_was_never_put_through(ring: Callable[..., Any], stage: Any) -> None:
    phone = ring(scripts(f"<Say>{TEN_WORDS}</Say><Hangup/>"), answers(60))
    assert phone.finish_dial() == "Over"
    after = stage.forms("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"], after["DialCallDuration"]) == (
        "completed",
        "false",
        "3",
    )
    stage.networks[0].deliver()
    assert [form["CallStatus"] for form in stage.forms("/leg")] == ["in-progress", "completed"]


ENDS = {
    "the server sets a limit": (
        answers(60),
        lambda network, phone: network.registry.limit(phone.dialled[0].sid, 2),
    ),
    "the callee has had enough": (answers(2), lambda network, phone: None),
    "the server ends the leg": (
        answers(60),
        lambda network, phone: network.registry.end(phone.dialled[0].sid),
    ),
}


@pytest.mark.parametrize(("callee", "deed"), ENDS.values(), ids=ENDS)
def test_the_leg_may_end_while_it_listens(
    callee: Any, deed: Any, ring: Callable[..., Any], stage: Any
) -> None:
    phone = ring(scripts(f"<Say>{TEN_WORDS}</Say>"), callee)
    phone.wait(5)  # four seconds of ringing
    assert (phone.state, phone.dialled[0].status) == ("ringing", "in-progress")
    deed(stage.networks[0], phone)
    phone.finish_dial()
    after = stage.forms("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "false")


def test_the_caller_may_go_while_it_listens(ring: Callable[..., Any], stage: Any) -> None:
    phone = ring(scripts(f"<Say>{TEN_WORDS}</Say>"), answers(60))
    phone.wait(5)
    phone.hang_up()
    assert [(leg.status, leg.seconds) for leg in phone.dialled] == [("completed", 1)]
    assert stage.forms("/after")[0]["DialBridged"] == "false"


def test_the_time_limit_counts_the_whisper_too(ring: Callable[..., Any], stage: Any) -> None:
    phone = ring(scripts('<Pause length="40"/>'), answers())
    phone.finish_dial()
    assert stage.forms("/after")[0]["DialCallDuration"] == "100"
    longer = ring(scripts('<Pause length="140"/>'), answers())
    longer.finish_dial()
    after = stage.forms("/after")[1]
    assert (after["DialCallDuration"], after["DialBridged"]) == ("100", "false")


def test_a_whisper_that_fails_ends_the_leg(ring: Callable[..., Any], stage: Any) -> None:
    phone = ring(scripts(lambda form: ("", 500)), answers(60))
    phone.finish_dial()
    assert [problem.code for problem in phone.problems] == [11200]
    assert stage.forms("/after")[0]["DialBridged"] == "false"


def test_a_whisper_may_lead_to_another(ring: Callable[..., Any], stage: Any) -> None:
    stage.scripts["/more"] = "<Say>More</Say>"
    phone = ring(scripts("<Redirect>more</Redirect>"), answers(5))
    phone.wait_for_answer()
    assert phone.dialled[0].heard == ["More"]
