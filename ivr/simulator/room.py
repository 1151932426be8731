"""One conference: who is in, when it starts, when it ends, and what is told of it.

Its verbs are called under the lock of `Rooms`, from any thread; they neither wait nor ask anybody. A leg
learns what has become of it when its `wake` makes it look.
"""

from typing import Any

from .callbacks import CallbackQueue
from .clock import Clock
from .courier import Letter
from .errors import UnknownCall
from .participants import Participant, Telling
from .records import API_VERSION, rfc2822

PLACES = 250
HUNG_UP, UPDATED, ADD_FAILED = "participant_hung_up", "participant_updated_via_api", "participant_add_failed"
ENDED_BY_API, MODERATOR_ENDED = "conference_ended_via_api", "moderator_ended_conference"


class Room:
    """One conference. `people` are in it or on the way."""

    def __init__(
        self, sid: str, name: str, account_sid: str, clock: Clock, callbacks: CallbackQueue, home: Any = None
    ) -> None:
        self.home = home  # the exchange in whose time it is
        self.sid, self.name, self.account_sid = sid, name, account_sid
        self.status, self.why_ended, self.ended_by = "init", "", ""
        self.people: list[Participant] = []
        self.places = PLACES
        self._clock, self._callbacks = clock, callbacks
        self._telling: Telling | None = None
        self._told = 0
        self.created = self.updated = clock.now()

    @property
    def is_over(self) -> bool:
        return self.status == "completed"

    @property
    def has_started(self) -> bool:
        return self.status == "in-progress"

    @property
    def inside(self) -> list[Participant]:
        return [one for one in self.people if one.joined]

    @property
    def host(self) -> Any:
        """The line of the first caller in the room, if there is one."""
        return next((one.line for one in self.inside if one.line), None)

    def find(self, name: str) -> Participant:
        """By call id or label. Raises UnknownCall."""
        found = next((one for one in self.people if one.goes_by(name)), None)
        if found is None:
            raise UnknownCall(f"no participant {name} in conference {self.sid}")
        return found

    def join(self, one: Participant) -> None:
        one.joined = True
        if one not in self.people:
            self.people.append(one)
        if self._telling is None:
            self._telling = one.telling
        self.tell("join", "participant-join", one)
        inside = self.inside
        if self.status == "init" and len(inside) >= 2 and any(each.start_on_enter for each in inside):
            self.status, self.updated = "in-progress", self._clock.now()
            self.tell("start", "conference-start", one)
        self._wake(self.people)

    def leave(self, one: Participant, why: str, *, ends: bool) -> None:
        """One goes, or never came; with `ends` the conference goes too. Safe to repeat."""
        if one.left:
            return
        self._out(one, why)
        kicked = why == UPDATED
        if ends:
            how = "kicked" if kicked else "left"
            self._end(f"participant-with-end-conference-on-exit-{how}", MODERATOR_ENDED, one.sid)
        elif not self.people:
            self._end(f"last-participant-{'kicked' if kicked else 'left'}", "", one.sid)
        self._wake([one, *self.people])

    def end(self) -> None:
        """The server ends the conference."""
        self._end("conference-ended-via-api", ENDED_BY_API)

    def _end(self, why: str, why_left: str, by: str = "") -> None:
        if self.is_over:
            return
        going = list(self.people)
        for one in going:
            self._out(one, why_left)
        self.status, self.why_ended, self.ended_by = "completed", why, by
        self.updated = self._clock.now()
        fields = {"ReasonConferenceEnded": why} | ({"CallSidEndingConference": by} if by else {})
        self.tell("end", "conference-end", None, **fields)
        self._wake(going)

    def _out(self, one: Participant, why: str) -> None:
        one.left = why
        if one in self.people:
            self.people.remove(one)
        if one.joined or why == ADD_FAILED:
            stays = one.line and not one.record.is_over  # a caller's call goes on after the conference
            status = one.record.status if stays or one.record.is_over else "completed"
            self.tell(
                "leave", "participant-leave", one, ReasonParticipantLeft=why, ParticipantCallStatus=status
            )
        one.joined = False

    def tell(self, kind: str, event: str, one: Participant | None, **more: str) -> None:
        """Put one event on its way, if the first who joined asked for its kind."""
        telling = self._telling
        if telling is None or not telling.url or kind not in telling.events:
            return
        self._told += 1
        fields = {
            "ConferenceSid": self.sid,
            "FriendlyName": self.name,
            "AccountSid": self.account_sid,
            "SequenceNumber": str(self._told),
            "Timestamp": rfc2822(self._clock.now()),
            "StatusCallbackEvent": event,
            **(one.fields() if one else {}),
            **more,
        }
        self._callbacks.put(Letter(telling.url, fields, method=telling.method), telling.watch)

    def _wake(self, people: list[Participant]) -> None:
        for one in people:
            one.wake()

    def to_json(self) -> dict[str, Any]:
        """As the REST interface shows it."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Conferences/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "call_sid_ending_conference": self.ended_by or None,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "friendly_name": self.name,
            "reason_conference_ended": self.why_ended or None,
            "region": "us1",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {
                "participants": f"{uri}/Participants.json",
                "recordings": f"{uri}/Recordings.json",
            },
            "uri": f"{uri}.json",
        }
