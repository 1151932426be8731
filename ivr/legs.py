"""What the provider's REST interface says of a leg, in our words."""

from datetime import datetime
from typing import Any

from app.calls import Leg
from app.errors import CarrierUnclear
from ivr.fields import STATUSES, moment


class UnknownLeg(Exception):
    """The provider does not know the leg, or it is over."""


def leg_of(instance: Any) -> Leg:
    """One leg as the provider's library has read it. Raises CarrierUnclear for what makes no sense."""
    status = STATUSES.get(str(getattr(instance.status, "value", instance.status)))
    if status is None:
        raise CarrierUnclear("the provider named a status that we do not know")
    seconds = str(instance.duration) if instance.duration is not None else ""
    return Leg(
        sid=instance.sid,
        to=instance.to,
        status=status,
        seconds=int(seconds) if seconds.isdigit() else None,
        started_at=_moment(instance.start_time or instance.date_created),
        ended_at=_moment(instance.end_time),
    )


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else moment(str(value or ""))
