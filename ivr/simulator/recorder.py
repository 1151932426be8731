"""Recording a Dial: whether, from when, and whom to tell."""

from . import address
from .courier import Letter
from .line import Line
from .reader import Node
from .recordings import Recording

RECORDED = ("record-from-answer", "record-from-ringing", "true")


class Recorder:
    """What one Dial wants recorded."""

    def __init__(self, line: Line, dial: Node) -> None:
        self._line, self._dial = line, dial
        self.recording: Recording | None = None

    @property
    def is_wanted(self) -> bool:
        return self._dial.word("record").removesuffix("-dual") in RECORDED

    def begin(self) -> None:
        """Record from now on, if the Dial says so."""
        if not self.is_wanted:
            return
        exchange = self._line.exchange
        self.recording = Recording(
            sid=exchange.new_sid("RE"),
            account_sid=exchange.account_sid,
            call_sid=self._line.record.sid,
            begun=self._line.now(),
            channels=2 if self._dial.word("record").endswith("-dual") else 1,
            track=self._dial.word("recordingTrack", "both"),
        )
        exchange.recordings.add(self.recording)
        self._tell("in-progress")

    def end(self) -> None:
        """The talk is over; safe to repeat."""
        if self.recording and not self.recording.ended:
            self.recording.ended = self._line.now()
            self._tell("completed")

    def names(self) -> dict[str, str]:
        """What the report about the end of the leg says of the recording."""
        return self.recording.names() if self.recording else {}

    def _tell(self, event: str) -> None:
        url = self._dial.word("recordingStatusCallback")
        wanted = self._dial.word("recordingStatusCallbackEvent", "completed").split()
        if not url or self.recording is None or event not in wanted:
            return
        method = self._dial.word("recordingStatusCallbackMethod", "POST")
        fields = self.recording.params(self._line.exchange.quirks.ways.moment)
        letter = Letter(address.join(self._line.url, url), fields, method=method)
        self._line.exchange.callbacks.put(letter, self._line.watch)
