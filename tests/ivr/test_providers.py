"""Other providers: whole calls in their ways, whose key opens which door, and what is paid for a minute."""

import base64
import hashlib
import hmac
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response, jsonify, request
from sqlalchemy import select
from werkzeug.serving import make_server

from app import calls, clock, config, db
from app.calls import access_numbers, live
from app.calls.models import Turn
from app.errors import CallRefused, CarrierRefused, CarrierUnreachable, UnsafeSettings
from app.providers import SignalWire, Telnyx
from ivr.carrier import TwilioCarrier
from ivr.other_carriers import SignalWireCarrier
from ivr.simulator import Network, Phone, Quirks, answers, busy, rest, wsgi_transport
from tests.support.world import BASE, CALLER, GB, KABUL, TOKEN, US, World, settings_for

SPACE = "https://example.signalwire.com"
SIGNING_KEY, API_TOKEN = "PSK_8fk2Lq0vXz7mN1", "PTa71c0de95b3f4862"
PROJECT = "4b7d2e8f-6a3c-41d0-b9e8-f7a6c5e1f0a9"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNALWIRE = SignalWire(
    space_url=SPACE, project_id=PROJECT, api_token=API_TOKEN, signing_keys=("PSK_the_old_one", SIGNING_KEY)
)
TELNYX = Telnyx(
    api_key="KEY0123456789",
    account_id=PROJECT,
    public_key=PRIVATE.public_key().public_bytes_raw(),
    api_base_url="http://127.0.0.1:9",
)
ONE_PROVIDER = ["signalwire", "telnyx"]


@dataclass
class Abroad:
    """A world whose British number another provider carries; Twilio keeps the American one."""

    world: World
    network: Network

    def known(self, pin: str, **how: Any) -> Phone:
        """A caller whose PIN has just been accepted."""
        phone = self.network.ring(CALLER, GB, **how)
        phone.press(pin)
        return phone


def settled(world: World, provider: str, **quirks: Any) -> Abroad:
    """Give the British number to a provider."""
    world.change_settings(signalwire=SIGNALWIRE, telnyx=TELNYX)
    with db.transaction():
        access_numbers.change(GB, provider=provider)
    network = Network(
        wsgi_transport(world.app),
        account_sid=PROJECT,
        auth_token=TOKEN if provider == "twilio" else API_TOKEN,
        voice_url=f"{BASE}/ivr/voice",
        fallback_url=f"{BASE}/ivr/fallback",
        status_url=f"{BASE}/ivr/status",
        clock=world.network.clock,
        profile=provider,  # type: ignore[arg-type]
        quirks=Quirks(**quirks),
        signing_key=SIGNING_KEY if provider == "signalwire" else PRIVATE,
        seed=2,
    )
    return Abroad(world, network)


@pytest.mark.parametrize("provider", ONE_PROVIDER)
def test_a_whole_call_is_charged_once(provider: str, world: World) -> None:
    there, card = settled(world, provider), world.card("10.00")
    phone = there.known(card.pin, callee=answers(56))
    assert "Up to twenty two minutes" in phone.press(KABUL + "#")
    heard = phone.finish_dial()
    assert "That call cost forty two cents" in heard
    there.network.deliver()
    phone.hang_up()
    there.network.deliver()
    assert world.outcome() == [("completed", "0.42")]
    assert world.money(card) == ("9.58", "9.58")
    assert there.network.problems == []
    assert world.at_rest()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_signalwire_may_sign_under_the_old_name(world: World) -> None:
    there, card = settled(world, "signalwire", signature_alias=True), world.card("10.00")
    there.known(card.pin, callee=answers(10)).press(KABUL + "#")
    assert [call.status for call in world.calls()] == ["placed"]


@pytest.mark.parametrize("provider", ONE_PROVIDER)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_silence_after_a_call_never_dials_again(provider: str, world: World) -> None:
    """A hash alone looks like silence there: it must not be told as a way to redial."""
    there, card = settled(world, provider), world.card("10.00")
    phone = there.known(card.pin, callee=busy())
    phone.press(KABUL + "#")
    heard = phone.finish_dial()
    assert "That number is busy" in heard
    assert "Press hash" not in heard
    phone.press("#")
    assert len(world.calls()) == 1


