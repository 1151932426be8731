"""The sentences that a caller may hear, by name."""

from enum import StrEnum, auto


class Prompt(StrEnum):
    """One thing to say; the letters are those of the map of the phone menu."""

    BRAND = auto()  # G0: the call is answered
    ENTER_NUMBER = auto()  # A1: a phone we know
    BALANCE_THEN_NUMBER = auto()  # A2, B6: low balance, first call of the day, PIN right
    FIRST_TIME = auto()  # A3: first call from a registered phone
    ENTER_PIN = auto()  # B1: a phone we do not know
    ENTER_PIN_HELP = auto()  # B1b: silence at the PIN
    PIN_WRONG = auto()  # B2: first wrong PIN
    PIN_WRONG_AGAIN = auto()  # B3: second
    PIN_WRONG_GOODBYE = auto()  # B4: third
    PIN_ENTRY_PAUSED = auto()  # B5: locked out
    UP_TO = auto()  # D1: before dialling
    COUNTRY_UP_TO = auto()  # D1: the same when we had to guess the country
    NUMBER_INCOMPLETE = auto()  # D3: no such number
    NUMBER_BARRED = auto()  # D3b: not for us to dial, or not sold
    SHORT_OF_CREDIT = auto()  # D4
    BUSY = auto()  # D5
    NO_ANSWER = auto()  # D6
    CALL_FAILED = auto()  # D7
    EMERGENCY = auto()  # D8: the caller must hear where help is
    CALL_ENDED = auto()  # E1: the far end hung up
    CREDIT_GONE = auto()  # W2: the call ended because the credit did
    ALREADY_ON_A_CALL = auto()  # C1
    ACCOUNT_LOCKED = auto()  # F1
    FAULT = auto()  # T1
    SILENCE = auto()  # X1: no number, once
    SILENCE_AGAIN = auto()  # X2: twice
    SILENCE_GOODBYE = auto()  # X3: three times
    PHONE_CODE = auto()  # P1: to a phone that is to be registered

    # sentences that stand inside others
    BALANCE = auto()
    NO_CREDIT = auto()
    COST = auto()
    NOT_CHARGED = auto()
