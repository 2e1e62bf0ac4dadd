"""Sending what waits: by SMTP, encrypted unless the server is on this machine, each letter once (SAFETY A8)."""

import datetime as dt
import hashlib
import smtplib
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage

import msgspec
import sqlalchemy as sa

from directory.db import Database
from directory.errors import DirectoryError
from directory.mail.letters import filled
from directory.mail.models import Outbox
from directory.mail.service import note_done
from directory.mail.waiting import MOST_TRIES, wait_after
from directory.settings import MAIL_ADDRESS, Settings

# The task of the clock under which it is noted how sending went.
MAIL = "mail"
_TIMEOUT_SECONDS = 20.0
# A claim outlasts a server that takes nearly all of this time for each of its answers, some ten at the start and five
# for a letter. So nobody else sends a letter while it is being sent, and what a worker that died had is sent later.
_AT_ONCE, _CLAIMED = 20, dt.timedelta(hours=1)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# What goes wrong with one letter and stops no other.
_OF_ONE_LETTER = (
    smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError,
    DirectoryError, msgspec.MsgspecError, KeyError, ValueError,
)  # fmt: skip


class Sent(msgspec.Struct, frozen=True):
    """How many letters were sent, and how many could not be (they are tried again for three days)."""

    sent: int = 0
    failed: int = 0


class _Due(msgspec.Struct, frozen=True):
    id: int
    recipient: str
    template: str
    fields: str
    tries: int


def send_due(database: Database, settings: Settings) -> Sent:
    """Send letters that are due, twenty at most; without a mail server nothing is sent, and letters wait.

    No transaction is open while the network is used. A letter is claimed before, and noted as sent before the next one,
    so two workers never send one twice. What a worker sent that died before it could note it goes out once more, under
    the same Message-ID, by which servers and programs for mail tell copies. The task ``mail`` notes which kind of error
    was the last.
    """
    due = _claim(database) if settings.mail_server else []
    if not due:
        return Sent()
    sent, error = 0, ""
    unsent = {one.id: one for one in due}
    try:
        with _connected(settings) as server:
            for one in due:
                if refused := _send(server, settings, one):
                    error = refused
                    continue
                _note_sent(database, one)
                del unsent[one.id]
                sent += 1
    except (OSError, OverflowError, ValueError, smtplib.SMTPException) as away:
        # What was not sent waits for its next turn.
        error = type(away).__name__
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        for one in unsent.values():
            # The link in a letter that is given up is nobody's any more.
            given_up = {"fields": "{}"} if one.tries >= MOST_TRIES else {}
            later = sa.update(Outbox).where(Outbox.id == one.id)
            session.execute(later.values(due_at=now + wait_after(one.tries), **given_up))
        note_done(session, MAIL, now=now, error=error or None)
    return Sent(sent, len(unsent))


def message_of(
    settings: Settings, recipient: str, template: str, fields: Mapping[str, str], *, name: str
) -> EmailMessage:
    """A letter as it is sent, in the language of the site; ``name`` is what copies of it have in common.

    Raises:
        BadInputError: there is no such letter.
        KeyError: a field is missing.
        ValueError: the recipient is no address.
    """
    if not MAIL_ADDRESS.fullmatch(recipient):
        raise ValueError("that is no address")
    host = settings.desk_host or settings.public_host
    root = f"https://{host}" if host else f"http://localhost:{settings.port}"
    given = {"site": settings.site_name, "desk": f"{root}/desk", "desk_root": root}
    subject, body = filled(template, {**fields, **given}, language=settings.language)
    message = EmailMessage()
    message["From"] = Address(settings.site_name, addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = subject
    message["Message-ID"] = f"<{name}@{_domain(settings)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def _claim(database: Database) -> list[_Due]:
    """Take what is due out of reach of other workers for an hour."""
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        rows = session.scalars(
            sa.select(Outbox)
            .where(Outbox.sent_at.is_(None), Outbox.due_at <= now, Outbox.attempts < MOST_TRIES)
            .order_by(Outbox.due_at, Outbox.id)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.attempts += 1
            row.due_at = now + _CLAIMED
        return [_Due(row.id, row.recipient, row.template, row.fields, row.attempts) for row in rows]


def _note_sent(database: Database, due: _Due) -> None:
    with database.transaction() as session:
        sent = sa.update(Outbox).where(Outbox.id == due.id)
        session.execute(sent.values(sent_at=session.info["now"], fields="{}"))


def _connected(settings: Settings) -> smtplib.SMTP:
    host, _, port = settings.mail_server.rpartition(":")
    name = host.strip("[]")
    # What the server is told of this machine is the domain of the mail, never the machine's own name.
    server = smtplib.SMTP(name, int(port), local_hostname=_domain(settings), timeout=_TIMEOUT_SECONDS)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            is_near = name in _LOOPBACK
            # Nobody stands between two programs of one machine, and no authority vouches for the name localhost.
            context = ssl._create_unverified_context() if is_near else ssl.create_default_context()  # noqa: S323, SLF001
            server.starttls(context=context)
            server.ehlo()
        elif name not in _LOOPBACK:
            raise smtplib.SMTPNotSupportedError("the server does not encrypt")  # noqa: TRY301
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
    except BaseException:
        server.close()
        raise
    return server


def _send(server: smtplib.SMTP, settings: Settings, due: _Due) -> str:
    """Send one letter; return by which kind of error this one alone failed, or nothing."""
    try:
        fields = msgspec.json.decode(due.fields, type=dict[str, str])
        server.send_message(message_of(settings, due.recipient, due.template, fields, name=_name_of(due)))
    except _OF_ONE_LETTER as error:
        return type(error).__name__
    return ""


def _name_of(due: _Due) -> str:
    """The same for every copy of a letter, of no other letter, and telling nothing: neither how many there were."""
    said = "\0".join((str(due.id), due.recipient, due.template, due.fields))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _domain(settings: Settings) -> str:
    return settings.mail_domain or settings.mail_from.rpartition("@")[2] or "localhost"
