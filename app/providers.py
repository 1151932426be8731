"""Settings of phone providers besides Twilio: how each knows us, and how we know that it is them."""

import base64
import binascii
from dataclasses import dataclass

from app.environment import Environment

TELNYX = "https://api.telnyx.com"
_SIGNALWIRE_NEEDS = (
    "SIGNALWIRE_SPACE_URL",
    "SIGNALWIRE_PROJECT_ID",
    "SIGNALWIRE_API_TOKEN",
    "SIGNALWIRE_SIGNING_KEY",
)
_TELNYX_NEEDS = ("TELNYX_API_KEY", "TELNYX_ACCOUNT_ID", "TELNYX_PUBLIC_KEY")
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWire:
    """How SignalWire knows us. All of it is set, or SignalWire is off."""

    space_url: str
    project_id: str
    api_token: str
    signing_keys: tuple[str, ...]  # any of them may sign

    @classmethod
    def read(cls, of: Environment) -> "SignalWire | None":
        """Read it; None when nothing of it is set."""
        if not _is_wanted(of, _SIGNALWIRE_NEEDS):
            return None
        space = of.text("SIGNALWIRE_SPACE_URL", "")
        if space and "://" not in space:  # as the provider's own pages write it
            of.environment = {**of.environment, "SIGNALWIRE_SPACE_URL": f"https://{space}"}
        return cls(
            space_url=of.url("SIGNALWIRE_SPACE_URL", "") if space else "",
            project_id=of.text("SIGNALWIRE_PROJECT_ID", ""),
            api_token=of.text("SIGNALWIRE_API_TOKEN", ""),
            signing_keys=of.list("SIGNALWIRE_SIGNING_KEY"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Telnyx:
    """How Telnyx knows us. All of it is set, or Telnyx is off."""

    api_key: str
    account_id: str
    public_key: bytes  # what it signs with, its public half
    api_base_url: str

    @classmethod
    def read(cls, of: Environment) -> "Telnyx | None":
        """Read it; None when nothing of it is set."""
        if not _is_wanted(of, _TELNYX_NEEDS):
            return None
        return cls(
            api_key=of.text("TELNYX_API_KEY", ""),
            account_id=of.text("TELNYX_ACCOUNT_ID", ""),
            public_key=_public_key(of),
            api_base_url=of.url("TELNYX_API_BASE_URL", TELNYX),
        )


def _is_wanted(of: Environment, needs: tuple[str, ...]) -> bool:
    """Whether any of it is set; then what is missing or a sample is complained about."""
    given = [name for name in needs if of.text(name, "")]
    if given:
        of.complaints += [f"{name} is missing" for name in needs if name not in given]
        of.complaints += [
            f"{name} is a sample value" for name in given if of.looks_like_a_sample(of.text(name, ""))
        ]
    return bool(given)


def _public_key(of: Environment) -> bytes:
    try:
        key = base64.b64decode(of.text("TELNYX_PUBLIC_KEY", ""), validate=True)
    except binascii.Error:
        key = b"?"
    if key and len(key) != _KEY_BYTES:
        of.complaints.append("TELNYX_PUBLIC_KEY must be the public key of 32 bytes in base64")
    return key
