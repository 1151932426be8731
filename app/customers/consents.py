"""What customers agreed to: which words they were shown, when, and what they said."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select

from app import clock, db
from app.customers.models import Consent


class Purpose(StrEnum):
    """What somebody may agree to."""

    TERMS = "terms"
    TRAFFIC_DATA = "traffic data"
    OFFERS_BY_MAIL = "offers by mail"
    OFFERS_BY_TEXT = "offers by text message"
    AUTO_TOP_UP = "automatic top-up"
    PHONE_TOP_UP = "top-up by phone"


def record(customer_id: int, said: Mapping[Purpose, bool], *, version: str, address: str) -> None:
    """Keep what somebody said to the words of this version. Nothing said before is changed."""
    shared = {"customer_id": customer_id, "at": clock.now(), "version": version, "address": address[:45]}
    rows = [{**shared, "purpose": purpose, "given": given} for purpose, given in said.items()]
    db.execute(insert(Consent), rows)


def given_at(customer_id: int, purpose: Purpose) -> datetime | None:
    """When somebody last agreed to this; None when the last word was no, or there was none."""
    said = select(Consent.given, Consent.at).where(
        Consent.customer_id == customer_id, Consent.purpose == purpose
    )
    last = db.execute(said.order_by(Consent.id.desc()).limit(1)).one_or_none()
    return last.at if last is not None and last.given else None


def of_customer(customer_id: int) -> dict[Purpose, bool]:
    """What holds now: of each purpose the last word, and no where nothing was said."""
    said = db.execute(
        select(Consent.purpose, Consent.given).where(Consent.customer_id == customer_id).order_by(Consent.id)
    )
    return dict.fromkeys(Purpose, False) | {Purpose(row.purpose): row.given for row in said}
