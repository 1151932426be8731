"""Who calls from a SIP domain, told from addresses like sip:alice@example.sip.twilio.com."""

import re

ADDRESS_MAX = 300
_ADDRESS = re.compile(
    r"(?P<open><)?sips?:(?P<user>[a-z0-9_.+~-]{1,64})@(?P<host>[a-z0-9.-]{1,80})(?::[0-9]{1,5})?(?:;[^<>\s]*)?(?(open)>)"
)


def user_of(address: str, domain: str) -> str:
    """The user's name in an address of this domain, in small letters; empty for every other address.

    The whole text must be the address: a name that is shown before it may say anything.
    """
    if not address.isascii():  # the small letter of the Kelvin sign is a plain k
        return ""
    found = _ADDRESS.fullmatch(address[:ADDRESS_MAX].lower())
    return found["user"] if found and found["host"] == domain else ""
