"""How a month of calls stands, in words. Pure."""

from directory.confirming.month import Month

_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def headline(month: Month, calls: int) -> str:
    """The name of the month, and what is to be done in it."""
    name = _NAMES[month.first.month - 1]
    if calls:
        return f"{name}: {_count(calls, 'call')} to make"
    return f"{name}: no call is planned"


def standing(month: Month, calls: int, left: float) -> str:
    """What was done in how much time, and what is left."""
    parts = []
    if month.calls:
        parts.append(f"{_count(month.calls, 'call')} made, about {_count(round(month.all_used), 'minute')}.")
    if calls:
        parts.append(f"{_count(calls, 'call')} left, about {_count(round(left), 'minute')}.")
    if month.people > 1:
        parts.append(f"{month.people} people share this plan, with {month.all_minutes} minutes.")
    return " ".join(parts)


def gained(month: Month, expected_left: float) -> str:
    """What calls found this month, beside what was expected, and what the rest should find."""
    parts = []
    if month.right or month.wrong or month.unreached:
        found = [f"{_count(month.right, 'listing')} found right"]
        if month.wrong or month.expected >= _TOLD_FROM:
            found.append(f"{month.wrong} wrong where about {month.expected:.1f} were expected")
        if month.unreached:
            found.append(f"{month.unreached} where nobody was reached yet")
        parts.append(f"So far: {', '.join(found)}.")
    if expected_left >= _TOLD_FROM:
        parts.append(f"The calls that are left should find about {expected_left:.1f} more that are wrong.")
    return " ".join(parts)


# Less than a tenth of a listing tells nobody anything.
_TOLD_FROM = 0.1


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
