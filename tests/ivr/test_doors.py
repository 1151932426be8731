"""Who may knock: the provider, and nobody else; and what is refused changes nothing."""

import base64
import hmac
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from tests.support.by_hand import ByHand
from tests.support.world import BASE, CALLER, GB, KABUL, TOKEN, World

RING = {"CallSid": "CA" + "1" * 32, "From": CALLER, "To": GB, "CallStatus": "ringing"}
PATHS = ["/ivr/voice", "/ivr/step?turn=1", "/ivr/ended?call=1&turn=1", "/ivr/status", "/ivr/fallback"]
GREETING = "Farthing. Enter your PIN."

any_engine = pytest.mark.parametrize("engine_name", ["sqlite"])  # nothing is asked of it


def signature(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, dict(form)))


def knock(world: World, path: str, form: Any, headers: Mapping[str, str], **how: Any) -> TestResponse:
    return world.app.test_client().post(path, data=form, headers=dict(headers), **how)


@pytest.fixture
def unchanged(world: World) -> Iterator[World]:
    """A world in which nothing may have changed at the end: a card, and a call that goes on."""
    ByHand(world, caller="+447400123456").place(world.card("10.00"))
    before = world.everything()
    yield world
    assert world.everything() == before
    assert world.balanced()


@any_engine
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        {"X-Twilio-Signature": "é"},
        {"X-Twilio-Signature": signature("http://127.0.0.1:8000/ivr/voice", RING, "another token 0123")},
        {"X-Twilio-Signature": signature("http://evil.example/ivr/voice", RING)},
        {"Authorization": f"Bearer {TOKEN}"},
    ],
    ids=["none", "empty", "made up", "not ascii", "another token", "another host", "the token itself"],
)
def test_a_request_that_the_provider_did_not_sign_is_turned_away(
    unchanged: World, path: str, headers: dict[str, str]
) -> None:
    refused = knock(unchanged, path, RING, headers)
    assert refused.status_code == 403
    for secret in (TOKEN, "signature", "Twilio", "twilio", "CallSid", "Traceback"):
        assert secret not in refused.text


@any_engine
def test_a_signature_covers_every_field_and_the_whole_address(unchanged: World) -> None:
    good = signature(f"{BASE}/ivr/step?turn=1", RING)
    for path, form in (
        ("/ivr/step?turn=1", {**RING, "Digits": "1"}),
        ("/ivr/step?turn=1", {**RING, "From": "+447700900789"}),
        ("/ivr/step?turn=1", {"CallSid": RING["CallSid"]}),
        ("/ivr/step?turn=2", RING),
        ("/ivr/step?turn=1&x=1", RING),
        ("/ivr/step", RING),
        ("/ivr/voice?turn=1", RING),
    ):
        assert knock(unchanged, path, form, {"X-Twilio-Signature": good}).status_code == 403


def test_any_of_several_tokens_may_sign_while_one_replaces_another(world: World) -> None:
    old, new = "the token of last year 01", "the token of this year 02"
    world.change_settings(twilio_auth_tokens=(new, old))
    for number, token in enumerate((old, new)):
        form = {**RING, "CallSid": f"CA{number}"}
        assert GREETING in world.post("/ivr/voice", form, token=token).text
    assert world.post("/ivr/voice", RING).status_code == 403


def test_the_newer_algorithm_is_known_by_its_header_and_not_mixed_up(world: World) -> None:
    text = f"{BASE}/ivr/voice" + "".join(name + RING[name] for name in sorted(RING))
    newer = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), "sha256")).decode()
    named = {"X-Twilio-Signature-Settings": "algorithm=HMAC_SHA256"}
    older = signature(f"{BASE}/ivr/voice", RING)
    for header, sent in _ways(newer, older, named):
        answer = knock(world, "/ivr/voice", RING, {**header, "X-Twilio-Signature": sent})
        assert answer.status_code == (200 if (sent == newer) == bool(header) else 403)


def _ways(newer: str, older: str, named: dict[str, str]) -> list[tuple[dict[str, str], str]]:
    from twilio.request_validator import SIGNATURE_SETTINGS_HEADER

    header = {SIGNATURE_SETTINGS_HEADER: next(iter(named.values()))}
    return [(header, newer), (header, older), ({}, older), ({}, newer)]


