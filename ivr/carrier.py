"""What we ask of the provider over REST: about legs, to end one, and to reach a phone with a code."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient

from app.calls import Carrier, Leg, Ringing
from app.config import Settings
from app.errors import CarrierRefused, CarrierUnclear, CarrierUnreachable
from ivr import twiml
from ivr.legs import UnknownLeg, leg_of
from ivr.recording_verbs import RecordingVerbs
from ivr.room_verbs import RoomVerbs

TIMEOUT = 5.0  # seconds; whoever asks can ask again
RING_SECONDS = 40  # for a code: time to fetch the phone from another room
REFUSALS = (400, 500)  # the provider has understood, and done nothing
NOT_FOUND = 404
NOT_LIVE = {21220, 20404}  # the leg is over, or was never there

T = TypeVar("T")


class TwilioCarrier(RecordingVerbs, RoomVerbs):
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
            return leg_of(self._ask(lambda: self._client.calls(sid).fetch()))
        except UnknownLeg:
            return None

    def children(self, parent: str) -> list[Leg]:
        """The legs that were dialled from this one."""
        try:
            found = self._ask(lambda: self._client.calls.list(parent_call_sid=parent, limit=200))
        except UnknownLeg:
            return []
        return [leg_of(instance) for instance in found]

    def end(self, sid: str) -> bool:
        """End a leg now; answers whether it was live."""
        try:
            self._ask(lambda: self._client.calls(sid).update(status="completed"))
        except UnknownLeg:
            return False
        return True

    def ring_back(self, due: Ringing) -> str:
        """Ring a phone whose owner wants it; answers the id of the leg. CarrierRefused: it does not ring."""
        addresses = twiml.Addresses(self.settings.public_base_url, 0)
        order = {
            "url": addresses.called_back(due.visit, due.call),
            "fallback_url": f"{self.settings.public_base_url}/ivr/fallback",
            "status_callback": addresses.status(due.call),
            "status_callback_event": ["completed"],
            "timeout": self.settings.ring_seconds,
            "time_limit": due.seconds_max,
        }
        try:
            rung = self._ask(lambda: self._client.calls.create(to=due.phone, from_=due.line, **order))
        except UnknownLeg as error:
            raise CarrierRefused("the provider knows no such account or number") from error
        return str(rung.sid)

    def speak(self, code: str, *, to: str, caller: str, language: str) -> None:
        """Ring a phone, showing `caller`, and say a code of digits to whoever answers."""
        said = twiml.code(code, language)
        self._tell(lambda: self._client.calls.create(to=to, from_=caller, twiml=said, timeout=RING_SECONDS))

    def text(self, body: str, *, to: str, caller: str) -> None:
        """Send a text message, showing `caller`."""
        self._tell(lambda: self._client.messages.create(to=to, from_=caller, body=body))

    def _tell(self, deed: Callable[[], object]) -> None:
        try:
            self._ask(deed)
        except UnknownLeg as error:
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
                raise UnknownLeg from error
            kind = CarrierRefused if REFUSALS[0] <= error.status < REFUSALS[1] else CarrierUnreachable
            raise kind(f"the provider answered {error.status}, code {error.code}") from error
        except (requests.RequestException, TwilioException) as error:
            raise CarrierUnreachable(f"the provider cannot be reached: {type(error).__name__}") from error
        except (ValueError, KeyError) as error:
            raise CarrierUnclear(f"the provider's answer cannot be read: {type(error).__name__}") from error
