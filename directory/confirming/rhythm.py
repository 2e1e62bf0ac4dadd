"""When a program is asked by letter whether its listing is right. Pure."""

from collections.abc import Sequence

from directory.freshness.parameters import parameters

METHOD = "provider"
# Who does not answer is reminded once (the practice of 211 centers: after three weeks), and nobody sooner.
REMINDED_AFTER_DAYS = 21
# For so long a link is good.
LINK_DAYS = 7
# A letter so soon after another one is a reminder.
TOGETHER_DAYS = 90


def asked_next_on(written: Sequence[int], *, answered_on: int = 0, missed_on: int = 0) -> int:
    """The day number from which a program may be asked by letter; 0 = at once.

    A call that reached nobody after the last letter and the last answer brings one letter more than a turn has, at
    most: in half a year never more than three, and two where each is answered.

    Args:
        written: the day numbers of the letters that it got, the oldest first; the last three are enough.
        answered_on: of its last answer; 0 = it never answered.
        missed_on: of the last call, if it reached nobody; 0 = somebody was reached, or nobody called.
    """
    if not written:
        return 0
    last, turn = written[-1], parameters().every[METHOD]
    is_answered = answered_on >= last
    if is_answered:
        next_on = last + turn
    elif is_reminder(written):
        next_on = written[-2] + turn
    else:
        next_on = last + REMINDED_AFTER_DAYS
    if missed_on > max(last, answered_on):
        # One letter is all that a turn needs which is answered, else there is a reminder too.
        before = written[: -1 if is_answered else -2]
        next_on = min(next_on, max(missed_on, last + REMINDED_AFTER_DAYS, before[-1] + turn if before else 0))
    # After such a letter too the next turn may not come sooner.
    return max(next_on, written[-3] + turn) if len(written) > 2 else next_on


def wished_next_on(written: Sequence[int], *, answered_on: int = 0) -> int:
    """The day number from which a program that asks for a letter itself gets one; 0 = at once.

    It need not wait for its turn, only for the link that it has: but also so never more than three in half a year,
    because anybody can ask (``wishes``). The arguments are those of ``asked_next_on``.
    """
    if not written:
        return 0
    next_on = 0 if answered_on >= written[-1] else written[-1] + LINK_DAYS
    return max(next_on, written[-3] + parameters().every[METHOD]) if len(written) > 2 else next_on


def is_reminder(written: Sequence[int]) -> bool:
    """Whether the last letter only reminded of the one before."""
    return len(written) > 1 and written[-1] - written[-2] < TOGETHER_DAYS
