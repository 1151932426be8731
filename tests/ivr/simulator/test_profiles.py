"""Other providers: ids, signatures over exactly what was sent, words, moments, limits, and what they omit."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from ivr.simulator import Network, Quirks, SimulatorError, answers, wsgi_transport

EVENTS = "initiated ringing answered completed"
DIAL = (
    f'<Dial action="/after?x=%7E" timeLimit="20" timeout="3"><Number statusCallback="/leg" '
    f'statusCallbackEvent="{EVENTS}">+93701234567</Number></Dial>'
)
SCRIPTS = {
    "/voice": '<Gather numDigits="2" finishOnKey="#" action="/dial"><Say>Press a key</Say></Gather>',
    "/dial": DIAL,
    "/after": '<Redirect method="GET">/again?name=%C3%A9</Redirect>',
    "/again": "<Gather/>",
}


@dataclass
class Raw:
    """One request as its bytes arrived."""

    method: str
    url: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def fields(self) -> dict[str, str]:
        text = self.body.decode() if self.method == "POST" else urlsplit(self.url).query
        return dict(parse_qsl(text, keep_blank_values=True))


@dataclass
class Door:
    """Keeps what arrives."""

    got: list[Raw] = field(default_factory=list)

    def network(self, **settings: Any) -> Network:
        app = Flask("door")

        @app.route("/<path:path>", methods=["GET", "POST"])
        def answer(path: str) -> Response:
            query = request.query_string.decode()
            url = request.base_url + (f"?{query}" if query else "")
            self.got.append(Raw(request.method, url, request.get_data(), dict(request.headers)))
            return Response(f"<Response>{SCRIPTS.get('/' + path, '')}</Response>", content_type="text/xml")

        plain = {"account_sid": "AC1", "auth_token": "secret", "voice_url": "http://localhost/voice"}
        return Network(wsgi_transport(app), seed=7, **{**plain, **settings})

    def at(self, path: str) -> list[dict[str, str]]:
        return [raw.fields for raw in self.got if raw.path == path]

    def call(self, **settings: Any) -> tuple[Network, Any]:
        """A call that dials, talks for as long as it may and goes on."""
        network = self.network(**settings)
        phone = network.ring("+447700900123", "+442031234567", answers())
        phone.press("1#")
        phone.finish_dial()
        network.deliver()
        return network, phone


@pytest.fixture
def door() -> Door:
    return Door()


def by_mac(key: str) -> Callable[[Raw], bool]:
    def is_genuine(raw: Raw) -> bool:
        mac = hmac.new(key.encode(), raw.url.encode() + raw.body, hashlib.sha1)
        return raw.headers["X-Signalwire-Signature"] == mac.hexdigest()

    return is_genuine


def by_twilio(raw: Raw) -> bool:
    form = raw.fields if raw.method == "POST" else {}
    return bool(RequestValidator("secret").validate(raw.url, form, raw.headers["X-Twilio-Signature"]))


SIGNED: dict[str, tuple[dict[str, Any], Callable[[Raw], bool]]] = {
    "Twilio": ({}, by_twilio),
    "SignalWire with its own key": (
        {"profile": "signalwire", "signing_key": "PSK_1"},
        by_mac("PSK_1"),
    ),
    "SignalWire with the token": ({"quirks": Quirks(profile="signalwire")}, by_mac("secret")),
    "SignalWire under the old name": (
        {"quirks": Quirks(signature_alias=True), "profile": "signalwire"},
        by_twilio,
    ),
}


@pytest.mark.parametrize(("settings", "is_genuine"), SIGNED.values(), ids=SIGNED)
def test_every_request_is_signed_as_it_was_sent(
    settings: dict[str, Any], is_genuine: Callable[[Raw], bool], door: Door
) -> None:
    door.call(**settings)
    assert {raw.method for raw in door.got} == {"GET", "POST"}
    assert [raw.path for raw in door.got if not is_genuine(raw)] == []


def test_telnyx_signs_the_moment_and_the_body_with_a_private_key(door: Door) -> None:
    network, _ = door.call(profile="telnyx")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(network.public_key))
    for raw in door.got:
        moment = raw.headers["Telnyx-Timestamp"].encode()
        signature = base64.b64decode(raw.headers["Telnyx-Signature-Ed25519"])
        key.verify(signature, moment + b"|" + raw.body)
        with pytest.raises(InvalidSignature):
            key.verify(signature, moment + b"|" + raw.body + b"&Digits=1")
    assert int(door.got[0].headers["Telnyx-Timestamp"]) == 1767268800  # by the clock of the calls
    with pytest.raises(SimulatorError):
        door.network().public_key  # noqa: B018


IDS = {
    "twilio": r"CA[0-9a-f]{32}",
    "signalwire": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "telnyx": r"v3:[A-Za-z0-9_-]{30,61}",
}


@pytest.mark.parametrize(("profile", "look"), IDS.items(), ids=IDS)
def test_ids_look_as_the_provider_s(profile: Any, look: str, door: Door) -> None:
    _, phone = door.call(profile=profile)
    sids = {phone.sid, *(leg.sid for leg in phone.dialled)}
    assert len(sids) == 2
    assert all(re.fullmatch(look, sid) and len(sid) <= 64 for sid in sids)


@pytest.mark.parametrize("profile", ["signalwire", "telnyx"])
def test_what_only_twilio_sends_does_not_come(profile: Any, door: Door) -> None:
    door.call(profile=profile)
    fields = {name for raw in door.got for name in raw.fields}
    assert fields.isdisjoint({"DialBridged", "CallToken", "FinishedOnKey", "msg"})
    assert fields >= {"Digits", "DialCallStatus", "DialCallSid", "DialCallDuration"}
    headers = {name for raw in door.got for name in raw.headers}
    assert headers.isdisjoint({"I-Twilio-Idempotency-Token", "X-Home-Region", "X-Twilio-Signature"})


def test_signalwire_reports_an_answer_in_two_words(door: Door) -> None:
    door.call(profile="signalwire")
    told = [(form["SequenceNumber"], form["CallStatus"]) for form in door.at("/leg")]
    assert told == [
        ("0", "initiated"),
        ("1", "ringing"),
        ("2", "answered"),
        ("3", "in-progress"),
        ("4", "completed"),
    ]


def test_telnyx_writes_moments_its_own_way(door: Door) -> None:
    door.call(profile="telnyx")
    moments = [datetime.fromisoformat(form["Timestamp"]) for form in door.at("/leg")]
    assert all(moment.tzinfo for moment in moments)
    assert [form["CallStatus"] for form in door.at("/leg")][2] == "in-progress"


LIMITS = {"twilio": 20, "signalwire": 20, "telnyx": 60}


@pytest.mark.parametrize(("profile", "seconds"), LIMITS.items(), ids=LIMITS)
def test_a_limit_may_be_raised_to_what_the_provider_knows(profile: Any, seconds: int, door: Door) -> None:
    _, phone = door.call(profile=profile)
    assert [(leg.seconds, leg.time_limit) for leg in phone.dialled] == [(seconds, seconds)]
    assert door.at("/after")[0]["DialCallDuration"] == str(seconds)


RINGS = {"twilio": 8, "telnyx": 5}  # seconds, when three are asked


@pytest.mark.parametrize(("profile", "seconds"), RINGS.items(), ids=RINGS)
def test_it_rings_as_long_as_the_provider_lets_it(profile: Any, seconds: int, door: Door) -> None:
    network = door.network(profile=profile)
    phone = network.ring("+447700900123", "+442031234567", answers(1, delay=seconds))
    phone.press("12")
    phone.finish_dial()
    assert phone.dialled[0].status == "no-answer"
