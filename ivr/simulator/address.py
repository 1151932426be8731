"""A webhook address and the overrides in its fragment (#rc=5&rp=5xx,ct,rt)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from .transport import Answer

KINDS = {"4xx", "5xx", "ct", "rt"}


@dataclass(frozen=True)
class Delivery:
    """How hard one request is tried; times in seconds."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0

    def is_worth_a_retry(self, failure: str) -> bool:
        return failure in self.retry_on


def split(url: str) -> tuple[str, Delivery]:
    """The address without its fragment, and the delivery the fragment asks for.

    What is out of range or unknown in the fragment is passed over.
    """
    plain, fragment = urldefrag(url)
    asked = dict(parse_qsl(fragment))
    policy = {word.strip() for word in asked.get("rp", "ct").split(",")}
    return plain, Delivery(
        retries=int(_within(asked.get("rc"), 0, 5, 1)),
        retry_on=frozenset(KINDS if "all" in policy else policy & KINDS),
        connect=_within(asked.get("ct"), 100, 10_000, 5_000) / 1000,
        read=_within(asked.get("rt"), 100, 15_000, 15_000) / 1000,
        total=_within(asked.get("tt"), 100, 15_000, 15_000) / 1000,
    )


def _within(text: str | None, least: int, most: int, default: int) -> float:
    if text is None or not text.isascii() or not text.isdigit():
        return default
    return min(max(int(text), least), most)


def join(base: str, relative: str) -> str:
    """A relative address read against the document that named it."""
    return urljoin(urldefrag(base)[0], relative)


def with_query(url: str, params: dict[str, str]) -> str:
    """The address with fields added to its query, as a GET sends them."""
    parts = urlsplit(url)
    query = "&".join(piece for piece in (parts.query, urlencode(params)) if piece)
    return urlunsplit(parts._replace(query=query))


def signed_form(url: str, *, keeps_port: bool = False) -> str:
    """The address as the provider signs it: never user and password, and for calls no port over https."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if parts.port and (keeps_port or parts.scheme == "http"):
        host += f":{parts.port}"
    return urlunsplit(parts._replace(netloc=host))


def failure_of(answer: Answer, delivery: Delivery) -> str | None:
    """Why an answer is no good (`rt`, `4xx`, `5xx`), or None."""
    if answer.seconds > delivery.read:
        return "rt"
    if answer.status >= 500:
        return "5xx"
    if answer.status >= 400:
        return "4xx"
    return None
