"""When a program is asked by letter whether its listing is right. Pure."""

from collections.abc import Sequence

from directory.freshness.parameters import parameters

METHOD = "provider"
# Who does not answer is reminded once (the practice of 211 centers: after three weeks), and nobody sooner.
REMINDED_AFTER_DAYS = 21
# A letter so soon after another one is a reminder.
TOGETHER_DAYS = 90


def asked_next_on(written: Sequence[int], *, answered_on: int = 0, missed_on: int = 0) -> int:
    """The day number from which a program may be asked by letter; 0 = at once.

    Args:
        written: the day numbers of the letters that it got, the oldest first; the last two are enough.
        answered_on: of its last answer; 0 = it never answered.
        missed_on: of the last call, if it reached nobody; 0 = somebody was reached, or nobody called.
    """
    if not written:
        return 0
    last = written[-1]
    if missed_on > last:
        return max(missed_on, last + REMINDED_AFTER_DAYS)
    if answered_on >= last:
        return last + parameters().every[METHOD]
    if is_reminder(written):
        return written[-2] + parameters().every[METHOD]
    return last + REMINDED_AFTER_DAYS


def is_reminder(written: Sequence[int]) -> bool:
    """Whether the last letter only reminded of the one before."""
    return len(written) > 1 and written[-1] - written[-2] < TOGETHER_DAYS
