"""Connections to PayPal that carry nothing of their own: no cookies, no passwords of this machine."""

from http.cookiejar import DefaultCookiePolicy

import requests


def session(*, trusts_environment: bool) -> requests.Session:
    """A new one. The stand-in of a demo is never asked through a proxy of the environment."""
    made = requests.Session()
    made.trust_env = trusts_environment
    made.auth = _as_it_is
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return made


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request  # or a .netrc file would replace our token
