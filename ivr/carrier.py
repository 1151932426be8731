"""What we ask of the provider over REST: about legs, to end one, and to reach a phone with a code."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient

from app.calls import Carrier, Leg, Sound
from app.config import Settings
from app.errors import CarrierUnclear, CarrierUnreachable
from ivr import twiml
from ivr.fields import STATUSES

TIMEOUT = 5.0  # seconds; whoever asks can ask again
RING_SECONDS = 40  # for a code: time to fetch the phone from another room
NOT_FOUND, GONE = 404, 410
CHUNK = 64 * 1024  # bytes of a recording that are passed on at a time
PASSED_ON = ("Content-Length", "Content-Range", "Accept-Ranges")
NOT_LIVE = {21220, 20404}  # the leg is over, or was never there

T = TypeVar("T")


class TwilioCarrier:
    """The provider's REST interface, as `app.calls.Carrier` wants it.

    Every verb raises CarrierUnreachable when the provider does not answer, or answers what makes no sense.
    """

    provider = "twilio"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.others: dict[str, Carrier] = {}

    def of(self, provider: str) -> Carrier:
        """The one that carries the access numbers of that provider. Raises CarrierUnreachable for none."""
        if provider == self.provider:
            return self
        from ivr import other_carriers  # built upon this one

        if provider not in self.others:
            self.others[provider] = other_carriers.carrier(provider, self.settings)
        return self.others[provider]

    def leg(self, sid: str) -> Leg | None:
        """One leg, or None when the provider does not know it."""
        try:
            return _leg(self._ask(lambda: self._client.calls(sid).fetch()))
        except _UnknownLeg:
            return None

    def children(self, parent: str) -> list[Leg]:
        """The legs that were dialled from this one."""
        try:
            found = self._ask(lambda: self._client.calls.list(parent_call_sid=parent, limit=200))
        except _UnknownLeg:
            return []
        return [_leg(instance) for instance in found]

    def end(self, sid: str) -> bool:
        """End a leg now; answers whether it was live."""
        try:
            self._ask(lambda: self._client.calls(sid).update(status="completed"))
        except _UnknownLeg:
            return False
        return True

    def speak(self, code: str, *, to: str, caller: str, language: str) -> None:
        """Ring a phone, showing `caller`, and say a code of digits to whoever answers."""
        said = twiml.code(code, language)
        self._tell(lambda: self._client.calls.create(to=to, from_=caller, twiml=said, timeout=RING_SECONDS))

    def text(self, body: str, *, to: str, caller: str) -> None:
        """Send a text message, showing `caller`."""
        self._tell(lambda: self._client.messages.create(to=to, from_=caller, body=body))

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
        if answer.status_code in (NOT_FOUND, GONE):
            return None
        raise CarrierUnreachable(f"the provider answered {answer.status_code}")

    def forget_recording(self, sid: str) -> None:
        """Delete a recording for good; that it is gone already is as well."""
        with suppress(_UnknownLeg):
            self._ask(lambda: self._client.recordings(sid).delete())

    def _tell(self, deed: Callable[[], object]) -> None:
        try:
            self._ask(deed)
        except _UnknownLeg as error:
            raise CarrierUnreachable("the provider knows no such account or number") from error

    @cached_property
    def _client(self) -> Any:
        from twilio.rest import Client  # heavy, and most workers never need it

        client = Client(
            self.settings.twilio_account_sid,
            self.settings.twilio_auth_tokens[0],
            http_client=TwilioHttpClient(timeout=TIMEOUT),
            environment={},  # a stray TWILIO_REGION must not send us elsewhere
        )
        client.api.base_url = self.settings.twilio_api_base_url
        return client

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except TwilioRestException as error:
            if error.status == NOT_FOUND or error.code in NOT_LIVE:
                raise _UnknownLeg from error
            raise CarrierUnreachable(f"the provider answered {error.status}, code {error.code}") from error
        except (requests.RequestException, TwilioException) as error:
            raise CarrierUnreachable(f"the provider cannot be reached: {type(error).__name__}") from error
        except (ValueError, KeyError) as error:
            raise CarrierUnclear(f"the provider's answer cannot be read: {type(error).__name__}") from error


class _UnknownLeg(Exception):
    """The provider does not know the leg, or it is over."""


def _leg(instance: Any) -> Leg:
    status = STATUSES.get(str(getattr(instance.status, "value", instance.status)))
    if status is None:
        raise CarrierUnclear("the provider named a status that we do not know")
    seconds = str(instance.duration) if instance.duration is not None else ""
    return Leg(
        sid=instance.sid,
        to=instance.to,
        status=status,
        seconds=int(seconds) if seconds.isdigit() else None,
        started_at=_moment(instance.start_time or instance.date_created),
        ended_at=_moment(instance.end_time),
    )


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None
