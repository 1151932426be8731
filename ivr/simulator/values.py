"""The kinds of attribute values in TwiML, and what each becomes."""

import re
from collections.abc import Callable

Value = str | int | bool


class BadValue(ValueError):
    """What the value should have been, as the end of a sentence."""


def _positive(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise BadValue("a positive whole number")
    return int(text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadValue("a whole number")
    return int(text)


def _timeout(text: str) -> Value:
    return text if text == "auto" else _positive(text)


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise BadValue("true or false")
    return text.lower() == "true"


def _method(text: str) -> str:
    if text.upper() not in ("GET", "POST"):
        raise BadValue("GET or POST")
    return text.upper()


def _finish(text: str) -> str:
    if not re.fullmatch(r"[0-9#*]*", text):
        raise BadValue("digits, # or *, or nothing")
    return text


def _input(text: str) -> str:
    if not set(text.split()) <= {"dtmf", "speech"} or not text.strip():
        raise BadValue('"dtmf", "speech" or both')
    return text


def _reason(text: str) -> str:
    if text not in ("rejected", "busy"):
        raise BadValue("rejected or busy")
    return text


READERS: dict[str, Callable[[str], Value]] = {
    "text": str,
    "positive": _positive,
    "whole": _whole,
    "timeout": _timeout,
    "flag": _flag,
    "method": _method,
    "finish": _finish,
    "input": _input,
    "reason": _reason,
}
