"""Callers with a SIP phone, who ring a domain of the account."""

from typing import Any

from ivr.simulator import answers

ALICE = "sip:alice@example.sip.twilio.com"
OURS = "sip:+442079460123@example.sip.twilio.com"


def test_a_sip_phone_says_where_it_rings_from(stage: Any) -> None:
    stage.scripts["/voice"] = "<Gather/>"
    network = stage.network()
    network.ring(ALICE, OURS, extras={"SipHeader_X-Account": "7"})
    network.ring(ALICE, OURS.upper() + ";transport=tls")
    network.ring(ALICE, "+442079460123")
    first, second, plain = stage.forms("/voice")
    assert (first["From"], first["To"], first["Caller"], first["Called"]) == (ALICE, OURS, ALICE, OURS)
    assert (first["Direction"], first["FromCountry"], first["ToCountry"]) == ("inbound", "", "")
    assert first["SipDomain"] == second["SipDomain"] == "example.sip.twilio.com"
    assert first["SipDomainSid"] == second["SipDomainSid"]
    assert (first["SipDomainSid"][:2], len(first["SipDomainSid"])) == ("SD", 34)
    assert first["SipCallId"] != second["SipCallId"]
    assert first["SipSourceIp"] == "192.0.2.10"
    assert first["SipHeader_X-Account"] == "7"
    assert not [name for name in plain if name.startswith("Sip")]


def test_the_fields_go_along_with_every_request(stage: Any) -> None:
    stage.scripts |= {"/voice": '<Gather numDigits="1" action="/next"/>', "/next": ""}
    stage.network().ring(ALICE, OURS).press("1")
    assert stage.forms("/next")[0]["SipCallId"] == stage.forms("/voice")[0]["SipCallId"]


def test_the_action_after_a_sip_address_was_dialled_tells_its_code(stage: Any) -> None:
    stage.scripts |= {"/voice": '<Dial action="/after"><Sip>sip:bob@example.com</Sip></Dial>', "/after": ""}
    stage.network().ring("+447700900123", "+442031234567", answers(5)).finish_dial()
    after = stage.forms("/after")[0]
    assert (after["DialSipResponseCode"], "@" in after["DialSipCallId"]) == ("200", True)
