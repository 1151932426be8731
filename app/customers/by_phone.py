"""What callers change with the keys of their phone: the owner of the card, if it has one, is told by mail."""

from app import clock, config, messages
from app.customers import phones, profile
from app.messages.letters import account


def skip_pin(number: str, card_id: int) -> None:
    """Let this phone open that card without its PIN. Raises PhoneTaken when it opens another."""
    phones.register(number, card_id)
    owner = profile.of_card(card_id)
    if owner is not None:
        letter = account.phone_registered(number, _url("/account/phones"))
        key = f"phone:{card_id}:{clock.now().isoformat()}:by phone"
        messages.write(letter, to=owner.email, key=key, customer=owner.id)


def pin_changed(card_id: int, caller: str | None) -> None:
    """A new PIN was told on the phone.

    An owner knows of every phone that skips it, by mail and on the web. Of a card without one nobody does:
    there whoever knew the old PIN must not stay in by a phone, so that all but this one need the new one.
    """
    owner = profile.of_card(card_id)
    if owner is None:
        phones.forget_others(card_id, but=caller)
        return
    now = clock.now()
    where = f"phone …{caller[-4:]}" if caller else "a phone that hides its number"
    letter = account.secret_changed("PIN", where, now, _url("/account/pin"), language=owner.language)
    messages.write(letter, to=owner.email, key=f"pin:{owner.id}:{now.isoformat()}", customer=owner.id)


def _url(path: str) -> str:
    return f"{config.settings().public_base_url}{path}"
