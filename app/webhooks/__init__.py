"""The door for PayPal."""

from flask import Flask

from app.webhooks import paypal


def init_app(app: Flask) -> None:
    """Open it. What knocks here is known by its signature: no session, no form token."""
    app.register_blueprint(paypal.door)
    if "csrf" in app.extensions:
        app.extensions["csrf"].exempt(paypal.door)
