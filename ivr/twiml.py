"""Replies in the provider's language. Nothing else builds XML."""

from dataclasses import dataclass
from functools import cache

from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import Gather, VoiceResponse

from app import config
from app.calls import Visit
from ivr import prompts
from ivr.flow import STEPS, Next
from ivr.prompts import Prompt
from ivr.replies import Again, Dial, Hangup, Say
from ivr.words import say, spoken

# try again when we answer with a fault, cannot be reached, or take too long: the caller hears nothing of it
RETRIES = "#rc=5&rp=5xx,ct,rt"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the provider is to come next, after this turn of the talk."""

    base: str
    turn: int

    def step(self) -> str:
        """With what the caller typed."""
        return f"{self.base}/ivr/step?turn={self.turn + 1}{RETRIES}"

    def ended(self, call: int) -> str:
        """When the dialled call is over."""
        return f"{self.base}/ivr/ended?call={call}&turn={self.turn + 1}{RETRIES}"

    def status(self, call: int) -> str:
        """Whenever the dialled leg changes."""
        return f"{self.base}/ivr/status?call={call}{RETRIES}"


def render(visit: Visit, next: Next) -> str:
    """The document that tells the provider what to do now."""
    addresses = Addresses(config.settings().public_base_url, visit.turn)
    language = visit.line.language
    text = spoken(next.reply.words, language)
    response = VoiceResponse()
    match next.reply:
        case Say() | Again():
            _ask(response, text, language, next.step, addresses)
        case Dial():
            response.say(text, language=language)
            _dial(response, next.reply, visit, addresses)
        case Hangup():
            _part(response, text, language)
    return str(response)


@cache
def fault(language: str = "en-GB") -> str:
    """What a caller hears when something is wrong with us."""
    response = VoiceResponse()
    _part(response, say(Prompt.FAULT, language), language)
    return str(response)


@cache
def nothing() -> str:
    """An answer to a request that asks for no instructions."""
    return str(VoiceResponse())


def code(digits: str, language: str) -> str:
    """What a phone that is rung hears: a code, three times, since nobody can wind a call back."""
    text = say(Prompt.PHONE_CODE, language, code=prompts.digits(digits, language).replace(" ", ", "))
    response = VoiceResponse()
    for _ in range(3):
        response.pause(length=1)
        response.say(text, language=language)
    response.hangup()
    return str(response)


def _ask(response: VoiceResponse, text: str, language: str, step: str, addresses: Addresses) -> None:
    """Say the text inside the gather, so that a key pressed early counts."""
    waiting = STEPS[step]
    entry: dict[str, object] = {"input": "dtmf", "action": addresses.step(), "method": "POST"}
    entry |= {"timeout": waiting.timeout(), "finish_on_key": "#", "action_on_empty_result": True}
    if (digits := waiting.digits()) is not None:
        entry["num_digits"] = digits
    gather = Gather(**entry)
    gather.say(text, language=language)
    response.append(gather)
    response.redirect(addresses.step(), method="POST")  # for providers that do not report silence


def _dial(response: VoiceResponse, reply: Dial, visit: Visit, addresses: Addresses) -> None:
    """No Dial ever leaves without a time limit that its hold pays for."""
    assert reply.call.seconds_max > 0
    dial = DialVerb(
        action=addresses.ended(reply.call.id),
        method="POST",
        time_limit=reply.call.seconds_max,
        timeout=config.settings().ring_seconds,
        caller_id=visit.line.number,  # the only one that we surely may show; a withheld caller stays withheld
    )
    dial.number(
        reply.call.number,
        status_callback=addresses.status(reply.call.id),
        status_callback_event="answered completed",
        status_callback_method="POST",
    )
    response.append(dial)


def _part(response: VoiceResponse, text: str, language: str) -> None:
    response.say(text, language=language)
    response.hangup()
