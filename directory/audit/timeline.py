"""The chain as a person can read it: when, who, and what was done, in words. Never a value, for the chain has none."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.db import in_portions

PROGRAM = "the program itself"
SOMEBODY = "somebody"
# Gives the names of people by their ids: the audit stands below people, and knows them by number only.
Names = Callable[[Session, Collection[int]], Mapping[int, str]]
# What each verb means. ``{subject}`` is what it was done to; other names are parts of its body.
WORDS: dict[str, str] = {
    "audit.alarmed": "found differences between what is stored and what was approved, and told everybody",
    "audit.anchored": "sent out the end of the audit at entry {subject} as an anchor",
    "audit.sealed": "sealed the audit up to entry {subject}",
    "backup.made": "made a backup",
    "backup.restored": "restored a backup",
    "call.withdrawn": "took back what they had entered after a call",
    "change.applied": "changed what is said of a listing (change {change})",
    "change.approved": "approved a proposal (change {change})",
    "change.declined": "declined a proposal (change {change})",
    "change.key-brought": "brought a key for a proposal (change {subject})",
    "change.proposed": "proposed a change (change {change})",
    "contacts.stop-undone": "took back that nobody outside is shown whom to ask for",
    "contacts.stopped": "said that nobody outside is shown any more whom to ask for at an organization",
    "deployment.initialised": "set up this deployment",
    "exclusion.appeal-decided": "decided the appeal of a program that is excluded (change {subject})",
    "exclusion.appealed": "noted that a program appeals against being excluded (change {subject})",
    "exclusion.notice-given": "noted that a program was told that it is excluded (change {subject})",
    "exclusion.reason-given": "said why a program is to be excluded (change {change})",
    "figures.accepted": "accepted figures that calls taught about how listings go out of date (lesson {subject})",
    "figures.forgotten": "went back to the reviewed figures about how listings go out of date",
    "glass.asked": "asked, in an emergency, that a proposal be applied without a key (change {change})",
    "import.released": "let a document come in that was held (run {run})",
    "import.undo-asked": "asked that what an import had brought be taken back (run {run}); a second person decides",
    "import.undone": "took back what an import had brought (run {run})",
    "language.approved": "approved the texts of a language ({subject})",
    "language.withdrawn": "took back the approval of a language ({subject})",
    "letter.came-back": "heard that a letter to a program came back",
    "letters.stopped": "stopped letters to programs that had not gone out ({letters})",
    "line.called-dead": "called a line and found it dead",
    "listing.answered-by-letter": "took in what a program answered to a letter",
    "listing.asked-by-letter": "asked a program by letter whether its listing is right",
    "listing.called": "called a listing ({outcome})",
    "listing.hiding-seconded": "agreed that a listing stays out of sight",
    "listing.note-deleted": "deleted a note at a listing",
    "listing.noted": "left a note at a listing, for {days} days",
    "listing.wish-ended": "took back what was wanted of a listing ({wish})",
    "listing.wish-noted": "said what is wanted of a listing ({wish}), until {until}",
    "location.opened": "made a confidential location public (change {change})",
    "location.scrubbed": "scrubbed the database of withdrawn locations",
    "location.withdrawn": "made a location confidential and deleted what placed it (change {change})",
    "pack.built": "made a pack for a ward ({subject}), good until {until}",
    "pair.different": "said that two which seemed the same are two (pair {subject})",
    "pair.opened": "took back what was said of two that may be the same (pair {subject})",
    "pair.put-off": "left two that may be the same for later, {days} days (pair {subject})",
    "pair.same": "said that two are the same (pair {subject})",
    "panel.answered": "noted what a program answered to a panel of survivors",
    "panel.entered": "entered that a panel of survivors met",
    "peer.evidence-taken": "took in what a neighbour had found out",
    "person.invited": "invited somebody",
    "person.joined": "joined",
    "person.key-added": "added or changed what they sign in with",
    "person.neighbour-added": "made the key of a neighbour known",
    "person.recovered": "came back after a recovery",
    "person.recovery-asked": "asked that somebody may come back (request {request})",
    "person.recovery-by-shell": "let somebody come back, from the command line",
    "person.recovery-seconded": "agreed that somebody may come back (request {request})",
    "person.removed": "removed somebody",
    "person.role-changed": "changed the role of somebody from {was} to {is}",
    "person.scopes-set": "changed what somebody works on",
    "person.sign-in-failed": "noted that somebody tried to sign in and could not",
    "person.signed-in": "signed in",
    "person.signed-out": "signed out",
    "person.vouched-for": "vouched for somebody",
    "pinned.return-asked": "asked that a pinned line be shown again ({subject})",
    "pinned.returned": "agreed that a pinned line is shown again ({subject})",
    "pinned.suspended": "agreed that a pinned line is taken off the pages while it is checked ({subject})",
    "pinned.suspension-asked": "asked that a pinned line be taken off the pages while it is checked ({subject})",
    "pinned.updated": "brought a newer signed file of pinned lines, dated {subject}",
    "plan.made": "planned calls about {listings} listings",
    "protocol.agreed": "entered what two organizations agreed about referring people",
    "protocol.changed": "changed what is said of an agreement between two organizations",
    "protocol.doubted": "said that an agreement is not what was agreed",
    "protocol.ended": "ended an agreement between two organizations",
    "protocol.put-back": "put an agreement between two organizations back",
    "protocol.settled": "said that an agreement is what was agreed after all",
    "record.unmerged": "took a merge back (change {change})",
    "report.brought-back": "took back that reports of readers were dismissed (entry {entry})",
    "report.dismissed": "dismissed what readers reported of a listing ({why})",
    "source.added": "made a source known ({subject})",
    "source.changed": "changed what is said of a source ({subject}: {columns})",
    "source.corrections-written": "wrote for a source what differs from it here ({subject})",
    "source.paused": "paused a source ({subject})",
    "source.resumed": "let a paused source be read again ({subject})",
    "value.called": "called about a value ({outcome})",
    "vetting.pause-ended": "let a program be found again, because nobody seconded its pause (change {change})",
    "vetting.paused": "paused a program, so that nobody finds it (change {change})",
    "vetting.step-taken": "took a step of vetting a program (change {change})",
} | {
    f"{kind}.{standing}": f"{said} (change {{change}})"
    for kind, name in (("listing", "a listing"), ("service", "a service"), ("organization", "an organization"))
    for standing, said in (
        ("listed", f"listed {name} again"),
        ("suspended", f"took {name} out of sight"),
        ("closed", f"closed {name}"),
        ("do-not-list", f"put {name} on the do-not-list"),
        ("merged", f"merged {name} with another that is the same"),
    )
}


class Line(msgspec.Struct, frozen=True):
    """One entry in words. ``seq`` is its place in the chain."""

    at: dt.datetime
    who: str
    what: str
    seq: int


class About(msgspec.Struct, frozen=True):
    """What a timeline is about.

    Attributes:
        changes: ids of changes.
        subjects: how entries that are no changes name it: ids of records and public ids.
    """

    changes: Collection[int]
    subjects: Collection[str] = ()


def timeline(
    session: Session, *, names: Names, about: About | None = None, limit: int = 50, before: int | None = None
) -> list[Line]:
    """The last things that were done, the latest first.

    Args:
        session: any session.
        names: of the people who did it.
        about: only what was done to this; all when None.
        limit: how many lines at most.
        before: only entries before this place in the chain, to read on.
    """
    query = sa.select(AuditEntry).order_by(AuditEntry.seq.desc())
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    if about is None:
        entries = list(session.scalars(query.limit(limit)))
    else:
        entries = _entries_about(session, about, query, limit)
    people = names(session, {entry.by_id for entry in entries if entry.by_id is not None})
    return [
        Line(entry.at, _who(entry, people), words_of(entry.verb, entry.subject, body_of(entry)), entry.seq)
        for entry in entries
    ]


def _who(entry: AuditEntry, people: Mapping[int, str]) -> str:
    return PROGRAM if entry.by_id is None else people.get(entry.by_id, SOMEBODY)


def words_of(verb: str, subject: str, body: dict[str, Any]) -> str:
    """What was done, in words; of a verb without words the verb itself."""
    template = WORDS.get(verb, verb.replace(".", ": ").replace("-", " "))
    parts = {key: part for key, part in body.items() if isinstance(part, int | str)}
    return template.format_map(_Parts(parts | {"subject": subject}))


class _Parts(dict[str, Any]):
    """Says nothing for a part that a body does not have."""

    def __missing__(self, key: str) -> str:
        return "?"


def body_of(entry: AuditEntry) -> dict[str, Any]:
    """Ids, digests and states of an entry; empty when its body cannot be read."""
    try:
        told = msgspec.json.decode(entry.body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return {}
    body = told.get("body")
    return body if isinstance(body, dict) else {}


def _entries_about(session: Session, about: About, query: sa.Select[Any], limit: int) -> list[AuditEntry]:
    wanted = sorted({str(change) for change in about.changes} | set(about.subjects))
    found: list[AuditEntry] = []
    for portion in in_portions(wanted):
        found += [
            entry for entry in session.scalars(query.where(AuditEntry.subject.in_(portion))) if _is_about(entry, about)
        ]
    return sorted(found, key=lambda entry: -entry.seq)[:limit]


def _is_about(entry: AuditEntry, about: About) -> bool:
    """Ids of changes and of records are both numbers: an entry of a change says so in its body."""
    body = body_of(entry)
    if "change" in body:
        return body["change"] in about.changes
    return entry.subject in about.subjects
