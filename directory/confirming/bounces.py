"""Letters that came back: a server refused them at once, or sent a report later (RFC 3464). Both are evidence.

Nothing of a report is kept but that it came, and for which letter. Anybody can send one: it counts only with the
Message-ID of a letter that went out, which its recipient and the servers on its way know.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.confirming.models import Confirmation
from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.freshness.service import add_evidence
from directory.listings.queries import get_record
from directory.mail.naming import name_in

MOST_BYTES = 1024 * 1024
# Servers give up after days (RFC 5321). Who learns later under which name a letter went out may not stop those that
# go to this address from then on.
_REPORTED_WITHIN = dt.timedelta(days=14)
_MOST_PARTS = 50
_REPORT = "message/delivery-status"
_LETTER = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})


def note_refusal(session: Session, name: str) -> bool:
    """Note that a server will never take a letter (``mail.sending``); whether it was one of these letters."""
    return _note(session, name, now=session.info["now"]) is not None


def note_report(session: Session, report: bytes, *, now: dt.datetime) -> bool:
    """Note what a delivery report says; whether the letter came back for good (else nothing is noted).

    Raises:
        BadInputError: it is no delivery report, or too large to be one.
        NotFoundError: it is about no letter that was sent from here to a program lately.
    """
    if len(report) > MOST_BYTES:
        raise BadInputError("That is too large for a delivery report.")
    queue_writers(session)
    try:
        parts = list(_parts(message_from_bytes(report, policy=policy.compat32)))
    except RecursionError:
        raise BadInputError("That is no delivery report.") from None
    statuses = [part for part in parts if part.get_content_type() == _REPORT]
    if not statuses:
        raise BadInputError("That is no delivery report.")
    names = [name_in(str(letter.get("Message-ID", ""))) for letter in _letters(parts)]
    name = next(filter(None, names), "")
    link = _link(session, name, now=now)
    if link is None:
        raise NotFoundError("That is about no letter that was sent from here to a program lately.")
    if not any(_is_failure(status) for status in statuses):
        return False
    _note(session, name, now=now)
    return True


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            return
        yield part


def _letters(parts: list[Message]) -> Iterator[Message]:
    """The letters that a report is about, or their headers."""
    for part in parts:
        if part.get_content_type() not in _LETTER:
            continue
        held = part.get_payload()
        if isinstance(held, list):
            yield from (one for one in held if isinstance(one, Message))
        else:
            written = part.get_payload(decode=True)
            yield message_from_bytes(written if isinstance(written, bytes) else b"", policy=policy.compat32)


def _is_failure(status: Message) -> bool:
    """Whether a report says that a letter failed for good: the action ``failed``, with a status of class 5.

    A status of policy (5.7) speaks of whoever sent it, not of the address.
    """
    fields = status.get_payload()
    blocks = [one for one in fields if isinstance(one, Message)] if isinstance(fields, list) else []
    failed = [one for one in blocks if str(one.get("Action", "")).strip().casefold() == "failed"]
    codes = [str(one.get("Status", "")).strip() for one in failed]
    return any(code.startswith("5.") and not code.startswith("5.7.") for code in codes)


def _link(session: Session, name: str, *, now: dt.datetime) -> Confirmation | None:
    if not name:
        return None
    return session.scalar(
        sa.select(Confirmation).where(
            Confirmation.message_hash == hashlib.sha256(name.encode()).digest(),
            Confirmation.created_at >= now - _REPORTED_WITHIN,
        )
    )


def _note(session: Session, name: str, *, now: dt.datetime) -> int | None:
    """Write the evidence, once for each letter; its id, None when it is no letter to a program."""
    link = _link(session, name, now=now)
    if link is None:
        return None
    run_key = f"mx:{link.key_hash.hex()[:24]}"
    if add_evidence(
        session, link.written_to, method="mx", outcome="refuses", log2_odds=weight_of("mx", "refuses"), observed_at=now,
        run_key=run_key,
    ):  # fmt: skip
        link.returned_at = now
        session.flush()
        listing = get_record(session, link.listing_id)
        evidence = session.scalars(sa.select(Evidence.id).where(Evidence.run_key == run_key)).one()
        act = Act("letter.came-back", str(listing.public_id), {"evidence": evidence}, None)
        record(session, [act], now=now)
    return session.scalar(sa.select(Evidence.id).where(Evidence.run_key == run_key))
