"""Which provider carries what a request is about: nobody but that one may say anything of it."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select

from app import db
from app.calls.lines import AccessNumber
from app.calls.models import Call, Visit


def carriers_of(
    *, legs: Collection[str], call: int | None, numbers: Collection[str], domain: str
) -> set[str]:
    """The providers of the visits, the call and the access numbers that these name; none for what is unknown.

    `domain` is that of SIP callers, in small letters.
    """
    visits = select(Visit.access_number_id)
    concerned: list[ColumnElement[bool]] = [
        AccessNumber.id.in_(visits.where(Visit.sid.in_(legs))),
        AccessNumber.number.in_(numbers),
        AccessNumber.sip_domain == domain,
    ]
    if call is not None:
        concerned.append(
            AccessNumber.id.in_(visits.join(Call, Call.visit_id == Visit.id).where(Call.id == call))
        )
    return set(db.execute(select(AccessNumber.provider).where(or_(*concerned))).scalars())
