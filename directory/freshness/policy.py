"""Pure rules about evidence and reports; the belief over many pieces of evidence stands in ``belief``."""

# From here on one observation says "this does not work" strongly enough to warn about it (log2 odds of 8 to 1).
WARNING_LOG2_ODDS = 3

# Where nobody looks after a deployment, it shows what a person or the provider confirmed in so many days (SAFETY I14).
KEPT_DAYS = 365

# What a reader can report with one press; there are no words of their own, which could hold a name.
REPORT_REASONS = ("wrong-number", "no-answer", "closed", "moved", "wrong-hours", "turned-away")
# Beyond this a listing gains nothing by the same report on the same day, so a flood weighs no more than a bad evening.
MOST_REPORTS_A_DAY = 3

# What a call can find: the one list of these codes.
CALL_OUTCOMES = (
    # Everything is right; what was said is right but for some things; the number is right and referrals are taken.
    "confirmed", "confirmed-with-changes", "live",
    # Nobody; a machine that names the service; a machine that names nobody; nobody, and other ways told nothing either.
    "no-answer", "voicemail-named", "voicemail-generic", "nothing-found",
    # The line is dead; somebody else has it.
    "disconnected", "wrong-party",
    # The service is offered no longer; the organization is there no longer.
    "ended", "closed",
    # They do not want to be listed; they do not want to be called; they send elsewhere; they say another value.
    "do-not-list", "do-not-call", "referred", "wrong",
)  # fmt: skip
# What a referral came to. ``answered``: that alone, or they declined; ``full``: they answered, and had no room.
HANDOFF_OUTCOMES = ("accepted", "answered", "full", "no-reply")


def supports(log2_odds: int) -> bool:
    """Whether an observation speaks for the fact being right."""
    return log2_odds < 0


def warns(log2_odds: int) -> bool:
    """Whether an observation alone is reason to warn that the fact may be wrong."""
    return log2_odds >= WARNING_LOG2_ODDS
