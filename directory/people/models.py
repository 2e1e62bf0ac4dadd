"""Networks and people: who a listing belongs to, who did what, and how they prove who they are.

The command line acts as a person too.
"""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base, one_of


class Network(Base):
    """A group of listings that is kept together. Listings of a practice network are marked on every card."""

    __tablename__ = "network"
    __table_args__ = (one_of("kind", "working", "practice"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]


class Person(Base):
    """Someone who acts on the directory (never a client)."""

    __tablename__ = "person"
    __table_args__ = (
        one_of("role", "partner", "coordinator", "admin", "law-enforcement", "neighbour"),
        one_of("standing", "invited", "active", "removed"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    role: Mapped[str]
    # An organization's record; no foreign key, because people stand below listings.
    organization_id: Mapped[int | None]
    invited_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    standing: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[dt.datetime]
    # Wrong passwords or codes since the last right one; until then no password of this person is looked at.
    failures: Mapped[int] = mapped_column(sa.Integer(), default=0, server_default="0")
    blocked_until: Mapped[dt.datetime | None]


class Preference(Base):
    """What somebody who works here chose for themselves: minutes that they have in a month, and letters."""

    __tablename__ = "preference"
    __table_args__ = (sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"), {"sqlite_with_rowid": False})

    person_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    minutes: Mapped[int | None] = mapped_column(sa.Integer())
    # Whether they want a letter each week that says how much is due.
    weekly: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class Scope(Base):
    """What somebody works on: a network (its key), an area (``US-FL``, ``US-FL-331``) or an organization (public id).

    A coordinator or partner without a scope works on nothing; an admin needs none.
    """

    __tablename__ = "scope"
    __table_args__ = (one_of("kind", "network", "area", "organization"), {"sqlite_with_rowid": False})

    person_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class Vouch(Base):
    """That a third person knows somebody who was invited: who may then second others before a week is over."""

    __tablename__ = "vouch"
    __table_args__ = (sa.CheckConstraint("by_id <> person_id", name="by_another"), {"sqlite_with_rowid": False})

    person_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    by_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]


class Credential(Base):
    """What somebody proves with that it is them.

    ``secret`` is a hash of a password, a sealed TOTP secret, or a public key (of a passkey, or of a neighbour that
    signs approvals). ``handle`` is a passkey's own id; ``counter`` its use counter, or the last TOTP step used.
    """

    __tablename__ = "credential"
    __table_args__ = (
        one_of("kind", "passkey", "password", "totp", "signing-key"),
        sa.Index(None, "person_id"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="", server_default="")
    secret: Mapped[bytes]
    handle: Mapped[bytes | None] = mapped_column(sa.LargeBinary(), unique=True)
    counter: Mapped[int | None]
    created_at: Mapped[dt.datetime]
    retired_at: Mapped[dt.datetime | None]


class SignedIn(Base):
    """A session at the desk. The key in the cookie is nowhere; ``key_hash`` is its SHA-256."""

    __tablename__ = "session"
    __table_args__ = (sa.Index(None, "person_id"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    stepped_up_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class Link(Base):
    """An address that may be used once: to join after an invitation, or to come back after a recovery by two admins."""

    __tablename__ = "link"
    __table_args__ = (one_of("purpose", "invite", "recover"), sa.Index(None, "person_id"), {"sqlite_with_rowid": False})

    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    purpose: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Request(Base):
    """What one person asks for and another has to second: a recovery, or to suspend or show again a pinned line.

    ``subject`` is the public id of a person, or the number of a pinned line in its country (``US/0``).
    """

    __tablename__ = "request"
    __table_args__ = (
        one_of("kind", "recovery", "pinned-suspension", "pinned-return"),
        one_of("state", "open", "seconded", "withdrawn"),
        sa.CheckConstraint("decided_by <> opened_by OR state = 'withdrawn'", name="second_person"),
        sa.CheckConstraint("state <> 'seconded' OR decided_by IS NOT NULL", name="seconded_by"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    opened_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    opened_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]


class ContactView(Base):
    """That somebody opened the contact of a listing which is not public, on a day. Kept 90 days, outside the chain."""

    __tablename__ = "contact_view"
    __table_args__ = (sa.Index(None, "day"), {"sqlite_with_rowid": False})

    person_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    # A listing's record; no foreign key, because people stand below listings.
    listing_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(sa.Integer(), primary_key=True)
