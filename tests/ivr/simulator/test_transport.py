"""Real sockets: what counts as no connection, and what as no answer."""

import socket
from collections.abc import Iterator

import pytest

from ivr.simulator import http_transport, transport
from ivr.simulator.errors import TooSlow, Unreachable


@pytest.fixture
def deaf() -> Iterator[str]:
    """Somebody who takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/voice"


def test_silence_is_too_slow(deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "READ_SECONDS_MAX", 0.05)
    with pytest.raises(TooSlow, match="did not answer within 0.05 s"):
        http_transport()("POST", deaf, {"a": "b"}, {})


@pytest.mark.parametrize("url", ["ftp://localhost/x", "http:///x", "nonsense"])
def test_an_impossible_address_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable, match="cannot"):
        http_transport()("POST", url, {}, {})
