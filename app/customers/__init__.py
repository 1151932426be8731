"""Customers: who they are, how they sign in, and their phones."""

from app.customers.phones import forget, register
from app.customers.profile import Profile

__all__ = ["Profile", "forget", "register"]
