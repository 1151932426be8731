"""A local PayPal for demo, tests and measurements: the same calls, shapes and webhooks, and no money.

A buyer clicks on its approval page, orders live in its books, and its faults can be switched on one by one.
`create_app` is PayPal to the server; `/stand-in/` is for whoever wants to play PayPal. It serves a demo only.
"""

from .books import Books
from .courier import Courier, Delivery, Post, poster
from .desk import Desk
from .faults import Faults
from .people import KNOWN, Person
from .problems import Problem
from .server import HOST, WEBHOOK, create_app, make, open_desk, serve, start_couriers, trust
from .signing import Signer

__all__ = [
    "HOST",
    "KNOWN",
    "WEBHOOK",
    "Books",
    "Courier",
    "Delivery",
    "Desk",
    "Faults",
    "Person",
    "Post",
    "Problem",
    "Signer",
    "create_app",
    "make",
    "open_desk",
    "poster",
    "serve",
    "start_couriers",
    "trust",
]
