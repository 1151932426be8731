"""Whether somebody whom we trust vouches for a certificate."""

import logging
import re
import warnings
from datetime import datetime
from functools import cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

log = logging.getLogger(__name__)

DEPTH_MAX = 4

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def holds(
    leaf: x509.Certificate, others: list[x509.Certificate], *, name: str, now: datetime, own: str
) -> bool:
    """Build a chain from the certificate of this name to the usual roots, or to those of the file `own`.

    Those that came with it, and those of the file, may stand between.
    """
    ours = _of_file(own)
    builder = PolicyBuilder().store(Store([*_usual(), *ours])).time(now).max_chain_depth(DEPTH_MAX)
    try:
        builder.build_server_verifier(x509.DNSName(name)).verify(leaf, [*others, *ours])
    except VerificationError:
        return False
    return True


@cache
def _usual() -> list[x509.Certificate]:
    """The roots that everybody trusts; one that cannot be read must not cost us the others."""
    blocks = _BLOCK.findall(Path(certifi.where()).read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return [root for root in map(_root, blocks) if root is not None]


def _root(block: bytes) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(block)
    except ValueError:
        return None


def _of_file(name: str) -> list[x509.Certificate]:
    """Those of the operator's file, as it is now: one that is not there yet is empty."""
    if not name:
        return []
    try:
        return x509.load_pem_x509_certificates(Path(name).read_bytes())
    except (OSError, ValueError) as error:
        log.warning("PAYPAL_WEBHOOK_CA cannot be read", extra={"reason": type(error).__name__})
        return []
