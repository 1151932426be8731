"""Pages for what went wrong: a clear sentence, and nothing of our insides."""

import logging

from flask import Flask, render_template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

_SENTENCES = {
    400: "That request made no sense to us.",
    401: "You have to say who you are first.",
    403: "This is not for you.",
    404: "There is no such page.",
    405: "That cannot be done here.",
    413: "That was too much at once.",
}

_BARE = '<!doctype html><html lang="en"><title>{sentence}</title><h1>{sentence}</h1></html>'


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        return _page(_SENTENCES.get(code, "Something went wrong."), code)

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> tuple[str, int]:
        log.exception("a fault on a page")
        return _page("Something went wrong on our side. Please try again in a minute.", 500)


def _page(sentence: str, code: int) -> tuple[str, int]:
    try:
        return render_template("error.html", sentence=sentence, code=code), code
    except SQLAlchemyError:  # who is signed in cannot be looked up while the database is away
        return _BARE.format(sentence=sentence), code
