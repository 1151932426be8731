"""Mail servers as operators have them: with TLS, with a password, with neither."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app import clock, config, db, messages
from app.messages.letters import account
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

LOGIN = ("farthing@example.org", "p@ss/word: +")
QUOTED = "farthing%40example.org:p%40ss%2Fword%3A%20+"
ELSEWHERE = "127.0.0.2"  # this machine, but by no name that is known to be it


@pytest.fixture(autouse=True)
def waiting(app: object) -> None:
    with db.transaction():
        messages.write(
            account.reset_password("http://127.0.0.1:8000/reset/abc"), to="zoe@example.org", key="1"
        )


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A certificate for this machine that this process trusts."""
    file = tmp_path / "server.pem"
    file.write_bytes(_certificate())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    yield context


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    hosts = [x509.IPAddress(ip_address(host)) for host in ("127.0.0.1", ELSEWHERE)]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def send_at(url: str) -> int:
    config.use(replace(config.settings(), smtp_url=url))
    return messages.send_due()


def signed_in(url: str) -> str:
    return url.replace("://", f"://{QUOTED}@")


def test_tls_from_the_first_byte_with_a_password(database: str, certificate: ssl.SSLContext) -> None:
    with Mailbox(login=LOGIN, certificate=certificate, smtps=True) as mailbox:
        assert send_at(signed_in(mailbox.url)) == 1
        assert mailbox.logins == [LOGIN]


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    database: str, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with Mailbox(login=LOGIN, certificate=certificate, smtps=True) as mailbox:
        assert send_at(signed_in(mailbox.url)) == 0
        assert mailbox.logins == []


def test_plain_text_turns_to_tls_before_the_password(database: str, certificate: ssl.SSLContext) -> None:
    with Mailbox(ELSEWHERE, login=LOGIN, certificate=certificate) as mailbox:
        assert send_at(signed_in(mailbox.url)) == 1
        assert mailbox.logins == [LOGIN]


def test_tls_is_taken_when_it_is_offered_without_a_password_too(
    database: str, certificate: ssl.SSLContext
) -> None:
    with Mailbox(ELSEWHERE, certificate=certificate) as mailbox:
        assert send_at(mailbox.url) == 1


def test_a_password_never_goes_in_plain_text_to_another_machine(database: str) -> None:
    with Mailbox(ELSEWHERE, login=LOGIN) as mailbox:
        assert send_at(signed_in(mailbox.url)) == 0
        assert mailbox.logins == []


def test_within_one_machine_plain_text_is_good_enough(database: str) -> None:
    with Mailbox(login=LOGIN) as mailbox:
        assert send_at(signed_in(mailbox.url)) == 1


def test_a_wrong_password_keeps_the_mails_waiting_and_stays_out_of_the_log(
    database: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with Mailbox(login=("farthing@example.org", "another")) as mailbox:
        assert send_at(signed_in(mailbox.url)) == 0
        assert send_at(mailbox.url.replace("://", "://farthing:%C3%A9@")) == 0
    with db.transaction(readonly=True):
        assert [(mail.status.value, mail.tries) for mail in messages.newest()] == [("waiting", 0)]
    assert "p@ss" not in caplog.text + "".join(capfd.readouterr())
