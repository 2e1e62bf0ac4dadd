"""Pure rules about what came of calls: the codes, what counts for what, and when it is shown to whom."""

import datetime as dt
from typing import Final, Literal, get_args

# What came of a call to a listing. Full, declined and accepted say that somebody answered.
Outcome = Literal["answered", "voicemail", "disconnected", "full", "declined", "accepted"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
SPOKEN: Final = frozenset({"answered", "full", "declined", "accepted"})
# What was missing where they said no. A list and no words: words would tell of somebody.
REASONS: Final = (
    "children", "gender", "language", "documents", "area", "distance", "substance-use", "safety", "waiting-list",
    "not-our-scope", "other",
)  # fmt: skip
# Minutes until somebody spoke with the caller, as far as it was told: 0 = not told; the last = more than four hours.
BANDS: Final = (0, 20, 60, 240, 241)
# Who tells: people who are signed in, or anybody on the public page.
SIGNED, ANYBODY = "signed", "anybody"
# Outcomes of one listing in one week beyond which nothing more is counted, so that a flood weighs no more than a bad
# evening. Of people who work here that is more than any office calls one number.
MOST_OF_ANYBODY, MOST_SIGNED = 5, 30
# Which evidence about the number an outcome is, where somebody signed in tells it. A machine and a dead line weigh the
# same and little: only a caller who says who they are and asks finds a line dead.
EVIDENCE: Final = {
    "accepted": "accepted", "full": "full", "answered": "answered", "declined": "answered",
    "voicemail": "no-reply", "disconnected": "no-reply",
}  # fmt: skip
# A figure under this is not told (SAFETY P4).
LEAST = 5
# How many weeks stand in a reliability; after how many days rows are forgotten.
RELIABILITY_WEEKS, KEPT_DAYS = 12, 365
_WEEK = 7


def monday_of(day: dt.date) -> int:
    """The number of the Monday of its week."""
    return day.toordinal() - day.weekday()


def last_week(today: dt.date, *, for_program: bool = False) -> int:
    """The number of the Monday of the last week that may be shown: one that is over.

    The program sees a week as soon as it is over, readers when it could see it for seven days.
    """
    return monday_of(today) - (_WEEK if for_program else 2 * _WEEK)
