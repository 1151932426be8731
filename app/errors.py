"""Everything that may go wrong on purpose, drawn as a tree.

FarthingError
├── UnsafeSettings            the environment lacks a setting, or holds a sample one
├── LedgerError
│   ├── ShortOfCredit         the account has less available than asked
│   ├── TooManyHolds          the account has as many open holds as it may
│   ├── KeyReused             one key, two different movements of money
│   └── HoldClosed            the hold ended another way
├── RatingError
│   ├── NoRate                no prefix of the deck matches the number
│   ├── BlockedPrefix         the deck does not sell this destination
│   └── DeckRefused           the file as a whole is no rate deck
├── CardError
│   ├── UnknownPin            wrong, void, expired or never made: all the same to a caller
│   ├── CallerLockedOut       too many wrong PINs from there
│   ├── CardSuspended         the card is right, and frozen
│   ├── CardRefused           a card cannot be made or changed like that
│   └── PhoneTaken            the phone opens another card already
├── NumberRefused             (numbers) what was dialled is not for us to dial
└── CallError
    ├── UnknownCall           we have no such call
    ├── CallRefused           the call cannot be changed like that
    ├── UnknownVisit          we have no such visit
    ├── VisitOver             the caller has hung up
    ├── CardBusy              the card is on as many calls as it may be
    ├── TooShort              credit lasts for less than a call is worth placing
    └── CarrierUnreachable    the provider did not answer
        └── CarrierUnclear    the provider answered what makes no sense to us
"""

from typing import Any


class FarthingError(Exception):
    """Something that the design foresees; its text is a clear sentence."""


class UnsafeSettings(FarthingError):
    """The server must not start like this."""


class LedgerError(FarthingError):
    """Money cannot move like that."""


class ShortOfCredit(LedgerError):
    """The account has less available than asked."""


class TooManyHolds(LedgerError):
    """The account has as many open holds as it may have at once."""


class KeyReused(LedgerError):
    """One key was used for two different movements of money."""


class HoldClosed(LedgerError):
    """The hold has ended another way."""


class RatingError(FarthingError):
    """No price can be named."""


class NoRate(RatingError):
    """No prefix of the deck matches the number."""


class BlockedPrefix(RatingError):
    """The deck does not sell this destination; `rate` says which prefix that is."""

    def __init__(self, message: str, rate: Any = None) -> None:
        super().__init__(message)
        self.rate = rate


class DeckRefused(RatingError):
    """The file as a whole is no rate deck."""


class CardError(FarthingError):
    """The card does not open."""


class UnknownPin(CardError):
    """Wrong, void, expired or never made: a caller must not learn which."""


class CallerLockedOut(CardError):
    """Too many wrong PINs came from this caller, this access number or everywhere."""


class CardSuspended(CardError):
    """The PIN was right, and its card is frozen."""


class CardRefused(CardError):
    """A card cannot be made or changed like that."""


class PhoneTaken(CardError):
    """The phone opens another card already."""


class CallError(FarthingError):
    """The call cannot go on like that."""


class UnknownCall(CallError):
    """We have no such call."""


class CallRefused(CallError):
    """The call cannot be changed like that."""


class UnknownVisit(CallError):
    """We have no such visit."""


class VisitOver(CallError):
    """The caller has hung up."""


class CardBusy(CallError):
    """The card is on as many calls as it may be."""


class TooShort(CallError):
    """The credit lasts for less than a call is worth placing."""


class CarrierUnreachable(CallError):
    """The provider did not answer."""


class CarrierUnclear(CarrierUnreachable):
    """The provider answered what makes no sense to us: asking again may not help."""
