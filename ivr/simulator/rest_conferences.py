"""The REST interface of conferences: to list and end them, and to add, tell and remove participants."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from . import rung
from .asked import Asked
from .conference import open_room
from .errors import UnknownCall, WrongState
from .network import Network
from .outgoing import BadRequest
from .participants import Announcement, Participant, Telling
from .room import UPDATED, Room
from .rooms import Rooms
from .rung import Wish

PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX = 50, 1000
SECONDS_MAX = 14_400
UNSUPPORTED, BAD_CALLER_ID = 20001, 21210
CALL_EVENTS = ("initiated", "ringing", "answered", "completed")
ROOM_EVENTS = ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
STATUSES = ("init", "in-progress", "completed")
# taken and not acted out: nobody here listens to beeps, music or the sound of ringing
PASSED_OVER = {"Beep", "Record", "EarlyMedia", "WaitUrl", "WaitMethod", "CallReason", "Region", "Trim"}
PASSED_OVER |= {
    "JitterBufferSize",
    "ConferenceRecord",
    "ConferenceTrim",
    "HoldUrl",
    "HoldMethod",
    "BeepOnExit",
}
ADDED = {"From", "To", "Timeout", "TimeLimit", "Label", "Muted", "MaxParticipants"} | PASSED_OVER
ADDED |= {"StartConferenceOnEnter", "EndConferenceOnExit"}
ADDED |= {"StatusCallback", "StatusCallbackEvent", "StatusCallbackMethod", "ConferenceStatusCallback"}
ADDED |= {"ConferenceStatusCallbackEvent", "ConferenceStatusCallbackMethod"}
LISTED = {"FriendlyName", "Status", "PageSize", "Page"}
CHANGED = {"Muted", "Hold", "EndConferenceOnExit", "AnnounceUrl", "AnnounceMethod"} | PASSED_OVER


def add_routes(blue: Blueprint, network: Network) -> None:
    """Put the routes below /Accounts/<sid>/Conferences on the interface of the account."""
    _add_room_routes(blue, network.exchange.rooms)
    _add_people_routes(blue, network)


def _add_room_routes(blue: Blueprint, rooms: Rooms) -> None:
    @blue.get("/Conferences.json")
    def conferences(account: str) -> Response:
        found = [room for room in rooms.all() if _fits(room, Asked(request.args, LISTED))]
        return jsonify(_page("conferences", [room.to_json() for room in found]))

    @blue.get("/Conferences/<sid>.json")
    def conference(account: str, sid: str) -> Response:
        return jsonify(rooms.find(sid).to_json())

    @blue.post("/Conferences/<sid>.json")
    def end(account: str, sid: str) -> Response:
        with rooms.lock:
            return jsonify(_end(rooms.find(sid)).to_json())


def _add_people_routes(blue: Blueprint, network: Network) -> None:
    rooms = network.exchange.rooms

    @blue.get("/Conferences/<sid>/Participants.json")
    def participants(account: str, sid: str) -> Response:
        with rooms.lock:
            people = [one.to_json(sid) for one in rooms.find(sid).people]
        return jsonify(_page("participants", people))

    @blue.post("/Conferences/<name>/Participants.json")
    def add(account: str, name: str) -> tuple[Response, int]:
        with rooms.lock:
            room, one = _add(network, name)
            return jsonify(one.to_json(room.sid)), 201

    @blue.get("/Conferences/<sid>/Participants/<who>.json")
    def participant(account: str, sid: str, who: str) -> Response:
        with rooms.lock:
            return jsonify(rooms.find(sid).find(who).to_json(sid))

    @blue.post("/Conferences/<sid>/Participants/<who>.json")
    def change(account: str, sid: str, who: str) -> Response:
        with rooms.lock:
            room = rooms.find(sid)
            return jsonify(_change(room, room.find(who)).to_json(sid))

    @blue.delete("/Conferences/<sid>/Participants/<who>.json")
    def remove(account: str, sid: str, who: str) -> tuple[str, int]:
        with rooms.lock:
            room = rooms.find(sid)
            one = room.find(who)
            room.leave(one, UPDATED, ends=one.end_on_exit)
        return "", 204


def _fits(room: Room, asked: Asked) -> bool:
    status = asked.one_of("Status", STATUSES)
    return asked.text("FriendlyName") in ("", room.name) and status in ("", room.status)


def _end(room: Room) -> Room:
    asked = Asked(request.form, {"Status"})
    if asked.one_of("Status", ("completed",)) != "completed":
        raise BadRequest(UNSUPPORTED, "Status must be completed")
    if room.is_over:
        raise WrongState(f"conference {room.sid} is completed")
    room.end()
    return room


def _add(network: Network, name: str) -> tuple[Room, Participant]:
    """Into the conference of that id, or of that name, which is made if it is not there."""
    asked = Asked(request.form, ADDED)
    wish = _wish(asked)
    rooms = network.exchange.rooms
    if not rooms.knows(name) and name.startswith("CF") and len(name) == 34:
        raise UnknownCall(f"no conference {name}")
    room = rooms.find(name) if rooms.knows(name) else None
    if room and room.is_over:
        raise WrongState(f"conference {name} is completed")
    _check_caller_id(network, room, wish.caller)
    room = room or open_room(network.exchange, name)
    if len(room.people) >= (asked.whole("MaxParticipants", 2, 250) or room.places):
        raise WrongState(f"conference {room.sid} is full")
    return room, rung.ring(room.home, room, wish)


def _wish(asked: Asked) -> Wish:
    telling = Telling(
        asked.url("ConferenceStatusCallback"),
        frozenset(asked.words("ConferenceStatusCallbackEvent", ROOM_EVENTS) or ("start", "end")),
        asked.method("ConferenceStatusCallbackMethod"),
    )
    return Wish(
        caller=asked.number("From"),
        to=asked.number("To"),
        timeout=asked.whole("Timeout", 5, 600) or rung.TIMEOUT_DEFAULT,
        time_limit=asked.whole("TimeLimit", 1, SECONDS_MAX),
        status_url=asked.url("StatusCallback"),
        status_events=asked.words("StatusCallbackEvent", CALL_EVENTS) or ("completed",),
        status_method=asked.method("StatusCallbackMethod"),
        telling=telling,
        label=asked.text("Label"),
        muted=bool(asked.flag("Muted")),
        end_on_exit=bool(asked.flag("EndConferenceOnExit")),
        start_on_enter=asked.flag("StartConferenceOnEnter") is not False,
    )


def _check_caller_id(network: Network, room: Room | None, caller: str) -> None:
    """As for a Dial: a verified number, one of this account, or the caller's own."""
    verified = network.exchange.verified
    if verified is None or caller in verified:
        return
    own = {record.to for record in network.registry.all() if record.direction == "inbound"}
    if room and room.host:
        own.add(room.host.record.caller)
    if caller not in own:
        raise BadRequest(BAD_CALLER_ID, f"{caller} is not a verified number of this account")


