"""The provider's REST interface: calls to fetch, list, end and place, and text messages to send."""

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, jsonify, request
from twilio.http import HttpClient
from twilio.http.response import Response as TwilioResponse
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from . import outgoing, rest_conferences, rest_recordings
from .asked import Asked
from .errors import SimulatorError, TooManyCalls, UnknownCall, WrongState
from .exchange import CALL_SECONDS_MAX
from .network import Network
from .outgoing import BadRequest
from .records import API_VERSION, CallRecord

PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 1000
BODY_BYTES_MAX = 64 * 1024
AUTHENTICATE, NOT_FOUND, BAD_REQUEST, WRONG_STATE, METHOD, TOO_MANY = 20003, 20404, 20001, 21220, 20004, 20429


class Refusal(SimulatorError):
    """An answer with the provider's own error number."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def create_app(network: Network) -> Flask:
    """The interface of one account, behind Basic authentication."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    app.register_blueprint(calls(network))
    app.register_error_handler(HTTPException, _http_error)
    return app


def calls(network: Network) -> Blueprint:
    """The routes below /Accounts/<sid>/Calls."""
    blue = Blueprint("calls", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account>")

    @blue.before_request
    def check() -> None:
        _authenticate(network, (request.view_args or {}).get("account", ""))

    @blue.get("/Calls/<sid>.json")
    def fetch(account: str, sid: str) -> Response:
        return jsonify(network.registry.find(sid).to_json(network.clock.now()))

    @blue.get("/Calls.json")
    def many(account: str) -> Response:
        return jsonify(_page(network, account, request.args))

    @blue.post("/Calls/<sid>.json")
    def update(account: str, sid: str) -> Response:
        record = _update(network, sid, request.form)
        return jsonify(record.to_json(network.clock.now()))

    @blue.post("/Calls.json")
    def create(account: str) -> tuple[Response, int]:
        record = outgoing.ring(network, request.form)
        return jsonify(record.to_json(network.clock.now())), 201

    @blue.post("/Messages.json")
    def send(account: str) -> tuple[Response, int]:
        return jsonify(outgoing.send(network, request.form)), 201

    rest_conferences.add_routes(blue, network)
    rest_recordings.add_routes(blue, network)
    blue.register_error_handler(Refusal, lambda error: _error(error.status, error.code, str(error)))
    blue.register_error_handler(BadRequest, lambda error: _error(400, error.code, str(error)))
    blue.register_error_handler(UnknownCall, lambda error: _error(404, NOT_FOUND, _missing(request.path)))
    blue.register_error_handler(TooManyCalls, lambda error: _error(429, TOO_MANY, str(error)))
    blue.register_error_handler(WrongState, lambda error: _error(400, WRONG_STATE, str(error)))
    return blue


def _authenticate(network: Network, account: str) -> None:
    given = request.authorization
    user, password = (given.username or "", given.password or "") if given else ("", "")
    known = hmac.compare_digest(user.encode(), network.account_sid.encode())
    if not (known & hmac.compare_digest(password.encode(), network.auth_token.encode())):
        raise Refusal(401, AUTHENTICATE, "Authenticate")
    if account != network.account_sid:
        raise Refusal(404, NOT_FOUND, _missing(request.path))


def _update(network: Network, sid: str, form: MultiDict[str, str]) -> CallRecord:
    """TimeLimit caps a live leg, counted from its answer; Status ends it."""
    record = network.registry.find(sid)
    asked = Asked(form, {"Status", "TimeLimit"})
    if seconds := asked.whole("TimeLimit", 1, CALL_SECONDS_MAX):
        record = network.registry.limit(sid, seconds)
    if asked.text("Status") or not seconds:
        record = _end(network, record, asked.text("Status"))
    return record


def _end(network: Network, record: CallRecord, status: str) -> CallRecord:
    """completed ends any live leg; canceled only one that has not been answered."""
    if status not in ("completed", "canceled"):
        raise Refusal(400, BAD_REQUEST, f"Status must be completed or canceled, not {status!r}")
    if status == "canceled" and record.status not in ("queued", "initiated", "ringing"):
        raise WrongState(f"call {record.sid} is {record.status}; only one not yet answered can be canceled")
    return network.registry.end(record.sid)


def _page(network: Network, account: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """Newest first. The next page begins after a call, so that new calls do not shift it."""
    size = _size(asked.get("PageSize", str(PAGE_SIZE_DEFAULT)))
    found = [record for record in reversed(network.registry.all()) if _fits(record, asked)]
    after = asked.get("AfterSid")
    start = next((at + 1 for at, record in enumerate(found) if record.sid == after), 0)
    rows = found[start : start + size]
    page = int(asked["Page"]) if asked.get("Page", "").isdigit() else 0
    base = f"/{API_VERSION}/Accounts/{account}/Calls.json"
    filters = {name: value for name, value in asked.items() if name not in ("Page", "AfterSid", "PageSize")}

    def uri(number: int, **more: str) -> str:
        return f"{base}?{urlencode({**filters, 'PageSize': size, 'Page': number, **more})}"

    following = uri(page + 1, AfterSid=rows[-1].sid) if len(found) > start + size else None
    return {
        "calls": [record.to_json(network.clock.now()) for record in rows],
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(len(rows) - 1, 0),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "previous_page_uri": None,
        "next_page_uri": following,
    }


def _size(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= PAGE_SIZE_MAX:
        raise Refusal(400, BAD_REQUEST, f"PageSize must be from 1 to {PAGE_SIZE_MAX}")
    return int(text)


def _fits(record: CallRecord, asked: Mapping[str, str]) -> bool:
    plain = {
        "Status": record.status,
        "To": record.to,
        "From": record.caller,
        "ParentCallSid": record.parent_sid,
    }
    if any(asked.get(name) not in (None, "", value) for name, value in plain.items()):
        return False
    start = record.answered or record.created
    return _in_time(start, "StartTime", asked) and _in_time(record.ended, "EndTime", asked)


TIME_TESTS: dict[str, Callable[[datetime, datetime], bool]] = {
    "": lambda moment, limit: moment.date() == limit.date(),
    "<": lambda moment, limit: moment <= limit,
    ">": lambda moment, limit: moment >= limit,
}


def _in_time(moment: datetime | None, name: str, asked: Mapping[str, str]) -> bool:
    for sign, holds in TIME_TESTS.items():
        text = asked.get(name + sign)
        if text and (moment is None or not holds(moment, _moment(text))):
            return False
    return True


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, BAD_REQUEST, f"not a date or time: {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _missing(path: str) -> str:
    return f"The requested resource {path} was not found"


def _error(status: int, code: int, message: str) -> tuple[Response, int]:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return jsonify(code=code, message=message, more_info=more, status=status), status


def _http_error(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    code = {404: NOT_FOUND, 405: METHOD}.get(status, status)
    return _error(status, code, _missing(request.path) if status == 404 else error.name)


class InProcess(HttpClient):  # type: ignore[misc]
    """Lets the provider's own client library talk to this interface without a socket.

    `twilio.rest.Client(sid, token, http_client=InProcess(create_app(network)))`
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(None, False, None)
        self._client = app.test_client()

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> TwilioResponse:
        names = ("params", "data", "headers", "auth", "timeout", "allow_redirects")
        given = dict(zip(names, args, strict=False)) | kwargs
        path = "/" + url.split("/", 3)[3]
        answer = self._client.open(
            path,
            method=method,
            query_string=_present(given.get("params")) if given.get("params") else None,
            data=_present(given.get("data")),
            auth=given.get("auth"),
        )
        return TwilioResponse(answer.status_code, answer.get_data(as_text=True))


def _present(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (fields or {}).items() if value is not None}
