"""Made-up buyers, for the approval page and for tests."""

import re
from dataclasses import dataclass

from .problems import Problem


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at the stand-in."""

    id: str
    given: str
    surname: str
    mail: str
    country: str
    verified: bool = True

    @property
    def name(self) -> str:
        """How it is written on a form."""
        return f"{self.given} {self.surname}"


KNOWN = (
    Person("WZH5NSHUBE63W", "Zoë", "Example", "zoe.buyer@example.com", "GB"),
    Person("A7KQ2NOORSMPL", "Noor", "Sample", "noor.buyer@example.com", "US"),
    Person("F4AMELIEXMPLE", "Amélie", "Exemple", "amelie.buyer@example.com", "FR"),
    Person("U9MAXUNVERIFD", "Max", "Muster", "max.buyer@example.com", "GB", verified=False),
)
_BY_ID = {person.id: person for person in KNOWN}


def person(ref: str) -> Person:
    """The buyer of that id; any other id of PayPal's kind is a stranger of that name.

    Raises Problem for what is no id.
    """
    if ref in _BY_ID:
        return _BY_ID[ref]
    if not re.fullmatch(r"[A-Z0-9]{13}", ref, re.ASCII):
        raise Problem.unprocessable("PAYER_ID_INVALID", "The payer ID is not valid.")
    return Person(ref, "Buyer", ref.title(), f"{ref.lower()}@example.com", "US")
