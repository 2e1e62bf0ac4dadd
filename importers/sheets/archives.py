"""Spreadsheets are archives: what is looked at before any is believed, and what is left out of them on purpose.

Everything is unpacked once, piece by piece, into nothing: an archive that says one size and holds another, is broken,
or defines names of its own in XML (which then grow or reach out) ends here.
"""

import copy
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from directory.errors import BadInputError, RefusedError
from importers.packages import BROKEN, check_members
from importers.sheets.grid import Left

# Programs pack their XML to a fifth of its size or less.
UNPACKED_TO_PACKED = 5
_PIECE = 1024 * 1024
_SPREADSHEETS = frozenset({".xls", ".xlt", ".numbers"})
_DEFINES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Drawings define names of their own, and are not read.
_PICTURES = ("xl/media/", "Pictures/", "Thumbnails/", "media/")
_LONGEST_SIGN = 64

WEB_ADDRESSES = "web addresses behind words"
# What a person should know that was not read: the files it is in, and its sign there (none: each file is one).
_LEFT_OUT: dict[str, tuple[re.Pattern[str], re.Pattern[bytes] | None]] = {
    "macros": (re.compile(r"xl/vbaProject\.bin|Basic/.+/script-lb\.xml"), None),
    "comments": (
        re.compile(r"xl/(?:comments.*|threadedComments/.+)\.xml|content\.xml"),
        re.compile(rb"<(?:\w{1,20}:)?(?:comment|threadedComment|annotation)[ >]"),
    ),
    "links to other files": (re.compile(r"xl/externalLinks/[^/]+\.(?:xml|bin)"), None),
    "connections to databases and sites": (
        re.compile(r"xl/connections\.xml"),
        re.compile(rb"<(?:\w{1,20}:)?connection[ >]"),
    ),
    WEB_ADDRESSES: (
        re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml"),
        re.compile(rb"<(?:\w{1,20}:)?hyperlink[ >]|<text:a[ >]"),
    ),
    "objects of other programs": (re.compile(r"xl/embeddings/.+|Object [0-9]+/content\.xml"), None),
    "pictures": (re.compile(r"(?:xl/media|Pictures)/.+"), None),
}


def open_archive(file: IO[bytes], *, max_mb: int) -> zipfile.ZipFile:
    """A zip file whose list of members is one that an honest program could have written.

    Raises:
        BadInputError: it is broken.
        RefusedError: it is too large, or made to do harm.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (*BROKEN, ValueError, OverflowError, struct.error):
        raise BadInputError("The file is broken: it is not whole.") from None
    members = [member for member in archive.infolist() if not member.is_dir()]
    check_members(members)
    if any(PurePosixPath(member.filename).suffix.lower() in _SPREADSHEETS for member in members):
        raise RefusedError("The archive holds spreadsheets. Take them out of it and import each one.")
    if sum(member.file_size for member in members) > max_mb * 1024 * 1024:
        raise RefusedError("The archive unpacks to more than is allowed. Allow more with --max-mb.")
    return archive


def look_through(archive: zipfile.ZipFile) -> tuple[Left, ...]:
    """Unpack everything into nothing, and count what nobody reads.

    Raises:
        BadInputError: a member cannot be unpacked, or not to what it says it is.
        RefusedError: a member is larger than it says, or its XML defines names of its own.
    """
    counted: dict[str, int] = {}
    for member in archive.infolist():
        if member.is_dir():
            continue
        name = member.filename
        signs = {what: sign for what, (files, sign) in _LEFT_OUT.items() if files.fullmatch(name)}
        for what, sign in signs.items():
            if sign is None:
                counted[what] = counted.get(what, 0) + 1
        is_picture = name.startswith(_PICTURES)
        for piece, overlap in pieces_of(archive, name):
            # UTF-16 has zeros between the signs.
            if not is_picture and _DEFINES.search(piece.replace(b"\0", b"")):
                raise RefusedError("The spreadsheet defines names in its XML, which no honest program does.")
            for what, sign in signs.items():
                if sign is not None:
                    found = sum(1 for one in sign.finditer(piece) if one.end() > overlap)
                    counted[what] = counted.get(what, 0) + found
    return tuple(Left(what, counted[what]) for what in _LEFT_OUT if counted.get(what))


def pieces_of(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[bytes, int]]:
    """A member piece by piece; each begins with the end of the one before, which is so many bytes long.

    Raises:
        BadInputError: it cannot be unpacked.
        RefusedError: it is larger than it says.
    """
    end = b""
    try:
        member = copy.copy(archive.getinfo(name))
        declared = member.file_size
        # One byte more than it says it has: others who read it do not stop there.
        member.file_size += 1
        with archive.open(member) as opened:
            while piece := opened.read(_PIECE):
                declared -= len(piece)
                if declared < 0:
                    raise RefusedError("The archive unpacks to more than it says.")
                yield end + piece, len(end)
                end = piece[-_LONGEST_SIGN:]
    except (*BROKEN, ValueError, OverflowError, struct.error, RuntimeError, KeyError):
        raise BadInputError("The file is broken: a part of it cannot be unpacked.") from None


def whole_pieces_of(archive: zipfile.ZipFile, name: str, *, end: bytes) -> Iterator[bytes]:
    """A member in pieces that end behind such a sign, so that what stands before it is not torn apart.

    Raises:
        BadInputError: it cannot be unpacked.
    """
    rest = b""
    for piece, overlap in pieces_of(archive, name):
        text = rest + piece[overlap:]
        # Where no such sign comes for long, none is waited for.
        cut = text.rfind(end) + len(end) if len(text) < 4 * _PIECE and end in text else 0
        cut = cut or (len(text) if len(text) >= 4 * _PIECE else 0)
        yield text[:cut]
        rest = text[cut:]
    yield rest


def content_of(archive: zipfile.ZipFile, name: str, *, most: int) -> bytes:
    """A small member; empty if there is none, or if it is larger than that many bytes."""
    try:
        if archive.getinfo(name).file_size > most:
            return b""
        return archive.read(name)
    except (*BROKEN, ValueError, OverflowError, struct.error, RuntimeError, KeyError):
        return b""
