"""Parsing what was dialled: emergency first, then what it means, then whether we call such numbers."""

from collections.abc import Callable, Container

from app.numbers.emergency import is_emergency, is_short_code, may_mean_emergency
from app.numbers.keys import Keys, read
from app.numbers.kinds import REFUSED_UNLESS_ALLOWED, Dialled, Kind, NumberRefused, Refusal, Rule
from app.numbers.reading import Reading, understand
from app.numbers.service_codes import is_service_code


def parse(
    dialled: str,
    *,
    country: str,
    caller_country: str | None = None,
    allowed: frozenset[Kind] = frozenset(),
    own: Callable[[str], bool] | Container[str] = (),
) -> Dialled:
    """The number that a caller to an access number in `country` means.

    Raises NumberRefused, and nothing else whatever the string holds, when there is none or we do not call it:
    emergency numbers and short codes (those of the caller's own country too), codes of the exchange, no valid
    number, our `own` numbers (asked with E.164), and the dear kinds of number that are not `allowed`.
    """
    keys = read(dialled)
    regions = tuple(dict.fromkeys(region.upper() for region in (country, caller_country) if region))
    _refuse_short_numbers(keys, regions)
    reading = _understand(keys, regions)

    if own(reading.e164) if callable(own) else reading.e164 in own:
        raise NumberRefused(Refusal.OWN_NUMBER, dialled)
    if reading.kind in REFUSED_UNLESS_ALLOWED and reading.kind not in allowed:
        raise NumberRefused(REFUSED_UNLESS_ALLOWED[reading.kind], dialled)
    return Dialled(dialled, reading.e164, reading.region, reading.kind, reading.rule)


def _refuse_short_numbers(keys: Keys, regions: tuple[str, ...]) -> None:
    """Emergency numbers, short codes and codes of the exchange stop here, before anything is interpreted."""
    if is_emergency(keys.digits, regions, exactly=keys.plus):
        raise NumberRefused(Refusal.EMERGENCY, keys.raw)
    if keys.starred:
        hidden = any(may_mean_emergency(keys.digits[start:], regions) for start in (0, 2, 3))  # *67911
        raise NumberRefused(Refusal.EMERGENCY if hidden else Refusal.SERVICE_CODE, keys.raw)
    if not keys.plus and is_short_code(keys.digits, regions[0]):
        hidden = may_mean_emergency(keys.digits, regions)  # 9911 is a short code, and 911 from an office
        raise NumberRefused(Refusal.EMERGENCY if hidden else Refusal.SHORT_CODE, keys.raw)


def _understand(keys: Keys, regions: tuple[str, ...]) -> Reading:
    """The number meant; when there is none, the most telling reason why."""
    try:
        reading = understand(keys, regions[0])
    except NumberRefused as refused:
        raise NumberRefused(_why(keys, regions, refused.reason), keys.raw) from None
    if reading.rule is Rule.BARE and is_service_code(keys, regions[0]):
        raise NumberRefused(Refusal.SERVICE_CODE, keys.raw)  # 133 2234 5678 in Hong Kong is not New York
    return reading


def _why(keys: Keys, regions: tuple[str, ...], otherwise: Refusal) -> Refusal:
    """What a string that is no telephone number was meant to be."""
    if may_mean_emergency(keys.digits, regions):
        return Refusal.EMERGENCY
    if is_service_code(keys, regions[0]):
        return Refusal.SERVICE_CODE
    if not keys.plus and any(is_short_code(keys.digits, region) for region in regions):
        return Refusal.SHORT_CODE
    return otherwise
