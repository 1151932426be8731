"""Telling the server how a leg fares: one status callback for every event that it asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .courier import Letter, Watcher
from .exchange import Exchange
from .records import CallRecord

SIP_CODES = {"completed": "200", "busy": "486", "no-answer": "480", "canceled": "487", "failed": "404"}


@dataclass
class Reports:
    """What is told about one leg. `params` gives the fields that go along with every report."""

    exchange: Exchange
    record: CallRecord
    params: Callable[[], dict[str, str]]
    watch: Watcher
    url: str = ""
    events: tuple[str, ...] = ("completed",)
    method: str = "POST"
    told: int = 0

    def tell(self, event: str, **more: str) -> None:
        """Put the report of an event on its way, if anybody asked for it; some providers send two."""
        if not self.url or event not in self.events:
            return
        ways = self.exchange.quirks.ways
        statuses = {"answered": ways.answered, "completed": (self.record.status,)}.get(event, (event,))
        for status in statuses:
            self._put(event, status, more)

    def _put(self, event: str, status: str, more: Mapping[str, str]) -> None:
        fields = {
            **self.params(),
            "CallStatus": status,
            "Timestamp": self.exchange.quirks.ways.moment(self.exchange.clock.now()),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self.told),
            **(self._end() if event == "completed" else {}),
            **more,
        }
        self.told += 1
        self.exchange.callbacks.put(Letter(self.url, fields, method=self.method), self.watch)

    def _end(self) -> dict[str, str]:
        record = self.record
        fields = {"CallDuration": str(record.seconds), "Duration": str(record.billed_minutes)}
        rung = record.direction != "inbound"
        return fields | ({"SipResponseCode": SIP_CODES[record.status]} if rung else {})
