"""Customers and their phones."""

from app.customers.phones import forget, register

__all__ = ["forget", "register"]
