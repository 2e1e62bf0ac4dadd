"""Verbs of mail: a letter is put into the outbox in the transaction that makes it necessary, and sent later."""

import datetime as dt
from collections.abc import Mapping

import msgspec
from sqlalchemy.orm import Session

from directory.mail.models import Outbox

_encoder = msgspec.json.Encoder(order="deterministic")


def put_out(session: Session, recipient: str, template: str, fields: Mapping[str, str], *, now: dt.datetime) -> None:
    """Put a letter into the outbox.

    Args:
        session: a writing session.
        recipient: an e-mail address of somebody who works here.
        template: which letter (``directory.mail.letters``).
        fields: what is filled in: ids, dates and addresses of the desk, never a value of a listing.
        now: the transaction's time.
    """
    written = _encoder.encode(dict(fields)).decode()
    session.add(Outbox(recipient=recipient, template=template, fields=written, due_at=now))
