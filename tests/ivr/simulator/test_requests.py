"""How the stand-in asks: signature, headers, retries, redirects, and what happens when no document comes."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Response
from twilio.request_validator import RequestValidator

from ivr.simulator import Answer, Faults, Network, Quirks, SimulatorError
from ivr.simulator.address import signed_form, split
from ivr.simulator.errors import TooSlow, Unreachable

OK = Answer(200, {"content-type": "text/xml"}, b"<Response><Say>Hello</Say></Response>")
APOLOGY = "An application error has occurred. Goodbye."


class Wire:
    """Answers one after the other, the last for ever; an exception is raised."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, dict[str, str], dict[str, str]]] = []

    def __call__(
        self, method: str, url: str, params: Mapping[str, str], headers: Mapping[str, str]
    ) -> Answer:
        self.sent.append((method, url, dict(params), dict(headers)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def network(self, voice_url: str = "http://localhost/voice", **settings: Any) -> Network:
        return Network(self, account_sid="AC1", auth_token="token", voice_url=voice_url, seed=1, **settings)


def ring(wire: Wire, voice_url: str = "http://localhost/voice", **settings: Any) -> Any:
    return wire.network(voice_url, **settings).ring("+12125550100", "+442031234567")


def test_the_first_request_is_the_provider_s_own(stage: Any) -> None:
    stage.scripts["/voice"] = '<Gather numDigits="1"/>'
    stage.network().ring("+12125550100", "+442031234567", stir="TN-Validation-Passed-A")
    form, headers = stage.asked[0].form, stage.asked[0].headers
    assert form["CallSid"].startswith("CA")
    assert len(form["CallSid"]) == 34
    assert form["From"] == form["Caller"] == "+12125550100"
    assert form["To"] == form["Called"] == "+442031234567"
    assert (form["CallStatus"], form["Direction"], form["ApiVersion"]) == ("ringing", "inbound", "2010-04-01")
    assert (form["FromCity"], form["FromCountry"], form["ToCity"], form["ToCountry"]) == (
        "NEW YORK",
        "US",
        "",
        "GB",
    )
    assert form["StirVerstat"] == "TN-Validation-Passed-A"
    assert "parentCallInfoToken" in form["CallToken"]
    assert "ParentCallSid" not in form
    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert len(headers["I-Twilio-Idempotency-Token"]) == 36


def test_later_requests_are_in_progress_and_in_another_order(stage: Any) -> None:
    stage.scripts |= {"/voice": '<Gather numDigits="1" action="/next"/>', "/next": "<Hangup/>"}
    stage.network().ring("anonymous", "+442031234567").press("1")
    assert [asked.form["CallStatus"] for asked in stage.asked] == ["ringing", "in-progress"]
    common = [[name for name in asked.order if name in stage.asked[0].form] for asked in stage.asked]
    assert common[0] != common[1]


def test_the_same_seed_asks_in_the_same_order(stage: Any) -> None:
    stage.scripts["/voice"] = "<Hangup/>"
    for _ in range(2):
        stage.network().ring("+12125550100", "+442031234567")
    assert stage.asked[0].order == stage.asked[1].order
    assert stage.asked[0].form == stage.asked[1].form


def test_ids_may_look_like_another_provider_s(stage: Any) -> None:
    stage.scripts["/voice"] = "<Hangup/>"
    phone = stage.network(quirks=Quirks(sid_style="uuid")).ring("+12125550100", "+442031234567")
    assert len(phone.sid.split("-")) == 5


def test_a_get_is_signed_over_its_query(stage: Any) -> None:
    stage.scripts |= {"/voice": '<Redirect method="GET">/next?a=b%20c</Redirect>', "/next": "<Say>Fine</Say>"}
    assert stage.network().ring("+12125550100", "+442031234567").heard == "Fine"
    assert stage.asked[1].form["a"] == "b c"


SIGNED = {
    "https drops the port": ("https://user:secret@example.com:8443/v?a=1", "https://example.com/v?a=1"),
    "http keeps it": ("http://user:secret@example.com:8080/v", "http://example.com:8080/v"),
    "an IPv6 host": ("http://[::1]:8080/v", "http://[::1]:8080/v"),
}


@pytest.mark.parametrize(("url", "signed"), SIGNED.values(), ids=SIGNED)
def test_what_of_the_address_is_signed(url: str, signed: str) -> None:
    assert signed_form(url) == signed


FRAGMENTS = {
    "nothing asked": ("", 1, {"ct"}),
    "for money": ("#rc=5&rp=5xx,ct,rt", 5, {"5xx", "ct", "rt"}),
    "all": ("#rp=all", 1, {"4xx", "5xx", "ct", "rt"}),
    "too much": ("#rc=99&rp=7xx", 5, set()),
    "nonsense": ("#rc=x&=&&", 1, {"ct"}),
}


@pytest.mark.parametrize(("fragment", "retries", "kinds"), FRAGMENTS.values(), ids=FRAGMENTS)
def test_the_fragment_says_how_hard_to_try(fragment: str, retries: int, kinds: set[str]) -> None:
    plain, delivery = split("http://localhost/voice" + fragment)
    assert (plain, delivery.retries, set(delivery.retry_on)) == ("http://localhost/voice", retries, kinds)


def test_times_in_the_fragment_are_milliseconds_within_bounds() -> None:
    delivery = split("http://localhost/#ct=50&rt=2500&tt=99999")[1]
    assert (delivery.connect, delivery.read, delivery.total) == (0.1, 2.5, 15.0)


def test_retries_carry_the_same_token_and_never_the_fragment() -> None:
    wire = Wire(Answer(503), Unreachable("no"), TooSlow("slow"), OK)
    assert ring(wire, "http://localhost/voice#rc=5&rp=5xx,ct,rt").heard == "Hello"
    assert len(wire.sent) == 4
    assert len({headers["I-Twilio-Idempotency-Token"] for *_, headers in wire.sent}) == 1
    for _, url, params, headers in wire.sent:
        assert url == "http://localhost/voice"
        assert RequestValidator("token").validate(url, params, headers["X-Twilio-Signature"])


TRIES = {
    "a refused connection is tried again once": (Unreachable("no"), "", 2),
    "a bad status is not": (Answer(500), "", 1),
    "nor is silence": (TooSlow("slow"), "", 1),
    "4xx where it is asked for": (Answer(404), "#rc=2&rp=4xx", 3),
    "no retries": (Unreachable("no"), "#rc=0", 1),
    "not beyond the time in total": (Answer(500, seconds=6.0), "#rc=5&rp=5xx", 3),
}


@pytest.mark.parametrize(("answer", "fragment", "tries"), TRIES.values(), ids=TRIES)
def test_how_often_it_is_tried(answer: Answer | Exception, fragment: str, tries: int) -> None:
    wire = Wire(answer)
    assert ring(wire, "http://localhost/voice" + fragment).heard == APOLOGY
    assert len(wire.sent) == tries


FAILURES = {
    "a bad status": (Answer(500), 11200),
    "a missing page": (Answer(404), 11200),
    "no connection": (Unreachable("no"), 11205),
    "no answer": (TooSlow("slow"), 11200),
    "an answer after more than 15 s": (Answer(200, OK.headers, OK.body, seconds=15.1), 11200),
    "bad XML": (Answer(200, OK.headers, b"<Response>"), 12100),
    "an unknown verb": (Answer(200, OK.headers, b"<Response><Sing/></Response>"), 12200),
    "too large": (Answer(200, OK.headers, b" " * 70_000), 11750),
    "no content type": (Answer(200, {}, OK.body), 12300),
    "JSON": (Answer(200, {"content-type": "application/json"}, b"{}"), 12300),
    "a redirect in a circle": (Answer(302, {"location": "/voice"}), 11215),
}


@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
def test_what_fails_goes_to_the_fallback(answer: Answer | Exception, code: int) -> None:
    told: list[dict[str, str]] = []

    def send(method: str, url: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if url.endswith("/fallback"):
            told.append(dict(params))
            return OK
        if isinstance(answer, Exception):
            raise answer
        return answer

    network = Network(
        send,
        account_sid="AC1",
        auth_token="token",
        voice_url="http://localhost/voice",
        fallback_url="http://localhost/fallback",
    )
    phone = network.ring("+12125550100", "+442031234567")
    assert phone.heard == "Hello"
    assert (told[0]["ErrorCode"], told[0]["ErrorUrl"]) == (str(code), "http://localhost/voice")
    assert [problem.code for problem in network.problems] == [code]


@pytest.mark.parametrize(("quirk", "heard"), [(True, "Saved"), (False, APOLOGY)])
def test_an_action_that_fails_goes_to_the_fallback_or_not(quirk: bool, heard: str, stage: Any) -> None:
    stage.scripts |= {
        "/voice": '<Gather numDigits="1" action="/next"/>',
        "/next": lambda form: ("", 500),
        "/fallback": "<Say>Saved</Say>",
    }
    settings = {"fallback_url": "http://localhost/fallback", "quirks": Quirks(fallback_for_actions=quirk)}
    assert stage.network(**settings).ring("+12125550100", "+442031234567").press("1") == heard


def test_when_the_fallback_fails_too_the_caller_hears_an_apology() -> None:
    wire = Wire(Answer(500))
    phone = ring(wire, fallback_url="http://localhost/fallback")
    assert phone.heard == APOLOGY
    assert phone.ended
    assert [url for _, url, *_ in wire.sent] == ["http://localhost/voice", "http://localhost/fallback"]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirected_post_becomes_a_get_without_its_digits(status: int, stage: Any) -> None:
    away = Response("", status=status, headers={"Location": "/elsewhere"})
    stage.scripts |= {
        "/voice": '<Gather numDigits="1" action="/next"/>',
        "/next": lambda form: away,
        "/elsewhere": '<Redirect method="POST">relative</Redirect>',
    }
    stage.network().ring("+12125550100", "+442031234567").press("1")
    moved = stage.asked[2]
    assert (moved.method, moved.path) == ("GET", "/elsewhere")
    assert "Digits" not in moved.form
    assert moved.form["CallStatus"] == "in-progress"
    assert stage.paths()[3] == "/relative"


def test_a_307_keeps_the_request(stage: Any) -> None:
    away = Response("", status=307, headers={"Location": "/elsewhere"})
    stage.scripts |= {"/voice": '<Gather numDigits="1" action="/next"/>', "/next": lambda form: away}
    stage.network().ring("+12125550100", "+442031234567").press("1")
    assert (stage.asked[2].method, stage.asked[2].form["Digits"]) == ("POST", "1")


KINDS = {
    "HTML may carry TwiML": ("text/html; charset=utf-8", OK.body, "Hello"),
    "so may plain text": ("text/plain", OK.body, "Hello"),
    "other plain text is read aloud": ("text/plain", b"Just  words", "Just words"),
    "audio is played": ("audio/mpeg", b"\xff", "[plays http://localhost/voice]"),
}


@pytest.mark.parametrize(("kind", "body", "heard"), KINDS.values(), ids=KINDS)
def test_the_content_type_decides(kind: str, body: bytes, heard: str) -> None:
    assert ring(Wire(Answer(200, {"content-type": kind}, body))).heard == heard


def test_a_document_that_leads_to_itself_is_stopped() -> None:
    circle = Answer(200, OK.headers, b"<Response><Redirect>/voice</Redirect></Response>")
    with pytest.raises(SimulatorError, match="goes in a circle"):
        ring(Wire(circle))


def test_a_request_may_be_repeated_and_the_second_answer_counts(stage: Any) -> None:
    answers = iter(["<Say>First</Say>", "<Say>Second</Say>"])
    stage.scripts["/voice"] = lambda form: next(answers)
    phone = stage.network(faults=Faults(repeat_requests=1.0)).ring("+12125550100", "+442031234567")
    assert phone.heard == "Second"


ENDS = {
    "rejected": ("<Reject/>", "no-answer", ""),
    "busy": ('<Reject reason="busy"/>', "busy", ""),
    "hung up at once": ("<Hangup/>", "completed", ""),
    "the document ends": ("<Say>Bye</Say>", "completed", "Bye"),
    "nothing said": ("", "no-answer", ""),
    "rejected too late": ("<Say>Bye</Say><Reject/>", "completed", "Bye"),
    "a pause does not answer": ('<Pause length="9"/><Reject/>', "no-answer", ""),
}


@pytest.mark.parametrize(("twiml", "status", "heard"), ENDS.values(), ids=ENDS)
def test_how_a_call_ends(twiml: str, status: str, heard: str, stage: Any) -> None:
    stage.scripts["/voice"] = twiml
    phone = stage.network().ring("+12125550100", "+442031234567")
    assert (phone.ended, phone.status, phone.heard) == (True, status, heard)


def test_a_recording_is_a_verb_that_takes_time(stage: Any) -> None:
    stage.scripts |= {
        "/voice": '<Record action="/next" maxLength="30" timeout="4"/>',
        "/next": lambda form: f"<Say>{form['RecordingDuration']} s by {form['Digits'] or 'silence'}</Say>",
    }
    assert stage.network().ring("+12125550100", "+442031234567").stay_silent() == "7 s by silence"
    assert stage.network().ring("+12125550100", "+442031234567").press("WW#") == "2 s by #"
