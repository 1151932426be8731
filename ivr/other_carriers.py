"""Other providers over REST, as far as their interfaces are known; what is not is refused in plain words."""

from functools import cached_property
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import requests
from twilio.http.http_client import TwilioHttpClient

from app.calls import Carrier, Leg
from app.config import Settings
from app.errors import CarrierRefused, CarrierUnclear, CarrierUnreachable
from ivr.carrier import NOT_FOUND, TIMEOUT, TwilioCarrier
from ivr.legs import leg_of

# a leg that is over is not there, or cannot be changed
_OVER = (NOT_FOUND, 422)
# what a leg says of itself, besides its id
_FACTS = ("to", "status", "duration", "start_time", "date_created", "end_time")


def carrier(provider: str, settings: Settings) -> Carrier:
    """The REST interface of another provider. Raises CarrierUnreachable for one that is not set up."""
    if provider == "signalwire" and settings.signalwire is not None:
        return SignalWireCarrier(settings)
    if provider == "telnyx" and settings.telnyx is not None:
        return TelnyxCarrier(settings)
    if provider == TwilioCarrier.provider:
        return TwilioCarrier(settings)
    raise CarrierUnreachable(f"{provider[:20]} is not set up")


class SignalWireCarrier(TwilioCarrier):
    """The same interface below another address."""

    provider = "signalwire"

    def speak(self, code: str, *, to: str, caller: str, language: str) -> None:
        """Whether SignalWire takes words along with a call is not known, and no address holds a code."""
        raise CarrierRefused("SignalWire rings nobody with a code: send it as a text message")

    @cached_property
    def _client(self) -> Any:
        from twilio.rest import Client  # heavy, and most workers never need it

        its = self.settings.signalwire
        assert its is not None, "it is set up"
        http = TwilioHttpClient(timeout=TIMEOUT)
        client = Client(its.project_id, its.api_token, http_client=http, environment={})
        client.api.base_url = f"{its.space_url}/api/laml"
        return client


class TelnyxCarrier(TwilioCarrier):
    """TeXML over REST: one leg can be asked about and ended. Source: Telnyx, "TeXML REST Commands"."""

    provider = "telnyx"

    def leg(self, sid: str) -> Leg | None:
        """One leg, or None when the provider does not know it."""
        answer = self._request("GET", f"{self._calls}/{quote(sid, safe='')}")
        if answer.status_code == NOT_FOUND:
            return None
        told = _told(answer)
        return leg_of(SimpleNamespace(sid=sid, **{name: told.get(name) for name in _FACTS}))

    def children(self, parent: str) -> list[Leg]:
        """Telnyx lists legs, but does not say which one dialled them: whoever needs that asks a person."""
        raise CarrierUnclear("Telnyx does not say which legs a call has dialled")

    def end(self, sid: str) -> bool:
        """End a leg now; answers whether it was live."""
        answer = self._request("POST", f"{self._calls}/{quote(sid, safe='')}", data={"Status": "completed"})
        if answer.status_code in _OVER:
            return False
        _told(answer)
        return True

    def speak(self, code: str, *, to: str, caller: str, language: str) -> None:
        """Telnyx wants an application of its own for every call that we begin."""
        raise CarrierRefused("Telnyx rings nobody with a code: send it as a text message")

    def text(self, body: str, *, to: str, caller: str) -> None:
        """Send a text message, showing `caller`."""
        message = {"from": caller, "to": to, "text": body}
        _told(self._request("POST", "/v2/messages", json=message))

    @property
    def _client(self) -> Any:
        raise CarrierRefused("that is not known to work at Telnyx")

    @property
    def _calls(self) -> str:
        assert self.settings.telnyx is not None, "it is set up"
        return f"/v2/texml/Accounts/{quote(self.settings.telnyx.account_id, safe='')}/Calls"

    def _request(self, method: str, path: str, **what: Any) -> requests.Response:
        its = self.settings.telnyx
        assert its is not None, "it is set up"
        headers = {"Authorization": f"Bearer {its.api_key}", "Accept": "application/json"}
        try:
            return requests.request(method, its.api_base_url + path, headers=headers, timeout=TIMEOUT, **what)
        except requests.RequestException as error:
            raise CarrierUnreachable(f"Telnyx cannot be reached: {type(error).__name__}") from error


def _told(answer: requests.Response) -> dict[str, Any]:
    """What a good answer says. Raises CarrierRefused for a no, CarrierUnreachable for a fault."""
    if not answer.ok:
        kind = CarrierRefused if answer.status_code < 500 else CarrierUnreachable
        raise kind(f"Telnyx answered {answer.status_code}")
    try:
        told = answer.json()
    except ValueError as error:
        raise CarrierUnclear("Telnyx's answer cannot be read") from error
    if not isinstance(told, dict):
        raise CarrierUnclear("Telnyx's answer is no leg")
    return told
