"""Calls and text messages that the server asks for, by the provider's own client library."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from app.errors import CarrierUnreachable
from ivr import twiml
from ivr.simulator import Network, rest
from ivr.simulator.server import create_app
from ivr.simulator.switchboard import Switchboard
from tests.support.world import CALLER, GB, World

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def network(stage: Any) -> Network:
    made: Network = stage.network()
    return made


@pytest.fixture
def client(network: Network) -> Any:
    http = rest.InProcess(rest.create_app(network))
    return Client(network.account_sid, network.auth_token, http_client=http)


@SQLITE
def test_a_code_is_spoken_slowly_three_times(world: World) -> None:
    world.carrier().speak("120450", to=CALLER, caller=GB, language="en-GB")
    [sent] = world.network.sent
    said = "Your Farthing code is 1 2 0 4 5 0. Tell it to nobody."
    assert (sent.to, sent.caller, sent.is_spoken) == (CALLER, GB, True)
    assert sent.words == " ".join([said] * 3)
    assert twiml.code("120450", "en-GB").count("<Pause") == 3


@SQLITE
def test_a_text_message_arrives_as_it_was_written(world: World) -> None:
    world.carrier().text("123456 & more", to=CALLER, caller=GB)
    assert [(sent.words, sent.is_spoken) for sent in world.network.sent] == [("123456 & more", False)]


@SQLITE
def test_a_provider_that_refuses_or_is_away_is_out_of_reach(world: World) -> None:
    for to in ("0", "+0", ""):
        with pytest.raises(CarrierUnreachable):
            world.carrier().text("hello", to=to, caller=GB)
    world.ask_at("http://127.0.0.1:9")
    with pytest.raises(CarrierUnreachable):
        world.app.extensions["carrier"].speak("1", to=CALLER, caller=GB, language="en-GB")
    assert not world.network.sent


def test_a_recorded_sentence_is_told_as_one(client: Any, network: Network) -> None:
    said = "<Response><Play>/code.mp3</Play><Say>1 2 3</Say></Response>"
    client.calls.create(to="+447700900123", from_="+442031234567", twiml=said)
    assert [sent.words for sent in network.sent] == ["[plays /code.mp3] 1 2 3"]


def test_a_call_that_spoke_is_known_like_any_other(client: Any, network: Network) -> None:
    said = "<Response><Say>Hello.</Say><Hangup/></Response>"
    call = client.calls.create(to="+447700900123", from_="+442031234567", twiml=said)
    assert client.calls(call.sid).fetch().direction == "outbound-api"
    assert [sent.words for sent in network.sent] == ["Hello."]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Response><Dial>+44</Dial></Response>", 12100),
        ("nonsense", 12100),
        ("<Response><Nope/></Response>", 12100),
    ],
)
def test_a_document_that_does_more_than_speak_is_refused(client: Any, document: str, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to="+447700900123", from_="+442031234567", twiml=document)
    assert (refused.value.status, refused.value.code) == (400, code)


@pytest.mark.parametrize("body", ["", "m" * 1601])
def test_a_text_message_has_some_words_and_not_too_many(client: Any, body: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+447700900123", from_="+442031234567", body=body)
    assert refused.value.code == 21617


def test_the_page_is_told_the_newest_first(client: Any, network: Network) -> None:
    for body in ("one", "two"):
        client.messages.create(to="+447700900123", from_="+442031234567", body=body)
    app = create_app(network, Switchboard(network), ["http://127.0.0.1:8000"])
    told = app.test_client().get("/phone/messages", headers={"Host": "127.0.0.1:8010"}).get_json()
    assert [(one["words"], one["how"]) for one in told] == [("two", "text"), ("one", "text")]
