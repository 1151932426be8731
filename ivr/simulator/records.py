"""What the provider knows about every call: the rows behind its REST interface."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .errors import UnknownCall, WrongState

API_VERSION = "2010-04-01"
ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
PRICE_PER_MINUTE = {"inbound": Decimal("0.0085"), "outbound-dial": Decimal("0.0140")}
PRICE_PER_MINUTE["outbound-api"] = PRICE_PER_MINUTE["outbound-dial"]
PRICE_DELAY = timedelta(seconds=60)  # a price is not known at once


@dataclass
class CallRecord:
    """One leg.

    `end` asks the running call to end this leg, `change` to look at it anew; both are called from any thread.
    """

    sid: str
    account_sid: str
    caller: str
    to: str
    direction: str
    created: datetime
    parent_sid: str | None = None
    status: str = "queued"
    answered: datetime | None = None
    ended: datetime | None = None
    forwarded_from: str | None = None
    time_limit: int | None = None  # seconds from the answer; None is the provider's own limit
    end: Callable[[], None] | None = None
    change: Callable[[], None] | None = None

    @property
    def is_over(self) -> bool:
        return self.status in ENDED

    @property
    def seconds(self) -> int:
        """Whole seconds from answer to end, fractions dropped; a call of less than one counts as one."""
        if self.answered is None or self.ended is None:
            return 0
        span = (self.ended - self.answered).total_seconds()
        return max(int(span), 1) if span > 0 else 0

    @property
    def billed_minutes(self) -> int:
        return -(-self.seconds // 60)

    def finish(self, status: str, moment: datetime) -> None:
        if self.is_over:
            raise WrongState(f"call {self.sid} is {self.status} already")
        self.status, self.ended = status, moment

    def price(self, now: datetime) -> str | None:
        """Negative, and only some time after the end."""
        if self.status != "completed" or self.ended is None or now < self.ended + PRICE_DELAY:
            return None
        return f"{-PRICE_PER_MINUTE[self.direction] * self.billed_minutes:.5f}"

    def params(self) -> dict[str, str]:
        """The fields that name this leg in every request."""
        fields = {
            "CallSid": self.sid,
            "AccountSid": self.account_sid,
            "From": self.caller,
            "Caller": self.caller,
            "To": self.to,
            "Called": self.to,
            "CallStatus": self.status,
            "Direction": self.direction,
            "ApiVersion": API_VERSION,
        }
        if self.parent_sid:
            fields["ParentCallSid"] = self.parent_sid
        if self.forwarded_from:
            fields["ForwardedFrom"] = self.forwarded_from
        return fields

    def to_json(self, now: datetime) -> dict[str, Any]:
        """As the REST interface shows it: strings, null and RFC 2822."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}"
        start = self.answered or self.ended or self.created
        return {
            "sid": self.sid,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.ended or self.answered or self.created),
            "parent_call_sid": self.parent_sid,
            "account_sid": self.account_sid,
            "to": self.to,
            "to_formatted": self.to,
            "from": self.caller,
            "from_formatted": self.caller,
            "phone_number_sid": None,
            "status": self.status,
            "start_time": rfc2822(start),
            "end_time": rfc2822(self.ended) if self.ended else None,
            "duration": str(self.seconds) if self.ended else None,
            "price": self.price(now),
            "price_unit": "USD",
            "direction": self.direction,
            "answered_by": None,
            "annotation": None,
            "api_version": API_VERSION,
            "forwarded_from": self.forwarded_from,
            "group_sid": None,
            "caller_name": None,
            "queue_time": "0",
            "trunk_sid": None,
            "uri": f"{uri}.json",
            "subresource_uris": {
                "notifications": f"{uri}/Notifications.json",
                "recordings": f"{uri}/Recordings.json",
            },
        }


class Dialled:
    """A leg that was dialled, as a test looks at it."""

    def __init__(self, record: CallRecord, time_limit: int | None) -> None:
        self.record, self._time_limit = record, time_limit
        self.heard: list[str] = []  # by the callee alone, before being put through

    @property
    def sid(self) -> str:
        return self.record.sid

    @property
    def time_limit(self) -> int | None:
        return self.record.time_limit or self._time_limit

    @property
    def number(self) -> str:
        return self.record.to

    @property
    def caller_id(self) -> str:
        return self.record.caller

    @property
    def status(self) -> str:
        return self.record.status

    @property
    def seconds(self) -> int:
        return self.record.seconds

    def __repr__(self) -> str:
        return f"<{self.number} {self.status} {self.seconds} s>"


class Registry:
    """All calls of an account, the newest last; may be shared by several networks and threads.

    Beyond `keep` the oldest that are over are forgotten, so that a stand-in may run for weeks.
    """

    def __init__(self, keep: int = 100_000) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._calls: dict[str, CallRecord] = {}

    def add(self, record: CallRecord) -> None:
        with self._lock:
            self._calls[record.sid] = record
            if len(self._calls) > self._keep:
                self._forget_old()

    def _forget_old(self) -> None:
        over = [sid for sid, record in self._calls.items() if record.is_over]
        for sid in over[: self._keep // 10]:
            del self._calls[sid]

    def find(self, sid: str) -> CallRecord:
        with self._lock:
            if sid not in self._calls:
                raise UnknownCall(f"no call {sid}")
            return self._calls[sid]

    def all(self) -> list[CallRecord]:
        with self._lock:
            return list(self._calls.values())

    def end(self, sid: str) -> CallRecord:
        """Ask for the end of a live call; the call itself does it, within a moment.

        Raises UnknownCall, or WrongState for a call that is over.
        """
        record = self.find(sid)
        if record.is_over or record.end is None:
            raise WrongState(f"call {sid} is {record.status}")
        record.end()
        return record

    def limit(self, sid: str, seconds: int) -> CallRecord:
        """Let a live leg last so many seconds from its answer, and not longer.

        Raises UnknownCall, or WrongState for a call that is over.
        """
        record = self.find(sid)
        if record.is_over:
            raise WrongState(f"call {sid} is {record.status}")
        record.time_limit = seconds
        if record.change:
            record.change()
        return record


def rfc2822(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")
