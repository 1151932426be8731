"""Reading the body of an answer: no more than is sensible, and no longer than our patience lasts."""

import requests
from urllib3.exceptions import HTTPError

from app.payments.paypal.patience import is_over

_PIECE = 64 * 1024


class BodyRefused(requests.RequestException):
    """Too much, too slow, or broken off."""


def read(response: requests.Response, *, most: int) -> bytes:
    """The whole body of a streamed answer. Raises BodyRefused; a server that drips does not hold us."""
    found = b""
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            found += piece
            if len(found) > most or is_over():
                raise BodyRefused("too much, or too slow")
    except (HTTPError, OSError, ValueError) as error:
        raise BodyRefused(type(error).__name__) from None
    return found
