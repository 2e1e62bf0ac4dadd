"""The numbers that the program itself brings, as they are now: nobody enters them, and no listing holds them."""

import datetime as dt

from directory.pinned import PinnedLines
from directory.reporting.lines import known_lines
from directory.settings import Settings
from directory.suspended import shown_lines


def fixed_numbers(settings: Settings, *, today: dt.date) -> set[str]:
    """The numbers of all pinned and reporting lines as they are now."""
    pinned = numbers_of_pinned(shown_lines(settings.country, today=today))
    return pinned | {phone.number for lines in known_lines().values() for line in lines for phone in line.phones}


def numbers_of_pinned(pinned: PinnedLines) -> set[str]:
    """The numbers of the pinned lines that are shown, and the codes to which texts go."""
    return {line.number for line in pinned.shown} | {line.text.code for line in pinned.shown if line.text}
