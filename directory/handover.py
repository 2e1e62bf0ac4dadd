"""What somebody has to know who takes a deployment over: one document, with names of things and no secret."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.attention import abandoned_from, abandoned_since
from directory.audit.models import AuditEntry
from directory.listings.models import Change
from directory.people.queries import list_people
from directory.pinned import file_in_use
from directory.planning.models import CallTask
from directory.privacy.sheet import Section
from directory.settings import Settings
from directory.sources.queries import list_sources
from directory.vetting.queries import expiring

# What is due is said for so many days.
_AHEAD_DAYS = 120
# After so many days the program warns about the file of pinned lines (SAFETY I4).
_PINNED_DAYS = 180
# Settings that hold a secret: only whether they are set is said.
_SECRETS = {
    "mail_password": "the password of the mail server", "desk_secret": "what seals the second factors of people",
    "lookup_key": "the key of the service that looks numbers up",
    "owner_database_url": "the address of the database with its owner's password",
    "database_url": "the address of the database, with a password where it has one",
}  # fmt: skip
_PLACES = (
    "Settings: the file handrail.env in the data folder, or the environment of the service; the environment wins.",
    "Database: what HANDRAIL_DATABASE_URL names; by default a file in the data folder.",
    "The key that seals second factors: the file desk.key beside the database, unless HANDRAIL_DESK_SECRET is set.",
    "The key that signs the audit: where HANDRAIL_AUDIT_KEY points; the anchors are with whom they were mailed to.",
    "Backups: where the nightly command writes them; the key that opens them lies with a person, and not here.",
)
_RESTORE = (
    "Install the same version of the program: handrail --version says which this one is.",
    "Bring the settings back, then: handrail db restore FILE, with the key or the words that open it.",
    "People set up their keys anew: a backup holds nothing that people sign in with. handrail people recover begins.",
    "handrail audit verify and handrail doctor say whether it is whole; handrail db check looks at the rest.",
)


def neglect_told(session: Session, *, now: dt.datetime) -> str:
    """How far the deployment is from counting as abandoned, in a sentence."""
    since = abandoned_since(session, now=now)
    if since is not None:
        return f"Nobody has looked after this directory since {since}: every page says so until somebody does."
    on = abandoned_from(session)
    if on is None:
        return "Nothing was ever done here yet."
    days = (on - now.date()).days
    return (
        f"If no coordinator or admin does anything here until {on} ({days} days), every page says that nobody looks "
        "after the directory, and shows only what is still known to be true."
    )


def handover(session: Session, settings: Settings, *, now: dt.datetime, version: str) -> tuple[Section, ...]:
    """The document. It names people by name and role, things by where they lie; it holds no address and no secret."""
    return (
        Section(f"Hand-over of {settings.site_name}, {now.date()}", neglect_told(session, now=now)),
        Section("Who may do what", "People who work here, with their role and what they work on.", _people(session)),
        Section("Where things lie", f"Version {version}. No secret stands here.", (*_PLACES, *_set(settings))),
        Section("What is due", f"In the next {_AHEAD_DAYS} days.", tuple(_due(session, now=now))),
        Section("What is open", "", _open(session)),
        Section("Sources and their licences", "", _sources(session)),
        Section("How to restore", "Try it once before you have to.", _RESTORE),
        Section("The first week", "", (
            "Invite the second person at once: with fewer than two, protections are off (see the page Listings).",
            "Call what the page Month plans; an hour keeps the worst from going stale.",
            "Read SECURITY.md and print the records and subpoena sheet: handrail privacy sheet.",
        )),
    )  # fmt: skip


def as_markdown(sections: tuple[Section, ...]) -> str:
    """The document as Markdown."""
    parts = []
    for number, section in enumerate(sections):
        lines = [f"{'##' if number else '#'} {section.heading}"]
        lines += [section.text] if section.text else []
        lines += ["\n".join(f"- {item}" for item in section.items)] if section.items else []
        parts.append("\n\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _people(session: Session) -> tuple[str, ...]:
    found = [
        f"{one.name}: {one.role}{' (invited)' if one.standing == 'invited' else ''}; "
        f"works on {', '.join(one.scopes) or 'nothing'}; signs in with {', '.join(one.ways) or 'nothing yet'}"
        for one in list_people(session)
    ]
    return tuple(found) or ("Nobody yet: handrail init --admin EMAIL invites the first.",)


def _set(settings: Settings) -> Iterator[str]:
    for name, what in _SECRETS.items():
        is_set = bool(getattr(settings, name))
        yield f"HANDRAIL_{name.upper()} ({what}): {'set' if is_set else 'not set'}."
    closing = "a key that is set" if settings.backup_recipient else "whatever is given with each: no key is set"
    yield f"HANDRAIL_BACKUP_RECIPIENT: backups are encrypted to {closing}."
    yield f"Letters are {'sent' if settings.mail_server else 'not sent: no mail server is set'}."


def _due(session: Session, *, now: dt.datetime) -> Iterator[str]:
    dated = file_in_use().dated
    until = dated + dt.timedelta(days=_PINNED_DAYS)
    yield f"The file of pinned lines is of {dated}; a newer one is wanted by {until}: handrail pinned update FILE."
    waiting = session.scalar(sa.select(sa.func.count()).where(CallTask.done_on.is_(None))) or 0
    yield f"Calls that are planned and not made: {waiting}."
    ends = expiring(session, on=now.date(), within_days=_AHEAD_DAYS)
    first = f", the first on {ends[0].expires_on}" if ends else ""
    yield f"Steps and evidence of vetting that run out: {len(ends)}{first}."
    for verb, what in (
        ("backup.made", "Last backup"),
        ("audit.sealed", "Last seal"),
        ("audit.anchored", "Last anchor"),
    ):
        at = session.scalar(
            sa.select(AuditEntry.at).where(AuditEntry.verb == verb).order_by(AuditEntry.seq.desc()).limit(1)
        )
        yield f"{what}: {at.date() if at else 'never'}."


def _open(session: Session) -> tuple[str, ...]:
    open_changes = sa.select(sa.func.count(), sa.func.min(Change.proposed_at)).where(Change.state == "proposed")
    number, oldest = session.execute(open_changes).one()
    return (f"Changes that wait for a second person: {number}{f', the oldest of {oldest.date()}' if number else ''}.",)


def _sources(session: Session) -> tuple[str, ...]:
    found = [
        f"{one.key}: {one.owner or 'owner not stated'}; licence {one.licence or 'not stated'}; "
        f"passing on: {one.sharing}; {one.rows:,} rows; read {one.read_at.date() if one.read_at else 'never'}"
        f"{'; paused' if one.is_paused else ''}"
        for one in list_sources(session)
    ]
    return tuple(found) or ("None yet.",)
