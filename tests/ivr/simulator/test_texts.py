"""Text messages to our numbers: what the server is asked, what it answers, and the carrier's own words."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator import Network, rest
from ivr.simulator.texts import HELPED, STARTED, STOPPED, segments

PHONE, OURS = "+447700900123", "+442031234567"


@pytest.fixture
def network(stage: Any) -> Network:
    stage.scripts["/ivr/sms"] = lambda form: f"<Message>You wrote {form['Body']}</Message>"
    made: Network = stage.network(voice_url="http://localhost/ivr/voice")
    return made


def test_the_server_is_asked_and_answers(network: Network, stage: Any) -> None:
    assert network.text(PHONE, OURS, "Balance and more") == "You wrote Balance and more"
    form = stage.forms("/ivr/sms")[0]
    expected = {
        "From": PHONE,
        "To": OURS,
        "Body": "Balance and more",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "FromCountry": "GB",
        "SmsSid": form["MessageSid"],
    }
    assert {name: form[name] for name in expected} == expected
    assert form["MessageSid"].startswith("SM")
    assert "CallSid" not in form
    assert [(sent.to, sent.caller, sent.words) for sent in network.sent] == [
        (PHONE, OURS, "You wrote Balance and more")
    ]


ANSWERS = {
    "nothing": ("", ""),
    "a body": ("<Message><Body>Hello</Body><Media>https://x/y.png</Media></Message>", "Hello"),
    "two": ("<Message>One</Message><Message>Two</Message>", "One\nTwo"),
}


@pytest.mark.parametrize(("said", "words"), ANSWERS.values(), ids=ANSWERS)
def test_what_the_phone_gets(said: str, words: str, network: Network, stage: Any) -> None:
    stage.scripts["/elsewhere"] = said
    assert stage.network(sms_url="http://localhost/elsewhere").text(PHONE, OURS, "Hi") == words


def test_what_the_carrier_knows_goes_along(network: Network, stage: Any) -> None:
    network.text(PHONE, OURS, "STOP", {"OptOutType": "STOP"})
    assert stage.forms("/ivr/sms")[0]["OptOutType"] == "STOP"


def test_who_writes_stop_gets_nothing_until_start(network: Network) -> None:
    http = rest.InProcess(rest.create_app(network))
    client: Any = Client(network.account_sid, network.auth_token, http_client=http)
    assert network.text(PHONE, OURS, " stop ") == ""
    assert [problem.code for problem in network.problems] == [21610]
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=PHONE, from_=OURS, body="Hello")
    assert refused.value.code == 21610
    client.messages.create(to="+447700900999", from_=OURS, body="Hello")
    assert network.text(PHONE, OURS, "Yes") == "You wrote Yes"
    client.messages.create(to=PHONE, from_=OURS, body="Hello")
    assert network.text(PHONE, OURS, "help") == "You wrote help"
    assert [sent.words for sent in network.sent if sent.by_carrier] == [STOPPED, STARTED, HELPED]


def test_an_answer_that_fails_is_noted_and_nothing_arrives(network: Network, stage: Any) -> None:
    stage.scripts["/ivr/sms"] = lambda form: ("", 500)
    assert network.text(PHONE, OURS, "Hi") == ""
    stage.scripts["/ivr/sms"] = "<Message/>"
    assert network.text(PHONE, OURS, "Hi") == ""
    assert [problem.code for problem in network.problems] == [11200, 21617]


LENGTHS = {
    "short": ("a" * 160, 1),
    "long": ("a" * 161, 2),
    "€ counts twice": ("€" * 81, 2),
    "Arabic": ("م" * 71, 2),
}


@pytest.mark.parametrize(("body", "count"), LENGTHS.values(), ids=LENGTHS)
def test_a_long_text_fills_several_messages(body: str, count: int) -> None:
    assert segments(body) == count
