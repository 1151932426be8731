"""Carrying webhooks to the server: signed, tried again until it says yes, and never in the way of the API."""

import heapq
import itertools
import logging
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import requests

from app import clock

from . import faults as kinds
from .faults import Faults
from .signing import Signer, signed_text

log = logging.getLogger(__name__)

TRIES_MAX = 25
_AGAIN_AFTER = (200, 500, 1_000, 2_000, 5_000)  # milliseconds; then the last of them, each time
_TIMEOUTS = (3, 10)

Write = Callable[[str], bytes]  # makes the text of an event with this id


@dataclass(slots=True)
class Delivery:
    """One webhook on its way; its signature stays the same from try to try."""

    event: str
    kind: str
    headers: dict[str, str]
    body: bytes
    tries: int = 0


Post = Callable[[Delivery], bool]  # whether the server took it


@dataclass(order=True, slots=True)
class _Due:
    at: int
    number: int
    what: Delivery | Callable[[], None] = field(compare=False)


class Courier:
    """Holds what has to be done later: deliveries, and what happens to money by itself."""

    def __init__(self, signer: Signer, *, webhook_id: str, base: str, faults: Faults) -> None:
        self.signer, self._webhook_id, self.base, self._faults = signer, webhook_id, base, faults
        self._waiting: list[_Due] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False

    def tell(self, kind: str, write: Write) -> None:
        """Send an event, with whatever goes wrong on its way."""
        fault = self._faults.draw(kinds.WEBHOOKS, kind)
        if fault == "lost":
            return
        wait = self._faults.waits[fault] if fault in ("late", "reordered") else 0
        first = self._delivery(kind, write)
        self._after(wait, first)
        if fault == "duplicate":
            self._after(wait, Delivery(first.event, kind, first.headers, first.body))
        if fault == "twin":
            self._after(wait, self._delivery(kind, write))

    def after(self, milliseconds: int, action: Callable[[], None]) -> None:
        """Do something later."""
        self._after(milliseconds, action)

    def take(self) -> list[Delivery]:
        """Everything that waits for delivery, in its order, for whoever delivers it by hand."""
        with self._changed:
            taken = sorted(due for due in self._waiting if isinstance(due.what, Delivery))
            self._waiting = [due for due in self._waiting if not isinstance(due.what, Delivery)]
            heapq.heapify(self._waiting)
        return [due.what for due in taken if isinstance(due.what, Delivery)]

    def pass_time(self) -> None:
        """Do at once what would have happened by itself."""
        with self._changed:
            due = sorted(one for one in self._waiting if not isinstance(one.what, Delivery))
            self._waiting = [one for one in self._waiting if isinstance(one.what, Delivery)]
            heapq.heapify(self._waiting)
        for one in due:
            if not isinstance(one.what, Delivery):
                one.what()

    def deliver_forever(self, post: Post) -> None:
        """Until stopped. Several threads may do so at once."""
        while (due := self._next()) is not None:
            try:
                if isinstance(due, Delivery):
                    self.attempt(due, post)
                else:
                    due()
            except Exception:  # the next one may fare better
                log.exception("a webhook could not be delivered")

    def stop(self) -> None:
        """End every `deliver_forever`."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def attempt(self, delivery: Delivery, post: Post) -> None:
        """Try to deliver, and again later if that fails, so many times and no more."""
        delivery.tries += 1
        if not post(delivery) and delivery.tries < TRIES_MAX:
            self._after(_AGAIN_AFTER[min(delivery.tries, len(_AGAIN_AFTER)) - 1], delivery)

    def _next(self) -> Delivery | Callable[[], None] | None:
        with self._changed:
            while not self._stopped:
                now = time.monotonic_ns()
                if self._waiting and self._waiting[0].at <= now:
                    return heapq.heappop(self._waiting).what
                left = (self._waiting[0].at - now) if self._waiting else 10**9
                self._changed.wait(min(left, 10**9) * 10**-9)
        return None

    def _after(self, milliseconds: int, what: Delivery | Callable[[], None]) -> None:
        at = time.monotonic_ns() + milliseconds * 10**6
        with self._changed:
            heapq.heappush(self._waiting, _Due(at, next(self._numbers), what))
            self._changed.notify()

    def _delivery(self, kind: str, write: Write) -> Delivery:
        event = f"WH-{secrets.token_hex(9)[:17]}-{secrets.token_hex(9)[:17]}".upper()
        body = write(event)
        return Delivery(event, kind, self._headers(body, clock.now()), body)

    def _headers(self, body: bytes, now: datetime) -> dict[str, str]:
        transmission, at = str(uuid.uuid4()), f"{now:%Y-%m-%dT%H:%M:%SZ}"
        signature = self.signer.sign(signed_text(transmission, at, self._webhook_id, body))
        return {
            "PAYPAL-TRANSMISSION-ID": transmission,
            "PAYPAL-TRANSMISSION-TIME": at,
            "PAYPAL-TRANSMISSION-SIG": signature,
            "PAYPAL-AUTH-VERSION": "v2",
            "PAYPAL-CERT-URL": f"{self.base}/v1/notifications/certs/{self.signer.id}",
            "PAYPAL-AUTH-ALGO": "SHA256withRSA",
            "Content-Type": "application/json",
            "User-Agent": "PayPal/AUHD-214.0-stand-in",
            "Correlation-Id": secrets.token_hex(7)[:13],
        }


def poster(url: str) -> Post:
    """Posts to a server; whatever is not a plain yes is a no."""
    threads = threading.local()

    def post(delivery: Delivery) -> bool:
        if not hasattr(threads, "session"):
            threads.session = requests.Session()
            threads.session.trust_env = False
        try:
            answer = threads.session.post(
                url, data=delivery.body, headers=delivery.headers, timeout=_TIMEOUTS, allow_redirects=False
            )
        except requests.RequestException:
            return False
        return bool(answer.status_code // 100 == 2)

    return post
