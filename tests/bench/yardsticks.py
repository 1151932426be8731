"""Two applications to measure ours against, served by the same gunicorn with the same settings.

`bare` answers and does nothing else. `handler` is the least that any webhook of a calling card must do: check
the signature, one transaction of three statements, and a document.
"""

import os
import threading
from functools import cache
from typing import Any

from flask import Flask, Response, abort, request
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

ACCOUNTS = 200

metadata = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")
accounts = Table("yardstick_accounts", metadata, Column("id", _ID, primary_key=True), Column("balance", _ID))
entries = Table(
    "yardstick_entries",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("call", String(64), unique=True),
    Column("account_id", _ID),
    Column("amount", _ID),
)

_READ = select(accounts.c.balance).where(accounts.c.id == bindparam("account"))
_TAKE = (
    update(accounts)
    .where(accounts.c.id == bindparam("account"), accounts.c.balance >= bindparam("amount"))
    .values(balance=accounts.c.balance - bindparam("amount"))
)
_WRITE = insert(entries)
_lock = threading.Lock()

bare = Flask("bare")
handler = Flask("handler")


def prepare(url: str) -> None:
    """The tables of the handler, with accounts that last."""
    made = create_engine(url)
    metadata.create_all(made)
    with made.begin() as connection:
        rows = [{"id": number, "balance": 10**12} for number in range(1, ACCOUNTS + 1)]
        connection.execute(insert(accounts), rows)
    made.dispose()


@bare.post("/yardstick")
def answer() -> Response:
    """Nothing but Flask."""
    return Response("<Response/>", mimetype="text/xml")


@handler.post("/yardstick")
def charge() -> Response:
    """Signature, transaction, document."""
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    url = os.environ["PUBLIC_BASE_URL"] + request.path
    if not validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)
    call = request.form["CallSid"]
    account = hash(call) % ACCOUNTS + 1
    with _engine().begin() as connection:
        balance = connection.execute(_READ, {"account": account}).scalar_one()
        taken = connection.execute(_TAKE, {"account": account, "amount": 7}).rowcount
        assert taken
        connection.execute(_WRITE, {"call": call, "account_id": account, "amount": 7})
    document = VoiceResponse()
    document.say(f"You have {balance}.")
    document.hangup()
    return Response(str(document), mimetype="text/xml")


def _engine() -> Engine:
    with _lock:  # a worker's threads make one engine, after the fork
        return _made()


@cache
def _made() -> Engine:
    url = os.environ["DATABASE_URL"]
    made = create_engine(url, pool_size=8, max_overflow=0 if not url.startswith("sqlite") else 10)
    if url.startswith("sqlite"):
        event.listen(made, "connect", _settings)
        event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return made


def _settings(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
