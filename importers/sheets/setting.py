"""What holds for every row of a table."""

import datetime as dt
from collections.abc import Callable, Mapping

import msgspec

from importers.mapping import HsdsMapping
from importers.sheets.address_lines import IsTown
from importers.sheets.dates import Order


class Setting(msgspec.Struct, frozen=True):
    """What holds for every row of a table.

    Attributes:
        file: name of the file.
        sheet: its sheet, as it may be shown.
        signs: that stand beside the names of places which are confidential, as a remark below the table says.
        titles: what the sheet is called: words that may say that it lists shelters.
        constants: of the mapping file.
        country: that is meant where none is stated.
        dates: how days are written.
        today: days after it are none on which anything was looked at.
        mapping: what words mean.
        is_town: looks a town up.
        state: in which most rows are, for counties and towns that are named without one; empty where rows differ.
        region_of: the state of a postal code in a country; empty if it is not known.
        find_county: the county that a text names in a state ("Harris", "TX"), with the state; empty if none.
    """

    file: str
    sheet: str | None
    titles: tuple[str, ...]
    signs: tuple[str, ...]
    constants: Mapping[str, str]
    country: str
    dates: Order
    today: dt.date
    mapping: HsdsMapping
    is_town: IsTown
    state: str
    region_of: Callable[[str, str], str]
    find_county: Callable[[str, str], str]