@any_engine
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "10.0.0.7:5000"},
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "81"},
        {"Forwarded": "host=evil.example;proto=http"},
    ],
    ids=["a host behind the proxy", "another host", "x-forwarded", "forwarded"],
)
def test_the_address_that_counts_is_the_public_one_whatever_a_proxy_says(
    world: World, headers: dict[str, str]
) -> None:
    world.change_settings(public_base_url="https://calls.example.org")
    sent = {"X-Twilio-Signature": signature("https://calls.example.org/ivr/voice", RING), **headers}
    answer = knock(world, "/ivr/voice", RING, sent)
    assert answer.status_code == 200
    assert "https://calls.example.org/ivr/step" in answer.text


def test_a_public_address_may_have_a_port_and_a_path(world: World) -> None:
    for base in ("https://calls.example.org:8443", "https://example.org/farthing"):
        world.change_settings(public_base_url=base)
        form = {**RING, "CallSid": base.replace("/", "")}
        sent = {"X-Twilio-Signature": signature(f"{base}/ivr/voice", form)}
        assert f"{base}/ivr/step" in knock(world, "/ivr/voice", form, sent).text


@any_engine
@pytest.mark.parametrize("query", ["x=%7E", "x=~", "x=%7e", "x=a+b", "x=a%20b", "x=%C3%A9", "a=1&&b", "x"])
def test_the_query_is_signed_as_it_came_character_by_character(world: World, query: str) -> None:
    path = f"/ivr/voice?{query}"
    sent = {"X-Twilio-Signature": signature(BASE + path, RING)}
    environ = {"REQUEST_URI": path, "QUERY_STRING": query}
    answer = knock(world, "/ivr/voice", RING, sent, environ_overrides=environ)
    assert answer.status_code == 200


@any_engine
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_only_post_is_understood(unchanged: World, path: str, method: str) -> None:
    sent = {"X-Twilio-Signature": signature(BASE + path, {})}
    answer = unchanged.app.test_client().open(path, method=method, headers=sent)
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("path", "form", "why"),
    [
        ("/ivr/voice", {"To": GB, "From": CALLER}, "CallSid is missing"),
        ("/ivr/voice", {"CallSid": ""}, "CallSid is missing"),
        ("/ivr/voice", {"CallSid": "CA 1"}, "CallSid is not an id of a call"),
        ("/ivr/voice", {"CallSid": "C" * 65}, "CallSid is not an id of a call"),
        ("/ivr/voice", {"CallSid": "CA';--"}, "CallSid is not an id of a call"),
        ("/ivr/step?turn=1", {"Digits": "1"}, "CallSid is missing"),
        ("/ivr/step", RING, "turn in the address is not a number"),
        ("/ivr/step?turn=-1", RING, "turn in the address is not a number"),
        ("/ivr/step?turn=1e3", RING, "turn in the address is not a number"),
        ("/ivr/step?turn=" + "9" * 30, RING, "turn in the address is not a number"),
        ("/ivr/ended?turn=2", RING, "call in the address is not a number"),
        ("/ivr/ended?call=x&turn=2", RING, "call in the address is not a number"),
        ("/ivr/ended?call=1&turn=2", RING, "DialCallStatus is missing"),
        ("/ivr/ended?call=1&turn=2", {**RING, "DialCallStatus": "gone"}, "DialCallStatus is no status"),
        ("/ivr/status", {"CallSid": "CA1"}, "CallStatus is missing"),
        ("/ivr/status", {"CallSid": "CA1", "CallStatus": "x"}, "CallStatus is no status"),
        ("/ivr/status?call=x", {"CallSid": "CA1", "CallStatus": "busy"}, "call in the address"),
        ("/ivr/voice", {**RING, "StirVerstat": "x" * 5000}, "StirVerstat is longer than"),
        ("/ivr/voice", {**RING, "To": "x\x00"}, "To "),
        ("/ivr/step?turn=1", {**RING, "Digits": "1\x002"}, "Digits "),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(
    unchanged: World, path: str, form: dict[str, str], why: str
) -> None:
    refused = unchanged.post(path, form)
    assert refused.status_code == 400
    assert refused.text.startswith(why)
    assert refused.mimetype == "text/plain"


def test_a_field_given_twice_is_named(unchanged: World) -> None:
    """Signed as the provider's own library signs it: every different value once."""
    body = urlencode([*RING.items(), ("Digits", "1"), ("Digits", "2")])
    text = f"{BASE}/ivr/voice" + "".join(
        name + value for name, value in sorted([*RING.items(), ("Digits", "1"), ("Digits", "2")])
    )
    sent = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), "sha1")).decode()
    kind = "application/x-www-form-urlencoded"
    refused = knock(unchanged, "/ivr/voice", body, {"X-Twilio-Signature": sent}, content_type=kind)
    assert (refused.status_code, refused.text) == (400, "Digits is given 2 times\n")


