"""PayPal's signing keys: fetched from PayPal alone, believed with a good certificate, kept for a while."""

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from app import clock
from app.errors import NotificationRejected, NotificationUndecided
from app.payments.paypal import chains, download
from app.payments.paypal.budget import Budget
from app.selling import PayPal

PATH = "/v1/notifications/certs/"
HOSTS = {
    "live": ("api.paypal.com", "api-m.paypal.com"),
    "sandbox": ("api.sandbox.paypal.com", "api-m.sandbox.paypal.com"),
}
NAMES = {
    "live": "messageverificationcerts.paypal.com",
    "sandbox": "messageverificationcerts.sandbox.paypal.com",
}
BITS_MIN, BITS_MAX = 2048, 8192
KEPT_MAX, KEPT_FOR = 16, timedelta(hours=24)
FAILURE_FOR = timedelta(seconds=60)
FETCHES_MAX = 60  # a minute: strangers choose when we fetch, not how often

_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)


def is_of_paypal(url: str, settings: PayPal) -> bool:
    """Whether a certificate's address is PayPal's, letter by letter: nothing else is ever fetched."""
    bases = [f"https://{host}{port}" for host in HOSTS[settings.mode] for port in ("", ":443")]
    if settings.is_stand_in:
        bases = [settings.api_base_url]
    return any(
        url.startswith(base + PATH) and _NAME.fullmatch(url.removeprefix(base + PATH)) for base in bases
    )


@dataclass(frozen=True, slots=True)
class Key:
    """A key that PayPal keeps at its address."""

    public: RSAPublicKey
    doubt: str  # why a signature of its must not be believed without asking; empty: it may


@dataclass(frozen=True, slots=True)
class _Kept:
    """A key, or what was wrong, from one moment to another."""

    found: Key | NotificationRejected | NotificationUndecided
    since: datetime
    until: datetime


class Certificates:
    """The keys that this process knows, by the address of their certificate."""

    def __init__(self, settings: PayPal) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        # failures have a place of their own: a stranger cannot push a good key out
        self._keys: OrderedDict[str, _Kept] = OrderedDict()
        self._failures: OrderedDict[str, _Kept] = OrderedDict()
        self._fetches = Budget(FETCHES_MAX)

    def key(self, url: str) -> Key:
        """The key of a certificate whose address was checked.

        Raises NotificationRejected for one that is not PayPal's, and NotificationUndecided when it could not
        be had. One that is out of its time, or whose chain cannot be built, is doubted.
        """
        kept = self._known(url) or self._learn(url)
        if isinstance(kept.found, Key):
            return kept.found
        raise type(kept.found)(*kept.found.args)

    def _known(self, url: str) -> _Kept | None:
        with self._lock:
            for kept in filter(None, (self._keys.get(url), self._failures.get(url))):
                if kept.since <= clock.now() < kept.until:
                    return kept
        return None

    def _learn(self, url: str) -> _Kept:
        if not self._fetches.spend():
            raise NotificationUndecided("too many certificates are asked for")
        now = clock.now()
        found: Key | NotificationRejected | NotificationUndecided
        try:
            leaf, others = download.certificates(url)
            found = self._checked(leaf, others, now)
        except (NotificationRejected, NotificationUndecided) as error:
            found = error
        if isinstance(found, Key) and not found.doubt:
            until = min(leaf.not_valid_after_utc, now + KEPT_FOR)
            return self._keep(self._keys, url, _Kept(found, leaf.not_valid_before_utc, until))
        return self._keep(self._failures, url, _Kept(found, now, now + FAILURE_FOR))

    def _keep(self, place: OrderedDict[str, _Kept], url: str, kept: _Kept) -> _Kept:
        with self._lock:
            place[url] = kept
            place.move_to_end(url)
            while len(place) > KEPT_MAX:
                place.popitem(last=False)
        return kept

    def _checked(self, leaf: x509.Certificate, others: list[x509.Certificate], now: datetime) -> Key:
        """Its key, when it is the certificate of PayPal's notifications."""
        name = NAMES[self.settings.mode]
        if _common_names(leaf) != [name]:
            raise NotificationRejected("its certificate is not that of PayPal's notifications")
        key = _key(leaf)
        if not leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
            return Key(key, "its certificate is out of its time")
        if self.settings.webhook_chain != "off" and not chains.holds(
            leaf, others, name=name, now=now, own=self.settings.webhook_ca
        ):
            if self.settings.webhook_chain == "require":
                raise NotificationRejected("nobody whom we trust vouches for its certificate")
            return Key(key, "nobody whom we know vouches for its certificate")
        return Key(key, "")


def _key(leaf: x509.Certificate) -> RSAPublicKey:
    try:
        key = leaf.public_key()
    except Exception as error:  # of a kind that nobody knows
        raise NotificationRejected("its certificate has no key that PayPal uses") from error
    if not isinstance(key, RSAPublicKey) or not BITS_MIN <= key.key_size <= BITS_MAX:
        raise NotificationRejected("its certificate has no key that PayPal uses")
    return key


def _common_names(leaf: x509.Certificate) -> list[str]:
    return [str(part.value) for part in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
