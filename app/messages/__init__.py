"""Mails: written in the transaction of what they report, sent afterwards by the job worker.

A mail is sealed in its table, since its links open doors. It is sent at least once and, unless a worker dies
between sending and noting, exactly once; a repeat carries the same Message-ID.
"""

from app.messages import contract_summary
from app.messages.attachments import attach
from app.messages.outbox import Noted, Opened, dead, forget, newest, of_customer, pretend, read, revive, write
from app.messages.sending import send_due

__all__ = [
    "Noted",
    "Opened",
    "attach",
    "dead",
    "forget",
    "newest",
    "of_customer",
    "pretend",
    "read",
    "revive",
    "send_due",
    "write",
]

attach(contract_summary.KIND, contract_summary.attachment)
