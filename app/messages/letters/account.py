"""Letters about the account: who may open it, and what has changed."""

from collections.abc import Sequence
from datetime import datetime

from app import config
from app.messages.letters.letter import Letter, Link
from app.messages.letters.wording import ENGLISH, masked, moment, readable, told

_CHANGED = {
    "password": ("Your password was changed", "The password of your account was changed."),
    "PIN": ("Your PIN was changed", "You have a new PIN. The old one no longer opens your card."),
    "PIN shown": ("Your PIN was shown", "The PIN of your card was shown on the web, after your password."),
}
_NOT_ME = "If this was not you, press the button now: you can stop it there."


def confirm_address(url: str) -> Letter:
    """To whoever signs up: this address must be confirmed within 24 hours."""
    brand, seller = config.settings().brand, config.settings().selling.seller
    return Letter(
        name="confirm_address",
        subject=f"Confirm your address for {brand}",
        paragraphs=(
            f"Somebody, and we hope it was you, has signed up to {brand} with this address.",
            "Press the button and confirm on the page that opens. Your card is made then.",
        ),
        button=Link("Confirm my address", url),
        small=(
            "The link works once, and for 24 hours.",
            f"{brand} is a prepaid calling card by {seller}: you buy credit first, then you call with it.",
            "If you have not signed up, do nothing: without your confirmation there is no account.",
        ),
    )


def already_registered(url: str) -> Letter:
    """To an address that signs up a second time, so that the page need not say that it is known."""
    brand = config.settings().brand
    return Letter(
        name="already_registered",
        subject=f"You have an account with {brand} already",
        paragraphs=(
            f"Somebody has just tried to sign up to {brand} with this address. It has an account already, "
            "and nothing about it has changed.",
            "Sign in as usual. If you have forgotten your password, you can choose a new one there.",
        ),
        button=Link("Sign in", url),
        small=("If this was not you, you need not do anything.",),
    )


def welcome(access_numbers: Sequence[str], pin_url: str, how_url: str) -> Letter:
    """To a new customer. `access_numbers` in E.164; the PIN itself is only ever shown on the web."""
    settings = config.settings()
    return Letter(
        name="welcome",
        subject=f"Welcome to {settings.brand}",
        paragraphs=(
            "Your address is confirmed and your card is ready. To call:",
            "1. Ring an access number. 2. Enter your PIN. 3. Enter the number you want with its country "
            "code, then press hash. You hear how long your credit lasts before we dial.",
            "Your PIN opens your credit, so it is never in a mail. You can see it after you have signed in.",
        ),
        facts=tuple(("Access number", readable(number)) for number in access_numbers),
        button=Link("Show my PIN", pin_url),
        links=(
            Link("How to call", how_url),
            Link("Contract summary", f"{settings.public_base_url}/contract-summary"),
        ),
        small=(
            f"Your contract in short. Seller: {settings.selling.seller}. Service: calls through an access "
            "number, paid from credit that you buy first. Every price is on our site and is told before the "
            "call; it includes VAT.",
            "A call that is not answered costs nothing, credit does not expire, and nothing is taken by "
            "itself unless you switch that on. There is no minimum time: you may stop whenever you like.",
            "Your own network may charge you for the call to the access number.",
        ),
        attachment="contract-summary:",
    )


def reset_password(url: str) -> Letter:
    """To a customer who has forgotten the password; the link works for an hour."""
    return Letter(
        name="reset_password",
        subject="Choose a new password",
        paragraphs=(
            "Somebody, and we hope it was you, has asked for a new password for this address.",
            "Press the button and choose one on the page that opens.",
        ),
        button=Link("Choose a new password", url),
        small=(
            "The link works once, and for one hour.",
            "If this was not you, do nothing: your password stays as it is.",
        ),
    )


def phone_registered(number: str, url: str) -> Letter:
    """A phone now opens the card without a PIN. `number` in E.164, told by its ends only."""
    return Letter(
        name="phone_registered",
        subject="A phone was registered",
        paragraphs=("This phone now opens your card without a PIN:",),
        facts=(("Phone", masked(number)),),
        button=Link("Not me: look at my phones", url),
        small=(_NOT_ME,),
    )


def phone_removed(number: str, url: str) -> Letter:
    """A phone no longer opens the card without a PIN. `number` in E.164, told by its ends only."""
    return Letter(
        name="phone_removed",
        subject="A phone was removed",
        paragraphs=("This phone no longer opens your card without a PIN:",),
        facts=(("Phone", masked(number)),),
        button=Link("Not me: look at my phones", url),
        small=(_NOT_ME,),
    )


def secret_changed(what: str, address: str, at: datetime, url: str, *, language: str = ENGLISH) -> Letter:
    """A secret was changed or shown: `what` is "password", "PIN" or "PIN shown"."""
    subject, sentence = _CHANGED[what]
    return Letter(
        name="secret_changed",
        subject=subject,
        paragraphs=(sentence, "If this was you, you need not do anything."),
        facts=(("When", moment(at, language)), ("From", told(address))),
        button=Link("Not me: secure my account", url),
        small=(_NOT_ME,),
    )


def new_sign_in(device: str, address: str, at: datetime, url: str, *, language: str = ENGLISH) -> Letter:
    """Somebody signed in with a device that we had not seen before."""
    facts = (("When", moment(at, language)), ("Device", told(device)))
    return Letter(
        name="new_sign_in",
        subject="A new sign-in to your account",
        paragraphs=(
            "Somebody has signed in to your account with a device that we have not seen before.",
            "If this was you, you need not do anything.",
        ),
        facts=(*facts, ("From the network address", told(address))),
        button=Link("Not me: secure my account", url),
        small=(_NOT_ME,),
    )


def account_locked(why: str, how: str, url: str) -> Letter:
    """The account or its card is locked: `why` and `how` to free it are whole sentences for the customer."""
    return Letter(
        name="account_locked",
        subject="Your account is locked",
        paragraphs=(why, how, "Your credit is kept for you."),
        button=Link("See what you can do", url),
    )
