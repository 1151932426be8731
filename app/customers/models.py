"""The tables of customers."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Phone(Model):
    """A registered phone: it opens one card without a PIN when the network vouches for it."""

    __tablename__ = "phones"

    # E.164; one phone opens one card only
    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    registered_at: Mapped[datetime]
