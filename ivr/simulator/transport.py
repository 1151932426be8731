"""Carrying one HTTP request to the application, through WSGI or through a socket."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from werkzeug.test import Client, EnvironBuilder

from .errors import TooSlow, Unreachable

CONNECT_SECONDS_MAX = 5
READ_SECONDS_MAX = 15
BODY_BYTES_MAX = 1024 * 1024  # nobody needs more of an answer that is refused above 64 KB


@dataclass(frozen=True)
class Answer:
    """What came back; `seconds` is how long it took, header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0


# method, full URL with its query, form fields (empty for GET), headers
Transport = Callable[[str, str, Mapping[str, str], Mapping[str, str]], Answer]


def encoded(params: Mapping[str, str]) -> bytes:
    """A form as it goes out, byte by byte."""
    return urlencode(params).encode()


def wsgi_transport(app: Any) -> Transport:
    """Straight into a WSGI application in this process; an exception in it reaches the test."""
    client = Client(app, use_cookies=False)

    def send(method: str, url: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        builder = EnvironBuilder(
            path=parts.path or "/",
            base_url=f"{parts.scheme}://{parts.netloc}",
            query_string=parts.query,
            method=method,
            headers=list(headers.items()),
            data=encoded(params) if method == "POST" else None,
        )
        response = client.open(builder)
        return Answer(response.status_code, _lower(response.headers.items()), response.get_data())

    return send


def http_transport() -> Transport:
    """Over real sockets, with the provider's time limits. Raises Unreachable or TooSlow."""
    local = threading.local()

    def send(method: str, url: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.trust_env = False  # no proxy stands between a phone and its server
        begun = time.monotonic()
        try:
            with local.session.request(
                method,
                url,
                data=encoded(params) if method == "POST" else None,
                headers=dict(headers),
                timeout=(CONNECT_SECONDS_MAX, READ_SECONDS_MAX),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = next(response.iter_content(BODY_BYTES_MAX), b"")
        except requests.ReadTimeout as error:
            raise TooSlow(f"{url} did not answer within {READ_SECONDS_MAX} s") from error
        except requests.ConnectionError as error:
            if "timed out" in str(error) and not isinstance(error, requests.ConnectTimeout):
                raise TooSlow(f"{url} stopped in the midst of its answer") from error
            raise Unreachable(f"cannot reach {url}: {_reason(error)}") from error
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(f"cannot ask {url}: {error}") from error
        return Answer(response.status_code, _lower(response.headers.items()), body, time.monotonic() - begun)

    return send


def _reason(error: Exception) -> str:
    text = str(error)
    for known in ("Connection refused", "Name or service not known", "timed out", "Connection reset"):
        if known.lower() in text.lower():
            return known.lower()
    return "no connection"


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}
