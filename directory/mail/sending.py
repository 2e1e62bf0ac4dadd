"""Sending what waits: by SMTP, encrypted unless the server is on this machine, each letter once (SAFETY A8)."""

import datetime as dt
import smtplib
import ssl
from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import DirectoryError
from directory.mail.letters import filled
from directory.mail.models import Outbox
from directory.mail.naming import name_of
from directory.mail.service import note_done
from directory.mail.waiting import MOST_TRIES, wait_after
from directory.settings import MAIL_ADDRESS, Settings

# The task of the clock under which it is noted how sending went.
MAIL = "mail"
_TIMEOUT_SECONDS = 20.0
# A claim outlasts a server that takes nearly all of this time for each of its answers, some ten at the start and five
# for a letter. So nobody else sends a letter while it is being sent, and what a worker that died had is sent later.
_AT_ONCE, _CLAIMED = 20, dt.timedelta(hours=1)
# From here on an answer of a server means: never (RFC 5321). One of policy speaks of us, not of an address (RFC 3463).
_NEVER, _OF_POLICY = 500, b"5.7."
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


# What is done in the closing transaction about a letter that its recipient's server refuses for good: it gets the name
# of the letter, and says whether the letter is given up with that.
Refused = Callable[[Session, str], bool]


def send_due(database: Database, settings: Settings, *, refused: Refused = lambda _session, _name: False) -> Sent:
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
    for_good: set[int] = set()
    try:
        with _connected(settings) as server:
            for one in due:
                if failed := _send(server, settings, one):
                    error = failed.kind
                    if failed.is_for_good:
                        for_good.add(one.id)
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
            is_over = one.id in for_good and refused(session, _name_of(one))
            given_up = {"fields": "{}"} if is_over or one.tries >= MOST_TRIES else {}
            tries = max(one.tries, MOST_TRIES) if is_over else one.tries
            later = sa.update(Outbox).where(Outbox.id == one.id)
            session.execute(later.values(due_at=now + wait_after(one.tries), attempts=tries, **given_up))
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
    open_root = f"https://{settings.public_host}" if settings.public_host else f"http://localhost:{settings.port}"
    given = {"site": settings.site_name, "desk": f"{root}/desk", "desk_root": root, "open_root": open_root}
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


class _Failed(msgspec.Struct, frozen=True):
    """By which kind of error a letter failed, and whether its recipient's server will never take it."""

    kind: str
    is_for_good: bool


def _send(server: smtplib.SMTP, settings: Settings, due: _Due) -> _Failed | None:
    """Send one letter; return how this one alone failed, or nothing."""
    try:
        fields = msgspec.json.decode(due.fields, type=dict[str, str])
        server.send_message(message_of(settings, due.recipient, due.template, fields, name=_name_of(due)))
    except smtplib.SMTPRecipientsRefused as error:
        return _Failed(type(error).__name__, all(_is_for_good(*said) for said in error.recipients.values()))
    except _OF_ONE_LETTER as error:
        return _Failed(type(error).__name__, is_for_good=False)
    return None


def _is_for_good(code: int, said: bytes) -> bool:
    return _NEVER <= code < _NEVER + 100 and not said.startswith(_OF_POLICY)


def _name_of(due: _Due) -> str:
    return name_of(due.id, due.recipient, due.template, due.fields)


def _domain(settings: Settings) -> str:
    return settings.mail_domain or settings.mail_from.rpartition("@")[2] or "localhost"
