"""Filters of a list of calls, as they are typed and as they stand in an address."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app import numbers
from app.calls import CallStatus
from app.calls.days import begin_of
from app.calls.models import OPEN
from app.calls.wanted import ENDINGS, Wanted
from app.numbers import NumberRefused

TYPED_MAX = 60
DIGITS_MIN = 3
FIRST_YEAR, LAST_YEAR = 2000, 2100  # beyond them a day is a slip
OUTCOMES = {
    CallStatus.PLACED: "Ringing",
    CallStatus.ANSWERED: "Going on",
    CallStatus.UNRESOLVED: "Being checked",
    CallStatus.COMPLETED: "Answered",
    CallStatus.BUSY: "Busy",
    CallStatus.NO_ANSWER: "No answer",
    CallStatus.FAILED: "Not connected",
    CallStatus.CANCELED: "Ended before an answer",
}
_OPEN = "open"
_NAMES = {"": "All", **{str(status): OUTCOMES[status] for status in ENDINGS}, _OPEN: "Not ended yet"}
_CHOICES = [SelectChoice(value=value, label=label) for value, label in _NAMES.items()]


def _plain(text: str | None) -> str:
    """One line of text without what no database takes."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text or "").split())


class _Day(DateField):  # type: ignore[misc]
    """A day, or nothing; what is neither stays as it was typed, with a sentence beside it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError:
            raise ValueError("Write the day as in 2026-11-25.") from None
        if not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError(f"Choose a day from {FIRST_YEAR} to {LAST_YEAR}.")


class Filters(Form):  # type: ignore[misc]
    """What is asked of the calls. An empty field asks nothing."""

    since = _Day("From")
    until = _Day("To")
    destination = StringField("Destination", [Length(max=TYPED_MAX)], filters=[_plain])
    number = StringField("Number", [Length(max=TYPED_MAX)], filters=[_plain])
    outcome = SelectField("Outcome", choices=_CHOICES, default="")

    def validate_until(self, field: DateField) -> None:
        """The last day is not before the first."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError("The last day comes before the first one.")

    def validate_number(self, field: StringField) -> None:
        """Some digits, written as people write them."""
        if field.data and not _digits(field.data):
            raise ValidationError(f"Write at least {DIGITS_MIN} digits of the number, as in +93 70 123 4567.")

    @property
    def is_asking(self) -> bool:
        """Whether it asks anything."""
        return any(self.kept().values())

    def kept(self) -> Mapping[str, Any]:
        """What stands in the address of the list that it asks for."""
        typed = {field.name: str(field._value()) for field in (self.since, self.until)}
        typed |= {"destination": self.destination.data or "", "number": self.number.data or ""}
        typed["outcome"] = self.outcome.data or ""
        return {name: text for name, text in typed.items() if text}

    def wanted(self, zone: ZoneInfo, country: str) -> Wanted:
        """What it asks for, with the days of that zone and numbers as they are dialled in that country."""
        since, until = self.since.data, self.until.data
        return Wanted(
            since=begin_of(since, zone) if since else None,
            until=begin_of(until + timedelta(days=1), zone) if until else None,
            destination=self.destination.data or "",
            number=_number(self.number.data or "", country),
            statuses=_statuses(self.outcome.data or ""),
        )


def _statuses(outcome: str) -> tuple[CallStatus, ...]:
    if outcome == _OPEN:
        return OPEN
    return (CallStatus(outcome),) if outcome else ()


def _number(typed: str, country: str) -> str:
    """The whole number if it is one, or else the digits that it begins with or holds."""
    try:
        return numbers.parse(typed, country=country).e164 if typed else ""
    except NumberRefused:
        return _digits(typed)


def _digits(typed: str) -> str:
    """The digits that a stored number would hold: without what is dialled before the country's code."""
    if any(sign.isalpha() for sign in typed):
        return ""
    digits = "".join(sign for sign in typed if sign in "0123456789").lstrip("0")
    return digits if len(digits) >= DIGITS_MIN else ""
