"""The steps of the phone menu: importing this package makes them known."""

from ivr.steps import number, pin

__all__ = ["number", "pin"]
