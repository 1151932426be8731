"""What we ask of the provider about recordings, whose sound only it keeps."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import requests

from app.calls import Sound, Tape
from app.config import Settings
from app.errors import CarrierUnreachable
from ivr.legs import UnknownLeg

TIMEOUT = 5.0  # seconds without a byte
GONE = (404, 410)
SEVERAL = 200  # of one leg
CHUNK = 64 * 1024  # bytes that are passed on at a time
PASSED_ON = ("Content-Length", "Content-Range", "Accept-Ranges")


class RecordingVerbs:
    """The part of a carrier that knows recordings."""

    settings: Settings
    _client: Any
    _ask: Callable[[Callable[[], Any]], Any]

    def tapes(self, leg: str) -> list[Tape]:
        """What was recorded while a caller's leg lasted, as far as it is ready."""
        try:
            found = self._ask(lambda: self._client.recordings.list(call_sid=leg, limit=SEVERAL))
        except UnknownLeg:
            return []
        return [_tape(instance) for instance in found if str(instance.duration or "").isdigit()]

    def sound(self, sid: str, part: str = "") -> Sound | None:
        """What was recorded, or the part of it that a Range header names; None when it is gone."""
        account = self.settings.twilio_account_sid
        url = f"{self.settings.twilio_api_base_url}/2010-04-01/Accounts/{account}/Recordings/{sid}.mp3"
        try:
            answer = requests.get(
                url,
                auth=(account, self.settings.twilio_auth_tokens[0]),
                headers={"Accept-Encoding": "identity"} | ({"Range": part} if part else {}),
                timeout=TIMEOUT,
                stream=True,
            )
        except requests.RequestException as error:
            raise CarrierUnreachable(f"the provider cannot be reached: {type(error).__name__}") from error
        if answer.status_code in (200, 206):
            headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
            return Sound(answer.status_code, headers, answer.iter_content(CHUNK))
        answer.close()
        if answer.status_code in GONE:
            return None
        raise CarrierUnreachable(f"the provider answered {answer.status_code}")

    def forget_recording(self, sid: str) -> None:
        """Delete a recording for good; that it is gone already is as well."""
        with suppress(UnknownLeg):
            self._ask(lambda: self._client.recordings(sid).delete())


def _tape(instance: Any) -> Tape:
    began = instance.start_time or instance.date_created
    return Tape(instance.sid, int(instance.duration), began if isinstance(began, datetime) else None)
