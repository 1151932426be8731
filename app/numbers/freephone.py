"""Freephone numbers: helplines and the like, which no itemised list of calls may name."""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType


@lru_cache(maxsize=4096)
def is_freephone(number: str) -> bool:
    """Whether an E.164 number is free to whoever rings it from a telephone line, as 0800 numbers are."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) == PhoneNumberType.TOLL_FREE
