"""The official page that says something, and how old what it says is: for figures that are kept in files."""

import datetime as dt
from typing import Annotated

import msgspec

_STALE_DAYS = 365
_LONGEST = 200


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The official page that says so.

    Attributes:
        name: whose page it is.
        url: its address.
        read_on: the day on which it was read for this file.
        dated: the day that the page itself bears, where it bears one.
        is_copy: whether it was read in a stored copy, whose own day nobody knows, rather than on the site itself.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST)]
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]{4,300}$")]
    read_on: dt.date
    dated: dt.date | None = None
    is_copy: bool = True

    @property
    def is_read_before_written(self) -> bool:
        """Whether its days cannot both be right."""
        return self.dated is not None and self.dated > self.read_on

    def is_stale(self, today: dt.date) -> bool:
        """Whether what it says is older than twelve months, or of an age that nobody knows."""
        as_of = self.dated or (None if self.is_copy else self.read_on)
        return as_of is None or (today - as_of).days > _STALE_DAYS
