"""Who may sign for PayPal, where their certificates may be kept, and who decides when we cannot."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from app import clock
from app.errors import NotificationRejected, NotificationUndecided
from app.payments.paypal import PayPalProvider, certificates, download
from tests.payments.paypal import authority
from tests.payments.paypal.authority import CERTIFICATES, DAY, NAME, NOON, Signed, pem
from tests.payments.paypal.server import BREAK_OFF, HTML_500, Answer, RudeServer, sample, settings
from tests.support.threads import at_once, failures

CERT = f"{CERTIFICATES}CERT-360caa42-fca2a594-a5cafa77"
VERIFY = "POST /v1/notifications/verify-webhook-signature"
WEBHOOK = "4JH86294D6297924G"


class Desk:
    """PayPal as the rude server plays it, and us."""

    def __init__(self, rude: RudeServer, folder: Path) -> None:
        self.rude, self.file = rude, folder / "ca.pem"
        self.signed = Signed(WEBHOOK, rude.url + CERT)
        self.file.write_bytes(pem(authority.authority()))
        self.serve(authority.leaf())
        self.settings = settings(rude.url, webhook_ca=str(self.file))
        self.paypal = PayPalProvider(self.settings)

    def serve(self, *certificates: Any) -> None:
        """Keep these at the certificate's address."""
        self.rude.on(f"GET {CERT}", Answer(200, pem(*certificates)))

    def chain(self, mode: str, *, ca: bool = False) -> None:
        """Ourselves with other settings."""
        file = str(self.file) if ca else ""
        self.paypal = PayPalProvider(settings(self.rude.url, webhook_chain=mode, webhook_ca=file))

    def verify(self) -> str:
        """Hand the delivery in; answers with the event."""
        return self.paypal.verify(self.signed.headers, self.signed.body).event_ref

    def says(self, status: str) -> None:
        """What PayPal says when it is asked."""
        self.rude.on(VERIFY, Answer(body={"verification_status": status}))

    @property
    def fetched(self) -> int:
        return self.rude.paths("GET").count(CERT)

    def was_asked(self) -> bool:
        return VERIFY.removeprefix("POST ") in self.rude.paths("POST")


@pytest.fixture
def desk(rude: RudeServer, tmp_path: Path) -> Iterator[Desk]:
    """At noon, when everything is in order."""
    with clock.turned(lambda: NOON):
        yield Desk(rude, tmp_path)


def test_what_is_signed_for_us_is_believed(desk: Desk) -> None:
    assert desk.verify() == "WH-1"
    assert not desk.was_asked()


def test_a_key_is_fetched_once_and_kept_for_a_day(desk: Desk) -> None:
    for _ in range(3):
        desk.verify()
    assert desk.fetched == 1
    with clock.ahead(hours=25):
        desk.verify()
    assert desk.fetched == 2


def test_a_key_is_not_believed_longer_than_its_certificate(desk: Desk) -> None:
    desk.serve(authority.leaf(until=NOON + timedelta(hours=1)))
    desk.verify()
    with clock.ahead(hours=2), pytest.raises(NotificationUndecided):
        desk.verify()


def test_a_failure_is_remembered_for_a_minute(desk: Desk) -> None:
    desk.rude.on(f"GET {CERT}", HTML_500)
    for _ in range(3):
        with pytest.raises(NotificationUndecided):
            desk.verify()
    assert desk.fetched == 1
    desk.serve(authority.leaf())
    with clock.ahead(seconds=61):
        assert desk.verify() == "WH-1"


def test_a_chain_may_come_with_the_certificate(desk: Desk) -> None:
    desk.serve(authority.leaf(between=True), authority.intermediate())
    assert desk.verify() == "WH-1"


def test_a_link_of_the_chain_may_be_the_operators(desk: Desk) -> None:
    """PayPal has been seen to serve the leaf alone."""
    desk.serve(authority.leaf(between=True))
    desk.file.write_bytes(pem(authority.intermediate(), authority.authority()))
    assert desk.verify() == "WH-1"


