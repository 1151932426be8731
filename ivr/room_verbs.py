"""What we ask of the provider about rooms, where a caller waits for whoever we ring."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from app.calls import Leg
from app.calls.carrier import Ring
from app.config import Settings
from app.errors import CarrierRefused
from ivr import twiml
from ivr.legs import UnknownLeg, leg_of

OVER = "completed"
SEVERAL = 20  # a name serves one room, a room two legs, and a number few of our calls at a time

T = TypeVar("T")


class RoomVerbs:
    """The part of a carrier that knows conferences."""

    settings: Settings
    _client: Any
    _ask: Callable[[Callable[[], Any]], Any]

    def ring(self, wanted: Ring) -> str:
        """Ring somebody into a room; answers the id of the leg. CarrierRefused means that nobody is rung.

        Whoever goes first ends the talk for both, and so does the end of the time that is paid for.
        """
        addresses = twiml.Addresses(self.settings.public_base_url, 0)
        order = {
            "time_limit": wanted.seconds_max,
            "timeout": self.settings.ring_seconds,
            "label": "callee",
            "early_media": True,
            "beep": "false",
            "end_conference_on_exit": True,
            "status_callback": addresses.rung(wanted.call),
            "status_callback_event": ["answered", "completed"],
            "status_callback_method": "POST",
        }
        people = self._client.conferences(wanted.room).participants
        try:
            rung = self._ask(lambda: people.create(from_=wanted.shows, to=wanted.to, **order))
        except UnknownLeg as error:
            raise CarrierRefused("the caller does not wait any more") from error
        return str(rung.call_sid)

    def room(self, name: str) -> str | None:
        """The id of the room of that name, if somebody is in it."""
        found = self._ask(lambda: self._client.conferences.list(friendly_name=name, limit=SEVERAL))
        return next((str(room.sid) for room in found if _word(room.status) != OVER), None)

    def people(self, room: str) -> list[str]:
        """The ids of the legs that are in a room or on the way into it; none when it is over."""
        try:
            found = self._ask(lambda: self._client.conferences(room).participants.list(limit=SEVERAL))
        except UnknownLeg:
            return []
        return [str(one.call_sid) for one in found]

    def rung(self, number: str, *, since: datetime) -> list[Leg]:
        """The legs by which we rang a number since then, by the provider's clock."""
        found = self._ask(lambda: self._client.calls.list(to=number, start_time_after=since, limit=SEVERAL))
        return [leg_of(instance) for instance in found if _word(instance.direction) == "outbound-api"]

    def announce(self, room: str, leg: str, *, call: int, left: int) -> None:
        """Let one leg in a room hear that `left` seconds are left of a call."""
        url = twiml.Addresses(self.settings.public_base_url, 0).announce(call, left)
        caller = self._client.conferences(room).participants(leg)
        with suppress(UnknownLeg):
            self._ask(lambda: caller.update(announce_url=url, announce_method="POST"))

    def prolong(self, sid: str, seconds_max: int) -> bool:
        """Let a leg last so many seconds from its answer; answers whether it was live."""
        return self._was_live(lambda: self._client.calls(sid).update(time_limit=seconds_max))

    def close(self, room: str) -> bool:
        """End a room now; answers whether somebody was in it."""
        return self._was_live(lambda: self._client.conferences(room).update(status=OVER))

    def _was_live(self, deed: Callable[[], object]) -> bool:
        try:
            self._ask(deed)
        except UnknownLeg:
            return False
        return True


def _word(value: Any) -> str:
    """What the library made one of its names of, as the provider wrote it."""
    return str(getattr(value, "value", value))
