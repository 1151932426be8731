"""British English: every sentence that a caller hears."""

from ivr.prompts.ids import Prompt

TEXTS = {
    Prompt.BRAND: "{brand}.",
    Prompt.ENTER_NUMBER: "Enter the number, then hash.",
    Prompt.BALANCE_THEN_NUMBER: "{balance} Enter the number, then hash.",
    Prompt.FIRST_TIME: ("This phone is registered. Enter the number with its country code, then press hash."),
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
    Prompt.UP_TO: "Up to {time}.",
    Prompt.COUNTRY_UP_TO: "{country}. Up to {time}.",
    Prompt.NUMBER_INCOMPLETE: (
        "That number is not complete. Enter double zero, the country code, and the number, then hash."
    ),
    Prompt.NUMBER_BARRED: "Sorry, we do not connect calls to that number. Enter another number, then hash.",
    Prompt.SHORT_OF_CREDIT: (
        "Sorry, there is not enough credit for that call. {balance} Enter another number, then hash."
    ),
    Prompt.BUSY: "That number is busy. Press hash to try again, or enter another number.",
    Prompt.NO_ANSWER: (
        "There is no answer. You were not charged. Press hash to try again, or enter another number."
    ),
    Prompt.CALL_FAILED: (
        "Sorry, that call did not go through. You were not charged. Press hash to try again."
    ),
    Prompt.EMERGENCY: "This service cannot call emergency numbers. Hang up now, and dial {numbers}.",
    Prompt.CALL_ENDED: "{cost} {balance} For another call, enter the number, then hash.",
    Prompt.CREDIT_GONE: "{cost} Your credit has run out. Goodbye.",
    Prompt.ALREADY_ON_A_CALL: "This account is already on a call. Please end that call first. Goodbye.",
    Prompt.ACCOUNT_LOCKED: "This account is locked. To unlock it, sign in at {site}. Goodbye.",
    Prompt.FAULT: "Sorry, we have a fault. Please try again in a few minutes. Goodbye.",
    Prompt.SILENCE: "Please enter the number, then hash.",
    Prompt.SILENCE_AGAIN: "Enter double zero, the country code, and the number. Then press hash.",
    Prompt.SILENCE_GOODBYE: "Sorry, we did not get a number. Please call again. Goodbye.",
    Prompt.PHONE_CODE: "Your {brand} code is {code}. Tell it to nobody.",
    Prompt.BALANCE: "You have {amount}.",
    Prompt.NO_CREDIT: "You have no credit.",
    Prompt.COST: "That call cost {amount}.",
    Prompt.NOT_CHARGED: "You were not charged.",
}
