"""Sending signed requests as the provider sends them: headers, order, retries, redirects."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from . import address, errors
from .errors import FetchFailed, TooSlow, Unreachable
from .profiles import PROFILES, Profile
from .signing import Signer, Unsigned
from .transport import Answer, Transport, encoded

REDIRECTS_MAX = 10

Form = dict[str, str]
Watcher = Callable[["Sent"], None]


@dataclass(frozen=True)
class Sent:
    """One request on the wire and what came of it; status 0 is no answer."""

    method: str
    url: str
    params: Form
    status: int
    answer: Answer | None = None
    failure: str = ""  # ct, rt, 4xx, 5xx
    reason: str = ""  # in words, when there was no answer


@dataclass(frozen=True)
class Letter:
    """A request to be made: `params` always go along, `extras` (Digits, Dial…) get lost in a redirect."""

    url: str
    params: Form
    extras: Form = field(default_factory=dict)
    method: str = "POST"
    keeps_port: bool = False  # in what is signed, as for text messages


class Courier:
    """Signs what it sends, as its provider does; the same seed shuffles the same way."""

    def __init__(
        self, transport: Transport, sign: Signer, seed: int = 0, ways: Profile = PROFILES["twilio"]
    ) -> None:
        self._transport, self._sign, self._ways = transport, sign, ways
        self._random = random.Random(seed)  # noqa: S311 – chance, not a secret

    def fetch(self, letter: Letter, watch: Watcher | None = None) -> tuple[Answer, str]:
        """The good answer, and the address it came from after redirects.

        Raises FetchFailed (11200, 11205, 11215) when there is none.
        """
        token = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        for _ in range(REDIRECTS_MAX + 1):
            answer = self._deliver(letter, token, watch)
            target = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                return answer, letter.url
            letter = _redirected(letter, address.join(letter.url, target), answer.status)
        raise FetchFailed(errors.TOO_MANY_REDIRECTS, f"more than {REDIRECTS_MAX} redirects", letter.url)

    def _deliver(self, letter: Letter, token: str, watch: Watcher | None) -> Answer:
        """One letter with its retries, all within the time allowed in total."""
        url, delivery = address.split(letter.url)
        spent = 0.0
        for attempt in range(delivery.retries + 1):
            sent = self._send_once(letter, url, token, delivery)
            if watch:
                watch(sent)
            spent += sent.answer.seconds if sent.answer else 0.0
            if sent.answer is not None and not sent.failure:
                return sent.answer
            worth = delivery.is_worth_a_retry(sent.failure) and spent < delivery.total
            if attempt == delivery.retries or not worth:
                break
        raise _failed(sent)

    def _send_once(self, letter: Letter, url: str, token: str, delivery: address.Delivery) -> Sent:
        form = self._shuffled(self._sendable({**letter.params, **letter.extras}))
        if letter.method == "GET":
            url, form = address.with_query(url, form), {}
        headers = self._headers(letter, url, form, token)
        try:
            answer = self._transport(letter.method, url, form, headers)
        except (Unreachable, TooSlow) as error:
            failure = "ct" if isinstance(error, Unreachable) else "rt"
            return Sent(letter.method, url, form, 0, None, failure, str(error))
        failure = address.failure_of(answer, delivery) or ""
        return Sent(letter.method, url, form, answer.status, answer, failure)

    def _headers(self, letter: Letter, url: str, form: Form, token: str) -> dict[str, str]:
        headers = {
            "User-Agent": self._ways.user_agent,
            "Accept": "*/*",
            "X-Home-Region": "us1",
            "I-Twilio-Idempotency-Token": token,
        }
        body = b""
        if letter.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            body = encoded(form)
        return self._sendable(headers) | self._sign(Unsigned(url, form, body, letter.keeps_port))

    def _sendable(self, fields: Form) -> Form:
        return {name: value for name, value in fields.items() if name not in self._ways.never_sent}

    def _shuffled(self, form: Form) -> Form:
        names = sorted(form)
        self._random.shuffle(names)
        return {name: form[name] for name in names}


def _redirected(letter: Letter, url: str, status: int) -> Letter:
    """307 and 308 keep the request; the others turn it into a GET that has lost its extras."""
    if status in (307, 308):
        return replace(letter, url=url)
    return replace(letter, url=url, extras={}, method="GET")


def _failed(sent: Sent) -> FetchFailed:
    if sent.failure == "ct":
        return FetchFailed(errors.CONNECTION_FAILURE, sent.reason, sent.url)
    if sent.failure == "rt":
        return FetchFailed(
            errors.HTTP_FAILURE, sent.reason or f"{sent.url} took too long to answer", sent.url
        )
    return FetchFailed(errors.HTTP_FAILURE, f"{sent.url} answered with status {sent.status}", sent.url)
