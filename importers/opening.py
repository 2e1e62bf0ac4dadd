"""Which readers there are, and how each opens its document."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec

from directory.places.gazetteer import Gazetteer
from importers.layout import Layout, layouts
from importers.packages import open_package
from importers.readers.file import FileReader
from importers.readers.flat import FlatReader
from importers.readers.haarrrvest import HaarrrvestReader
from importers.readers.hsds_lines import open_hsds
from importers.readers.icarol import IcarolReader
from importers.readers.ilao import read_ilao
from importers.readers.ohana import read_ohana
from importers.record import Reader
from importers.sheets.opening import open_grids


class Asked(msgspec.Struct, frozen=True):
    """What is asked of a reader.

    Attributes:
        path: of the document, a file or a folder.
        max_mb: most MiB to take, unpacked.
        mapping: text of the source's mapping file; empty where there is none.
        home: ISO code of the country that is meant where none is stated.
    """

    path: Path
    max_mb: int
    mapping: str = ""
    home: str = "US"


# Opens a document for as long as it is read. Raises ``BadInputError`` or ``RefusedError`` where it is not one.
Opener = Callable[[Asked], AbstractContextManager[Reader]]


class Way(msgspec.Struct, frozen=True):
    """A reader: what opens its document, and a line that says which documents it is for."""

    open: Opener
    help: str


@contextmanager
def _hsds(asked: Asked) -> Iterator[Reader]:
    with open_package(asked.path, max_mb=asked.max_mb) as package:
        yield open_hsds(package)


@contextmanager
def _icarol(asked: Asked) -> Iterator[Reader]:
    with open_package(asked.path, max_mb=asked.max_mb) as package, Gazetteer() as gazetteer:
        yield IcarolReader(package, gazetteer)


@contextmanager
def _ohana(asked: Asked) -> Iterator[Reader]:
    with open_package(asked.path, max_mb=asked.max_mb) as package:
        yield read_ohana(package)


@contextmanager
def _ilao(asked: Asked) -> Iterator[Reader]:
    with open_package(asked.path, max_mb=asked.max_mb) as package:
        yield read_ilao(package)


@contextmanager
def _file(asked: Asked) -> Iterator[Reader]:
    with open_grids(asked.path, max_mb=asked.max_mb) as opened:
        yield FileReader(opened.grids, opened.left, mapping=asked.mapping, home=asked.home)


@contextmanager
def _haarrrvest(asked: Asked) -> Iterator[Reader]:
    with open_package(asked.path, max_mb=asked.max_mb) as package:
        yield HaarrrvestReader(package)


def _flat(name: str, layout: Layout) -> Opener:
    @contextmanager
    def opened(asked: Asked) -> Iterator[Reader]:
        with open_grids(asked.path, max_mb=asked.max_mb) as grids:
            yield FlatReader(name, layout, grids.grids, grids.left)

    return opened


READERS: Mapping[str, Way] = {
    "hsds": Way(_hsds, "HSDS 1.1 to 3.2: tables (a folder or a zip), or JSON."),
    "file": Way(_file, "Any spreadsheet or table of text: XLSX, XLS, ODS, CSV in any encoding."),
    "icarol": Way(_icarol, "A 211's export from iCarol, as CSV."),
    "ohana": Way(_ohana, "Tables of Ohana, as CSV (a folder or a zip)."),
    "ilao": Way(_ilao, "Tables of Illinois Legal Aid Online: organizations, locations, services (a folder or a zip)."),
    "haarrrvest": Way(_haarrrvest, "The HAARRRvest feed: an organization on every line, in any of its shapes."),
    **{name: Way(_flat(name, layout), layout.help) for name, layout in layouts().items()},
}
