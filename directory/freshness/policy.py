"""Pure rules about evidence and reports. The belief over many pieces of evidence comes with the freshness work."""

import datetime as dt

# Inform USA's practice: a listing is confirmed at least once a year. Until belief is computed, a number counts as
# fresh for that long after it was last confirmed.
FRESH_DAYS = 365
# From here on one observation says "this does not work" strongly enough to warn about it (log2 odds of 8 to 1).
WARNING_LOG2_ODDS = 3

# What a reader can report with one press; there are no words of their own, which could hold a name.
REPORT_REASONS = ("wrong-number", "no-answer", "closed", "moved", "wrong-hours", "turned-away")
# Beyond this a listing gains nothing by the same report on the same day, so a flood weighs no more than a bad evening.
MOST_REPORTS_A_DAY = 3


def supports(log2_odds: int) -> bool:
    """Whether an observation speaks for the fact being right."""
    return log2_odds < 0


def warns(log2_odds: int) -> bool:
    """Whether an observation alone is reason to warn that the fact may be wrong."""
    return log2_odds >= WARNING_LOG2_ODDS


def fresh_until(confirmed: dt.date | None) -> int:
    """The last day number on which a number confirmed on this day counts as fresh; 0 if it never was."""
    return 0 if confirmed is None else confirmed.toordinal() + FRESH_DAYS
