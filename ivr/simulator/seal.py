"""What an account signs with, under the ways of its provider."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import signing
from .clock import Clock
from .errors import SimulatorError
from .quirks import Quirks
from .signing import Signer

SigningKey = str | Ed25519PrivateKey | None


class Seal:
    """The secret of an account, and how it is used."""

    def __init__(self, quirks: Quirks, token: str, key: SigningKey, clock: Clock) -> None:
        self._private: Ed25519PrivateKey | None = None
        if quirks.profile == "telnyx":
            self._private = key if isinstance(key, Ed25519PrivateKey) else Ed25519PrivateKey.generate()
        self.sign = self._signer(quirks, key if isinstance(key, str) else token, clock)

    def _signer(self, quirks: Quirks, secret: str, clock: Clock) -> Signer:
        if self._private:
            return signing.as_telnyx(self._private, clock)
        if quirks.profile == "signalwire":
            alias = signing.as_signalwire_under_the_old_name
            return alias(secret) if quirks.signature_alias else signing.as_signalwire(secret)
        return signing.as_twilio(secret)

    @property
    def public_key(self) -> str:
        """In base64. Raises SimulatorError for a provider that shares a secret with its servers."""
        if self._private is None:
            raise SimulatorError("this provider signs with a secret that both sides know")
        return signing.public_half(self._private)
