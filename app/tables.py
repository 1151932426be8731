"""Every table there is, in one place, for migrations and tests."""

import app.calls.models
import app.cards.models
import app.customers.models
import app.jobs
import app.ledger.models
import app.messages.models
import app.payments.models
import app.rating.models
import app.throttle
from app.db import Model

METADATA = Model.metadata

__all__ = ["METADATA", "app"]
