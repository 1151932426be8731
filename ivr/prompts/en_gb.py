"""British English: every sentence that a caller hears."""

from ivr.prompts.ids import Prompt

TEXTS = {
    Prompt.BRAND: "{brand}.",
    Prompt.LANGUAGE_CHOICE: "For English, press {key}.",
    Prompt.ENTER_PIN: "Enter your PIN.",
    Prompt.ENTER_PIN_HELP: (
        "Please enter your {pin_length} digit PIN. It is on your card, and in your account online."
    ),
    Prompt.PIN_WRONG: "That PIN was not recognised. Please enter it again.",
    Prompt.PIN_WRONG_AGAIN: (
        "That PIN was not recognised. Please check each digit, and enter all {pin_length}."
    ),
    Prompt.PIN_WRONG_GOODBYE: "Sorry, we could not find that PIN. For help, visit {site}. Goodbye.",
    Prompt.PIN_ENTRY_PAUSED: (
        "For your security, PIN entry from this phone is paused. Please try again in {wait}. Goodbye."
    ),
    Prompt.ALREADY_ON_A_CALL: "This account is already on a call. Please end that call first. Goodbye.",
    Prompt.ACCOUNT_LOCKED: "This account is locked. To unlock it, sign in at {site}. Goodbye.",
    Prompt.ENTER_NUMBER: "Enter the number, then hash.",
    Prompt.FIRST_TIME: (
        "This phone is registered. Enter the number with its country code, then press hash. "
        "For the menu, press zero, then hash."
    ),
    Prompt.CALLING_BACK_COSTS: "This call to you costs {price} a minute.",
    Prompt.PRESS_TO_CONNECT: "To be connected, press any key.",
    Prompt.SILENCE: "Please enter the number, then hash.",
    Prompt.SILENCE_AGAIN: (
        "Enter double zero, the country code, and the number. Then press hash. "
        "For the menu, press zero, then hash."
    ),
    Prompt.SILENCE_GOODBYE: "Sorry, we did not get a number. Please call again. Goodbye.",
    Prompt.USE_KEYS: "Please use the keys of your phone.",
    Prompt.NUMBER_INCOMPLETE: (
        "That number is not complete. Enter double zero, the country code, and the number, then hash."
    ),
    Prompt.NUMBER_BARRED: "Sorry, we do not connect calls to that number. Enter another number, then hash.",
    Prompt.SHORT_OF_CREDIT: "Sorry, there is not enough credit for that call.",
    Prompt.SHORT_CHOICE: "For another number, press one. To use a voucher, press two.",
    Prompt.EMERGENCY: "This service cannot call emergency numbers. Hang up now, and dial {numbers}.",
    Prompt.PLACE: "{place}.",
    Prompt.PRICE: "{place}. {price} a minute.",
    Prompt.FEE: "And {fee} for the call.",
    Prompt.UP_TO: "Up to {time}.",
    Prompt.RECORDING_ON: "Recording is on.",
    Prompt.MINUTE_LEFT: "One minute left.",
    Prompt.SECONDS_LEFT: "Fifteen seconds left.",
    Prompt.BUSY: "That number is busy.",
    Prompt.NO_ANSWER: "There is no answer.",
    Prompt.CALL_FAILED: "Sorry, that call did not go through.",
    Prompt.TRY_AGAIN: "Press hash to try again.",
    Prompt.TRY_AGAIN_OR_OTHER: "Press hash to try again, or enter another number.",
    Prompt.COST: "That call cost {amount}.",
    Prompt.NOT_CHARGED: "You were not charged.",
    Prompt.ANOTHER_CALL: "For another call, enter the number, then hash.",
    Prompt.CREDIT_GONE: "Your credit has run out. Goodbye.",
    Prompt.OFFER_PINLESS: "To skip the PIN when you call from this phone, press one.",
    Prompt.DONE: "Done.",
    Prompt.BALANCE: "You have {amount}.",
    Prompt.NO_CREDIT: "You have no credit.",
    Prompt.MENU: (
        "For balance, press one. To use a voucher, press two. For speed dials, press three. "
        "For language, press four. For help, press zero."
    ),
    Prompt.BACK: "To go back, press star.",
    Prompt.ENTER_VOUCHER: "Enter the voucher number, then hash.",
    Prompt.VOUCHER_ADDED: "Thank you. {amount} added. You now have {balance}.",
    Prompt.VOUCHER_UNKNOWN: "That voucher was not recognised. Please enter it again.",
    Prompt.VOUCHER_USED: "That voucher has already been used.",
    Prompt.VOUCHER_PAUSED: "That was too many tries. Please try again in an hour.",
    Prompt.TOP_UP_OFFER: ("To add {amount} from your saved PayPal, press one. To use a voucher, press two."),
    Prompt.ONE_MOMENT: "One moment, please.",
    Prompt.TOP_UP_LATER: "PayPal takes a little longer. We will tell you by mail.",
    Prompt.TOP_UP_DECLINED: "Sorry, that was not possible. Please top up at {site}.",
    Prompt.SPEED_DIALS: "To save the number you last called, press one. To hear your speed dials, press two.",
    Prompt.SPEED_DIAL_SAVED: "Saved. To call it, press {key}, then hash.",
    Prompt.SPEED_DIALS_FULL: "All your speed dials are taken. Free one at {site}.",
    Prompt.NOTHING_DIALLED: "You have not called anybody yet.",
    Prompt.SPEED_DIAL: "{key}, {name}.",
    Prompt.SPEED_DIALS_MORE: "For more, press one.",
    Prompt.SPEED_DIALS_NONE: "You have no speed dials.",
    Prompt.HELP: "To hear how to call, press one. To reach us, press two. For a new PIN, press three.",
    Prompt.HELP_CALLING: (
        "Enter double zero, the country code, and the number, then hash. "
        "Hash alone calls your last number. Star wipes what you typed."
    ),
    Prompt.HELP_PHONE: "Call us on {support}, or visit {site}.",
    Prompt.HELP_SITE: "For help, visit {site}.",
    Prompt.NEW_PIN_CHOICE: "For a new PIN, press one. Your old PIN stops at once.",
    Prompt.NEW_PIN: "Your new PIN is {pin}.",
    Prompt.NEW_PIN_AGAIN: "Again. {pin}.",
    Prompt.FAULT: "Sorry, we have a fault. Please try again in a few minutes. Goodbye.",
    Prompt.PHONE_CODE: "Your {brand} code is {code}. Tell it to nobody.",
    Prompt.TEXT_RATE: "{place}: {price} a minute. Your credit lasts up to {time}.",
    Prompt.TEXT_NO_RATE: "We do not connect calls to that number.",
    Prompt.TEXT_ACCESS: "Call {numbers}, then enter the number that you want.",
    Prompt.TEXT_HELP: "Text BALANCE, RATE and a number, or ACCESS.",
}
