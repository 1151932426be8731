"""Buying credit: what customers pay at a provider, what became of it, and what went back.

A top-up is written down, approved by the buyer at the provider, and brought forward by `advance`, whoever
calls it. Credit comes only from a fresh answer of the provider that matches an order of ours in every part.
"""

from app.payments import auto_top_up, inbox, phone_top_up, receipts, reviews, saved
from app.payments.advance import advance
from app.payments.gateway import gateway
from app.payments.giving_back import refund
from app.payments.models import TopUpStatus
from app.payments.provider import Urls
from app.payments.reasons import in_words
from app.payments.top_up import Bought, begin, cancel, get, of_customer, open_order
from app.payments.work import work, work_on_debts, work_on_disputes

__all__ = [
    "Bought",
    "TopUpStatus",
    "Urls",
    "advance",
    "auto_top_up",
    "begin",
    "cancel",
    "gateway",
    "get",
    "in_words",
    "inbox",
    "of_customer",
    "open_order",
    "phone_top_up",
    "receipts",
    "refund",
    "reviews",
    "saved",
    "work",
    "work_on_debts",
    "work_on_disputes",
]
