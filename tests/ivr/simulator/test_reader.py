"""Reading TwiML: what is accepted, and the number of every refusal."""

from pathlib import Path

import pytest

from ivr.simulator import BadTwiml
from ivr.simulator.reader import BYTES_MAX, read

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.twiml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem.split("__output__")[-1])
def test_every_published_sample_is_read(path: Path) -> None:
    assert read(path.read_bytes()).name == "Response"


def test_the_samples_are_all_there() -> None:
    assert len(SAMPLES) == 145


REFUSED = {
    "empty": ("", 12100, "empty"),
    "blank": ("  \n", 12100, "empty"),
    "not XML": ("<Response><Say>", 12100, "well-formed"),
    "a debug page": ("<!DOCTYPE html><html></html>", 12100, "document types"),
    "entities": ('<!DOCTYPE r [<!ENTITY a "b">]><Response/>', 12100, "document types"),
    "an unknown entity": ("<Response><Say>&nbsp;</Say></Response>", 12100, "well-formed"),
    "two roots": ("<Response/><Response/>", 12100, "well-formed"),
    "another root": ("<Reply/>", 12200, "<Reply>"),
    "lower case": ("<response/>", 12200, "<response>"),
    "unknown verb": ("<Response><Speak>x</Speak></Response>", 12200, "unknown element <Speak>"),
    "unknown attribute": (
        '<Response><Gather num_digits="1"/></Response>',
        12200,
        "no attribute 'num_digits'",
    ),
    "a noun as verb": ("<Response><Number>1</Number></Response>", 12200, "may not stand inside <Response>"),
    "a Dial in a Gather": ("<Response><Gather><Dial/></Gather></Response>", 12200, "inside <Gather>"),
    "words beside verbs": ("<Response>Hello<Hangup/></Response>", 12200, "may not contain text"),
    "words after a verb": ("<Response><Hangup/>Hello</Response>", 12200, "may not contain text"),
    "number twice": ("<Response><Dial>+1<Number>+1</Number></Dial></Response>", 12200, "both"),
    "redirect nowhere": ("<Response><Redirect/></Response>", 12200, "no address"),
    "no time": ('<Response><Dial timeLimit="0">1</Dial></Response>', 13216, 'timeLimit="0"'),
    "negative time": ('<Response><Dial timeLimit="-5">1</Dial></Response>', 13216, "positive whole"),
    "half a second": ('<Response><Dial timeLimit="59.5">1</Dial></Response>', 13216, "positive whole"),
    "endless time": ('<Response><Dial timeLimit="inf">1</Dial></Response>', 13216, "positive whole"),
    "other digits": ('<Response><Dial timeLimit="٣">1</Dial></Response>', 13216, "positive whole"),
    "finish on letters": ('<Response><Gather finishOnKey="A"/></Response>', 13310, "digits, # or *"),
    "no digits": ('<Response><Gather numDigits="0"/></Response>', 12200, "positive whole"),
    "yes for true": ('<Response><Gather actionOnEmptyResult="yes"/></Response>', 12200, "true or false"),
    "PUT": ('<Response><Redirect method="PUT">/x</Redirect></Response>', 12200, "GET or POST"),
    "input by nose": ('<Response><Gather input="smell"/></Response>', 12200, "dtmf"),
    "rude reject": ('<Response><Reject reason="no"/></Response>', 12200, "rejected or busy"),
    "eleven numbers": (
        "<Response><Dial>" + "<Number>1</Number>" * 11 + "</Dial></Response>",
        12200,
        "rings 11",
    ),
    "a speech": (f"<Response><Say>{'x' * 4097}</Say></Response>", 12200, "4097"),
    "too deep": (f"<Response><Say>{'<prosody>' * 60}{'</prosody>' * 60}</Say></Response>", 12200, "deeper"),
    "too large": (f"<Response><!-- {'x' * BYTES_MAX} --></Response>", 11750, "bytes"),
}


@pytest.mark.parametrize(("document", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_a_bad_document_is_refused_by_number_and_sentence(document: str, code: int, words: str) -> None:
    with pytest.raises(BadTwiml) as caught:
        read(document)
    assert caught.value.code == code
    assert words in caught.value.sentence


@pytest.mark.parametrize(
    "body", [b"\xff\xfe<\x00R\x00", "<Response/>".encode("utf-16")], ids=["torn", "utf-16"]
)
def test_only_utf_8_is_read(body: bytes) -> None:
    with pytest.raises(BadTwiml, match="UTF-8"):
        read(body)


def test_values_have_their_types() -> None:
    node = read(
        '<Response><Dial timeLimit="60" hangupOnStar="TRUE" method="get">+1</Dial></Response>'
    ).children[0]
    assert (node.number("timeLimit", 0), node.flag("hangupOnStar"), node.word("method")) == (60, True, "GET")
    assert node.text == "+1"


SPOKEN = {
    "lines join": ("one\n   two\tthree", "one two three"),
    "sub says its alias": ('call <sub alias="doctor">Dr</sub> now', "call doctor now"),
    "digits are spelt": ('PIN <say-as interpret-as="digits">123</say-as>.', "PIN 1 2 3."),
    "a cardinal is a word": ('<say-as interpret-as="cardinal">12</say-as> pounds', "12 pounds"),
    "a break is a gap": ('one<break time="1s"/>two', "one two"),
    "sentences are apart": ("<s>One.</s><s>Two.</s>", "One. Two."),
    "nested": ('<p>a <prosody rate="slow">b <emphasis>c</emphasis></prosody></p>d', "a b c d"),
}


@pytest.mark.parametrize(("inside", "said"), SPOKEN.values(), ids=SPOKEN)
def test_ssml_becomes_what_is_said(inside: str, said: str) -> None:
    assert read(f"<Response><Say>{inside}</Say></Response>").children[0].text == said