def test_a_call_that_cannot_be_paid_for_a_minute_is_not_dialled_by_telnyx(world: World) -> None:
    there = settled(world, "telnyx")
    poor, enough = world.card("0.44"), world.card("0.45")
    assert "not enough credit" in there.known(poor.pin).press(KABUL + "#")
    phone = there.known(enough.pin, callee=answers())
    phone.press(KABUL + "#")
    phone.finish_dial()
    there.network.deliver()
    assert world.money(enough) == ("0.00", "0.00")
    assert [call.seconds for call in world.calls()] == [60]
    assert world.balanced()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_no_call_is_sold_for_longer_than_the_provider_lets_it_last(world: World) -> None:
    there = settled(world, "signalwire")
    world.change_settings(call_seconds_max=86_400)
    card = world.card("9000.00")
    there.known(card.pin, callee=answers(5)).press(KABUL + "#")
    assert [call.seconds_max for call in world.calls()] == [14_400]


class Space(rest.InProcess):
    """SignalWire's interface below its own address."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        prefix = f"{SPACE}/api/laml/2010-04-01/Accounts/{PROJECT}/"
        assert url.startswith(prefix)
        return super().request(method, url.replace("/api/laml", ""), *args, **kwargs)


def test_signalwire_is_asked_about_a_call_whose_end_was_lost(world: World) -> None:
    there, card = settled(world, "signalwire"), world.card("10.00")
    phone = there.known(card.pin, callee=answers(56))
    phone.press(KABUL + "#")
    world.deaf_to("/ivr/")
    phone.finish_dial()
    there.network.deliver()
    world.later(hours=3)
    carriers = TwilioCarrier(config.settings())
    other = carriers.of("signalwire")
    assert isinstance(other, SignalWireCarrier)
    other._client.http_client = Space(rest.create_app(there.network))
    assert calls.sweep(carriers) == 1
    assert world.outcome() == [("completed", "0.42")]
    assert other.end("gone") is False
    with pytest.raises(CarrierRefused):
        other.speak("123456", to=CALLER, caller=GB, language="en-GB")
    assert world.at_rest()


@contextmanager
def texml(
    world: World, network: Network, texts: list[dict[str, str]] | None = None
) -> Iterator[TwilioCarrier]:
    """Telnyx's interface on a free port, as far as it is documented."""
    app = Flask("texml")
    bearer, texts = f"Bearer {TELNYX.api_key}", [] if texts is None else texts

    @app.route("/v2/texml/Accounts/<account>/Calls/<sid>", methods=["GET", "POST"])
    def leg(account: str, sid: str) -> tuple[Response, int]:
        assert (account, request.headers["Authorization"]) == (PROJECT, bearer)
        known = {record.sid: record for record in network.registry.all()}
        if sid not in known:
            return jsonify(errors=[]), 404
        if request.form.get("Status") == "completed":
            network.registry.end(sid)
        return jsonify(known[sid].to_json(clock.now())), 200

    @app.post("/v2/messages")
    def message() -> Response:
        assert request.headers["Authorization"] == bearer
        texts.append(request.get_json())
        return jsonify(data={"id": "1"})

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        world.change_settings(telnyx=replace(TELNYX, api_base_url=f"http://127.0.0.1:{server.server_port}"))
        yield TwilioCarrier(config.settings())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_telnyx_is_asked_about_a_call_that_was_answered(world: World) -> None:
    there, card = settled(world, "telnyx"), world.card("10.00")
    phone = there.known(card.pin, callee=answers(56))
    phone.press(KABUL + "#")
    phone.wait(5)
    there.network.deliver(due_only=True)
    assert world.calls()[0].sid.startswith("v3:")
    world.deaf_to("/ivr/")
    phone.finish_dial()
    there.network.deliver()
    world.later(hours=3)
    with texml(world, there.network) as carriers:
        assert calls.sweep(carriers) == 1
        assert carriers.of("telnyx").leg("v3:unknown") is None
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_telnyx_ends_calls_and_sends_texts_and_what_is_not_known_is_said(world: World) -> None:
    there, card = settled(world, "telnyx"), world.card("10.00")
    there.known(card.pin, callee=answers(600)).press(KABUL + "#")
    with db.transaction(readonly=True):
        (found,) = live.live()
    texts: list[dict[str, str]] = []
    with texml(world, there.network, texts) as carriers:
        assert live.hang_up(found, carriers), "with the caller's own leg, since the other is not known"
        telnyx = carriers.of("telnyx")
        assert not telnyx.end("v3:unknown")
        telnyx.text("123456", to=CALLER, caller=GB)
        with pytest.raises(CarrierRefused, match="text message"):
            telnyx.speak("123456", to=CALLER, caller=GB, language="en-GB")
        with pytest.raises(CarrierRefused, match="not known"):
            telnyx.room("any")
    assert texts == [{"from": GB, "to": CALLER, "text": "123456"}]
    there.network.deliver()
    assert world.at_rest()


