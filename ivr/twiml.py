"""Replies in the provider's language. Nothing else builds XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import Gather, VoiceResponse
from twilio.twiml.voice_response import Say as SayVerb

from app import config
from app.calls import CallKind, Visit, rooms
from ivr import recorded
from ivr.flow import Next, waiting_at
from ivr.prompts import Keys, Piece, Prompt
from ivr.prompts.speech import groups
from ivr.prompts.voices import Voice, voice_for
from ivr.replies import Again, Dial, Hangup, Refuse, Say
from ivr.words import Words, pieces, sentences, tell

# try again when we answer with a fault, cannot be reached, or take too long: the caller hears nothing of it
RETRIES = "#rc=5&rp=5xx,ct,rt"
FIRST_PROVIDER = "twilio"
# seconds that these ring at most
RING_MAX = {"telnyx": 120}
# one of these in a name would make the whole answer unreadable
_NO_XML = re.compile("[^\\t\\n\\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the provider is to come next, after this turn of the talk."""

    base: str
    turn: int
    retries: str = RETRIES  # how others are told so is not known

    def step(self) -> str:
        """With what the caller typed."""
        return f"{self.base}/ivr/step?turn={self.turn + 1}{self.retries}"

    def ended(self, call: int) -> str:
        """When the dialled call is over."""
        return f"{self.base}/ivr/ended?call={call}&turn={self.turn + 1}{self.retries}"

    def status(self, call: int) -> str:
        """Whenever the dialled leg changes."""
        return f"{self.base}/ivr/status?call={call}{self.retries}"

    def called_back(self, visit: int, call: int) -> str:
        """When somebody answers the phone that we ring."""
        return f"{self.base}/ivr/called-back?visit={visit}&call={call}{RETRIES}"

    def room(self, call: int) -> str:
        """Whenever something happens in the room where caller and called party meet."""
        return f"{self.base}/ivr/room?call={call}{RETRIES}"

    def rung(self, call: int) -> str:
        """Whenever the leg changes that we rang into a room."""
        return f"{self.base}/ivr/rung?call={call}{RETRIES}"

    def announce(self, call: int, left: int) -> str:
        """What the caller hears when the time is nearly up; too late it would not be true."""
        return f"{self.base}/ivr/announce?call={call}&left={left}"

    def whisper(self, call: int) -> str:
        """Before the called party of a recorded call is put through."""
        return f"{self.base}/ivr/whisper?call={call}{RETRIES}"

    def recording(self, call: int) -> str:
        """When a recording is ready."""
        return f"{self.base}/ivr/recording?call={call}{RETRIES}"


def render(visit: Visit, next: Next) -> str:
    """The document that tells the provider what to do now."""
    retries = RETRIES if visit.line.provider == FIRST_PROVIDER else ""
    addresses = Addresses(config.settings().public_base_url, visit.turn, retries)
    response = VoiceResponse()
    match next.reply:
        case Say(words) | Again(words):
            _ask(response, words, visit, next.step, addresses)
        case Dial(words):
            speak(response, words, visit.language)
            _dial(response, next.reply, visit, addresses)
        case Hangup(words):
            speak(response, words, visit.language)
            response.hangup()
        case Refuse():
            response.reject(reason="busy")
    return str(response)


@cache
def fault(language: str = "en-GB") -> str:
    """What a caller hears when something is wrong with us."""
    return said(Prompt.FAULT, language)


def said(words: Words, language: str) -> str:
    """A document that says this and hangs up."""
    response = VoiceResponse()
    speak(response, words, language)
    response.hangup()
    return str(response)


@cache
def nothing() -> str:
    """An answer to a request that asks for no instructions."""
    return str(VoiceResponse())


@cache
def busy() -> str:
    """An answer that lets a caller hear that the line is busy: it costs nobody anything."""
    response = VoiceResponse()
    response.reject(reason="busy")
    return str(response)


