"""Asking a program by letter whether its listing is right, and what its answer does (SAFETY I11).

A link confirms or proposes, and changes nothing. It is good once, for seven days, for one listing and for the values
that were shown with it; what is shown and what is answered are held together by a digest, so that nobody confirms what
they did not see. It signs nobody in.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Sequence
from typing import Literal, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.cards.queries import findable_listing
from directory.confirming.contact import contact_of
from directory.confirming.models import Confirmation
from directory.confirming.rhythm import LINK_DAYS
from directory.confirming.shown import digest_of_shown, is_offered, shown_facts, withheld_fields
from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.freshness.service import add_evidence, count_report
from directory.integrity.offering import offer, offer_to_end
from directory.integrity.reach import require_scope
from directory.integrity.service import Edit
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.mail.service import put_out
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.vetting.explaining import note_own_wish

HOLDS = dt.timedelta(days=LINK_DAYS)
# The next letter waits for half a year (``every`` of ``freshness/parameters.toml``), and up to 90 days more until there
# is room for it. Whoever forgot the last one sooner would ask too early.
KEPT_AFTER = dt.timedelta(days=180 + 90)
# The path of a link on the public host. It is that of sealed addresses, so that a history shows nothing new.
LINK = "/v/"
Answer = Literal["right", "changed", "closed", "do-not-list"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
_TOLD = {"changed": "the program says so in a letter", "closed": "the program says by letter that it has closed",
         "do-not-list": "the program asks by letter not to be listed"}  # fmt: skip
_INTENTIONS = {"closed": "close", "do-not-list": "do-not-list"}


class Asked(msgspec.Struct, frozen=True):
    """What whoever has a link is shown.

    Attributes:
        listing_id: the record.
        listing: its public id.
        digest: of what is shown, in hexadecimal digits; an answer has to repeat it.
        is_changed: whether something is otherwise than when the letter was written.
        facts: what is shown.
        withheld: fields of which something is held that is not shown (``shown.withheld_fields``).
    """

    listing_id: int
    listing: str
    digest: str
    is_changed: bool
    facts: tuple[Fact, ...]
    withheld: frozenset[str] = frozenset()


class ChangedMeanwhileError(RefusedError):
    """What was shown is not what holds any more: it has to be shown again."""


def ask(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> str:
    """Write to a program whether its listing is right; return the key of the link, which stands in the letter only.

    Raises:
        NotFoundError: there is no such listing, or ``by`` does not work on it.
        RefusedError: ``by`` may not, the listing is not shown, no address of it may be written to, or a letter is on
            its way.
    """
    queue_writers(session)
    listing = get_record(session, listing_id)
    require_scope(session, listing, by=by)
    if by.role not in KEEPERS:
        raise RefusedError("A coordinator has to do it.")
    return _write(session, listing, by_id=by.id, now=now)


def ask_unasked(session: Session, listing_id: int, *, now: dt.datetime) -> str:
    """Write to a program because its time has come (``rounds``); the audit names nobody. As ``ask`` else.

    Raises:
        NotFoundError: there is no such listing.
        RefusedError: as ``ask``.
    """
    queue_writers(session)
    return _write(session, get_record(session, listing_id), by_id=None, now=now)


def _write(session: Session, listing: Record, *, by_id: int | None, now: dt.datetime) -> str:
    if listing.kind != "listing" or listing.standing != "listed":
        raise RefusedError("Only a listing that is shown can be asked about.")
    is_open = sa.select(Confirmation.key_hash).where(
        Confirmation.listing_id == listing.id, Confirmation.used_at.is_(None), Confirmation.returned_at.is_(None),
        Confirmation.expires_at > now,
    )  # fmt: skip
    if session.scalar(is_open) is not None:
        raise RefusedError("A letter is on its way. The program has seven days to answer it.")
    contact = contact_of(session, listing)
    facts = shown_facts(session, listing)
    if not facts:
        raise RefusedError("There is nothing to confirm here.")
    key = secrets.token_urlsafe(32)
    fields = {"address": f"{LINK}{key}", "when": now.date().isoformat()}
    name = put_out(session, str(decode_plain(contact.value or "{}")["text"]), "look-over", fields, now=now)
    session.add(
        Confirmation(
            key_hash=_hash(key), listing_id=listing.id, written_to=contact.id, digest=digest_of_shown(facts),
            message_hash=_hash(name), requested_by=by_id, created_at=now, expires_at=now + HOLDS,
        )
    )  # fmt: skip
    session.flush()
    record(session, [Act("listing.asked-by-letter", str(listing.public_id), {}, by_id)], now=now)
    return key


def look(session: Session, key: str, *, now: dt.datetime) -> Asked:
    """What a link asks about. Looking has no effect.

    Raises:
        NotFoundError: there is no such link, it was used, its time is over, or its listing is not shown any more.
    """
    link = _good(session, key, now=now)
    listing = session.get(Record, link.listing_id) if link is not None else None
    if link is None or listing is None or listing.standing != "listed":
        raise NotFoundError("This link is not good any more.")
    facts = shown_facts(session, listing)
    digest = digest_of_shown(facts)
    withheld = withheld_fields(session, listing)
    return Asked(listing.id, str(listing.public_id), digest.hex(), digest != link.digest, tuple(facts), withheld)


def answer(
    session: Session,
    key: str,
    *,
    said: Answer,
    shown: str,
    edits: Sequence[Edit] = (),
    right: Collection[str] = (),
    is_closed: bool = False,
    now: dt.datetime,
) -> tuple[int, ...]:
    """Take the answer of a program, once; return the changes that it proposes.

    ``right`` is evidence for every value that was shown; ``changed`` proposes each value that is said, and is evidence
    for the fields that are right; ``closed`` and ``do-not-list`` propose that. Another person always decides. Who says
    that they are closed, for good or at present, or that they want to go, is called: the entry says at once that
    something was reported, as it does when a reader reports it, and stays in view (SAFETY I6).

    Args:
        session: a writing session.
        key: of the link.
        said: what is answered.
        shown: the digest of what was shown with the question (``Asked.digest``).
        edits: what is otherwise, for ``changed``: values, and shown facts that are to end.
        right: the fields that are right, for ``changed``, but for what is otherwise in them.
        is_closed: whether they say that they are closed at present, for ``changed``.
        now: the transaction's time.

    Raises:
        NotFoundError: as ``look``.
        ChangedMeanwhileError: other values hold than those that were shown; the link stays good.
        BadInputError: it is no answer, or ``changed`` says nothing.
        RefusedError: a value may not be said so.
    """
    queue_writers(session)
    asked = look(session, key, now=now)
    if said not in ANSWERS:
        raise BadInputError("That is no answer.")
    if said == "changed" and not edits and not right:
        raise BadInputError("Say what is otherwise.")
    if not secrets.compare_digest(shown.encode(), asked.digest.encode()):
        raise ChangedMeanwhileError("Something has changed there meanwhile. Look again.")
    link = session.execute(
        sa.update(Confirmation)
        .where(Confirmation.key_hash == _hash(key), Confirmation.used_at.is_(None))
        .values(used_at=now)
        .returning(Confirmation.key_hash, Confirmation.written_to)
    ).first()
    if link is None:
        raise NotFoundError("This link is not good any more.")
    run_key = f"provider:{link.key_hash.hex()[:24]}"
    proposed: tuple[int, ...] = ()
    if said == "changed":
        proposed = _propose(session, asked, edits, run_key=run_key, now=now)
        confirmed: Sequence[int] = [*_untouched(asked, right, edits), link.written_to]
    elif said == "right":
        confirmed = [*(fact.id for fact in asked.facts), link.written_to]
    else:
        proposed = (offer_to_end(session, asked.listing_id, _INTENTIONS[said], reason=_TOLD[said], now=now),)
        if said == "do-not-list":
            by = actor_of(session, command_line_person(session, now=now).id)
            note_own_wish(session, proposed[0], by=by, now=now)
        confirmed = [is_offered(asked.facts).id]
    outcome = said if said in _INTENTIONS else "confirmed"
    evidence = [_note(session, fact_id, outcome, run_key=run_key, now=now) for fact_id in dict.fromkeys(confirmed)]
    body = {"said": said, "facts": len(evidence), "evidence": max(evidence)}
    record(session, [Act("listing.answered-by-letter", asked.listing, body, None)], now=now)
    if said in _INTENTIONS or is_closed:
        count_report(session, findable_listing(session, asked.listing), reason="closed", now=now)
    return proposed


def _untouched(asked: Asked, right: Collection[str], edits: Sequence[Edit]) -> list[int]:
    """The shown facts of the fields that are right, without those in whose place something else is said."""
    otherwise = {(edit.draft.field, edit.draft.slot) for edit in edits if edit.draft is not None}
    ended = {edit.fact_id for edit in edits if edit.draft is None}
    return [
        fact.id
        for fact in asked.facts
        if fact.field in right and (fact.field, fact.slot) not in otherwise and fact.id not in ended
    ]


def _propose(
    session: Session, asked: Asked, edits: Sequence[Edit], *, run_key: str, now: dt.datetime
) -> tuple[int, ...]:
    """Propose each value on the record where it stands today; what is new on the service.

    What the organization says holds for its other services, too, about which nobody was asked.
    """
    of_fact = {fact.id: fact.record_id for fact in asked.facts}
    own = [fact for fact in asked.facts if fact.record_kind != "organization"]
    standing = {(fact.field, fact.slot): fact.record_id for fact in reversed(own)}
    service = get_record(session, asked.listing_id).service_id or 0
    by_record: dict[int, list[Edit]] = {}
    for edit in edits:
        if edit.draft is not None:
            where = standing.get((edit.draft.field, edit.draft.slot), service)
        elif edit.fact_id in of_fact:
            where = of_fact[edit.fact_id]
        else:
            raise NotFoundError("There is no such value.")
        by_record.setdefault(where, []).append(edit)
    proposed: list[int] = []
    for record_id, of_record in by_record.items():
        proposed += offer(session, record_id, of_record, reason=_TOLD["changed"], run_key=run_key, now=now)
    return tuple(proposed)


def forget_over(session: Session, *, now: dt.datetime) -> int:
    """Forget letters when no later one depends on them any more (``KEPT_AFTER``); return how many."""
    over = sa.delete(Confirmation).where(Confirmation.expires_at < now - KEPT_AFTER)
    return len(session.scalars(over.returning(Confirmation.key_hash)).all())


def _good(session: Session, key: str, *, now: dt.datetime) -> Confirmation | None:
    """The link of a key, if it is good still: one statement, whatever is wrong with it (SAFETY A7)."""
    return session.scalar(
        sa.select(Confirmation).where(
            Confirmation.key_hash == _hash(key),
            Confirmation.used_at.is_(None),
            Confirmation.expires_at > now,
            Confirmation.returned_at.is_(None),
            # The mailbox may have changed hands since: then it is listed no longer.
            sa.exists().where(Fact.id == Confirmation.written_to, Fact.standing == "current"),
        )
    )


def _note(session: Session, fact_id: int, outcome: str, *, run_key: str, now: dt.datetime) -> int:
    own_key = f"{run_key}:{fact_id}"
    add_evidence(
        session, fact_id, method="provider", outcome=outcome, log2_odds=weight_of("provider", outcome), observed_at=now,
        run_key=own_key,
    )  # fmt: skip
    return session.scalars(sa.select(Evidence.id).where(Evidence.run_key == own_key)).one()


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
