"""How an access number treats its callers."""

from dataclasses import dataclass
from typing import Any

from app import config
from app.calls.lines import LANGUAGES, AccessNumber

# what a query selects from AccessNumber, for `of` to read
COLUMNS = tuple(column.label(f"access_{column.key}") for column in AccessNumber.__table__.c)


@dataclass(frozen=True, slots=True)
class Line:
    """The access number that was called; what its row leaves empty is filled in from the settings.

    Times are in seconds, the surcharge in millionths a minute.
    """

    id: int
    number: str
    country: str
    languages: tuple[str, ...]
    deck_id: int
    surcharge: int
    greeting: str
    pinless: bool
    trusts_caller_id: bool
    says_balance: bool
    says_minutes: bool
    says_price: bool
    tries: int
    wrong_numbers_max: int
    timeout_pin: int
    timeout_dest: int
    timeout_menu: int
    call_seconds_max: int
    min_affordable_seconds: int
    shows: str
    records: bool
    conference: bool
    warns_by: str
    calls_back: bool
    provider: str
    sip_domain: str | None

    @property
    def language(self) -> str:
        """The language that is spoken unless the caller chooses another."""
        return self.languages[0]

    def speaks(self, chosen: str | None) -> str:
        """The language that was chosen; that of this line for none, or for one that we do not speak.

        A newer version may have offered it, while this one still answers.
        """
        return chosen if chosen in LANGUAGES else self.language


def of(row: Any) -> Line:
    """Read one row of COLUMNS."""
    settings = config.settings()
    values = {column.key: getattr(row, f"access_{column.key}") for column in AccessNumber.__table__.c}
    otherwise = {
        "tries": settings.ivr_tries,
        "wrong_numbers_max": values["tries"] or settings.ivr_tries,
        "timeout_pin": settings.ivr_timeout_pin,
        "timeout_dest": settings.ivr_timeout_dest,
        "timeout_menu": settings.ivr_timeout_menu,
        "call_seconds_max": settings.call_seconds_max,
        "min_affordable_seconds": settings.min_affordable_seconds,
    }
    values |= {name: value for name, value in otherwise.items() if values[name] is None}
    # no access number outlasts what holds for all
    values["call_seconds_max"] = min(values["call_seconds_max"], settings.call_seconds_max)
    others = values.pop("other_languages").split(",")
    values["languages"] = (values.pop("language"), *filter(None, others))
    return Line(**values)