def _change(room: Room, one: Participant) -> Participant:
    asked = Asked(request.form, CHANGED)
    announcement = Announcement(asked.url("AnnounceUrl"), asked.method("AnnounceMethod"))
    muted, hold, ends = (asked.flag(name) for name in ("Muted", "Hold", "EndConferenceOnExit"))
    if announcement.url and not one.joined:
        raise WrongState(f"participant {one.sid} is not in the conference yet")
    if muted is not None and muted != one.muted:
        one.muted = muted
        room.tell("mute", "participant-mute" if muted else "participant-unmute", one)
    if hold is not None and hold != one.hold:
        one.hold = hold
        room.tell("hold", "participant-hold" if hold else "participant-unhold", one)
    if ends is not None and ends != one.end_on_exit:
        one.end_on_exit = ends
        room.tell("modify", "participant-modify", one)
    if announcement.url:
        one.announcements.append(announcement)
        one.wake()
    return one


def _page(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of rows, as the provider's library reads it."""
    asked = Asked(request.args, LISTED)
    size = asked.whole("PageSize", 1, PAGE_SIZE_MAX) or PAGE_SIZE_DEFAULT
    page = asked.whole("Page", 0, 100_000) or 0
    start = page * size
    base = request.path

    filters = {key: asked.text(key) for key in ("FriendlyName", "Status") if asked.text(key)}

    def uri(number: int) -> str:
        return f"{base}?{urlencode({**filters, 'PageSize': size, 'Page': number})}"

    return {
        name: rows[start : start + size],
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(len(rows[start : start + size]) - 1, 0),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(page - 1) if page else None,
        "next_page_uri": uri(page + 1) if len(rows) > start + size else None,
    }