def test_the_operators_file_may_come_later(desk: Desk) -> None:
    desk.file.unlink()
    with pytest.raises(NotificationRejected):
        desk.verify()
    desk.file.write_bytes(pem(authority.authority()))
    with clock.ahead(seconds=61):
        assert desk.verify() == "WH-1"


def test_a_file_that_is_no_certificate_vouches_for_nothing(desk: Desk) -> None:
    desk.file.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n")
    with pytest.raises(NotificationRejected):
        desk.verify()


@pytest.mark.parametrize(
    "leaf",
    [
        pytest.param({"common": "www.paypal.com"}, id="another name of PayPal's"),
        pytest.param({"common": "messageverificationcerts.paypal.com"}, id="the live name"),
        pytest.param({"common": f"{NAME}.evil.example"}, id="a longer name"),
        pytest.param({"common": None}, id="no name"),
        pytest.param({"bits": 1024}, id="a short key"),
        pytest.param({"elliptic": True}, id="a key of another kind"),
    ],
)
def test_a_certificate_that_is_not_that_of_notifications_is_refused(desk: Desk, leaf: dict[str, Any]) -> None:
    desk.says("SUCCESS")
    desk.chain("off")
    desk.signed.bits = leaf.get("bits", 2048)
    desk.serve(authority.leaf(**leaf))
    with pytest.raises(NotificationRejected):
        desk.verify()
    assert not desk.was_asked()


@pytest.mark.parametrize(
    "leaf",
    [
        pytest.param(lambda: authority.leaf(host="www.paypal.com"), id="for another host"),
        pytest.param(lambda: authority.with_sha1(authority.leaf()), id="signed with SHA-1"),
        pytest.param(lambda: authority.leaf(between=True), id="a link of the chain is missing"),
    ],
)
def test_a_chain_that_does_not_hold_counts_as_the_operator_wants(
    desk: Desk, leaf: Callable[[], x509.Certificate]
) -> None:
    desk.serve(leaf())
    desk.says("SUCCESS")
    with pytest.raises(NotificationRejected):
        desk.verify()
    assert not desk.was_asked()
    desk.chain("prefer", ca=True)
    assert desk.verify() == "WH-1"
    assert desk.was_asked()
    desk.rude.asked.clear()
    desk.chain("off", ca=True)
    assert desk.verify() == "WH-1"
    assert not desk.was_asked()


@pytest.mark.parametrize("mode", ["prefer", "require", "off"])
def test_a_wrong_signature_is_refused_in_every_mode(desk: Desk, mode: str) -> None:
    """And PayPal is not asked for a second opinion."""
    desk.says("SUCCESS")
    desk.chain(mode, ca=True)
    desk.signed.changes = {"Paypal-Transmission-Time": "2026-11-20T10:15:34Z"}
    with pytest.raises(NotificationRejected, match="signature is wrong"):
        desk.verify()
    assert not desk.was_asked()


@pytest.mark.parametrize("leaf", [{"between": True}, {"until": NOON - DAY}], ids=["no chain", "expired"])
def test_a_key_that_is_doubted_still_tells_a_wrong_signature(desk: Desk, leaf: dict[str, Any]) -> None:
    """So junk never makes us ask PayPal, not even while we cannot vouch for its certificate ourselves."""
    desk.chain("prefer", ca=True)
    desk.serve(authority.leaf(**leaf))
    desk.says("SUCCESS")
    desk.signed.changes = {"Paypal-Transmission-Time": "2026-11-20T10:15:34Z"}
    with pytest.raises(NotificationRejected, match="signature is wrong"):
        desk.verify()
    assert not desk.was_asked()


