"""The REST interface of recordings: to list, fetch, hear and delete them."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from .network import Network
from .recordings import Recording

SOUNDS = {"wav": "audio/x-wav", "mp3": "audio/mpeg"}  # the bytes are the same


def add_routes(blue: Blueprint, network: Network) -> None:
    """Put the routes below /Accounts/<sid>/Recordings on the interface of the account."""
    recordings = network.recordings

    @blue.get("/Recordings.json")
    def all_recordings(account: str) -> Response:
        return jsonify(_page(recordings.all(request.args.get("CallSid", ""))))

    @blue.get("/Calls/<sid>/Recordings.json")
    def recordings_of(account: str, sid: str) -> Response:
        network.registry.find(sid)
        return jsonify(_page(recordings.all(sid)))

    @blue.get("/Recordings/<sid>.json")
    def recording(account: str, sid: str) -> Response:
        return jsonify(recordings.find(sid).to_json())

    @blue.get("/Recordings/<sid>.<any(wav, mp3):kind>")
    def sound(account: str, sid: str, kind: str) -> Response:
        return Response(recordings.find(sid).sound(), content_type=SOUNDS[kind])

    @blue.delete("/Recordings/<sid>.json")
    def delete(account: str, sid: str) -> tuple[str, int]:
        recordings.delete(sid)
        return "", 204


def _page(found: list[Recording]) -> dict[str, Any]:
    """All of them, the newest first: a stand-in has few."""
    return {
        "recordings": [one.to_json() for one in reversed(found)],
        "page": 0,
        "page_size": max(len(found), 50),
        "start": 0,
        "end": max(len(found) - 1, 0),
        "uri": request.full_path,
        "first_page_uri": request.full_path,
        "previous_page_uri": None,
        "next_page_uri": None,
    }
