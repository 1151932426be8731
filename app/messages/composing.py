"""How does a mail become a message of the internet?"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from app import clock, config
from app.messages.addresses import is_address, recipient
from app.messages.attachments import Attachment
from app.messages.claims import Claimed
from app.sealing import digest, unseal


def sender() -> Address:
    """Who our mails are from."""
    name, address = parseaddr(config.settings().mail_from)
    return Address(name, addr_spec=address)


def message(mail: Claimed, attachment: Attachment | None) -> EmailMessage:
    """The message: the same Message-ID whenever it is made again. Raises ValueError, NotSealedByUs."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender()
    made["To"] = recipient(mail.to)
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = message_id(mail)
    made["Auto-Submitted"] = "auto-generated"  # so that no holiday notice answers
    made["X-Auto-Response-Suppress"] = "All"
    if is_address(config.settings().selling.contact):
        made["Reply-To"] = config.settings().selling.contact
    made.set_content(unseal(mail.text), cte="quoted-printable")
    made.add_alternative(unseal(mail.html), subtype="html", cte="quoted-printable")
    if attachment:
        main, _, sub = attachment.mime_type.partition("/")
        made.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    return made


def message_id(mail: Claimed) -> str:
    """The same for every try of one mail, so that mail servers know a repeat; another in another database."""
    name = digest("message id", f"{mail.id} {mail.key} {mail.made_at.isoformat()}")[:32]
    return f"<{name}@{sender().domain}>"
