"""Letters about money: what was paid, what was not, and what is left."""

from collections.abc import Sequence

from app.messages.letters.letter import Letter, Link
from app.messages.letters.wording import ENGLISH, line, told
from app.messages.letters.wording import money as spoken
from app.money import Money


def receipt(
    number: str,
    net: Money,
    vat: Money,
    gross: Money,
    vat_number: str,
    balance: Money,
    url: str,
    *,
    bonus: Money | None = None,
    language: str = ENGLISH,
) -> Letter:
    """Credit was bought. A bonus is told apart from what was paid."""
    facts = [
        ("Receipt number", number),
        ("Net", spoken(net, language)),
        ("VAT", spoken(vat, language)),
        ("Paid in total", spoken(gross, language)),
        ("Our VAT number", vat_number or "none"),
        *([("Bonus, as a gift", spoken(bonus, language))] if bonus else []),
        ("Your balance now", spoken(balance, language)),
    ]
    return Letter(
        name="receipt",
        subject=f"Receipt {number}: {spoken(gross, language)}",
        paragraphs=("Thank you. Your payment has arrived, and the credit is on your card.",),
        facts=tuple(facts),
        button=Link("See the receipt", url),
        small=("Credit does not expire.",),
    )


def payment_pending(amount: Money, reason: str, url: str, *, language: str = ENGLISH) -> Letter:
    """PayPal has not decided yet: nothing is credited. `reason` is a sentence for the customer."""
    return Letter(
        name="payment_pending",
        subject="Your payment is not complete yet",
        paragraphs=(
            "PayPal has your payment but has not released it yet. No credit has been added so far.",
            reason,
            "You need not do anything: the credit is added by itself as soon as PayPal releases the payment, "
            "and we write to you either way. Please do not pay a second time.",
        ),
        facts=(("Amount", spoken(amount, language)), ("Credit added so far", "none")),
        button=Link("See this top-up", url),
    )


def payment_failed(amount: Money, reason: str, url: str, *, language: str = ENGLISH) -> Letter:
    """PayPal said no: nothing is credited. `reason` is a sentence for the customer."""
    return Letter(
        name="payment_failed",
        subject="Your payment did not go through",
        paragraphs=(
            "PayPal did not complete your payment. No credit has been added, and we have taken no money.",
            reason,
            "You may try again, perhaps with another way to pay in PayPal.",
        ),
        facts=(("Amount", spoken(amount, language)), ("Credit added", "none")),
        button=Link("Try again", url),
    )


def payment_reversed(amount: Money, owed: Money, url: str, *, language: str = ENGLISH) -> Letter:
    """PayPal took a payment back; `owed` is what had been spent of it already."""
    return Letter(
        name="payment_reversed",
        subject="A payment was taken back",
        paragraphs=(
            "PayPal has taken back a payment that we had credited. We have taken that credit off your card.",
            *_debt(owed, language),
            "If you did not ask PayPal for this, please look at your PayPal account, or write to us.",
        ),
        facts=(("Payment taken back", spoken(amount, language)), ("You owe us", spoken(owed, language))),
        button=Link("See my account", url),
    )


def auto_done(amount: Money, month_total: Money, cap: Money, url: str, *, language: str = ENGLISH) -> Letter:
    """Automatic top-up has charged; the page behind `url` stops it."""
    return Letter(
        name="auto_done",
        subject=f"Automatic top-up: {spoken(amount, language)}",
        paragraphs=("Your balance was low, so we have topped it up as you asked us to.",),
        facts=(
            ("Charged to your PayPal account", spoken(amount, language)),
            ("Automatic top-ups this month", spoken(month_total, language)),
            ("Your monthly limit", spoken(cap, language)),
        ),
        button=Link("Change or stop automatic top-up", url),
    )


def auto_failed(amount: Money, declines: int, stopped: bool, url: str, *, language: str = ENGLISH) -> Letter:
    """Automatic top-up could not charge, or may not; with `declines` 0 it is the monthly limit."""
    cause = (
        f"PayPal declined it ({declines} in a row)." if declines else "Your monthly limit does not allow it."
    )
    then = (
        "We have switched automatic top-up off, and will not try again by ourselves."
        if stopped
        else "Automatic top-up stays on, and we will try again later."
    )
    return Letter(
        name="auto_failed",
        subject="Automatic top-up is off now" if stopped else "Automatic top-up did not work",
        paragraphs=(f"We could not top up your card. {cause} No credit has been added.", then),
        facts=(("Amount", spoken(amount, language)),),
        button=Link("Put it right", url),
    )


