"""Who calls from a SIP domain, told from addresses like sip:alice@example.sip.twilio.com."""

import re

_ADDRESS = re.compile(r"<?sips?:(?P<user>[A-Za-z0-9_.+~-]{1,64})@[^\s;>]+", re.IGNORECASE)


def user_of(address: str) -> str:
    """The part before the @, in small letters; empty for what is no SIP address."""
    found = _ADDRESS.search(address[:300])
    return found["user"].lower() if found else ""
