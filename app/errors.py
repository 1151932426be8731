"""Everything that may go wrong on purpose, drawn as a tree.

FarthingError
├── UnsafeSettings            the environment lacks a setting, or holds a sample one
├── NotSealedByUs             a secret in a table cannot be read under any key of ours
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
│   ├── PhoneTaken            the phone opens another card already
│   └── VoucherRefused        wrong, used, void or expired: the same words for all of them
├── CustomerError
│   ├── NameRefused           no e-mail address or user name is written like that
│   ├── NameTaken             somebody has this e-mail address or user name
│   ├── NotSignedIn           the name or the password is wrong, or the address is not confirmed
│   ├── LinkDead              a link that was used, is too old, or was never made
│   ├── PhoneRefused          the phone cannot be registered; says why
│   ├── CodeWrong             not the code that was spoken or sent to the phone
│   └── TooManyTries          somebody tries too often: wait
├── PaymentError
│   ├── TopUpRefused          the amount or a limit does not allow it; says why
│   ├── UnknownTopUp          there is no such top-up, or it is somebody else's
│   ├── ProviderUnavailable   the provider did not answer; `outcome_unknown` if it may have acted all the same
│   ├── ProviderRefused       the provider said no; `issue` is its word for why
│   ├── NotificationRejected  a notification that the provider did not sign
│   └── NotificationUndecided its signature could not be checked: it may come again
├── NumberRefused             (numbers) what was dialled is not for us to dial
└── CallError
    ├── UnknownCall           we have no such call
    ├── CallRefused           the call cannot be changed like that
    ├── UnknownVisit          we have no such visit
    ├── VisitOver             the caller has hung up
    ├── CardBusy              the card is on as many calls as it may be
    ├── TooShort              credit lasts for less than a call is worth placing
    └── CarrierUnreachable    the provider did not answer
        ├── CarrierRefused    the provider said no: nothing has happened
        └── CarrierUnclear    the provider answered what makes no sense to us
"""

from typing import Any


class FarthingError(Exception):
    """Something that the design foresees; its text is a clear sentence."""


class UnsafeSettings(FarthingError):
    """The server must not start like this."""


class NotSealedByUs(FarthingError):
    """No key of ours has sealed this."""


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


class VoucherRefused(CardError):
    """Wrong, used, void or expired: who tries codes must not learn which."""


class CustomerError(FarthingError):
    """A customer cannot do that."""


class NameRefused(CustomerError):
    """No e-mail address or user name is written like that; the text is for the person."""


class NameTaken(CustomerError):
    """Somebody has this e-mail address or user name."""


class NotSignedIn(CustomerError):
    """The name or the password is wrong: nobody learns which."""


class LinkDead(CustomerError):
    """The link was used, is too old, or was never made."""


class PhoneRefused(CustomerError):
    """The phone cannot be registered; the text is for the customer."""


class CodeWrong(CustomerError):
    """Not the code that was spoken or sent to the phone."""


class TooManyTries(CustomerError):
    """Somebody tries too often."""


class PaymentError(FarthingError):
    """Credit cannot be bought like that."""


class TopUpRefused(PaymentError):
    """The amount or a limit does not allow it; the text is for the customer."""


class UnknownTopUp(PaymentError):
    """There is no such top-up, or it is somebody else's."""


class ProviderUnavailable(PaymentError):
    """The payment provider did not answer, or not in time."""

    def __init__(self, message: str, *, outcome_unknown: bool = True) -> None:
        super().__init__(message)
        self.outcome_unknown = outcome_unknown  # it may have done what was asked


class ProviderRefused(PaymentError):
    """The payment provider said no; `issue` is its own word for why, as in INSTRUMENT_DECLINED."""

    def __init__(self, message: str, *, status: int = 422, issue: str = "") -> None:
        super().__init__(message)
        self.status, self.issue = status, issue


class NotificationRejected(PaymentError):
    """The provider did not sign this."""


class NotificationUndecided(PaymentError):
    """Whether the provider signed this could not be found out: it may come again."""


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


class CarrierRefused(CarrierUnreachable):
    """The provider said no: what was asked has not happened."""


class CarrierUnclear(CarrierUnreachable):
    """The provider answered what makes no sense to us: asking again may not help."""
