"""Signing in as a person does, and attacking as a robot does."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.site import PASSWORD, Site

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
SAFE = "another horse battery"


def sign_in(
    site: Site, client: FlaskClient, name: str = "zoe@example.org", password: str = PASSWORD, **how: Any
) -> TestResponse:
    """Fill in the form; `path` when it was reached with a wish to go on elsewhere."""
    path = how.pop("path", "/login")
    return site.post(client, path, {"name": name, "password": password}, **how)


def is_in(client: FlaskClient) -> bool:
    """Whether somebody is signed in with this browser."""
    return client.get("/account/sign-ins").status_code == 200


def attack(site: Site, name: str = "zoe@example.org", tries: int = 10) -> None:
    """Wrong passwords from ever new network addresses."""
    for number in range(tries):
        where = {"REMOTE_ADDR": f"198.51.100.{number}"}
        sign_in(site, site.stranger(), name, "wrong password", environ_overrides=where)


def ask_for_link(site: Site, name: str = "zoe@example.org", **how: Any) -> TestResponse:
    """Say that the password is forgotten."""
    return site.post(site.stranger(), "/forgot", {"name": name}, **how)
