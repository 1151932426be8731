"""The sentences that a caller may hear, by name."""

from enum import StrEnum, auto


class Prompt(StrEnum):
    """One thing to say; the letters are those of the map of the phone menu.

    A prompt is said alone or in a row with others: what varies (a sum, a time) stands in a prompt of its own,
    so that the others can be replaced by recordings.
    """

    BRAND = auto()  # G0: the call is answered
    LANGUAGE_CHOICE = auto()  # M4: said in its own language, one line for each

    # which card
    ENTER_PIN = auto()  # B1: a phone we do not know
    ENTER_PIN_HELP = auto()  # B1b: silence at the PIN
    PIN_WRONG = auto()  # B2: first wrong PIN
    PIN_WRONG_AGAIN = auto()  # B3: second
    PIN_WRONG_GOODBYE = auto()  # B4: third
    PIN_ENTRY_PAUSED = auto()  # B5: locked out
    ALREADY_ON_A_CALL = auto()  # C1
    ACCOUNT_LOCKED = auto()  # F1

    # where to
    ENTER_NUMBER = auto()  # A1: a phone we know
    FIRST_TIME = auto()  # A3: first call from a registered phone
    CALLING_BACK_COSTS = auto()  # K1: we rang the caller, and that has a price
    PRESS_TO_CONNECT = auto()  # K2: somebody, and no voicemail, has picked up
    SILENCE = auto()  # X1: no number, once
    SILENCE_AGAIN = auto()  # X2: twice
    SILENCE_GOODBYE = auto()  # X3: three times
    USE_KEYS = auto()  # X4: somebody talks to us
    NUMBER_INCOMPLETE = auto()  # D3: no such number
    NUMBER_BARRED = auto()  # D3b: not for us to dial, or not sold
    SHORT_OF_CREDIT = auto()  # D4
    SHORT_CHOICE = auto()  # D4: and what now
    EMERGENCY = auto()  # D8: the caller must hear where help is

    # before dialling
    PLACE = auto()  # D1: where it goes, when we had to guess the country
    PRICE = auto()  # D1r: the caller wants to hear the price
    FEE = auto()  # D1r: and each call has one
    UP_TO = auto()  # D1
    RECORDING_ON = auto()  # R1: to both
    MINUTE_LEFT = auto()  # W1: the credit lasts for a minute more
    SECONDS_LEFT = auto()  # W1: and for a few seconds

    # after the call
    BUSY = auto()  # D5
    NO_ANSWER = auto()  # D6
    CALL_FAILED = auto()  # D7
    TRY_AGAIN = auto()  # D7
    TRY_AGAIN_OR_OTHER = auto()  # D5, D6
    COST = auto()  # E1
    NOT_CHARGED = auto()  # D6, D7, E1
    ANOTHER_CALL = auto()  # E1
    CREDIT_GONE = auto()  # W2: the call ended because the credit did
    OFFER_PINLESS = auto()  # E2: once, after the first call with a PIN
    DONE = auto()  # E2: it is
    BALANCE = auto()  # A2, B6, E1, M1
    NO_CREDIT = auto()

    # the menu
    MENU = auto()  # M0
    BACK = auto()  # M0 to M4, H0
    ENTER_VOUCHER = auto()  # M2
    VOUCHER_ADDED = auto()  # M2ok
    VOUCHER_UNKNOWN = auto()  # M2x
    VOUCHER_USED = auto()  # M2u: by this card
    VOUCHER_PAUSED = auto()  # M2: too many wrong ones
    TOP_UP_OFFER = auto()  # M2p
    ONE_MOMENT = auto()  # M2p: PayPal is asked
    TOP_UP_LATER = auto()  # M2p: PayPal takes its time
    TOP_UP_DECLINED = auto()  # M2p: PayPal, or a limit, says no
    SPEED_DIALS = auto()  # M3
    SPEED_DIAL_SAVED = auto()  # M3: the last number is saved, or was
    SPEED_DIALS_FULL = auto()  # M3: no key is free
    NOTHING_DIALLED = auto()  # M3: there is no last number
    SPEED_DIAL = auto()  # M3: one of those that are heard
    SPEED_DIALS_MORE = auto()  # M3: and there are more
    SPEED_DIALS_NONE = auto()  # M3
    HELP = auto()  # H0
    HELP_CALLING = auto()  # H1
    HELP_PHONE = auto()  # H2: somebody can be rung
    HELP_SITE = auto()  # H2
    NEW_PIN_CHOICE = auto()  # H3
    NEW_PIN = auto()  # H3: the new one …
    NEW_PIN_AGAIN = auto()  # H3: … once more

    FAULT = auto()  # T1
    PHONE_CODE = auto()  # P1: to a phone that is to be registered

    # text messages
    TEXT_RATE = auto()
    TEXT_NO_RATE = auto()
    TEXT_ACCESS = auto()
    TEXT_HELP = auto()
