"""Announcements: words for one participant, while the others talk on."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from . import address
from .courier import Letter
from .documents import document_of
from .errors import NotPlayed, Problem, SimulatorError
from .line import Line
from .participants import Announcement, Participant
from .room import Room
from .sounds import pieces

PLAYED = ("Say", "Play", "Pause")
KIND = "announcement"


class Announcer:
    """Plays what a participant is to hear, one after the other, whenever its leg looks."""

    def __init__(self, line: Line, room: Room, me: Participant, hear: Callable[[str], None]) -> None:
        self._line, self._room, self._me, self._hear = line, room, me, hear
        self._playing: Announcement | None = None
        self._cues: deque[tuple[datetime, str]] = deque()

    def next_moment(self) -> datetime | None:
        """When there is something to be done."""
        return self._cues[0][0] if self._cues else None

    def work(self) -> None:
        """Let be heard what is due by now."""
        while True:
            if self._cues and self._cues[0][0] <= self._line.now():
                self._step(self._cues.popleft()[1])
            elif not self._cues and self._me.announcements:
                self._begin(self._me.announcements.popleft())
            else:
                return

    def _begin(self, announcement: Announcement) -> None:
        self._playing = announcement
        try:
            moment = self._line.now()
            for text, seconds in self._fetch(announcement):
                self._cues.append((moment, text))
                moment += timedelta(seconds=seconds)
            self._cues.append((moment, ""))
        except (Problem, NotPlayed) as problem:
            self._cues.clear()
            self._fail(problem)

    def _fetch(self, announcement: Announcement) -> list[tuple[str, float]]:
        """Raises Problem, or NotPlayed for what may not be in an announcement."""
        more = {"ConferenceSid": self._room.sid, "FriendlyName": self._room.name}
        letter = Letter(announcement.url, self._line.params() | more, method=announcement.method)
        answer, came_from = self._line.exchange.courier.fetch(letter, self._line.reports.watch)
        document = document_of(answer, address.split(came_from)[0])
        strange = next((node.name for node in document.children if node.name not in PLAYED), None)
        if strange:
            raise NotPlayed(f"{strange}> in an announcement <")
        return [piece for node in document.children for piece in pieces(node)]

    def _step(self, text: str) -> None:
        if text:
            self._hear(text)
        if not self._cues:
            self._tell("announcement-end")

    def _fail(self, problem: SimulatorError) -> None:
        if isinstance(problem, Problem):
            self._line.trouble(problem)
        self._tell("announcement-fail", ReasonAnnouncementFailed=str(problem))

    def _tell(self, event: str, **more: str) -> None:
        url = self._playing.url if self._playing else ""
        with self._line.exchange.rooms.lock:
            self._room.tell(KIND, event, self._me, AnnounceUrl=url, **more)
