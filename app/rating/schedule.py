"""Prices announced for a day to come: until then the price of the version before holds."""

from datetime import date

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import aliased

from app import db
from app.rating.models import RateRow
from app.rating.versions import Version, hold, spans

_new, _old, _past = aliased(RateRow), aliased(RateRow), aliased(RateRow)

# prefixes that the new version prices from a day to come, and not yet today
_coming = (
    select(_new.prefix, func.min(_new.effective_from).label("first_day"))
    .where(_new.version_id == bindparam("version"))
    .where(_new.prefix > bindparam("after"), _new.prefix <= bindparam("upto"))
    .group_by(_new.prefix)
    .having(func.min(_new.effective_from) > bindparam("today"))
    .subquery()
)
_in_force_since = (
    select(func.max(_past.effective_from))
    .where(_past.version_id == _old.version_id, _past.prefix == _old.prefix)
    .where(_past.effective_from <= bindparam("today"))
    .scalar_subquery()
)
_kept = [column for column in RateRow.__table__.columns if column.name != "version_id"]
_CARRY = insert(RateRow).from_select(
    ["version_id", *(column.name for column in _kept)],
    select(
        bindparam("version", type_=RateRow.__table__.c.version_id.type),
        *(getattr(_old, column.name) for column in _kept),
    )
    .join(_coming, _coming.c.prefix == _old.prefix)
    .where(_old.version_id == bindparam("before"), _old.effective_from < _coming.c.first_day)
    .where(_old.effective_from >= func.coalesce(_in_force_since, _old.effective_from)),
)


def carry_over(version: Version, today: date) -> None:
    """Give the version what the one before says of prefixes whose new price is yet to come.

    That is the price in force today, and those that were announced for a day before the new one. In short
    transactions.
    """
    if version.before is None:
        return
    for after, upto in spans(version.id):
        with db.transaction():
            hold(version)
            asked = {"version": version.id, "before": version.before, "today": today}
            db.execute(_CARRY, asked | {"after": after, "upto": upto})
