"""The steps of the phone menu: importing this package makes them known."""

from ivr.steps import ended, greeting, help, menu, number, pin, pinless, saved, short, top_up, voucher

__all__ = [
    "ended",
    "greeting",
    "help",
    "menu",
    "number",
    "pin",
    "pinless",
    "saved",
    "short",
    "top_up",
    "voucher",
]