@pytest.mark.parametrize("mode", ["prefer", "off"])
def test_an_expired_certificate_leaves_it_to_paypal(desk: Desk, mode: str) -> None:
    desk.chain(mode, ca=True)
    desk.serve(authority.leaf(until=NOON - DAY))
    desk.says("SUCCESS")
    assert desk.verify() == "WH-1"
    assert desk.was_asked()


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(HTML_500, id="out of order"),
        pytest.param(BREAK_OFF, id="cut"),
        pytest.param(Answer(302, "", {"Location": "/elsewhere"}), id="redirect"),
        pytest.param(Answer(200, b"x" * (download.BYTES_MAX + 1)), id="too much"),
        pytest.param(Answer(200, "<html>"), id="a page"),
        pytest.param(Answer(200, ""), id="nothing"),
        pytest.param(
            Answer(200, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), id="junk"
        ),
    ],
)
def test_a_certificate_that_cannot_be_had_leaves_it_to_paypal(desk: Desk, kept: Answer) -> None:
    desk.rude.on(f"GET {CERT}", kept)
    desk.says("SUCCESS")
    assert desk.verify() == "WH-1"
    assert "/elsewhere" not in desk.rude.paths()
    desk.says("FAILURE")
    with pytest.raises(NotificationRejected):
        desk.verify()


@pytest.mark.parametrize("answer", [HTML_500, BREAK_OFF, Answer(400, {"name": "VALIDATION_ERROR"}), Answer()])
def test_when_paypal_does_not_say_either_it_may_come_again(desk: Desk, answer: Answer) -> None:
    desk.rude.on(f"GET {CERT}", HTML_500)
    desk.rude.on(VERIFY, answer)
    with pytest.raises(NotificationUndecided):
        desk.verify()


def test_paypal_is_asked_with_the_very_bytes_that_came(desk: Desk) -> None:
    """Written anew, each of these would have another checksum."""
    desk.rude.on(f"GET {CERT}", HTML_500)
    desk.says("SUCCESS")
    desk.signed.body = (
        '{ "id":"WH-1",\t"event_type" : "A", "a":1E2, "b":"\\u00eb\\/", "c":"ë", "id":"WH-1", "d":{}, '
        '"e":1.0 }\n'
    ).encode()
    assert desk.verify() == "WH-1"
    asked = next(one for one in desk.rude.asked if one.path in VERIFY)
    assert asked.body.endswith(b', "webhook_event": ' + desk.signed.body + b"}")
    assert asked.headers["content-type"] == "application/json"
    headers = desk.signed.headers
    assert {**json.loads(asked.body), "webhook_event": None} == {
        "auth_algo": "SHA256withRSA",
        "cert_url": desk.signed.cert_url,
        "transmission_id": headers["Paypal-Transmission-Id"],
        "transmission_sig": headers["Paypal-Transmission-Sig"],
        "transmission_time": headers["Paypal-Transmission-Time"],
        "webhook_id": WEBHOOK,
        "webhook_event": None,
    }


@pytest.mark.parametrize("name", ["verify_signature.200", "verify_signature.failure.200"])
def test_paypals_own_samples_are_understood(desk: Desk, name: str) -> None:
    desk.rude.on(f"GET {CERT}", HTML_500)
    desk.rude.on(VERIFY, Answer(body=sample("answers", name)))
    if "failure" not in name:
        assert desk.verify() == "WH-1"
        return
    with pytest.raises(NotificationRejected):
        desk.verify()


@pytest.mark.parametrize("name", ["Id", "Time", "Sig"])
@pytest.mark.parametrize("value", ["", "a|b", "ü", "x" * 3000, "a b", "x,y"])
def test_headers_that_paypal_would_never_send_are_refused(desk: Desk, name: str, value: str) -> None:
    desk.signed.changes = {f"Paypal-Transmission-{name}": value}
    with pytest.raises(NotificationRejected):
        desk.verify()
    assert desk.rude.asked == [] or name == "Sig"


