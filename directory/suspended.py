"""Pinned lines whose numbers no page shows for a while, because two admins found them wrong (SAFETY I4).

Nobody can edit a pinned line; two admins can suspend one until a newer signed file is there. That stands in a file of
the data folder and in no row of the database, so that whoever writes into the database takes no line off the pages. It
names the very line by a digest, so it ends when another takes its place, and by itself after ``LASTS``.
"""

import datetime as dt
import hashlib
from pathlib import Path

import msgspec

from directory.errors import BadInputError, DirectoryError, NotFoundError
from directory.files import read_if_there, write_whole
from directory.pinned import PinnedLine, PinnedLines, nation_of, pinned_lines
from directory.settings import data_folder

FILE, _WHAT = "pinned-suspended.json", "The file of suspended lines"
LASTS = dt.timedelta(days=14)
_encoder = msgspec.json.Encoder(order="deterministic")


class Suspension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That two admins suspended a line.

    Attributes:
        line: country and place of the line, ``US/0``.
        digest: of everything that the file says of it.
        by: public ids of the two.
        on: the day.
    """

    line: str
    digest: str
    by: tuple[str, str]
    on: dt.date

    def holds(self, name: str, line: PinnedLine, today: dt.date) -> bool:
        """Whether it is about this line and has not ended."""
        is_now = self.on <= today < self.on + LASTS
        return is_now and self.by[0] != self.by[1] and (self.line, self.digest) == (name, digest_of(line))


def shown_lines(country: str, *, today: dt.date, folder: Path | None = None) -> PinnedLines:
    """What is pinned in a country, with what pages leave out at present (``PinnedLines.being_checked``).

    A file of suspensions that cannot be read suspends nothing.
    """
    pinned = pinned_lines(country)
    try:
        made = suspensions(folder)
    except DirectoryError:
        return pinned
    nation = nation_of(country)
    checked = frozenset(
        place
        for place, line in enumerate(pinned.lines)
        if any(one.holds(f"{nation}/{place}", line, today) for one in made)
    )
    return msgspec.structs.replace(pinned, being_checked=checked) if checked else pinned


def suspensions(folder: Path | None = None) -> tuple[Suspension, ...]:
    """Every suspension in the file, also those that ended; raises ``BadInputError`` when it cannot be read."""
    content = read_if_there((folder or data_folder()) / FILE, what=_WHAT)
    try:
        return msgspec.json.decode(content, type=tuple[Suspension, ...]) if content is not None else ()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadInputError(f"{_WHAT} cannot be read.") from None


def digest_of(line: PinnedLine) -> str:
    """What names a line whatever place it has: SHA-256 of everything that the file says of it, in hexadecimal."""
    return hashlib.sha256(_encoder.encode(line)).hexdigest()


def line_named(name: str) -> PinnedLine:
    """The line with this country and place (``US/0``); raises ``NotFoundError``."""
    country, _, place = name.partition("/")
    lines = pinned_lines(country).lines if nation_of(country) == country else ()
    if not (place.isascii() and place.isdecimal()) or str(int(place)) != place or int(place) >= len(lines):
        raise NotFoundError("There is no such line.")
    return lines[int(place)]


def is_suspended(name: str, *, today: dt.date, folder: Path | None = None) -> bool:
    """Whether no page shows the number of this line at present."""
    line = line_named(name)
    try:
        return any(one.holds(name, line, today) for one in suspensions(folder))
    except BadInputError:
        return False


def suspend(name: str, *, by: tuple[str, str], today: dt.date, folder: Path | None = None) -> None:
    """Take the number of a line off all pages; what ended is forgotten.

    Raises:
        NotFoundError: there is no such line.
        DirectoryError: the data folder cannot be written.
    """
    made = Suspension(name, digest_of(line_named(name)), by, today)
    _write((*_others(name, today, folder), made), folder)


def show_again(name: str, *, today: dt.date, folder: Path | None = None) -> None:
    """Show a line on all pages again; raises ``DirectoryError`` when the data folder cannot be written."""
    _write(_others(name, today, folder), folder)


def _others(name: str, today: dt.date, folder: Path | None) -> tuple[Suspension, ...]:
    try:
        made = suspensions(folder)
    except BadInputError:
        # It suspended nothing, so nothing is lost.
        return ()
    return tuple(one for one in made if one.line != name and one.on <= today < one.on + LASTS)


def _write(made: tuple[Suspension, ...], folder: Path | None) -> None:
    file = (folder or data_folder()) / FILE
    write_whole(file, _encoder.encode(made) + b"\n", what=_WHAT, makes_folder=True)
