"""Networks and people: who a listing belongs to, and who did what. The command line acts as a person too."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, Base, one_of


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
