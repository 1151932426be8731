"""A certificate authority of a test, and deliveries that are signed as PayPal signs."""

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "messageverificationcerts.sandbox.paypal.com"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CERTIFICATES = "/v1/notifications/certs/"


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    """A key, made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def name(common: str | None) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


@cache
def authority() -> x509.Certificate:
    """Its root."""
    built = _builder("A test authority", "A test authority", rsa_key(2048, 1).public_key(), NOON + 900 * DAY)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    ca = x509.BasicConstraints(ca=True, path_length=1)
    return built.add_extension(ca, True).add_extension(usage, True).sign(rsa_key(2048, 1), hashes.SHA256())


@cache
def intermediate() -> x509.Certificate:
    """Signed by the root, and signing leaves."""
    built = _builder("Between", "A test authority", rsa_key(2048, 2).public_key(), NOON + 900 * DAY)
    usage, ca = _usage(key_cert_sign=True, crl_sign=True), x509.BasicConstraints(ca=True, path_length=0)
    signed = built.add_extension(ca, True).add_extension(usage, True).add_extension(_of_root(), False)
    return signed.sign(rsa_key(2048, 1), hashes.SHA256())


@cache
def leaf(
    common: str | None = NAME,
    *,
    host: str = NAME,
    until: datetime = NOON + 30 * DAY,
    bits: int = 2048,
    elliptic: bool = False,
    between: bool = False,
) -> x509.Certificate:
    """A certificate for signing notifications, with whatever is wrong about it."""
    key: Any = ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa_key(bits)
    issuer, issuer_key = ("Between", rsa_key(2048, 2)) if between else ("A test authority", rsa_key(2048, 1))
    built = _builder(common, issuer, key.public_key(), until)
    parts: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([x509.DNSName(host)]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
    ]
    for extension, critical in parts:
        built = built.add_extension(extension, critical)
    return built.sign(issuer_key, hashes.SHA256())


def with_sha1(made: x509.Certificate) -> x509.Certificate:
    """The same, signed by the test authority as nobody signs any more, our library included."""
    sha256, sha1 = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", "05"))
    content = made.tbs_certificate_bytes.replace(sha256, sha1)
    signature = rsa_key(2048, 1).sign(content, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    whole = made.public_bytes(serialization.Encoding.DER).replace(sha256, sha1)
    return x509.load_der_x509_certificate(whole[: -len(signature)] + signature)


def _builder(subject: str | None, issuer: str, key: Any, until: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - 365 * DAY)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _of_root() -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(rsa_key(2048, 1).public_key())


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{usage: wanted.get(usage, False) for usage in names.split()})


@dataclass
class Signed:
    """A delivery as PayPal would send it; a test changes what it likes before it is sent."""

    webhook_id: str
    cert_url: str
    body: bytes = b'{"id": "WH-1", "event_type": "CHECKOUT.ORDER.APPROVED", "resource": {"id": "O-1"}}'
    bits: int = 2048
    changes: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Its headers, signed over the body as it is."""
        identity, time = "b5a1e1d0-c5fd-11f0-8de9-0242ac120002", "2026-11-20T10:15:33Z"
        text = f"{identity}|{time}|{self.webhook_id}|{zlib.crc32(self.body)}".encode()
        signature = rsa_key(self.bits).sign(text, padding.PKCS1v15(), hashes.SHA256())
        return {
            "Paypal-Transmission-Id": identity,
            "Paypal-Transmission-Time": time,
            "Paypal-Transmission-Sig": base64.b64encode(signature).decode(),
            "Paypal-Cert-Url": self.cert_url,
            "Paypal-Auth-Algo": "SHA256withRSA",
            "Paypal-Auth-Version": "v2",
            "User-Agent": "PayPal/AUHD-214.0-58843870",
            **self.changes,
        }