def auto_set_up(
    is_on: bool, threshold: Money, amount: Money, cap: Money, url: str, *, language: str = ENGLISH
) -> Letter:
    """Automatic top-up was switched on, changed or switched off: what we may charge, in words."""
    if not is_on:
        return Letter(
            name="auto_set_up",
            subject="Automatic top-up is off",
            paragraphs=("Automatic top-up is off. We will not charge your PayPal account by ourselves.",),
            button=Link("See automatic top-up", url),
            small=("If this was not you, press the button and look at your account.",),
        )
    low, charge, most = (spoken(each, language) for each in (threshold, amount, cap))
    return Letter(
        name="auto_set_up",
        subject="Automatic top-up is on",
        paragraphs=(
            f"You allow us to charge {charge} to your PayPal account whenever your balance falls below "
            f"{low}, and never more than {most} in a calendar month.",
            "This holds until you stop it, which you may do at any time, here or in your PayPal account. "
            "We write to you each time.",
        ),
        facts=(("When the balance falls below", low), ("We charge", charge), ("In a month at most", most)),
        button=Link("Change or stop automatic top-up", url),
        small=("If this was not you, press the button and stop it there.",),
    )


def phone_set_up(amount: Money | None, url: str, *, language: str = ENGLISH) -> Letter:
    """Top-up by phone was switched on or changed, or off (None): what a key of the phone may charge."""
    if amount is None:
        return Letter(
            name="phone_set_up",
            subject="Top-up by phone is off",
            paragraphs=(
                "Top-up by phone is off. Nobody can charge your PayPal account from the phone menu.",
            ),
            button=Link("See top-up by phone", url),
            small=("If this was not you, press the button and look at your account.",),
        )
    charge = spoken(amount, language)
    return Letter(
        name="phone_set_up",
        subject="Top-up by phone is on",
        paragraphs=(
            f"You allow us to charge {charge} to your PayPal account whenever somebody asks for it in the "
            "phone menu, with your PIN or from a registered phone, and confirms it by a key.",
            "This holds until you stop it, which you may do at any time, here or in your PayPal account. "
            "We write to you each time.",
        ),
        facts=(("Each time", charge),),
        button=Link("Change or stop top-up by phone", url),
        small=("If this was not you, press the button and stop it there.",),
    )


def low_balance(
    balance: Money,
    minutes: Sequence[tuple[str, int]],
    top_up_url: str,
    settings_url: str,
    *,
    language: str = ENGLISH,
) -> Letter:
    """The balance is below the customer's level; `minutes`: favourite destinations and whole minutes left."""
    lasts = tuple((line(destination), _minutes(left)) for destination, left in minutes)
    return Letter(
        name="low_balance",
        subject=f"Your balance is low: {spoken(balance, language)}",
        paragraphs=("Your credit is running out. This is what is left, and how long you can talk with it:",),
        facts=(("Balance", spoken(balance, language)), *lasts),
        button=Link("Top up", top_up_url),
        links=(Link("Change this level, or turn these mails off", settings_url),),
        small=("We write this once after each top-up.",),
    )


def refund_made(amount: Money, reference: str, owed: Money, url: str, *, language: str = ENGLISH) -> Letter:
    """A payment was refunded; `owed` is what had been spent of it already."""
    return Letter(
        name="refund_made",
        subject=f"Refund: {spoken(amount, language)}",
        paragraphs=(
            "We have refunded a payment through PayPal and taken that credit off your card. PayPal pays it "
            "back the way you paid; with a bank card that may take some days.",
            *_debt(owed, language),
        ),
        facts=(
            ("Refund", spoken(amount, language)),
            ("PayPal's reference", told(reference)),
            *([("You owe us", spoken(owed, language))] if owed else []),
        ),
        button=Link("See my statement", url),
    )


def _debt(owed: Money, language: str) -> tuple[str, ...]:
    if not owed:
        return ()
    return (
        f"{spoken(owed, language)} of it had been spent already. Your card is suspended until that is paid: "
        "your next top-up pays it first.",
    )


def _minutes(left: int) -> str:
    return "1 minute" if left == 1 else f"{left} minutes"
