"""Secrets that must be read again: sealed before they reach a table, under keys made from SECRET_KEY.

A stolen copy of the database opens none of them. After SECRET_KEY was changed to `new,old` both are opened.
"""

import base64
import hmac
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app import config
from app.errors import NotSealedByUs


def seal(text: str) -> str:
    """Encrypt a secret for a table."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Read a secret again. Raises NotSealedByUs for what no key of ours has made."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise NotSealedByUs("sealed under another SECRET_KEY: keep the old one behind the new one") from error


def digest(purpose: str, secret: str) -> str:
    """A name for a secret that does not give it away, to find its row by: 64 hexadecimal digits.

    Made with the oldest key, so that a new SECRET_KEY in front loses nothing.
    """
    return hmac.digest(_key(config.settings().secret_keys[-1], purpose), secret.encode(), sha256).hex()


def _box() -> MultiFernet:
    keys = (base64.urlsafe_b64encode(_key(secret, "seal")) for secret in config.settings().secret_keys)
    return MultiFernet([Fernet(key) for key in keys])


def _key(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"farthing {purpose}".encode(), sha256)
