"""Whatever the network does, an answer comes in time, is refused by a name, or is said to be unknown."""

import logging
import os
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from app.errors import ProviderRefused, ProviderUnavailable
from app.payments.paypal.patience import TRIES, patience
from app.payments.paypal.transport import Transport
from tests.payments.paypal.server import (
    BREAK_OFF,
    HTML_500,
    STALL,
    TOKEN_PATH,
    Answer,
    RudeServer,
    refusal,
    settings,
)
from tests.support.threads import at_once, failures

ORDERS, ORDER = "/v2/checkout/orders", "/v2/checkout/orders/6MB48127KX9023541"
KEY = {"PayPal-Request-Id": "tu-1-create", "Prefer": "return=representation"}
FINE = Answer(body={"id": "6MB48127KX9023541"})


def test_a_server_that_says_nothing_is_not_waited_for(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", STALL)
    begun = time.monotonic()
    with patience(1.0), pytest.raises(ProviderUnavailable) as raised:
        transport.get(ORDER)
    assert time.monotonic() - begun < 3
    assert not raised.value.outcome_unknown  # a look changes nothing


def test_a_server_that_drips_is_not_waited_for(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", Answer(drips=True))
    begun = time.monotonic()
    with patience(1.0), pytest.raises(ProviderUnavailable) as raised:
        transport.post(ORDERS, {}, KEY)
    assert time.monotonic() - begun < 3
    assert raised.value.outcome_unknown


def test_an_answer_without_end_is_no_answer(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", Answer(200, b"[" * (2 * 1024 * 1024)))
    with pytest.raises(ProviderUnavailable):
        transport.get(ORDER)


def test_a_stalled_token_is_not_waited_for_in_turn(rude: RudeServer, transport: Transport) -> None:
    """Twenty threads that wait for one token learn together that none comes."""
    rude.on(f"POST {TOKEN_PATH}", STALL)

    def ask() -> object:
        with patience(1.0):
            return transport.get(ORDER)

    begun = time.monotonic()
    outcomes = at_once(*[ask] * 20)
    assert {type(outcome) for outcome in outcomes} == {ProviderUnavailable}
    assert time.monotonic() - begun < 5


def test_a_base_with_a_slash_doubles_no_path(rude: RudeServer) -> None:
    rude.on(f"GET {ORDER}", FINE)
    Transport(settings(f"{rude.url}/")).get(ORDER)
    assert [one.path for one in rude.asked] == [TOKEN_PATH, ORDER]


def test_a_standing_401_costs_four_requests(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", Answer(401, {"name": "AUTHENTICATION_FAILURE"}))
    with pytest.raises(ProviderUnavailable) as raised:
        transport.get(ORDER)
    assert len(rude.asked) == 4
    assert not raised.value.outcome_unknown


def test_a_token_that_was_withdrawn_is_renewed_once(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", FINE, Answer(401, "", {}), FINE)
    transport.post(ORDERS, {"intent": "CAPTURE"}, KEY)
    assert transport.post(ORDERS, {"intent": "CAPTURE"}, KEY) == FINE.body
    assert rude.tokens == 2
    tries = [one for one in rude.asked if one.path == ORDERS]
    assert [one.headers["authorization"] for one in tries] == ["Bearer A21-1", "Bearer A21-1", "Bearer A21-2"]
    assert {one.headers["paypal-request-id"] for one in tries} == {KEY["PayPal-Request-Id"]}


def test_wrong_secrets_are_no_refusal_of_a_purchase(rude: RudeServer, transport: Transport) -> None:
    """A refusal would close every top-up that is open while somebody mistypes a setting."""
    rude.on(f"POST {TOKEN_PATH}", Answer(401, {"error": "invalid_client"}))
    with pytest.raises(ProviderUnavailable, match="client id and secret") as raised:
        transport.post(ORDERS, {}, KEY)
    assert not raised.value.outcome_unknown
    assert len(rude.asked) == 1


def test_many_threads_ask_for_one_token(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", FINE)
    assert failures(at_once(*[partial(transport.get, ORDER)] * 30)) == []
    assert rude.tokens == 1
    assert len(rude.paths()) == 30


def test_many_threads_renew_a_token_once(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", FINE)
    transport.get(ORDER)
    rude.bearer = "Bearer A21-2"  # the one that they all have is withdrawn
    assert failures(at_once(*[partial(transport.get, ORDER)] * 20)) == []
    assert rude.tokens == 2


def test_a_token_is_renewed_before_it_ends(rude: RudeServer, transport: Transport) -> None:
    tokens = [Answer(body={"access_token": f"T{number}", "expires_in": 121}) for number in (1, 2)]
    rude.on(f"POST {TOKEN_PATH}", *tokens)
    rude.on(f"GET {ORDER}", FINE)
    transport.get(ORDER)
    time.sleep(1.1)
    transport.get(ORDER)
    assert rude.asked[-1].headers["authorization"] == "Bearer T2"


def test_headers_of_a_request_never_reach_the_token(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", FINE)
    transport.post(ORDERS, {"a": 1}, KEY)
    token = next(one for one in rude.asked if one.path == TOKEN_PATH)
    assert token.headers["content-type"] == "application/x-www-form-urlencoded"
    assert token.headers["authorization"].startswith("Basic ")
    assert not {"paypal-request-id", "prefer"} & token.headers.keys()
    assert token.body == b"grant_type=client_credentials"


def test_no_header_of_ours_replaces_the_token(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", FINE)
    transport.get(ORDER, {"Authorization": "Bearer stolen"})
    assert rude.asked[-1].headers["authorization"] == "Bearer A21-1"


def test_a_400_is_raised_with_its_reason(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", refusal(400, "INVALID_STRING_LENGTH"))
    with pytest.raises(ProviderRefused) as raised:
        transport.post(ORDERS, {}, KEY)
    assert (raised.value.status, raised.value.issue) == (400, "INVALID_STRING_LENGTH")
    assert "f90249eac4a38" in str(raised.value)
    assert len(rude.paths()) == 1


@pytest.mark.parametrize("said", [{"name": "NOT_AUTHORIZED"}, {"error": "NOT_AUTHORIZED"}])
def test_a_reason_is_found_wherever_paypal_puts_it(
    rude: RudeServer, transport: Transport, said: dict[str, str]
) -> None:
    rude.on(f"GET {ORDER}", Answer(403, said))
    with pytest.raises(ProviderRefused) as raised:
        transport.get(ORDER)
    assert raised.value.issue == "NOT_AUTHORIZED"


def test_a_look_and_a_deletion_send_no_body(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", FINE)
    rude.on("DELETE /v3/vault/payment-tokens/8kk8451t", Answer(204, ""))
    transport.get(ORDER)
    assert transport.delete("/v3/vault/payment-tokens/8kk8451t") == {}
    for asked in rude.asked[-2:]:
        assert asked.body == b""
        assert "content-type" not in asked.headers


def test_redirects_are_not_followed(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", Answer(302, "", {"Location": f"{rude.url}/elsewhere"}))
    with pytest.raises(ProviderUnavailable):
        transport.post(ORDERS, {}, KEY)
    assert rude.paths() == [ORDERS]


@pytest.mark.parametrize(
    "fault", [HTML_500, Answer(503, "no upstream"), BREAK_OFF], ids=["500", "503", "cut"]
)
def test_what_passes_is_tried_again_with_the_same_key(
    rude: RudeServer, transport: Transport, fault: Answer
) -> None:
    rude.on(f"POST {ORDERS}", fault, fault, FINE)
    assert transport.post(ORDERS, {"a": 1}, KEY) == FINE.body
    tries = [one for one in rude.asked if one.path == ORDERS]
    assert len({(one.body, one.headers["paypal-request-id"]) for one in tries}) == 1
    assert len(tries) == TRIES


def test_a_server_that_stays_down_is_given_up(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", HTML_500)
    with pytest.raises(ProviderUnavailable) as raised:
        transport.post(ORDERS, {}, KEY)
    assert raised.value.outcome_unknown
    assert len(rude.paths()) == TRIES


def test_without_a_key_nothing_is_sent_twice(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", HTML_500)
    with pytest.raises(ProviderUnavailable):
        transport.post(ORDERS, {})
    assert len(rude.paths()) == 1


def test_a_request_that_timed_out_may_have_had_its_effect(rude: RudeServer, transport: Transport) -> None:
    """The later tries never got through: that says nothing of the first."""
    rude.on(f"POST {ORDERS}", BREAK_OFF, Answer(429, {"name": "RATE_LIMIT_REACHED"}))
    with pytest.raises(ProviderUnavailable) as raised:
        transport.post(ORDERS, {}, KEY)
    assert raised.value.outcome_unknown


def test_too_many_requests_had_no_effect(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"POST {ORDERS}", Answer(429, {"name": "RATE_LIMIT_REACHED"}))
    with pytest.raises(ProviderUnavailable) as raised:
        transport.post(ORDERS, {}, KEY)
    assert not raised.value.outcome_unknown
    assert len(rude.paths()) == TRIES


def test_paypal_says_when_to_come_again(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", Answer(429, {}, {"Retry-After": "1"}), FINE)
    begun = time.monotonic()
    assert transport.get(ORDER) == FINE.body
    assert time.monotonic() - begun >= 1


def test_nobody_waits_an_hour_because_paypal_says_so(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", Answer(429, {}, {"Retry-After": "3600"}))
    with pytest.raises(ProviderUnavailable):
        transport.get(ORDER)
    assert len(rude.paths()) == 1


def test_nobody_is_there(rude: RudeServer) -> None:
    with pytest.raises(ProviderUnavailable) as raised:
        Transport(settings("http://127.0.0.1:9")).post(ORDERS, {}, KEY)
    assert not raised.value.outcome_unknown


@pytest.mark.parametrize("body", ["", "<html>", "{", "[]", "null", "7", b"\xff\xfe", '{"a":' * 5000])
def test_an_answer_that_is_no_object_is_no_answer(
    rude: RudeServer, transport: Transport, body: str | bytes
) -> None:
    rude.on(f"POST {ORDERS}", Answer(200, body))
    if body == "":
        assert transport.post(ORDERS, {}, KEY) == {}  # as a deletion answers
        return
    with pytest.raises(ProviderUnavailable) as raised:
        transport.post(ORDERS, {}, KEY)
    assert raised.value.outcome_unknown


def test_a_404_of_a_proxy_is_not_paypals_word(rude: RudeServer, transport: Transport) -> None:
    """An order must not be given up for lost because a gateway was set up wrongly."""
    rude.on(f"GET {ORDER}", Answer(404, "<html>nginx</html>"))
    with pytest.raises(ProviderUnavailable):
        transport.get(ORDER)


@pytest.mark.parametrize("issue", ["PREVIOUS_REQUEST_IN_PROGRESS", "ORDER_COMPLETION_IN_PROGRESS"])
def test_while_paypal_is_at_it_nothing_is_decided(rude: RudeServer, transport: Transport, issue: str) -> None:
    rude.on(f"POST {ORDERS}", refusal(409, issue))
    with pytest.raises(ProviderUnavailable) as raised:
        transport.post(ORDERS, {}, KEY)
    assert raised.value.outcome_unknown


def test_no_log_holds_a_secret(
    rude: RudeServer, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        rude.on("DELETE /v3/vault/payment-tokens/8kk8451t", HTML_500)
        rude.on(f"POST {ORDERS}", HTML_500, refusal(422, "INSTRUMENT_DECLINED"))
        for ask in (
            partial(transport.delete, "/v3/vault/payment-tokens/8kk8451t"),
            partial(transport.post, ORDERS, {"vault_id": "8kk8451t"}, KEY),
        ):
            with pytest.raises((ProviderUnavailable, ProviderRefused)) as raised:
                ask()
            assert "8kk8451t" not in str(raised.getrepr(chain=True, style="short"))
    for secret in (transport.client_secret, transport.basic_auth(), "A21-1", "8kk8451t"):
        assert secret not in caplog.text
    assert all(secret not in repr(record.__dict__) for record in caplog.records for secret in ("8kk8451t",))


def test_a_password_file_of_the_machine_replaces_no_token(
    rude: RudeServer, transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login root password toor\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    rude.on(f"GET {ORDER}", FINE)
    for one in (transport, _trusting(rude, monkeypatch)):
        one.get(ORDER)
        assert rude.asked[-1].headers["authorization"].startswith("Bearer ")


def _trusting(rude: RudeServer, monkeypatch: pytest.MonkeyPatch) -> Transport:
    """As at PayPal itself, where the environment may name a proxy."""
    monkeypatch.delenv("http_proxy")
    made = Transport(settings(rude.url))
    made._trusts_environment = True
    return made


def test_a_connection_is_kept_open(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", FINE, refusal(422, "X"), FINE, HTML_500, FINE)
    for _ in range(3):
        with suppress(ProviderRefused):
            transport.get(ORDER)
    assert len(rude.asked) == 4
    assert rude.connections == 1


def test_no_cookie_is_kept(rude: RudeServer, transport: Transport) -> None:
    rude.on(f"GET {ORDER}", Answer(200, {"id": "x"}, {"Set-Cookie": "l7_az=1; Path=/"}))
    transport.get(ORDER)
    transport.get(ORDER)
    assert "cookie" not in rude.asked[-1].headers


def test_the_environment_of_the_process_stays_as_it_is(rude: RudeServer) -> None:
    before = dict(os.environ)
    Transport(settings(rude.url))
    assert dict(os.environ) == before
