"""Dial's Conference: a caller joins a room, waits, talks, and goes on when it is over."""

from datetime import datetime

from . import address
from .actions import action_of, tell_in_vain
from .announcements import Announcer
from .errors import NotPlayed
from .exchange import CALL_SECONDS_MAX, Exchange
from .line import Line
from .participants import Participant, Telling
from .reader import Node
from .room import HUNG_UP, PLACES, UPDATED, Room
from .signals import Changed, Gone, Key, Next, State, Walk

LEAVING = 0.1  # seconds until the others are out, too, when a caller goes first
OVER = {"DialCallStatus": "answered"}  # neither id nor duration: there is no dialled leg


def open_room(exchange: Exchange, name: str) -> Room:
    """The live conference of that name, made if there is none."""

    def make() -> Room:
        sid = exchange.new_sid("CF")
        return Room(sid, name, exchange.account_sid, exchange.clock, exchange.callbacks, home=exchange)

    return exchange.rooms.open(name, make)


def play_conference(line: Line, dial: Node) -> Walk[Next]:
    """Join, and stay until the room is over, the time is up, the server removes one or * is pressed."""
    if len(dial.children) != 1 or dial.children[0].word("coach"):
        raise NotPlayed("Dial><Conference> with coach or beside other numbers <")
    line.answer()
    noun = dial.children[0]
    me = _participant(line, noun)
    room = _enter(line, noun, me)
    until = line.later(dial.number("timeLimit", CALL_SECONDS_MAX))
    try:
        yield from stand(line, room, me, _announcer(line, room, me), until, star=dial.flag("hangupOnStar"))
        if not me.left:
            leave(line, room, me)
            yield from line.pass_time(State.PAUSING, LEAVING)
    except Gone as gone:
        leave(line, room, me, gone)
        tell_in_vain(line, action_of(dial, OVER))
        raise
    line.note("conference", f"{room.name} is over for the caller", sid=room.sid)
    return action_of(dial, OVER)


def stand(
    line: Line, room: Room, me: Participant, announcer: Announcer, until: datetime, *, star: bool = False
) -> Walk[None]:
    """In the room until out of it, until that moment, or until * is pressed."""
    while not me.left:
        announcer.work()
        moment = min(until, announcer.next_moment() or until)
        state = State.TALKING if room.has_started else State.RINGING
        signal = yield from line.wait(state, moment)
        if isinstance(signal, Key) and signal.key == "*" and star:
            return
        if line.now() >= until:
            return


def leave(line: Line, room: Room, me: Participant, gone: Gone | None = None) -> None:
    """Out of the room; whoever was out already stays out."""
    why = UPDATED if gone and gone.by_server else HUNG_UP
    with line.exchange.rooms.lock:
        room.leave(me, why, ends=me.end_on_exit)


def _participant(line: Line, noun: Node) -> Participant:
    url = noun.word("statusCallback")
    telling = Telling(
        address.join(line.url, url) if url else "",
        frozenset(noun.word("statusCallbackEvent").split()),
        noun.word("statusCallbackMethod", "POST"),
        line.watch,
    )
    return Participant(
        line.record,
        lambda: line.wake(Changed()),
        line.now(),
        telling,
        label=noun.word("participantLabel"),
        muted=noun.flag("muted"),
        end_on_exit=noun.flag("endConferenceOnExit"),
        start_on_enter=noun.flag("startConferenceOnEnter", True),
        line=line,
    )


def _enter(line: Line, noun: Node, me: Participant) -> Room:
    with line.exchange.rooms.lock:
        room = open_room(line.exchange, noun.text)
        room.places = noun.number("maxParticipants", PLACES) if not room.people else room.places
        line.note("conference", f"joins {room.name}", sid=room.sid)
        if len(room.people) >= room.places:
            me.left = "full"
        else:
            room.join(me)
        return room


def _announcer(line: Line, room: Room, me: Participant) -> Announcer:
    def hear(text: str) -> None:
        line.heard.append(text)
        line.note("voice", text, announced=True)

    return Announcer(line, room, me, hear)
