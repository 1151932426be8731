"""What carries our questions to PayPal: its own library on the wire, with patience and locks of ours.

The library has no timeout, repeats a 401 for ever, lets threads fight over its token, follows redirects and
logs secrets. Here every answer comes in time, is refused by a name, or is said to be unknown.
"""

import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

import paypalrestsdk
import requests
from paypalrestsdk import exceptions

from app.errors import ProviderRefused
from app.payments.paypal import bodies, faults
from app.payments.paypal.faults import Fault
from app.payments.paypal.patience import left, patience, patiently
from app.payments.paypal.sessions import session
from app.selling import PayPal

CONNECT, READ = 3.05, 6.0  # seconds: a second try still fits into our patience
BODY_MAX = 1024 * 1024
TOKEN_MARGIN = 120.0  # seconds before its end at which a token is not used any more

REQUEST_ID = "PayPal-Request-Id"

# the library writes headers and bodies at DEBUG, the one below it writes paths, which may name a token
logging.getLogger("paypalrestsdk").setLevel(logging.WARNING)
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class Transport(paypalrestsdk.Api):  # type: ignore[misc]
    """PayPal's REST interface: `get`, `post` and `delete` of the library answer with one JSON object each.

    Raises ProviderUnavailable when no answer came that makes sense, and ProviderRefused when PayPal said no.
    What is safe to repeat (a GET, a POST with a PayPal-Request-Id) is tried three times within our patience.
    """

    def __init__(self, settings: PayPal) -> None:
        super().__init__(
            mode=settings.mode,
            endpoint=settings.api_base_url.rstrip("/"),
            client_id=settings.client_id,
            client_secret=settings.client_secret,
        )
        self._trusts_environment = not settings.is_stand_in
        self._sessions = threading.local()
        self._lock = threading.Lock()
        self.token_hash: dict[str, Any] | None = None
        self._good_until = 0.0
        self._failed_at, self._failure = 0.0, Fault("")

    def send_raw(self, path: str, body: bytes) -> dict[str, Any]:
        """POST these very bytes, once."""
        return self.request(self.endpoint + path, "POST", body)

    def request(
        self,
        url: str,
        method: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        refresh_token: None = None,
    ) -> dict[str, Any]:
        """Ask, and ask again while that is safe and sensible."""
        own, data = dict(headers or {}), _encoded(method, body)
        repeats = method == "GET" or (method == "POST" and REQUEST_ID in own)
        with patience():
            return patiently(lambda: self._authorised(url, method, data, own), may_repeat=repeats)

    def get_token_hash(
        self, authorization_code: None = None, refresh_token: None = None, headers: object = None
    ) -> dict[str, Any]:
        """The token that lets us in: asked for once, however many threads need it, without `headers`."""
        since = time.monotonic()
        if not self._lock.acquire(timeout=left()):
            raise Fault("another request waits for PayPal's token")
        try:
            if self.token_hash is None or time.monotonic() >= self._good_until:
                self._renew(since)
            assert self.token_hash is not None
            return self.token_hash
        finally:
            self._lock.release()

    def http_call(self, url: str, method: str, **kwargs: Any) -> dict[str, Any]:
        """One request on the wire, without redirects and without a word to the log."""
        changes = method != "GET"
        timeout = (min(CONNECT, left()), min(READ, left()))
        try:
            response = self._session().request(
                method, url, allow_redirects=False, timeout=timeout, stream=True, **kwargs
            )
            with response:
                content = bodies.read(response, most=BODY_MAX)
        except requests.RequestException as error:
            raise faults.of_the_wire(error, changes=changes) from None  # its text may name a token
        return self._answer(response, content.decode("utf-8", "replace"), changes=changes)

    def _authorised(self, url: str, method: str, data: bytes | None, headers: dict[str, str]) -> Any:
        """With our token, and once more with a new one when it is not accepted."""
        for _ in range(2):
            token = self.get_token_hash()
            bearer = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
            kind = {"Content-Type": "application/json"} if data is not None else {}
            sent = {"User-Agent": self.user_agent, **kind, **headers, **bearer}
            try:
                return self.http_call(url, method, data=data, headers=sent)
            except exceptions.UnauthorizedAccess:
                self._drop(token)
        raise Fault("PayPal does not accept us, not even with a new token", passing=False)

    def _renew(self, since: float) -> None:
        """Ask for a new token; who waited while that failed is told the same, not made to wait in turn."""
        if self._failed_at > since:
            raise self._failure.again()
        try:
            self.token_hash, lasts = self._new_token()
        except Fault as fault:
            self._failed_at, self._failure = time.monotonic(), fault
            raise
        self._good_until = time.monotonic() + lasts - TOKEN_MARGIN

    def _new_token(self) -> tuple[dict[str, Any], float]:
        headers = {
            "Authorization": f"Basic {self.basic_auth()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "User-Agent": self.user_agent,
        }
        url = f"{self.token_endpoint}/v1/oauth2/token"
        try:
            token = self.http_call(url, "POST", data="grant_type=client_credentials", headers=headers)
        except (exceptions.UnauthorizedAccess, ProviderRefused):
            raise Fault("PayPal does not accept our client id and secret", passing=False) from None
        except Fault as fault:
            raise fault.again() from None  # a token changes nothing
        lasts = token.get("expires_in")
        if not isinstance(token.get("access_token"), str) or not isinstance(lasts, int):
            raise Fault("PayPal answered our request for a token with none")
        return token, max(lasts, TOKEN_MARGIN + 1)

    def _drop(self, token: dict[str, Any]) -> None:
        """Forget a token that was not accepted, unless somebody has renewed it meanwhile."""
        if not self._lock.acquire(timeout=left()):
            return  # somebody is renewing it
        try:
            if self.token_hash is token:
                self.token_hash = None
        finally:
            self._lock.release()

    def _answer(self, response: requests.Response, content: str, *, changes: bool) -> dict[str, Any]:
        try:
            answer = self.handle_response(response, content)
        except exceptions.UnauthorizedAccess:
            raise
        except exceptions.ConnectionError as error:
            raise faults.of_the_answer(error, changes=changes) from None
        except (ValueError, RecursionError):
            raise Fault("PayPal answered what is no JSON", unknown=changes) from None
        if not isinstance(answer, dict):
            raise Fault("PayPal answered what makes no sense", unknown=changes, passing=False)
        return answer

    def _session(self) -> requests.Session:
        """One per thread: its connections are kept open."""
        if not hasattr(self._sessions, "own"):
            self._sessions.own = session(trusts_environment=self._trusts_environment)
        own: requests.Session = self._sessions.own
        return own


def _encoded(method: str, body: object) -> bytes | None:
    if method in {"GET", "DELETE"}:
        return None
    return body if isinstance(body, bytes) else json.dumps(body).encode()