@any_engine
@pytest.mark.parametrize("path", PATHS)
def test_ten_megabytes_are_too_much(unchanged: World, path: str) -> None:
    form = {**RING, "Digits": "1" * 10_000_000}
    assert knock(unchanged, path, form, {"X-Twilio-Signature": "x"}).status_code == 413


@any_engine
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream", ""])
def test_another_content_type_has_no_fields(unchanged: World, kind: str) -> None:
    sent = {"X-Twilio-Signature": signature(f"{BASE}/ivr/voice", {})}
    body = '{"CallSid": "CA1"}'
    refused = knock(unchanged, "/ivr/voice", body, sent, content_type=kind)
    assert (refused.status_code, refused.text) == (400, "CallSid is missing\n")


def test_fields_that_nobody_knows_are_let_be(world: World) -> None:
    extra = {f"New{number}": "x" for number in range(50)} | {"SipHeader_X-Odd": "ü", "": "", "turn": "7"}
    assert GREETING in world.post("/ivr/voice", {**RING, **extra}).text


@pytest.mark.parametrize(
    "caller",
    [
        "x" * 300,
        "9" * 300,
        "+" + "4" * 299,
        "sip:a@b",
        "<script>",
        "'; --",
        "٣٤٥٦٧٨٩",
        "\n",
        "client:x",
        "🙂" * 99,
    ],
    ids=lambda caller: repr(caller[:8]),
)
def test_a_strange_caller_is_asked_for_the_pin(world: World, caller: str) -> None:
    card = world.card("10.00")
    talk = ByHand(world, caller=caller)
    assert talk.heard == GREETING
    assert talk.type(card.pin).startswith("You have ten dollars.")
    talk.type(KABUL, finish="#")
    assert talk.dial is not None
    assert [row[2] for row in world.everything()["visits"]] == [None]


@pytest.mark.parametrize("called", ["", "+442079460999", "x" * 300, "sip:us@example.org"])
def test_a_number_that_is_not_ours_gets_an_apology(world: World, called: str) -> None:
    answer = world.post("/ivr/voice", {**RING, "To": called})
    assert "Sorry, we have a fault." in answer.text
    assert world.everything()["visits"] == []


def test_a_visit_that_we_do_not_know_gets_an_apology(unchanged: World) -> None:
    for path in ("/ivr/step?turn=1", "/ivr/ended?call=999&turn=2"):
        form = {"CallSid": "CAunknown", "Digits": "1", "DialCallStatus": "completed"}
        answer = unchanged.post(path, form)
        assert answer.status_code == 200
        assert "Sorry, we have a fault." in answer.text
        assert answer.text.endswith("<Hangup /></Response>")


def test_a_turn_that_has_not_come_yet_cannot_be_played(unchanged: World) -> None:
    sid = unchanged.everything()["visits"][0][1]
    answer = unchanged.post("/ivr/step?turn=9", {"CallSid": sid, "Digits": KABUL})
    assert "Sorry, we have a fault." in answer.text


def test_the_ends_of_unknown_legs_change_nothing(unchanged: World) -> None:
    for form in (
        {"CallSid": "CAunknown", "CallStatus": "completed"},
        {"CallSid": "CAunknown", "CallStatus": "completed", "ParentCallSid": "CAnobody"},
        {"CallSid": "CAunknown", "CallStatus": "ringing"},
    ):
        assert unchanged.post("/ivr/status", form).status_code == 200


def test_no_page_of_this_door_may_be_kept_or_framed(world: World) -> None:
    answer = world.post("/ivr/voice", RING)
    assert answer.mimetype == "text/xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
