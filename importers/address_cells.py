"""Address cells of public places, put where they belong: a state in the city's cell, a code in the state's, a mailbox.

Each repair has a name, and only what is certain is moved. What a code means, and where it is, ``places_of_rows`` knows.
"""

import re

import msgspec

from directory.places.regions import Region, find_country, find_region
from importers.record import Cells

_COLUMNS = ("address_1", "address_2", "city", "state_province", "postal_code", "country")
_LONGEST_CELL = 300

_US_CODE = r"\d{5}(?:[ -]?\d{4})?"
_CANADIAN_CODE = r"[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d"
_CODE = re.compile(rf"(?:{_US_CODE}|{_CANADIAN_CODE})", re.ASCII)
_CODE_AT_END = re.compile(rf"(?:^|[\s,])({_US_CODE}|{_CANADIAN_CODE})$", re.ASCII)
_ZERO_LOST = re.compile(r"\d{4}(?:\.0)?", re.ASCII)
_TWO_ZEROS_LOST = re.compile(r"\d{3}", re.ASCII)
_SPREADSHEET_CODE = re.compile(r"(\d{5})\.0+", re.ASCII)
_BOX = re.compile(
    r"\b(?:p\.? ?o\.?|post office|postal|apartado(?: postal)?|casilla)[ .]*(?:box|drawer|bin)?\b[ .#:]*\d"
    r"|\b(?:box|drawer|apdo\.?) ?#?\d",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"^\W*\d+[\w-]*\s+(?!box\b)\w|\b(?:street|avenue|road|drive|highway|blvd|ave|st|rd|hwy)\b", re.IGNORECASE
)
_TRAILING = " ,;."
# One repair may show the next. Most cells need two rounds; one of nothing but states loses one of them in each.
_MOST_ROUNDS = _LONGEST_CELL // 2


class MendedAddress(msgspec.Struct, frozen=True):
    """An address with its cells in place.

    Attributes:
        cells: of the site, with the address's mended.
        is_mailbox: it is a post-office box: mail goes there, people do not.
        rules: repairs.
        questions: rule and sentence.
    """

    cells: Cells
    is_mailbox: bool = False
    rules: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()


def mend_address(cells: Cells, *, home: str = "US") -> MendedAddress:
    """Put the cells of one address in place. ``home`` is the country of a source that names none."""
    address = {name: " ".join(cells[name].split())[:_LONGEST_CELL] for name in _COLUMNS if name in cells}
    if not address:
        return MendedAddress(cells)
    mending = _Mending(address, home)
    before: dict[str, str] = {}
    for _ in range(_MOST_ROUNDS):
        if mending.cells == before:
            break
        before = dict(mending.cells)
        mending.mend()
    mended = {name: cell for name, cell in cells.items() if name not in _COLUMNS}
    mended |= {name: cell for name, cell in mending.cells.items() if cell}
    return MendedAddress(mended, mending.is_mailbox(), tuple(mending.rules), tuple(mending.questions.items()))


