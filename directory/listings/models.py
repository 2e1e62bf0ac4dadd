"""Records, facts and changes: what a listing is and how it came to be so.

A record (organization, service, location, listing) holds identity and structure only. Every value is a fact, which is
never rewritten: a change ends it and brings another. The database itself refuses what must never happen; each
constraint here says which rule it carries.
"""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base, one_of, where

# The only fields that can place something exactly; they exist on locations alone, and locations are public alone.
EXACT_FIELDS = ("address", "point", "transportation")
# What a change may want of a record as a whole.
INTENTIONS = ("close", "do-not-list", "list", "show-again", "open-location")
# What may speak for a proposal, each from another source than the value itself.
KEYS = ("old-number", "independent-number", "own-site", "provider", "lookup", "neighbour", "dead-line")
_exact = ", ".join(f"'{field}'" for field in EXACT_FIELDS)


class Change(Base):
    """Why the directory differs from yesterday: an import's row, an edit, a merge, an undo.

    A proposal is a change that is not applied yet. Rows born in a change carry its id; ``ChangeItem`` holds the
    transitions of rows that existed before.
    """

    __tablename__ = "change"
    __table_args__ = (
        one_of("kind", "import", "edit", "confirm", "merge", "unmerge", "undo"),
        one_of("state", "proposed", "applied", "declined", "undone"),
        one_of("intends", *INTENTIONS),
        CheckConstraint("decided_by <> proposed_by", name="second_person"),
        CheckConstraint("NOT (needs_second AND state = 'applied') OR decided_by IS NOT NULL", name="second_decided"),
        CheckConstraint("NOT (needs_proof AND state = 'applied') OR proof_id IS NOT NULL", name="proof_given"),
        Index(None, "subject_id"),
        Index(None, "run_id"),
        Index("ix_change_open", "proposed_at", **where("state = 'proposed'")),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    # A record; no foreign key, since the record may itself be born in this change.
    subject_id: Mapped[int | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("change.id"))
    needs_second: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    needs_proof: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    hold_until: Mapped[dt.datetime | None]
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id", use_alter=True))
    reason: Mapped[str]
    # What a change of a record wants of it, where no fact says it.
    intends: Mapped[str | None]
    # Codes of what looked wrong with the value (``directory.integrity.sanity``), with blanks between.
    holds: Mapped[str] = mapped_column(default="", server_default="")
    # Two admins did it without a call, and everybody was told.
    broke_glass: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class Record(Base):
    """An organization, a service, a location, or a listing (a service at one location, or at none)."""

    __tablename__ = "record"
    __table_args__ = (
        one_of("kind", "organization", "service", "location", "listing"),
        one_of("location_disclosure", "public", "area_only", "withheld"),
        one_of("standing", "listed", "suspended", "closed", "do-not-list", "merged"),
        CheckConstraint("(standing = 'merged') = (merged_into IS NOT NULL)", name="merged_has_survivor"),
        CheckConstraint("merged_into <> id", name="not_into_itself"),
        CheckConstraint("(kind = 'listing') = (service_id IS NOT NULL)", name="listing_has_service"),
        CheckConstraint("kind <> 'service' OR organization_id IS NOT NULL", name="service_has_organization"),
        # A place is held for a public listing and for nothing else (SAFETY L1).
        CheckConstraint(
            "location_id IS NULL OR (kind = 'listing' AND location_disclosure = 'public')",
            name="only_public_has_location",
        ),
        CheckConstraint("kind IN ('service', 'listing') OR location_disclosure = 'public'", name="location_is_public"),
        CheckConstraint(
            "kind <> 'service' OR ((location_disclosure = 'area_only') = (published_area IS NOT NULL))",
            name="area_is_named",
        ),
        CheckConstraint("kind = 'service' OR published_area IS NULL", name="area_on_service"),
        UniqueConstraint("id", "kind"),
        UniqueConstraint("id", "location_disclosure"),
        # A listing cannot be more open than its service, and a service cannot become confidential while a listing of
        # it still has a place: the cascade meets only_public_has_location.
        ForeignKeyConstraint(
            ["service_id", "location_disclosure"], ["record.id", "record.location_disclosure"], onupdate="CASCADE"
        ),
        Index(None, "change_id"),
        Index(None, "organization_id"),
        Index(None, "service_id"),
        Index(None, "location_id"),
        Index(None, "merged_into", **where("merged_into IS NOT NULL")),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    kind: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    service_id: Mapped[int | None]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    location_disclosure: Mapped[str]
    published_area: Mapped[str | None]
    standing: Mapped[str] = mapped_column(default="listed", server_default="listed")
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"))
    version: Mapped[int] = mapped_column(sa.Integer(), default=1, server_default="1")


class Fact(Base):
    """One thing that a person could confirm in one breath. ``value`` is canonical JSON of the field's struct."""

    __tablename__ = "fact"
    __table_args__ = (
        ForeignKeyConstraint(["record_id", "record_kind"], ["record.id", "record.kind"]),
        one_of("standing", "current", "proposed", "past", "declined", "purged"),
        one_of("tier", "public", "partner", "coordinator"),
        CheckConstraint(f"field NOT IN ({_exact}) OR record_kind = 'location'", name="exact_only_on_location"),
        CheckConstraint("length(value) <= 32768", name="value_size"),
        CheckConstraint("(standing = 'purged') = (value IS NULL)", name="purged_is_empty"),
        CheckConstraint("standing <> 'purged' OR match_key IS NULL", name="purged_has_no_key"),
        Index(None, "change_id"),
        Index("uq_fact_current", "record_id", "field", "slot", unique=True, **where("standing = 'current'")),
        Index("ix_fact_match", "match_key", "field", **where("match_key IS NOT NULL")),
        Index("ix_fact_history", "record_id", **where("standing <> 'current'")),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int]
    record_kind: Mapped[str]
    field: Mapped[str]
    slot: Mapped[str] = mapped_column(default="", server_default="")
    value: Mapped[str | None]
    match_key: Mapped[str | None]
    standing: Mapped[str]
    tier: Mapped[str]
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"))


class ChangeItem(Base):
    """One transition of a row that existed before its change. ``before`` holds the changed columns, never a value."""

    __tablename__ = "change_item"
    __table_args__ = (
        one_of("op", "update", "purge"),
        one_of("entity", "record", "fact", "claim", "source_record"),
        Index(None, "entity_id", "entity"),
        {"sqlite_with_rowid": False},
    )

    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(sa.Integer(), primary_key=True)
    op: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[int]
    before: Mapped[str | None]


class ChangeProof(Base):
    """A key that speaks for a proposal: a piece of evidence, what kind of key it is, and who brought it.

    A key of a neighbour deployment or of the provider is brought by whoever entered it.
    """

    __tablename__ = "change_proof"
    __table_args__ = (one_of("key", *KEYS), {"sqlite_with_rowid": False})

    change_id: Mapped[int] = mapped_column(BIG, ForeignKey("change.id"), primary_key=True, autoincrement=False)
    evidence_id: Mapped[int] = mapped_column(BIG, ForeignKey("evidence.id"), primary_key=True, autoincrement=False)
    key: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Hiding(Base):
    """That one person took a listing out of sight, at once: until a day, or until two show it again once seconded."""

    __tablename__ = "hiding"
    __table_args__ = (
        CheckConstraint("seconded_by <> by_id", name="second_person"),
        CheckConstraint("(seconded_by IS NULL) = (until IS NOT NULL)", name="expires_unless_seconded"),
        Index("uq_hiding_open", "record_id", unique=True, **where("ended_at IS NULL")),
        Index(None, "by_id", "at"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seconded_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
