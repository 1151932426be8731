"""Signing webhooks as PayPal does: a leaf of its own under a test authority, kept from run to run."""

import base64
import os
import zlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS = {
    "sandbox": "messageverificationcerts.sandbox.paypal.com",
    "live": "messageverificationcerts.paypal.com",
}
# long enough for any clock that a test may turn
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)


class Signer:
    """A key and its certificate, and the authority that vouches for them."""

    def __init__(self, key: rsa.RSAPrivateKey, leaf: x509.Certificate, authority: x509.Certificate) -> None:
        self._key, self._leaf, self._authority = key, leaf, authority
        digest = leaf.fingerprint(hashes.SHA256()).hex()
        self.id = f"CERT-{digest[:8]}-{digest[8:16]}-{digest[16:24]}"

    @classmethod
    def make(cls, mode: str = "sandbox") -> "Signer":
        """A new one."""
        authority_key, key = _new_key(), _new_key()
        issuer = _name("Farthing stand-in authority")
        authority = _authority(issuer, authority_key)
        return cls(key, _leaf(HOSTS[mode], key, issuer, authority_key), authority)

    @classmethod
    def kept(cls, file: Path, mode: str = "sandbox") -> "Signer":
        """The one that a file keeps, or a new one that it will keep."""
        if file.exists():
            text = file.read_bytes()
            leaf, authority = x509.load_pem_x509_certificates(text)
            key = serialization.load_pem_private_key(text, None)
            if isinstance(key, rsa.RSAPrivateKey) and HOSTS[mode] in leaf.subject.rfc4514_string():
                return cls(key, leaf, authority)
        made = cls.make(mode)
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        key_text = made._key.private_bytes(encoding, form, serialization.NoEncryption())
        write(file, key_text + made.leaf_pem() + made.authority_pem(), mode=0o600)
        return made

    def leaf_pem(self) -> bytes:
        """What the address of the certificate answers: the leaf alone, as at PayPal."""
        return self._leaf.public_bytes(serialization.Encoding.PEM)

    def authority_pem(self) -> bytes:
        """What whoever checks a signature has to trust."""
        return self._authority.public_bytes(serialization.Encoding.PEM)

    def sign(self, text: bytes) -> str:
        """SHA256withRSA, in base64."""
        return base64.b64encode(self._key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()

    def has_signed(self, text: bytes, signature: str) -> bool:
        """Whether this signature is ours."""
        try:
            given = base64.b64decode(signature, validate=True)
            self._key.public_key().verify(given, text, padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True


def signed_text(transmission: str, at: str, webhook: str, body: bytes) -> bytes:
    """What is signed of a delivery."""
    return f"{transmission}|{at}|{webhook}|{zlib.crc32(body)}".encode()


def write(file: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a whole file, then give it its name: nobody reads half of it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode)
    draft.write_bytes(content)
    draft.replace(file)


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, key: rsa.RSAPrivateKey, issuer: x509.Name) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority(name: x509.Name, key: rsa.RSAPrivateKey) -> x509.Certificate:
    usage = _usage(key_cert_sign=True, crl_sign=True)
    built = _builder(name, key, name).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    return built.add_extension(usage, True).sign(key, hashes.SHA256())


def _leaf(
    host: str, key: rsa.RSAPrivateKey, issuer: x509.Name, issuer_key: rsa.RSAPrivateKey
) -> x509.Certificate:
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True, key_encipherment=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([x509.DNSName(host)]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
    )
    built = _builder(_name(host), key, issuer)
    for extension, critical in extensions:
        built = built.add_extension(extension, critical)
    return built.sign(issuer_key, hashes.SHA256())


def _usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})