def test_a_provider_that_does_not_answer_keeps_no_other_waiting(world: World) -> None:
    there, card, other = settled(world, "telnyx"), world.card("10.00"), world.card("10.00")
    lost = there.known(card.pin, callee=answers(56))
    lost.press(KABUL + "#")
    phone = world.ring(to=US, callee=answers(56))
    phone.press(other.pin)
    phone.press("01193701234567#")
    there.network.advance(5)
    there.network.deliver(due_only=True)
    world.deaf_to("/ivr/")
    phone.finish_dial()
    world.later(hours=3)
    assert world.sweep() == 1
    assert [status for status, _ in world.outcome()] == ["answered", "completed"]


PORTABLE = {"Response", "Say", "Play", "Gather", "Dial", "Number", "Redirect", "Hangup", "Reject"}


@pytest.mark.parametrize("provider", ["twilio", *ONE_PROVIDER])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_plain_path_uses_only_verbs_that_everybody_knows(provider: str, world: World) -> None:
    there, card = settled(world, provider), world.card("10.00")
    phone = there.known(card.pin, callee=answers(5))
    for keys in ("0#", "1", "*", "0", "*", "*", "12#", "999999999#"):
        phone.press(keys)
    phone.press(KABUL + "#")
    phone.finish_dial()
    phone.hang_up()
    there.known("123456789012").press("1234567890120#")
    with db.transaction(readonly=True):
        documents = list(db.execute(select(Turn.twiml)).scalars())
    assert len(documents) > 10
    assert set(re.findall(r"<(\w+)", "".join(documents))) <= PORTABLE
    assert ("#rc=5" in "".join(documents)) == (provider == "twilio")


# -- who may knock


def signalwire(path: str, body: str, key: str = SIGNING_KEY) -> dict[str, str]:
    mac = hmac.new(key.encode(), (BASE + path + body).encode(), hashlib.sha1)
    return {"X-SignalWire-Signature": mac.hexdigest()}


def telnyx(path: str, body: str, ago: int = 0, key: Ed25519PrivateKey = PRIVATE) -> dict[str, str]:
    moment = str(int(clock.now().timestamp()) - ago)
    signature = key.sign(f"{moment}|{body}".encode())
    return {"telnyx-timestamp": moment, "telnyx-signature-ed25519": base64.b64encode(signature).decode()}


OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
REFUSED: dict[str, tuple[str, Callable[[str, str], dict[str, str]]]] = {
    "another key of SignalWire": ("signalwire", lambda path, body: signalwire(path, body, "PSK_stolen_no")),
    "SignalWire, for another body": ("signalwire", lambda path, body: signalwire(path, body + "&x=1")),
    "SignalWire, for another address": ("signalwire", lambda path, body: signalwire(path + "?a=1", body)),
    "another key of Telnyx": ("telnyx", lambda path, body: telnyx(path, body, key=OTHER_KEY)),
    "Telnyx, for another body": ("telnyx", lambda path, body: telnyx(path, body + "&x=1")),
    "Telnyx, six minutes ago": ("telnyx", lambda path, body: telnyx(path, body, ago=360)),
    "Telnyx, in six minutes": ("telnyx", lambda path, body: telnyx(path, body, ago=-360)),
    "Telnyx, without a moment": (
        "telnyx",
        lambda path, body: {**telnyx(path, body), "telnyx-timestamp": "now"},
    ),
    "Telnyx, no base64": (
        "telnyx",
        lambda path, body: {**telnyx(path, body), "telnyx-signature-ed25519": "?"},
    ),
    "SignalWire, at a number of Telnyx": ("telnyx", signalwire),
    "Telnyx, at a number of SignalWire": ("signalwire", telnyx),
    "Telnyx, at a number of Twilio": ("twilio", telnyx),
    "SignalWire, at a number of Twilio": ("twilio", signalwire),
    "nobody": ("signalwire", lambda path, body: {}),
}


