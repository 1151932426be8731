"""The words for what was dialled: kinds of number, ways of dialling, reasons to refuse."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Kind(StrEnum):
    """What sort of line a number leads to."""

    FIXED = auto()
    MOBILE = auto()
    FIXED_OR_MOBILE = auto()
    TOLL_FREE = auto()
    VOIP = auto()
    PAGER = auto()
    COMPANY = auto()
    VOICEMAIL = auto()
    # the kinds below are refused unless they are allowed by name
    PREMIUM = auto()
    SHARED_COST = auto()
    PERSONAL = auto()
    SATELLITE = auto()
    NON_GEOGRAPHIC = auto()


class Rule(StrEnum):
    """Which way of dialling decided: the phone names the country when it had to guess (BARE)."""

    PLUS = auto()
    DOUBLE_ZERO = auto()
    ZERO_ONE_ONE = auto()
    NATIONAL = auto()  # as it is dialled in the access number's country
    BARE = auto()  # a country code without any prefix


class Refusal(StrEnum):
    """Why a number is not dialled."""

    EMERGENCY = auto()
    SHORT_CODE = auto()
    SERVICE_CODE = auto()
    INCOMPLETE = auto()
    INVALID = auto()
    TOO_LONG = auto()
    PREMIUM = auto()
    SHARED_COST = auto()
    PERSONAL = auto()
    SATELLITE = auto()
    NON_GEOGRAPHIC = auto()
    OWN_NUMBER = auto()


REFUSED_UNLESS_ALLOWED = {
    Kind.PREMIUM: Refusal.PREMIUM,
    Kind.SHARED_COST: Refusal.SHARED_COST,
    Kind.PERSONAL: Refusal.PERSONAL,
    Kind.SATELLITE: Refusal.SATELLITE,
    Kind.NON_GEOGRAPHIC: Refusal.NON_GEOGRAPHIC,
}


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number that may be called, and how we came to it."""

    raw: str  # as it was typed
    e164: str  # with its leading +
    region: str  # ISO 3166; "001" where no country stands behind the code
    kind: Kind
    rule: Rule


class NumberRefused(Exception):
    """The dialled string leads to no call; `reason` says why, `raw` what was typed."""

    def __init__(self, reason: Refusal, raw: str) -> None:
        super().__init__(reason.value)  # never the digits: a PIN typed at the wrong moment would be logged
        self.reason = reason
        self.raw = raw
