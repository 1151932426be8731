"""Why a payment did not go through, in words for the buyer: the provider's codes mean nothing to people."""

# the provider's words for an agreement that is no more
GONE = {"AGREEMENT_ALREADY_CANCELLED", "TOKEN_ID_NOT_FOUND", "RESOURCE_NOT_FOUND"}
_WORDS = {
    "ECHECK": "It is paid by eCheck, which takes a few days.",
    "PENDING_REVIEW": "PayPal is looking at it.",
    "VERIFICATION_REQUIRED": "PayPal wants us to verify our account first.",
    "UNILATERAL": "PayPal is setting up our account.",
    "INSTRUMENT_DECLINED": "Your bank or card said no. Please choose another way to pay.",
    "PAYER_CANNOT_PAY": "PayPal does not let this account pay. Please ask PayPal, or pay another way.",
    "PAYER_ACTION_REQUIRED": "PayPal wants you to confirm something first.",
    "TRANSACTION_REFUSED": "PayPal refused the payment.",
    "TRANSACTION_LIMIT_EXCEEDED": "The limit of your PayPal account is reached.",
    "COMPLIANCE_VIOLATION": "PayPal refused the payment.",
    "AGREEMENT_ALREADY_CANCELLED": "The agreement with PayPal was cancelled.",
    "TOKEN_ID_NOT_FOUND": "The agreement with PayPal was cancelled.",
}


def in_words(reason: str) -> str:
    """A sentence for the buyer: what the provider's code means, or our own sentence as it is."""
    if reason in _WORDS:
        return _WORDS[reason]
    is_code = not reason or reason == reason.upper() or " " not in reason
    return "PayPal gave no reason." if is_code else reason
