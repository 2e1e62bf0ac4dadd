"""The process that reads one file and may do nothing else: ``python -m importers.sheets.process MAX_MB``.

The file is its standard input, ``answers`` go to its standard output, and it may write no file, leave no dump and take
no more memory and time than a spreadsheet is worth. It says nothing on its standard error: a trace of a parser holds
what it parsed. ``opening.open_grids`` starts it and believes nothing of what it says but its shape.
"""

import csv
import sys
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from directory.errors import BadInputError, DirectoryError, RefusedError
from directory.limited import limit_this_process, limit_time
from importers.packages import BROKEN
from importers.sheets.answers import Answer, Failed, Finished, write
from importers.sheets.archives import UNPACKED_TO_PACKED, content_of, open_archive
from importers.sheets.grid import Left
from importers.sheets.kinds import HEAD_BYTES, kind_of
from importers.sheets.limits import MEMORY, SECONDS_FOR_PAGE, seconds_for
from importers.sheets.texts import read_page, read_text

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OTHERS = {
    "word/document.xml": "This is a text document (Word). Copy its table into a spreadsheet.",
    "ppt/presentation.xml": "This is a presentation. Copy its table into a spreadsheet.",
    "content.xml": "This is a document of an office program, not a spreadsheet. Copy its table into one.",
    "Index/Document.iwa": "This is a Numbers file. Open it and save it as XLSX.",
}
_TABLES = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv"})


def read_file(file: IO[bytes], *, max_mb: int) -> Iterator[Answer]:
    """Everything that stands in a file.

    Raises:
        BadInputError: it is broken, or holds no table.
        RefusedError: it is too large, or made to do harm.
    """
    head = file.read(HEAD_BYTES)
    file.seek(0)
    kind = kind_of(head)
    if kind == "zip":
        yield from _zip(file, max_mb=max_mb)
    elif kind == "ole":
        from importers.sheets.workbooks import read_ole

        yield from read_ole(file)
    elif kind == "page":
        limit_time(SECONDS_FOR_PAGE)
        yield from read_page(file.read())
    else:
        yield from read_text("", file.read())
        yield Finished(())


def _zip(file: IO[bytes], *, max_mb: int) -> Iterator[Answer]:
    with open_archive(file, max_mb=max_mb * UNPACKED_TO_PACKED) as archive:
        if _is_spreadsheet(archive):
            from importers.sheets.workbooks import read_zipped

            yield from read_zipped(file, archive)
        else:
            yield from _tables(archive, max_mb=max_mb)


def _is_spreadsheet(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        return any(name.startswith("xl/") for name in names)
    return content_of(archive, "mimetype", most=1_000).startswith(_ODS)


def _tables(archive: zipfile.ZipFile, *, max_mb: int) -> Iterator[Answer]:
    """Tables of text in an archive."""
    own = [member for member in archive.infolist() if not member.is_dir() and "__MACOSX" not in member.filename]
    members = [member for member in own if PurePosixPath(member.filename).suffix.lower() in _TABLES]
    names = [PurePosixPath(member.filename).name for member in members]
    if not members:
        found = next((words for name, words in _OTHERS.items() if name in archive.namelist()), "")
        raise BadInputError(found or "This is an archive without any table in it.")
    if len({name.lower() for name in names}) != len(names):
        raise RefusedError("Two tables have one name.")
    if sum(member.file_size for member in members) > max_mb * 1024 * 1024:
        raise RefusedError(f"The tables are larger than {max_mb} MB in all. Allow more with --max-mb.")
    for name, member in zip(names, members, strict=True):
        try:
            content = archive.read(member)
        except (*BROKEN, RuntimeError):
            raise BadInputError("A file of the archive cannot be unpacked.") from None
        if content.strip():
            yield from read_text(name, content)
    others = len(own) - len(members)
    yield Finished((Left("other files in the archive", others),) if others else ())


def main() -> None:
    """Read standard input and answer on standard output."""
    max_mb = int(sys.argv[1])
    limit_this_process(memory=MEMORY, seconds=seconds_for(max_mb))
    csv.field_size_limit(2**31 - 1)
    pipe = sys.stdout.buffer
    try:
        for answer in read_file(sys.stdin.buffer, max_mb=max_mb):
            write(answer, pipe)
    except DirectoryError as error:
        write(Failed(isinstance(error, RefusedError), str(error)), pipe)
    except MemoryError:
        write(Failed(is_refused=True, text="Reading the file would take more memory than one file may."), pipe)
    pipe.flush()


if __name__ == "__main__":
    main()
