"""A real mail server for tests: it takes every mail, or misbehaves as it is told."""

import asyncio
import re
import ssl
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope


class Mailbox:
    """`with Mailbox() as mailbox:` listens at `mailbox.url` and keeps what it took in `mailbox.mails`.

    With `login` nobody sends without this name and password; `certificate` is for TLS from the first byte
    (`smtps`) or after STARTTLS.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        *,
        login: tuple[str, str] | None = None,
        certificate: ssl.SSLContext | None = None,
        smtps: bool = False,
    ) -> None:
        self.host, self.port = host, 0
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str | None, list[str]]] = []  # sender and recipients of each
        self.logins: list[tuple[str, str]] = []
        self.connections = 0
        self.on_mail: Callable[[], None] | None = (
            None  # called when a mail is taken, before the sender hears it
        )
        self._login, self._certificate, self._smtps = login, certificate, smtps
        self._refused: dict[str, str] = {}
        self._refused_content = ""
        self._hangs = False
        self._protocols: list[SMTP] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listens = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens, for SMTP_URL."""
        return f"{'smtps' if self._smtps else 'smtp'}://{self.host}:{self.port}"

    def refuse(self, address: str, answer: str = "550 5.1.1 no such mailbox") -> None:
        """Refuse this recipient from now on; an empty answer takes it again."""
        self._refused[address] = answer

    def refuse_content(self, answer: str) -> None:
        """Refuse every mail after its content; an empty answer takes them again."""
        self._refused_content = answer

    def hang(self, hangs: bool = True) -> None:
        """Say nothing more once a mail is coming in."""
        self._hangs = hangs

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address, oldest first."""
        return [mail for mail in self.mails if mail["To"] == address]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listens.wait(10), "the mail server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    # what the server asks us

    async def handle_MAIL(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._login and not session.authenticated:
            return "530 5.7.0 sign in first"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._refused.get(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        if self._hangs:
            await asyncio.sleep(3600)
        if self._refused_content:
            return self._refused_content
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.on_mail:
            self.on_mail()
        return "250 taken"

    def _authenticate(
        self, server: SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        self.logins.append(given)
        return AuthResult(success=given == self._login, handled=False)  # the server says no by itself

    def _protocol(self) -> SMTP:
        self.connections += 1
        made = SMTP(
            self,
            hostname="mail.example.org",
            enable_SMTPUTF8=True,
            loop=self._loop,
            tls_context=None if self._smtps else self._certificate,
            require_starttls=bool(self._certificate and not self._smtps),
            authenticator=self._authenticate,
            auth_require_tls=False,
        )
        self._protocols.append(made)
        return made

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        tls = self._certificate if self._smtps else None
        server = self._loop.run_until_complete(
            self._loop.create_server(self._protocol, self.host, 0, ssl=tls)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._listens.set()
        self._loop.run_forever()
        server.close()
        for protocol in self._protocols:
            if protocol.transport:
                protocol.transport.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0.02))  # for what the transports have still to do
        self._loop.close()


def text_of(mail: EmailMessage) -> str:
    """What a reader of plain text sees."""
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    """What a reader of HTML sees."""
    return _part(mail, "html")


def link_of(mail: EmailMessage) -> str:
    """The address behind its button."""
    found = re.search(r"https?://\S+", text_of(mail))
    assert found, f"there is no link in {mail['Subject']}"
    return found.group()


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())
