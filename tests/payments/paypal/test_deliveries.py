"""What PayPal has really signed is believed at its time; with one byte changed it is not.

The certificates have expired since, and their authority has gone from the usual roots: PayPal's own library
still ships it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import paypalrestsdk
import pytest

from app import clock
from app.errors import NotificationRejected, NotificationUndecided
from app.payments.paypal import PayPalProvider, download
from app.selling import PAYPAL
from tests.payments.paypal.server import HERE, settings

FILES = sorted((HERE / "deliveries").glob("*.json"))
Change = Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]]


@pytest.fixture(scope="module")
def old_authorities(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Those that vouched for PayPal until 2025."""
    file = tmp_path_factory.mktemp("authorities") / "old.pem"
    pems = (Path(paypalrestsdk.__file__).parent / "data").glob("*.pem")
    file.write_text("\n".join(one.read_text() for one in pems))
    return str(file)


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def said(request: pytest.FixtureRequest) -> Any:
    """A genuine delivery."""
    return json.loads(request.param.read_text())


@pytest.fixture
def paypal(said: Any, old_authorities: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PayPalProvider]:
    """Ourselves at that time, with PayPal's certificate of that time; nobody can be asked by postback."""
    mode = "sandbox" if ".sandbox." in said["headers"]["PAYPAL-CERT-URL"] else "live"
    made = PayPalProvider(
        settings(PAYPAL[mode.upper()], mode=mode, webhook_id=said["webhook_id"], webhook_ca=old_authorities)
    )
    made.transport.endpoint = made.transport.token_endpoint = "http://127.0.0.1:9"
    monkeypatch.setattr(download, "body", lambda url: said["cert_pem"].encode())
    then = datetime.fromisoformat(said["headers"]["PAYPAL-TRANSMISSION-TIME"])
    with clock.turned(lambda: then):
        yield made


def test_a_genuine_delivery_is_believed(said: Any, paypal: PayPalProvider) -> None:
    """With the chain built to its root, as strictly as can be."""
    event = json.loads(said["body"])
    notice = paypal.verify(said["headers"], said["body"].encode())
    assert (notice.event_ref, notice.kind) == (event["id"], event["event_type"])


def header(name: str, change: Callable[[str], str]) -> Change:
    return lambda headers, raw: ({**headers, name: change(headers[name])}, raw)


def body(change: Callable[[bytes], bytes]) -> Change:
    return lambda headers, raw: (headers, change(raw))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(body(lambda raw: raw.replace(b"1", b"2", 1)), id="a digit of the body"),
        pytest.param(body(lambda raw: raw + b" "), id="a space behind the body"),
        pytest.param(body(lambda raw: json.dumps(json.loads(raw)).encode()), id="the body written anew"),
        pytest.param(header("PAYPAL-TRANSMISSION-ID", lambda text: "0" + text[1:]), id="the id"),
        pytest.param(header("PAYPAL-TRANSMISSION-TIME", lambda text: "2026" + text[4:]), id="the time"),
        pytest.param(header("PAYPAL-TRANSMISSION-SIG", lambda text: "A" + text[1:]), id="the signature"),
        pytest.param(header("PAYPAL-TRANSMISSION-SIG", lambda text: text[:-5]), id="a part of the signature"),
        pytest.param(header("PAYPAL-TRANSMISSION-SIG", lambda text: f"{text}\n"), id="a line behind it"),
        pytest.param(header("PAYPAL-AUTH-ALGO", lambda text: "SHA1withRSA"), id="the method"),
        pytest.param(header("PAYPAL-AUTH-ALGO", lambda text: ""), id="no method"),
    ],
)
def test_one_byte_changed_is_refused(said: Any, paypal: PayPalProvider, change: Change) -> None:
    headers, raw = change(said["headers"], said["body"].encode())
    with pytest.raises(NotificationRejected):
        paypal.verify(headers, raw)


def test_a_delivery_for_another_webhook_is_refused(said: Any, paypal: PayPalProvider) -> None:
    """PayPal's simulator signs for whoever asks: only our own webhook's id tells us apart."""
    known = replace(paypal.settings, webhook_id=f"{said['webhook_id']}X")
    stranger = PayPalProvider(known)
    with pytest.raises(NotificationRejected, match="signature"):
        stranger.verify(said["headers"], said["body"].encode())


def test_a_certificate_out_of_its_time_decides_nothing(said: Any, paypal: PayPalProvider) -> None:
    with clock.turned(lambda: clock_of(said) + timedelta(days=3650)), pytest.raises(NotificationUndecided):
        paypal.verify(said["headers"], said["body"].encode())


def test_a_live_certificate_does_not_speak_for_the_sandbox(said: Any, paypal: PayPalProvider) -> None:
    other = "live" if paypal.environment == "sandbox" else "sandbox"
    with pytest.raises(NotificationRejected, match="not kept at PayPal"):
        PayPalProvider(settings(PAYPAL["LIVE"], mode=other)).verify(said["headers"], said["body"].encode())


def clock_of(said: Any) -> datetime:
    return datetime.fromisoformat(said["headers"]["PAYPAL-TRANSMISSION-TIME"])