ELSEWHERE = [
    "https://evil.example/v1/notifications/certs/CERT-1",
    "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://www.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1",
    "https://api.sandbox.paypal.com@127.0.0.1/v1/notifications/certs/CERT-1",
    "https://user:pass@api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.sandbox.paypal.com/v1/notifications/certs/../../../evil",
    "https://api.sandbox.paypal.com/v1/notifications/certs/%2e%2e/x",
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?x=1",
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1#x",
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1\n",
    "https://api.sandbox.paypal.com/v1/notifications/certs/",
    "https://api.sandbox.paypal.com/v1/oauth2/token",
    "https://api.sandbox.paypal.com\\@evil.example/v1/notifications/certs/CERT-1",
    "HTTPS://API.SANDBOX.PAYPAL.COM/v1/notifications/certs/CERT-1",
    "https://api.ѕandbox.paypal.com/v1/notifications/certs/CERT-1",
    "file:///etc/passwd",
    "//api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    "http://169.254.169.254/v1/notifications/certs/CERT-1",
    "",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_nothing_is_ever_fetched_from_elsewhere(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []
    monkeypatch.setattr(download, "body", fetched.append)
    paypal = PayPalProvider(settings("https://api-m.sandbox.paypal.com"))
    signed = Signed(WEBHOOK, url)
    with pytest.raises(NotificationRejected, match="not kept at PayPal"):
        paypal.verify(signed.headers, signed.body)
    assert fetched == []


@pytest.mark.parametrize(
    "host", ["api.sandbox.paypal.com", "api-m.sandbox.paypal.com", "api.sandbox.paypal.com:443"]
)
def test_paypals_own_hosts_are_known(host: str) -> None:
    sandbox, live = settings("https://api-m.paypal.com"), settings("https://api-m.paypal.com", mode="live")
    assert certificates.is_of_paypal(f"https://{host}{CERT}", sandbox)
    assert not certificates.is_of_paypal(f"https://{host}{CERT}", live)
    assert certificates.is_of_paypal(f"https://{host.replace('.sandbox', '')}{CERT}", live)


def test_beside_a_stand_in_nobody_else_is_fetched_from(desk: Desk) -> None:
    for base in ("https://api.sandbox.paypal.com", "http://127.0.0.1:9", "http://localhost:9"):
        desk.signed.cert_url = base + CERT
        with pytest.raises(NotificationRejected, match="not kept at PayPal"):
            desk.verify()
    assert desk.rude.asked == []


def test_a_stranger_cannot_make_us_ask_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every certificate's address is new: neither it nor PayPal is asked more than a few times a minute."""
    monkeypatch.setattr(desk.paypal._postbacks, "most", 30)
    desk.says("SUCCESS")
    desk.verify()
    outcomes = []
    for number in range(certificates.FETCHES_MAX + 5):
        desk.signed.cert_url = f"{desk.rude.url}{CERTIFICATES}CERT-{number}"
        outcomes += at_once(desk.verify)
    assert len(failures(outcomes)) == len(outcomes) - 30
    assert len(desk.rude.paths("GET")) == certificates.FETCHES_MAX
    assert len(desk.rude.paths("POST")) == 30
    desk.signed.cert_url = desk.rude.url + CERT
    assert desk.verify() == "WH-1"  # what is known goes on working
    with clock.ahead(seconds=61):
        desk.signed.cert_url = f"{desk.rude.url}{CERTIFICATES}CERT-x"
        assert desk.verify() == "WH-1"


def test_no_more_than_a_few_keys_are_kept(desk: Desk) -> None:
    for number in range(certificates.KEPT_MAX + 4):
        path = f"{CERTIFICATES}CERT-{number}"
        desk.rude.on(f"GET {path}", Answer(200, pem(authority.leaf())))
        desk.signed.cert_url = desk.rude.url + path
        desk.verify()
    assert len(desk.paypal.certificates._keys) == certificates.KEPT_MAX


def test_many_deliveries_at_once_are_checked_alike(desk: Desk) -> None:
    headers, body = desk.signed.headers, desk.signed.body
    outcomes = at_once(*[partial(desk.paypal.verify, headers, body)] * 20)
    assert failures(outcomes) == []