@cache
def hangup() -> str:
    """An answer that ends a leg and says nothing."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def whisper(words: Words) -> str:
    """What a called party alone hears before being put through; every sentence names its language."""
    response = VoiceResponse()
    speak(response, words, "en-GB")
    return str(response)


def message(text: str) -> str:
    """The answer to a text message; an empty one answers nothing."""
    response = MessagingResponse()
    if text:
        response.message(_NO_XML.sub("", text))
    return str(response)


def code(digits: str, language: str) -> str:
    """What a phone that is rung hears: a code, three times, since nobody can wind a call back."""
    response = VoiceResponse()
    for _ in range(3):
        response.pause(length=1)
        speak(response, tell(Prompt.PHONE_CODE, code=Keys(digits)), language)
    response.hangup()
    return str(response)


def speak(verb: Any, words: Words, language: str) -> None:
    """Say the words inside a verb, or play what was recorded in their place."""
    waiting: list[Piece] = []
    speaks = language
    for sentence in sentences(words):
        if (sentence.language or language) != speaks:
            _say(verb, waiting, speaks)
            speaks = sentence.language or language
        parts = pieces(sentence, speaks)
        clips = recorded.clips(sentence.prompt, speaks, parts)
        for piece in parts:
            if piece.at in clips:
                _say(verb, waiting, speaks)
                verb.play(config.settings().public_base_url + clips[piece.at])
            elif not clips or any(character.isalnum() for character in piece.text):
                waiting.append(piece)
        waiting.append(Piece(" "))
    _say(verb, waiting, speaks)


def _say(verb: Any, waiting: list[Piece], language: str) -> None:
    """Say what has been put together so far, in one breath."""
    voice = _voice(language)
    texts = [(_NO_XML.sub("", text), is_spelt) for text, is_spelt in _texts(waiting, voice)]
    waiting.clear()
    if not any(text.strip() for text, _ in texts):
        return
    say = SayVerb(voice=voice.name, language=voice.language)
    texts[-1] = (texts[-1][0].rstrip(), texts[-1][1])
    for text, is_spelt in texts:
        if is_spelt:
            say.say_as(text, interpret_as="digits")
        elif text:
            say.append(text)
    verb.append(say)


def _texts(waiting: list[Piece], voice: Voice) -> Iterator[tuple[str, bool]]:
    """The texts to say, and whether a voice that can is to spell them."""
    plain = ""
    for piece in waiting:
        if not (piece.digits and voice.spells):
            plain += piece.text
            continue
        for at, group in enumerate(groups(piece.digits)):
            yield (plain if not at else ", "), False
            yield group, True
        plain = ""
    yield plain, False


def _voice(language: str) -> Voice:
    """The voice for a language: the operator's, or ours."""
    return voice_for(language, dict(config.settings().voices).get(language))


def _ask(response: VoiceResponse, words: Words, visit: Visit, step: str, addresses: Addresses) -> None:
    """Say the words inside the gather, so that a key pressed early counts."""
    waiting = waiting_at(step)
    entry: dict[str, object] = {"input": "dtmf", "action": addresses.step(), "method": "POST"}
    entry |= {"timeout": waiting.timeout(visit.line), "finish_on_key": "#", "action_on_empty_result": True}
    if (digits := waiting.digits(visit.line)) is not None:
        entry["num_digits"] = digits
    gather = Gather(**entry)
    speak(gather, words, visit.language)
    response.append(gather)
    response.redirect(addresses.step(), method="POST")  # for providers that do not report silence


def _dial(response: VoiceResponse, reply: Dial, visit: Visit, addresses: Addresses) -> None:
    """No Dial ever leaves without a time limit that its hold pays for."""
    assert reply.call.seconds_max > 0
    if reply.call.kind is CallKind.CONFERENCE:
        _wait_in_room(response, reply, visit, addresses)
        return
    dial = DialVerb(
        action=addresses.ended(reply.call.id),
        method="POST",
        time_limit=reply.call.seconds_max,
        timeout=min(config.settings().ring_seconds, RING_MAX.get(visit.line.provider, 600)),
        caller_id=reply.call.shows,
        hangup_on_star=True if reply.call.star_ends else None,
        **(_recorded(reply.call.id, addresses) if reply.call.recorded else {}),
    )
    dial.number(
        reply.call.number,
        status_callback=addresses.status(reply.call.id),
        status_callback_event="answered completed",
        status_callback_method="POST",
        # whoever is called hears of the recording, or is not put through
        **({"url": addresses.whisper(reply.call.id), "method": "POST"} if reply.call.recorded else {}),
    )
    response.append(dial)


def _wait_in_room(response: VoiceResponse, reply: Dial, visit: Visit, addresses: Addresses) -> None:
    """The caller waits where we ring whom was dialled; that leg has the limit that the hold pays for."""
    call = reply.call.id
    dial = DialVerb(
        action=addresses.ended(call),
        method="POST",
        time_limit=rooms.stay_max(visit),
        caller_id=reply.call.shows,
        hangup_on_star=True if reply.call.star_ends else None,
    )
    dial.conference(
        rooms.name_of(call, visit.sid),
        start_conference_on_enter=True,
        end_conference_on_exit=True,
        beep="false",
        wait_url="",  # no music: the caller hears it ring
        max_participants=2,
        participant_label="caller",
        status_callback=addresses.room(call),
        status_callback_event="start end join leave",
        status_callback_method="POST",
    )
    response.append(dial)


def announcement(prompt: Prompt | None, language: str) -> str:
    """What somebody hears in the midst of a call: a sentence, or two beeps."""
    response = VoiceResponse()
    if prompt is None:
        response.play(f"{config.settings().public_base_url}/static/sounds/beep.wav")
    else:
        speak(response, prompt, language)
    return str(response)


def _recorded(call: int, addresses: Addresses) -> dict[str, str]:
    """What makes the provider record a Dial, each end on a channel of its own."""
    return {
        "record": "record-from-answer-dual",
        "recording_status_callback": addresses.recording(call),
        "recording_status_callback_event": "completed absent",
        "recording_status_callback_method": "POST",
    }
