"""The twelve metro areas of the practice network, and what is known of an area. Only the places are real."""

import msgspec

from directory.places.regions import region

# key | city | state | zone | county | its name | confidential area | area code | postal codes | languages
_TABLE = """\
mia|Miami|US-FL|America/New_York|12086|Miami-Dade County|US-FL-331|305|33128 33136 33125 33135 33127 33142|ht kjb
bos|Boston|US-MA|America/New_York|25025|Suffolk County|US-MA-021|617|02118 02119 02108 02121 02128 02150|pt quc
nyc|New York|US-NY|America/New_York|36061|New York County|US-NY-100|212|10001 10035 10029 10002 10026 10031|zh mam
hou|Houston|US-TX|America/Chicago|48201|Harris County|US-TX-770|713|77002 77003 77004 77081 77036 77020|vi mam
lax|Los Angeles|US-CA|America/Los_Angeles|06037|Los Angeles County|US-CA-900|213|90013 90057 90006 90011 90033|ko zap
chi|Chicago|US-IL|America/Chicago|17031|Cook County|US-IL-606|312|60608 60612 60622 60629 60640 60651|pl quc
atl|Atlanta|US-GA|America/New_York|13121|Fulton County|US-GA-303|404|30303 30310 30312 30318 30340 30329|am kjb
sea|Seattle|US-WA|America/Los_Angeles|53033|King County|US-WA-981|206|98101 98104 98118 98122 98144 98108|so mix
phx|Phoenix|US-AZ|America/Phoenix|04013|Maricopa County|US-AZ-850|602|85003 85004 85006 85009 85031 85034|ar nv
msp|Minneapolis|US-MN|America/Chicago|27053|Hennepin County|US-MN-554|612|55404 55407 55411 55415 55454 55403|hmn oj
sju|San Juan|US-PR|America/Puerto_Rico|72127|San Juan|US-PR-009|787|00901 00907 00909 00911 00918 00926|ht quc
tor|Toronto|CA-ON|America/Toronto|||CA-ON-M|416|M5V M5B M4Y M6K M5A M1P|fr cr
"""


class Metro(msgspec.Struct, frozen=True):
    """A metro area, or a town with the land around it.

    Attributes:
        turn: its place among all areas; what varies between metro areas varies with it.
        state: area code of its state or province (``US-FL``).
        county: FIPS code; empty outside the United States.
        area: the confidential area of its centre, by the directory's fixed partition.
        calling: its area code, in which the numbers 555-0100 to 555-0199 belong to nobody.
        postal: where its public sites stand.
        tongues: languages of its people beside English and Spanish; in a metro area the second is Indigenous.
    """

    turn: int
    key: str
    city: str
    state: str
    zone: str
    county: str
    county_name: str
    area: str
    calling: str
    postal: tuple[str, ...]
    tongues: tuple[str, str]

    @property
    def country(self) -> str:
        """ISO code of its country."""
        return self.state[:2]

    @property
    def state_name(self) -> str:
        """Its state or province in words."""
        found = region(self.state[3:], self.country)
        return self.state if found is None else found.name


def area_of_row(turn: int, row: str) -> Metro:
    """The area that a row of a table describes."""
    *names, postal, tongues = row.split("|")
    key, city, state, zone, county, county_name, area, calling = names
    first, second = tongues.split()
    return Metro(
        turn, key, city, state, zone, county, county_name, area, calling, tuple(postal.split()), (first, second)
    )  # fmt: skip


METROS = tuple(area_of_row(turn, row) for turn, row in enumerate(_TABLE.splitlines()))
