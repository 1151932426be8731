"""How does a mail reach the mail server?"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from app import config
from app.environment import LOOPBACK
from app.messages.letters.wording import line

SECONDS_TO_ANSWER = 10  # each; a server that says nothing for so long is away
CLOSING = 421  # its word for "I end this connection"
_NOT_THE_RECIPIENT = {503, 530}  # we spoke out of turn, or have to sign in: the address may be fine


class Away(Exception):
    """The mail server cannot be used now; the text says why."""


class Refused(Exception):
    """The mail server does not take this one mail: not now, or never."""

    def __init__(self, said: str, *, for_good: bool) -> None:
        super().__init__(said)
        self.said, self.for_good = said, for_good


@contextmanager
def connected(url: str) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, signed in. Raises Away."""
    parts = urlsplit(url)
    try:
        server = _open(parts)
    except (OSError, smtplib.SMTPException) as error:  # a wrong certificate and a wrong password, too
        raise Away(_reason(error)) from error
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def deliver(server: smtplib.SMTP, message: EmailMessage, *, sender: str, to: str) -> None:
    """Hand over one mail. Raises Refused for it alone, Away when the connection is of no more use."""
    try:
        server.send_message(message, from_addr=sender, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*error.recipients[to], of_recipient=True) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused("the mail server cannot write to such an address", for_good=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Away(_reason(error)) from error


def _open(parts: SplitResult) -> smtplib.SMTP:
    server = _greeted(parts)
    try:
        # nobody listens within one machine
        if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
            _turn_to_tls(server, needed=parts.password is not None)
        if parts.username is not None:
            _sign_in(server, unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _greeted(parts: SplitResult) -> smtplib.SMTP:
    host, name, seconds = parts.hostname or "", _our_name(), SECONDS_TO_ANSWER
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            host, parts.port or 465, local_hostname=name, timeout=seconds, context=context
        )
    port = parts.port or (587 if parts.username else 25)
    return smtplib.SMTP(host, port, local_hostname=name, timeout=seconds)


def _turn_to_tls(server: smtplib.SMTP, *, needed: bool) -> None:
    server.ehlo_or_helo_if_needed()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    elif needed:
        raise smtplib.SMTPNotSupportedError("it offers no TLS, and a password is not told in plain text")


def _sign_in(server: smtplib.SMTP, name: str, password: str) -> None:
    if not (name + password).isascii():
        raise smtplib.SMTPNotSupportedError("its name and password must be plain ASCII")
    server.login(name, password)


def _our_name() -> str:
    """How we greet, without asking the name service who we are."""
    name = urlsplit(config.settings().public_base_url).hostname or "localhost"
    return f"[{name}]" if name.replace(".", "").isdigit() else name.replace("::1", "localhost")


def _refusal(code: int, said: bytes | str, *, of_recipient: bool = False) -> Refused | Away:
    words = line(said.decode(errors="replace") if isinstance(said, bytes) else said)
    if code == CLOSING:
        return Away(f"{code}: it closes the connection")  # its words may name a person
    # 5.7: a rule of the server, which its owner may change
    for_good = of_recipient and 500 <= code < 600 and code not in _NOT_THE_RECIPIENT
    return Refused(f"{code} {words}", for_good=for_good and not words.startswith("5.7."))


def _reason(error: Exception) -> str:
    return line(f"{type(error).__name__}: {error}")[:200]
