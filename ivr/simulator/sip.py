"""The fields that go along with a call from a SIP phone, which rings a domain of the account."""

import random
import uuid

SOURCE = "192.0.2.10"  # an address that nobody has


def fields_of(to: str, account_sid: str, chance: random.Random) -> dict[str, str]:
    """SipDomain and what belongs to it; nothing for a call to a plain number."""
    if not to.lower().startswith(("sip:", "sips:")):
        return {}
    domain = to.partition(":")[2].rpartition("@")[2].partition(";")[0].partition(":")[0].lower()
    call = uuid.UUID(int=chance.getrandbits(128), version=4).hex
    return {
        "SipDomain": domain,
        "SipDomainSid": "SD" + uuid.uuid5(uuid.NAMESPACE_DNS, f"{account_sid}.{domain}").hex,
        "SipCallId": f"{call}@{SOURCE}",
        "SipSourceIp": SOURCE,
    }
