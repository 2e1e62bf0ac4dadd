"""The vocabulary in the database: shipped terms from the data files, and beside them an admin's own."""

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, Base


class TermRow(Base):
    """A term: a shipped one follows the data files at every upgrade, an admin's own (``shipped`` false) is left alone.

    ``labels`` and ``crosswalk`` are canonical JSON. A bit stands in search words, so it is never given twice; a term
    that is gone stays as ``retired``. An admin's own terms take their bits from the top, shipped ones from below.
    """

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("scheme", "code"), UniqueConstraint("scheme", "bit"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str]
    code: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    bit: Mapped[int | None] = mapped_column(sa.Integer())
    labels: Mapped[str]
    crosswalk: Mapped[str]
    retired: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    shipped: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
