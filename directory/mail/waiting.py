"""How long letters wait between tries, when they are given up, and how long their rows are kept. Pure."""

import datetime as dt

FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=6)
GIVEN_UP_AFTER = dt.timedelta(days=3)
# A row outlives its sending, so that somebody can ask whether a letter went out; what was filled in goes at once.
KEPT = dt.timedelta(days=30)


def wait_after(tries: int) -> dt.timedelta:
    """How long to wait after so many tries (one at least) that came to nothing."""
    # Twenty doublings of a minute are years, far beyond the longest wait.
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries - 1, 20)))


def _tries_within(span: dt.timedelta) -> int:
    tries, passed = 0, dt.timedelta(0)
    while passed < span:
        tries += 1
        passed += wait_after(tries)
    return tries


# A letter of three days ago tells nobody anything, and an address that never answers costs a try each time.
MOST_TRIES = _tries_within(GIVEN_UP_AFTER)
