"""The provider for a storm: one set of books for all calls, and a REST interface that never goes away."""

import itertools
import random
import threading
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.simulator import Faults, Network, RealClock, VirtualClock, http_transport, rest
from ivr.simulator.errors import TooSlow, Unreachable
from ivr.simulator.quirks import Quirks
from ivr.simulator.records import Registry
from ivr.simulator.transport import Answer, Transport
from tests.bench.served import ACCOUNT
from tests.support.world import TOKEN

ACTIONS_LOST = 0.2  # the end of a call must be learnt from the other signals
ANSWERS_LOST = 0.03


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Thousands of lines would tell nobody anything."""


class Provider:
    """`with Provider() as provider:` answers on `provider.base` for as long as the block lasts."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.base_of_server = ""
        self._asked = itertools.count()
        self._lost: dict[str, set[str]] = {"Dial actions lost": set(), "answers lost": set()}
        self._transport = self._lossy(http_transport())
        app = rest.create_app(self._network(clock=RealClock()))
        app.before_request(self._count)
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _count(self) -> None:
        next(self._asked)

    @property
    def asked(self) -> int:
        """How many questions the server has asked so far."""
        return int(repr(self._asked)[6:-1])

    @property
    def lost(self) -> Counter[str]:
        """How many requests and answers were lost for good."""
        return Counter({what: len(tokens) for what, tokens in self._lost.items()})

    def line(self, seed: int) -> Network:
        """A network with a time of its own, in these books, that loses and repeats and reorders."""
        chance = random.Random(seed)
        faults = Faults(drop=0.15, repeat=0.2, delay=0.2, reorder=0.25, repeat_requests=0.1, seed=seed)
        quirks = Quirks(action_on_hang_up=chance.random() < 0.5)
        clock = VirtualClock(RealClock().now())
        return self._network(clock=clock, faults=faults, quirks=quirks, seed=seed)

    def _lossy(self, carry: Transport) -> Transport:
        """Now and then a request gets lost for good, or its answer does; both with all their retries."""

        def send(method: str, url: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
            token = headers["I-Twilio-Idempotency-Token"]  # the same for all retries
            fate = random.Random(token).random()
            if "/ivr/ended" in url and fate < ACTIONS_LOST:
                self._lost["Dial actions lost"].add(token)
                raise Unreachable("lost on its way")
            answer = carry(method, url, params, headers)
            if fate > 1 - ANSWERS_LOST:
                self._lost["answers lost"].add(token)
                raise TooSlow("the answer was lost")
            return answer

        return send

    def _network(self, **more: Any) -> Network:
        return Network(
            self._transport,
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            voice_url=f"{self.base_of_server}/ivr/voice",
            fallback_url=f"{self.base_of_server}/ivr/fallback",
            status_url=f"{self.base_of_server}/ivr/status",
            registry=self.registry,
            **more,
        )
