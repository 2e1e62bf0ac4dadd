"""Verbs of mail: a letter is put into the outbox in the transaction that makes it necessary, and sent later.

And of the clock, whose tasks note here how they went.
"""

import datetime as dt
from collections.abc import Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import UtcDateTime
from directory.errors import BadInputError
from directory.mail.letters import fields_of
from directory.mail.models import Outbox
from directory.mail.naming import name_of
from directory.mail.waiting import KEPT

# The longest is a signature in hexadecimal digits (128), or the kinds of an alarm.
MOST_SIGNS = 400
# In one statement, because several processes may note the same task at once.
_NOTED = sa.text(
    "INSERT INTO job (name, last_ok_at, last_error) VALUES (:name, :ok_at, :error) ON CONFLICT (name) DO UPDATE"
    " SET last_ok_at = coalesce(excluded.last_ok_at, job.last_ok_at), last_error = excluded.last_error"
).bindparams(sa.bindparam("ok_at", type_=UtcDateTime()))

_encoder = msgspec.json.Encoder(order="deterministic")


def put_out(session: Session, recipient: str, template: str, fields: Mapping[str, str], *, now: dt.datetime) -> str:
    """Put a letter into the outbox; return by what its copies are known (``naming.name_of``).

    Of the fields only those that the letter has are kept.

    Args:
        session: a writing session.
        recipient: an e-mail address of somebody who works here, or of a program that is asked about its listing.
        template: which letter (``directory.mail.letters``).
        fields: what is filled in: ids, dates and addresses of the desk, never a value of a listing.
        now: the transaction's time.

    Raises:
        BadInputError: there is no such letter, a field of it is missing, or one is no short line.
    """
    needed = fields_of(template)
    if not needed <= fields.keys():
        raise BadInputError("A letter lacks what has to be filled in.")
    given = {name: fields[name] for name in needed}
    if not all(len(value) <= MOST_SIGNS and value.isprintable() for value in given.values()):
        raise BadInputError("What is filled into a letter is one short line.")
    letter = Outbox(recipient=recipient, template=template, fields=_encoder.encode(given).decode(), due_at=now)
    session.add(letter)
    session.flush()
    return name_of(letter.id, letter.recipient, letter.template, letter.fields)


def forget_letters(session: Session, *, now: dt.datetime) -> int:
    """Forget letters 30 days after they were sent, given up, or due while nothing could send them; return how many."""
    over = now - KEPT
    gone = sa.delete(Outbox).where(sa.func.coalesce(Outbox.sent_at, Outbox.due_at) < over)
    return len(session.scalars(gone.returning(Outbox.id)).all())


def note_done(session: Session, name: str, *, now: dt.datetime, error: str | None = None) -> None:
    """Note that a task of the clock was done, or by which kind of error it failed (never its words)."""
    session.execute(_NOTED, {"name": name, "ok_at": now if error is None else None, "error": error})