@pytest.mark.parametrize(("provider", "headers"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_whom_we_do_not_know_is_not_let_in(
    provider: str, headers: Callable[[str, str], dict[str, str]], world: World
) -> None:
    settled(world, provider)
    form = {"CallSid": "v3:abc", "From": CALLER, "To": GB}
    body = urlencode(form)
    answer = world.app.test_client().post(
        "/ivr/voice",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers=headers("/ivr/voice", body),
    )
    assert answer.status_code == 403
    with db.transaction(readonly=True):
        assert calls.of_leg("v3:abc", "x") is None


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_foreign_key_ends_no_call(world: World) -> None:
    """Neither by the visit, nor by the number of the call in the address."""
    settled(world, "signalwire")
    card = world.card("10.00")
    phone = world.ring(to=US, callee=answers(600))
    phone.press(card.pin)
    phone.press("01193701234567#")
    call = world.calls()[0].id
    ended = {"CallStatus": "completed", "CallDuration": "1", "CallSid": "CAx", "ParentCallSid": phone.sid}
    for path, form in {
        "/ivr/status": {**ended, "CallSid": phone.sid},
        f"/ivr/status?call={call}": ended,
        f"/ivr/status?call={call}&x=": {"CallStatus": "completed", "CallSid": "x", "ParentCallSid": ""},
        f"/ivr/ended?call={call}&turn=3": {**ended, "DialCallStatus": "completed", "CallSid": phone.sid},
    }.items():
        body = urlencode(form)
        how = {"data": body, "content_type": "application/x-www-form-urlencoded"}
        answer = world.app.test_client().post(path, headers=signalwire(path, body), **how)
        assert answer.status_code == 403, path
    # and Twilio's key opens nothing of SignalWire's
    assert world.post("/ivr/voice", {"CallSid": "CAy", "From": CALLER, "To": GB}).status_code == 403
    assert [row.status for row in world.calls()] == ["placed"]


# -- what is set up


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_number_is_given_only_to_who_is_set_up_and_can_do_it(world: World) -> None:
    with db.transaction():
        with pytest.raises(CallRefused, match="telnyx is not set up"):
            access_numbers.change(GB, provider="telnyx")
        world.change_settings(signalwire=SIGNALWIRE)
        access_numbers.change(GB, conference=True)
        with pytest.raises(CallRefused, match="a room for both ends is known to work with twilio only"):
            access_numbers.change(GB, provider="signalwire")
        access_numbers.change(GB, provider="signalwire", conference=False)
        for name, value in {
            "conference": True,
            "records": True,
            "calls_back": True,
            "sip_domain": "a.b",
        }.items():
            with pytest.raises(CallRefused, match="is known to work with twilio only"):
                access_numbers.change(GB, **{name: value})
        assert access_numbers.get(GB).line.provider == "signalwire"
    with pytest.raises(CarrierUnreachable, match="telnyx is not set up"):
        world.carrier().of("telnyx")


HALF = {
    "SIGNALWIRE_API_TOKEN is missing": {
        "SIGNALWIRE_SPACE_URL": SPACE,
        "SIGNALWIRE_PROJECT_ID": PROJECT,
        "SIGNALWIRE_SIGNING_KEY": SIGNING_KEY,
    },
    "SIGNALWIRE_SPACE_URL must be an https address": {
        "SIGNALWIRE_SPACE_URL": "http://example.signalwire.com",
        "SIGNALWIRE_PROJECT_ID": PROJECT,
        "SIGNALWIRE_SIGNING_KEY": SIGNING_KEY,
        "SIGNALWIRE_API_TOKEN": API_TOKEN,
    },
    "TELNYX_API_KEY is missing; TELNYX_ACCOUNT_ID is missing": {
        "TELNYX_PUBLIC_KEY": base64.b64encode(TELNYX.public_key).decode()
    },
    "TELNYX_PUBLIC_KEY must be the public key of 32 bytes": {
        "TELNYX_PUBLIC_KEY": "c2hvcnQ=",
        "TELNYX_API_KEY": "KEY1",
        "TELNYX_ACCOUNT_ID": PROJECT,
    },
}


@pytest.mark.parametrize(("complaint", "given"), HALF.items(), ids=HALF)
def test_half_a_provider_is_refused_at_the_start(complaint: str, given: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettings, match=complaint):
        settings_for("sqlite:///x.db", **given)


def test_a_space_may_be_written_as_its_pages_write_it() -> None:
    given = {
        "SIGNALWIRE_SPACE_URL": "example.signalwire.com",
        "SIGNALWIRE_PROJECT_ID": PROJECT,
        "SIGNALWIRE_SIGNING_KEY": f"{SIGNING_KEY},another",
        "SIGNALWIRE_API_TOKEN": API_TOKEN,
    }
    settings = settings_for("sqlite:///x.db", **given)
    assert settings.signalwire == replace(SIGNALWIRE, signing_keys=(SIGNING_KEY, "another"))
    assert settings.providers == ("twilio", "signalwire")
