"""Whom can a mail be addressed to?"""

from email.headerregistry import Address

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from app.messages.letters.wording import line

LENGTH_MAX = 254


def is_address(text: str) -> bool:
    """Whether a mail could be addressed like that: one address, on one line."""
    try:
        return len(text) <= LENGTH_MAX and line(text) == text and bool(_read(text))
    except EmailNotValidError:
        return False


def recipient(text: str) -> Address:
    """The address for a mail, a domain of other letters in the form that every mail server knows.

    Raises ValueError for what is no address.
    """
    if not is_address(text):
        raise ValueError("this is no address")
    read = _read(text)
    return Address(username=read.local_part, domain=read.ascii_domain)


def _read(text: str) -> ValidatedEmail:
    return validate_email(text, check_deliverability=False, globally_deliverable=False)
