"""Cards: what people read, one blob per tier, written in the same transaction as the facts they show."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import BIG, Base


class CardRow(Base):
    """The documents of one record and, for a searchable listing, its brief card.

    ``partner`` and ``coordinator`` are null where they equal the tier below. ``refresh_on`` is the first day on which
    something on it lapses by itself (an expiry, a dated closure).
    """

    __tablename__ = "card"

    record_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    brief: Mapped[bytes | None]
    public: Mapped[bytes]
    partner: Mapped[bytes | None]
    coordinator: Mapped[bytes | None]
    refresh_on: Mapped[int | None]
