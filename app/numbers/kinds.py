"""The words for what was dialled: kinds of number, ways of dialling, reasons to refuse."""

from dataclasses import dataclass
from enum import StrEnum, auto

from phonenumbers import PhoneNumberType

from app.errors import FarthingError


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


_LINES = {
    PhoneNumberType.FIXED_LINE: Kind.FIXED,
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Kind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    PhoneNumberType.VOIP: Kind.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: Kind.PERSONAL,
    PhoneNumberType.PAGER: Kind.PAGER,
    PhoneNumberType.UAN: Kind.COMPANY,
    PhoneNumberType.VOICEMAIL: Kind.VOICEMAIL,
}
_WORLD_CODES = {
    808: Kind.SHARED_COST,
    870: Kind.SATELLITE,
    878: Kind.PERSONAL,
    881: Kind.SATELLITE,
    882: Kind.SATELLITE,
    883: Kind.SATELLITE,
    979: Kind.PREMIUM,
}

REFUSED_UNLESS_ALLOWED = {
    Kind.PREMIUM: Refusal.PREMIUM,
    Kind.SHARED_COST: Refusal.SHARED_COST,
    Kind.PERSONAL: Refusal.PERSONAL,
    Kind.SATELLITE: Refusal.SATELLITE,
    Kind.NON_GEOGRAPHIC: Refusal.NON_GEOGRAPHIC,
}


def kind_of(line: int, country_code: int, world: bool) -> Kind:
    """The kind of a valid number.

    Where no country stands behind the code only the code counts: a satellite telephone claims to be mobile.
    """
    return _WORLD_CODES.get(country_code, Kind.NON_GEOGRAPHIC) if world else _LINES[line]


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number that may be called, and how we came to it."""

    raw: str  # as it was typed
    e164: str  # with its leading +
    region: str  # ISO 3166; "001" where no country stands behind the code
    kind: Kind
    rule: Rule


class NumberRefused(FarthingError):
    """The dialled string leads to no call; `reason` says why, `raw` what was typed."""

    def __init__(self, reason: Refusal, raw: str) -> None:
        super().__init__(reason.value)  # never the digits: a PIN typed at the wrong moment would be logged
        self.reason = reason
        self.raw = raw