class _Mending:
    """One address on the bench."""

    def __init__(self, cells: dict[str, str], home: str) -> None:
        self.cells = cells
        self.rules: dict[str, None] = {}
        self.questions: dict[str, str] = {}
        self._home = home

    def mend(self) -> None:
        """All repairs, each on what the earlier ones left."""
        self._country()
        self._codes_in_wrong_cells()
        self._state_in_wrong_cells()
        self._one_line()
        self._city()
        self._code()
        self._twice()

    def is_mailbox(self) -> bool:
        lines = [self.cells.get("address_1", ""), self.cells.get("address_2", "")]
        boxes = [line for line in lines if _BOX.search(line)]
        streets = [line for line in lines if line and not _BOX.search(line) and _STREET.search(line)]
        if not boxes:
            return False
        if streets or any(_STREET.search(_BOX.sub(" ", line)) for line in boxes):
            return False
        self.rules["post-office-box"] = None
        return True

    def _known_country(self) -> str:
        found = find_country(self.cells.get("country", ""))
        return found.code if found else self._home

    def _region(self, text: str) -> Region | None:
        return find_region(text.strip(_TRAILING), self._known_country()) if text else None

    def _country(self) -> None:
        written = self.cells.get("country", "")
        if not written:
            for column in ("state_province", "postal_code"):
                cell = self.cells.get(column, "")
                # "CA" is a state before it is a country.
                if len(cell) > 2 and self._region(cell) is None and (found := find_country(cell)) is not None:
                    self._move(column, "country", found.code, "country-in-wrong-cell")
                    return
            return
        found = find_country(written)
        if found is not None:
            if found.code != written:
                self.cells["country"] = found.code
                self.rules["country-word"] = None
        elif find_region(written, "US") is not None and not self.cells.get("state_province"):
            self._move("country", "state_province", written, "state-in-country-cell")
        elif find_region(written, "US") is None:
            self.questions["country-not-known"] = "The country is not known."

    def _codes_in_wrong_cells(self) -> None:
        for column, where in (("state_province", "state"), ("city", "city")):
            cell = self.cells.get(column, "")
            if (found := _CODE_AT_END.search(cell)) is None:
                continue
            code = self.cells.get("postal_code", "")
            if where == "state" and found.start() == 0 and self._region(code) is not None:
                self.cells["state_province"], self.cells["postal_code"] = code, found[1]
                self.rules["state-and-postal-swapped"] = None
            elif code in ("", found[1]):
                self._move(column, "postal_code", found[1], f"postal-in-{where}-cell")
                self.cells[column] = cell[: found.start()].strip(_TRAILING)
        code = self.cells.get("postal_code", "")
        if (found := _CODE_AT_END.search(code)) is not None and found.start() > 0:
            region = self._region(code[: found.start()])
            stated = self.cells.get("state_province", "")
            if region is not None and (not stated or self._region(stated) == region):
                self.cells["state_province"], self.cells["postal_code"] = region.code, found[1]
                self.rules["state-in-postal-cell"] = None

    def _state_in_wrong_cells(self) -> None:
        city, state = self.cells.get("city", ""), self.cells.get("state_province", "")
        town, comma, last = (part.strip() for part in state.rpartition(","))
        if state and self._region(state) is None and city and self._is_code_of_region(city):
            self.cells["city"], self.cells["state_province"] = state, city
            self.rules["city-and-state-swapped"] = None
        elif comma and self._region(last) is not None and city in ("", town):
            self.cells["city"], self.cells["state_province"] = town, last
            self.rules["city-in-state-cell"] = None

    def _is_code_of_region(self, text: str) -> bool:
        """Whether a text can only be a state: "New York" and "Washington" are cities too."""
        region = self._region(text)
        return region is not None and (len(text) == 2 or region.name not in ("New York", "Washington", "Georgia"))

    def _one_line(self) -> None:
        """A whole address in its first cell."""
        line = self.cells.get("address_1", "")
        if self.cells.get("city") or self.cells.get("postal_code") or line.count(",") < 2:
            return
        code = _CODE_AT_END.search(line)
        rest = line[: code.start()].strip(_TRAILING) if code else line
        street, comma, state = rest.rpartition(",")
        region = self._region(state)
        if not comma or region is None or "," not in street:
            return
        street, _, city = street.rpartition(",")
        self.cells |= {"address_1": street.strip(), "city": city.strip(), "state_province": region.code}
        if code:
            self.cells["postal_code"] = code[1]
        self.rules["address-in-one-cell"] = None

    def _city(self) -> None:
        city = self.cells.get("city", "").strip(_TRAILING)
        if city != self.cells.get("city", ""):
            self.rules["city-tidied"] = None
        name, comma, last = city.rpartition(",")
        if not comma:
            name, _, last = city.rpartition(" ")
            if len(last) != 2 or not last.isupper():
                name = ""
        region = self._region(last) if name else None
        stated = self._region(self.cells.get("state_province", ""))
        if region is not None and (stated is None or stated == region):
            self.cells["state_province"] = self.cells.get("state_province", "") if stated else region.code
            city = name.strip(_TRAILING)
            self.rules["state-in-city-cell"] = None
        elif region is not None:
            self.questions["states-differ"] = "The city's cell names another state."
        if "city" in self.cells:
            self.cells["city"] = city

    def _code(self) -> None:
        code = self.cells.get("postal_code", "")
        if found := _SPREADSHEET_CODE.fullmatch(code):
            self.cells["postal_code"] = found[1]
            self.rules["postal-tidied"] = None
        elif _TWO_ZEROS_LOST.fullmatch(code) and self._has_two_zeros():
            self.cells["postal_code"] = f"00{code}"
            self.rules["postal-zero-restored"] = None
        elif code and self._known_country() == "US" and not _CODE.fullmatch(code) and not _ZERO_LOST.fullmatch(code):
            self.cells["postal_code"] = ""
            self.questions["postal-not-readable"] = "The ZIP code is none."
        elif code.endswith(".0"):
            self.cells["postal_code"] = code[:-2]
            self.rules["postal-tidied"] = None

    def _has_two_zeros(self) -> bool:
        """Whether the codes of its territory begin with two zeros."""
        region = self._region(self.cells.get("state_province", ""))
        return region is not None and region.code in ("PR", "VI")

    def _twice(self) -> None:
        """The second line where it only repeats the first."""
        if self.cells.get("address_2") and self.cells["address_2"] == self.cells.get("address_1"):
            self.cells["address_2"] = ""
            self.rules["address-line-repeated"] = None

    def _move(self, source: str, target: str, value: str, rule: str) -> None:
        self.cells[target] = value
        self.cells[source] = ""
        self.rules[rule] = None
