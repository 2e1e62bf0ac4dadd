"""What people decided about a document before it comes in, value by value (the review of an import).

A value is named by all that was looked at: the row, the field, what stands and what the source says. What moved on
since is therefore not decided, and stays as it is.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from directory.people.actor import Actor

# take: it comes in, or becomes a proposal where two people have to decide; keep: ours stays, and the same value of the
# same source is not asked about again; later: nothing happens, and it is asked about the next time. Of something new
# that looks like something here: same: it comes in and is one with that; other: it comes in, and they are two.
Verdict = Literal["take", "keep", "later", "same", "other"]
VERDICTS: tuple[Verdict, ...] = ("take", "keep", "later")
OF_LIKES: tuple[Verdict, ...] = ("same", "other", "keep", "later")
# Why ours stays: the reason of the change that declines theirs.
REASONS: dict[str, str] = {
    "confirmed": "ours was confirmed",
    "older": "theirs is older",
    "wrong": "theirs is wrong",
    "worse": "ours says it better",
    "not-ours": "it does not belong in this directory",
}


class ValueKey(msgspec.Struct, frozen=True):
    """One difference: the source's key of the row or place, field and slot, and both values in words.

    ``mark`` tells values apart that are the same in words, such as places and long texts.
    """

    row: str
    field: str
    slot: str
    ours: str
    theirs: str
    mark: str = ""


class Decided(msgspec.Struct, frozen=True):
    """The decisions about one document. What nobody decided waits for later.

    Attributes:
        by: who decided.
        values: of values, with the code of a reason (``REASONS``).
        rows: of organizations and services that are new, by the source's key.
        likes: of those that look like something here: its public id and kind, and whether they are the same.
    """

    by: Actor
    values: Mapping[ValueKey, tuple[Verdict, str]] = {}
    rows: Mapping[str, Verdict] = {}
    likes: Mapping[str, tuple[str, str, bool]] = {}

    def of_value(self, key: ValueKey) -> tuple[Verdict, str]:
        """What was decided about a value, and why."""
        return self.values.get(key, ("later", ""))

    def of_row(self, key: str) -> Verdict:
        """What was decided about something new."""
        return self.rows.get(key, "later")
