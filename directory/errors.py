"""What can go wrong, in words that are safe to show.

No text here ever holds a search, an address, a phone number or a person's name: an error may end up on a
screen, in a terminal or in a log, and none of those is private.
"""

from typing import ClassVar


class DirectoryError(Exception):
    """Something a person can act on. Its text is safe to show; ``exit_code`` is what a command ends with."""

    exit_code: ClassVar[int] = 1


class SettingsError(DirectoryError):
    """A setting is unknown or cannot be used."""

    exit_code = 2


class NothingFitsError(DirectoryError):
    """The question was understood; nothing in the directory fits it."""

    exit_code = 3


class UnknownTermError(DirectoryError):
    """A place, language, kind or other term that the directory does not know."""

    exit_code = 4


class AmbiguousPlaceError(DirectoryError):
    """A place name that stands for several places."""

    exit_code = 5


class RefusedError(DirectoryError):
    """The directory will not do this: it is held, quarantined as a whole, or against a rule."""

    exit_code = 6


class NoRoomError(DirectoryError):
    """The disk of the database is full: nothing was written, and what was begun is as it was before."""


class BadInputError(DirectoryError):
    """A file, feed or row that cannot be read; the text says what is wrong, never what it held."""


class BadQuestionError(BadInputError):
    """Something is asked in a way that makes no question."""

    exit_code = 2


class NotFoundError(DirectoryError):
    """There is no such record, or the asker may not know of it."""
