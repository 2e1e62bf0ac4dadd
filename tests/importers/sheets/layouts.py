"""Awkward files of invented services, each with a key that says what every one of its rows is.

They are written anew each time they are needed: nothing of them lies in the project. Numbers are 555-01xx, names and
sites are invented; streets of confidential places all hold the word Quincewater, which nothing else does.
"""

# Rows of a table are as wide as they are.
# ruff: noqa: E501

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import openpyxl
import xlwt

SECRET = "Quincewater"  # noqa: S105 - the name of a street


class Want(msgspec.Struct, frozen=True):
    """What a row must become. Fields that are None are not judged.

    Attributes:
        name: of the service, or of its organization.
        phones: number and kind, as "+13055550101 voice".
        languages: tags of staff.
        kinds: slugs that must be among its kinds.
        minutes: minutes of the week that it is open, by schedule.
        one: a label; rows with the same one are of one organization, others of different ones.
    """

    name: str
    phones: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    kinds: frozenset[str] | None = None
    city: str | None = None
    postal: str | None = None
    confidential: bool = False
    minutes: dict[str, int] | None = None
    one: str | None = None


class Line(msgspec.Struct, frozen=True):
    """A row: its cells, and what it must become; None where it has to be skipped."""

    cells: tuple[object, ...]
    want: Want | None = None


class Page(msgspec.Struct, frozen=True):
    """A sheet, and the cells that are merged in it, as "A1:C1"."""

    name: str
    lines: tuple[Line, ...]
    merged: tuple[str, ...] = ()


class Awkward(msgspec.Struct, frozen=True):
    """A file: its name, its sheets, and how it is written."""

    name: str
    pages: tuple[Page, ...]
    write: Callable[[Path, Sequence[Page]], None]


def w(
    name: str, phones: str = "", languages: str = "", kinds: str | None = None, *, city: str | None = None,
    postal: str | None = None, secret: bool = False, minutes: dict[str, int] | None = None, one: str | None = None,
) -> Want:  # fmt: skip
    """A key, written shortly: phones as "0101" or "0101 fax", all in area 305."""
    return Want(
        name, frozenset(_phone(part) for part in phones.split(",") if part.strip()), frozenset(languages.split()),
        None if kinds is None else frozenset(kinds.split()), None if secret else city, None if secret else postal, secret,
        minutes, one,
    )  # fmt: skip


def _phone(short: str) -> str:
    number, _, kind = short.strip().partition(" ")
    return f"{number if len(number) != 4 else f'+1305555{number}'} {kind or 'voice'}"


def r(*cells: object, want: Want | None = None) -> Line:
    """A row."""
    return Line(cells, want)


# Writing them


def xlsx(path: Path, pages: Sequence[Page]) -> None:
    """As a workbook of today."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        sheet = book.create_sheet(page.name)
        for line in page.lines:
            sheet.append([None if cell == "" else cell for cell in line.cells])
        for area in page.merged:
            sheet.merge_cells(area)
    book.save(path)


def xls(path: Path, pages: Sequence[Page]) -> None:
    """As a workbook of the nineties, in which every number is a fraction."""
    book = xlwt.Workbook()
    for page in pages:
        sheet = book.add_sheet(page.name)
        for number, line in enumerate(page.lines):
            for column, cell in enumerate(line.cells):
                if cell != "":
                    sheet.write(number, column, cell)
    book.save(str(path))


def text(encoding: str, *, delimiter: str = ",", line_end: str = "\r\n") -> Callable[[Path, Sequence[Page]], None]:
    """As a table of text."""

    def write(path: Path, pages: Sequence[Page]) -> None:
        written = io.StringIO(newline="")
        writer = csv.writer(written, delimiter=delimiter, lineterminator=line_end)
        for line in pages[0].lines:
            writer.writerow(line.cells)
        path.write_bytes(written.getvalue().encode(encoding))

    return write


# The files

_WEEK = 5 * 8 * 60
_ALWAYS = 7 * 24 * 60


def titles_and_notes() -> Awkward:
    """A title, a date, blank rows, a header in row 5, a total and remarks below."""
    lines = (
        r("Bay Area Partners Against Exploitation"),
        r("Resource list, revised March 2024"),
        r(),
        r("Agency Name", "Main Phone", "Fax #", "E-mail", "Website", "Street Address", "City", "ST", "Zip", "Languages Spoken", "Office Hours"),
        r("Lantern Legal Aid", "(305) 555-0101", "305.555.0102", "help@lantern.example.org", "lantern.example.org", "12 Larch Street", "Miami", "FL", 33130, "English, Spanish", "M-F 9am-5pm",
          want=w("Lantern Legal Aid", "0101, 0102 fax", "en es", city="Miami", postal="33130", minutes={"office": _WEEK})),
        r("Marigold Clinic", 3055550103, "N/A", "-", "See website", "40 Elm Avenue, Suite 2", "Miami", "FL", 33125, "Spanish; Haitian Creole", "Mon-Fri 9:00 am - 5:00 pm",
          want=w("Marigold Clinic", "0103", "es ht", city="Miami", postal="33125", minutes={"office": _WEEK})),
        r(),
        r("Harvest Table Pantry", "305-555-0104 x12", "", "", "http://www.harvest.example.org", "7 Poplar Road", "Hialeah", "Fla.", "33010-1234", "English", "Tue 10am-2pm",
          want=w("Harvest Table Pantry", "0104", "en", city="Hialeah", postal="33010", minutes={"office": 240})),
        r("Total agencies", 3),
        r(),
        r("* Please send corrections to the list keeper."),
        r("Source: partners' meeting"),
    )  # fmt: skip
    return Awkward("partners.xlsx", (Page("Resources", lines, ("A1:F1",)),), xlsx)


def two_row_header() -> Awkward:
    """A header of two rows with merged cells, languages and services as crosses."""
    lines = (
        r("Agency", "Contact", "", "", "Languages", "", "", "Services", "", "", "Notes"),
        r("", "Office", "Hotline", "Email", "English", "Spanish", "Haitian Creole", "Legal Aid", "Food", "Case Management", ""),
        r("Beacon Center", "305-555-0110", "305-555-0111", "info@beacon.example.org", "X", "X", "", "x", "", "X", "Ask for the desk",
          want=w("Beacon Center", "0110, 0111", "en es", "legal-civil case-management")),
        r("Quilt House", "305-555-0112", "", "", "\u2713", "", "\u2713", "", "\u2713", "", "",
          want=w("Quilt House", "0112", "en ht", "food")),
        r("Pine Street Project", "305-555-0113", "305-555-0114", "", "yes", "yes", "no", "Y", "N", "Y", "",
          want=w("Pine Street Project", "0113, 0114", "en es", "legal-civil case-management")),
        r("Agency", "Contact", "", "", "Languages", "", "", "Services", "", "", "Notes"),
        r("Fern Alliance", "305-555-0115", "", "", 1, 1, 1, 1, 0, 0, "",
          want=w("Fern Alliance", "0115", "en es ht", "legal-civil")),
    )  # fmt: skip
    merged = ("A1:A2", "B1:D1", "E1:G1", "H1:J1", "K1:K2")
    return Awkward("matrix.xlsx", (Page("Providers", lines, merged),), xlsx)


def coalition() -> Awkward:
    """A coalition's list: counties as sections, shelters with addresses marked confidential, a mark of its own."""
    secret = f"4815 {SECRET} Road"
    lines = (
        r("Coalition Member Programs"),
        r("Addresses of shelters are not for the public."),
        r("Program", "Crisis Line", "Office Phone", "Address", "City", "Zip", "Address confidential?", "Services"),
        r("MIAMI-DADE COUNTY"),
        r("Safe Harbor House", "305-555-0120 (24/7)", "305-555-0121", secret, "Miami", "33196", "Yes", "Emergency shelter; counseling",
          want=w("Safe Harbor House", "0120, 0121", kinds="emergency-shelter", secret=True)),
        r("Bridge Advocacy", "", "305-555-0122", "9 Cedar Lane", "Miami", "33130", "No", "Legal advocacy; case management",
          want=w("Bridge Advocacy", "0122", city="Miami", postal="33130")),
        r("Rosewood Women's Services", "(305) 555-0123", "", "Confidential", "Miami", "", "", "Counseling",
          want=w("Rosewood Women's Services", "0123", secret=True)),
        r("BROWARD COUNTY"),
        r("Open Door", "305-555-0124", "305-555-0125", f"77 {SECRET} Ave", "Hollywood", "33020", "X", "Case management, support groups",
          want=w("Open Door", "0124, 0125", kinds="case-management", secret=True)),
        r("Tidewater Transitional Housing", "305-555-0126", "", f"8 {SECRET} Court", "Davie", "33314", "", "Transitional housing",
          want=w("Tidewater Transitional Housing", "0126", kinds="transitional-housing", secret=True)),
        r("Courthouse Help Desk", "", "305-555-0127", "201 Birch Street", "Fort Lauderdale", "33301", "no", "Restraining orders",
          want=w("Courthouse Help Desk", "0127", kinds="legal-family", city="Fort Lauderdale", postal="33301")),
    )  # fmt: skip
    return Awkward("coalition-members.xlsx", (Page("Members", lines, ("A1:H1", "A4:H4", "A8:H8")),), xlsx)


def kinds_as_sections() -> Awkward:
    """Sections that say what the rows below are, in a table of text with semicolons."""
    lines = (
        r("Name", "Phone", "Address", "City", "State", "ZIP", "Hours"),
        r("SHELTERS"),
        r("Willow Place", "305-555-0130", f"3 {SECRET} Way", "Miami", "FL", "33127", "24/7", want=w("Willow Place", "0130", kinds="shelter", secret=True)),
        r("Juniper Home", "305-555-0131 / 305-555-0132", f"5 {SECRET} Way", "Miami", "FL", "33127", "", want=w("Juniper Home", "0131, 0132", secret=True)),
        r("Food Pantries"),
        r("St. Alder Pantry", "305-555-0133", "18 Maple Street", "Miami", "FL", "33125", "Sat 9-12", want=w("St. Alder Pantry", "0133", kinds="food", city="Miami", postal="33125", minutes={"office": 180})),
        r("Legal Services:"),
        r("Aspen Law Project", "305-555-0134", "20 Maple Street", "Miami", "FL", "33125", "by appointment", want=w("Aspen Law Project", "0134", kinds="legal-civil", city="Miami", postal="33125")),
    )  # fmt: skip
    return Awkward("by-type.csv", (Page("", lines),), text("utf-8", delimiter=";", line_end="\n"))


def legacy() -> Awkward:
    """A table of an old Macintosh: Windows-1252, carriage returns, numbers and names as that time wrote them."""
    lines = (
        r("AGENCY", "TEL", "TTY", "ADDR", "CITY", "STATE", "ZIP", "LANGUAGES", "UPDATED"),
        r("Centro Esperan\u00e7a", "305 555 0140", "305 555 0141", "1 Ni\u00f1o Street", "MIAMI", "FL", "33135", "Spanish/Portuguese", "3/4/09", want=w("Centro Esperan\u00e7a", "0140, 0141 tty", "es pt", city="MIAMI", postal="33135")),
        r("Caf\u00e9 Solidarity", "(305)555-0142", "", "22 Oak St", "MIAMI", "FL", "33136", "English; French", "12/31/10", want=w("Caf\u00e9 Solidarity", "0142", "en fr", city="MIAMI", postal="33136")),
        r("", "", "", "", "", "", "", "", ""),
        r("Women\u2019s Resource Line", "1-800-555-0143", "", "", "", "FL", "", "English & Spanish", "", want=w("Women\u2019s Resource Line", "+18005550143", "en es")),
    )  # fmt: skip
    return Awkward("AGENCIES.CSV", (Page("", lines),), text("cp1252", line_end="\r"))


def canadian() -> Awkward:
    """A Canadian list in French, with provinces, postal codes and days before months."""
    lines = (
        r("Organisme", "T\u00e9l\u00e9phone", "T\u00e9l\u00e9copieur", "Ligne d'\u00e9coute", "Adresse", "Ville", "Province", "Code postal", "Langues parl\u00e9es", "Heures d'ouverture", "Mise \u00e0 jour", "Lieu confidentiel"),
        r("Carrefour des \u00c9rables", "514-555-0150", "514-555-0151", "", "1200, rue des \u00c9rables", "Montr\u00e9al", "QC", "H2X 1Y4", "fran\u00e7ais, anglais, espagnol", "lundi au vendredi 9h \u00e0 17h", "25/01/2024", "Non",
          want=w("Carrefour des \u00c9rables", "+15145550150, +15145550151 fax", "fr en es", city="Montr\u00e9al", postal="H2X 1Y4")),
        r("Maison du Ruisseau", "514-555-0152", "", "514-555-0153", f"8, rue {SECRET}", "Laval", "Qu\u00e9bec", "H7A 0A1", "fran\u00e7ais", "24 h", "03/02/2024", "Oui",
          want=w("Maison du Ruisseau", "+15145550152, +15145550153", "fr", secret=True)),
        r("Newcomer Help Ottawa", "613-555-0154", "", "", "45 Maple Street", "Ottawa", "ON", "K1P 5M7", "English, French, Arabic", "", "14/02/2024", "",
          want=w("Newcomer Help Ottawa", "+16135550154", "en fr ar", city="Ottawa", postal="K1P 5M7")),
    )  # fmt: skip
    return Awkward("ressources.xlsx", (Page("Ressources", lines),), xlsx)


def court_list() -> Awkward:
    """An extract of a list for immigration courts: one organization once for each court, whole addresses in a cell."""
    lines = (
        r("List of Pro Bono Legal Service Providers"),
        r("Immigration Court", "Organization", "Address", "Telephone", "Languages", "Remarks"),
        r("Miami Immigration Court", "Compass Immigration Law Center", "300 Spruce Street, Suite 400\nMiami, FL 33130", "(305) 555-0160", "Spanish", "Asylum only", want=w("Compass Immigration Law Center", "0160", "es", city="Miami", postal="33130", one="compass")),
        r("Krome Immigration Court", "Compass Immigration Law Center", "300 Spruce Street, Suite 400\nMiami, FL 33130", "(305) 555-0160", "Spanish", "Asylum only", want=w("Compass Immigration Law Center", "0160", "es", city="Miami", postal="33130", one="compass")),
        r("Orlando Immigration Court", "Compass Immigration Law Center", "61 Pine Ave., Orlando, FL 32801", "(305) 555-0160", "Spanish", "", want=w("Compass Immigration Law Center", "0160", "es", city="Orlando", postal="32801", one="compass")),
        r("Boston Immigration Court", "Legal Aid Society", "5 Beech Street Boston MA 02108", "(305) 555-0161", "Portuguese", "", want=w("Legal Aid Society", "0161", "pt", city="Boston", postal="02108", one="boston")),
        r("Cleveland Immigration Court", "Legal Aid Society", "9 Walnut Street, Cleveland, OH 44113", "(305) 555-0162", "English", "", want=w("Legal Aid Society", "0162", "en", city="Cleveland", postal="44113", one="cleveland")),
    )  # fmt: skip
    return Awkward("court-list.xlsx", (Page("List", lines, ("A1:F1",)),), xlsx)


def fill_down() -> Awkward:
    """Agency and region written once, in merged cells and in blank ones; ditto marks; a row that goes on below."""
    lines = (
        r("Region", "Agency", "Program", "Phone", "City", "State", "Zip", "Languages"),
        r("South", "Harbor Aid", "Legal Clinic", "305-555-0170", "Miami", "FL", "33130", "English; Spanish", want=w("Legal Clinic", "0170", "en es", city="Miami", postal="33130", one="harbor")),
        r("", "", "Food Pantry", "305-555-0171", "Miami", "FL", "33130", "English", want=w("Food Pantry", "0171", "en", "food", city="Miami", postal="33130", one="harbor")),
        r("", "", "Case Management", '"', '"', '"', '"', '"', want=w("Case Management", "0171", "en", "case-management", city="Miami", postal="33130", one="harbor")),
        r("North", "Summit Aid", "Job Training", "305-555-0172", "Jacksonville", "FL", "32202", "English", want=w("Job Training", "0172, 0173", "en", city="Jacksonville", postal="32202", one="summit")),
        r("", "", "", "305-555-0173", "", "", "", "", want=w("Job Training", "0172, 0173", "en", city="Jacksonville", postal="32202", one="summit")),
        r("", "", "English Classes (ESL)", "305-555-0174", "Jacksonville", "FL", "32202", "", want=w("English Classes (ESL)", "0174", "", "esl", city="Jacksonville", postal="32202", one="summit")),
    )  # fmt: skip
    return Awkward("regions.xlsx", (Page("Programs", lines, ("B2:B4", "A2:A4")),), xlsx)


def several_sheets() -> Awkward:
    """Instructions, a list of codes, and three sheets of one shape, one of which says that it lists shelters."""
    header = ("Organization", "Phone", "City", "State", "Services", "Last verified")
    read_me = (
        r("How to use this workbook"),
        r("Column", "What to write"),
        r("Organization", "The full name"),
        r("Phone", "With area code"),
    )
    codes = (r("Code", "Language"), r("es", "Spanish"), r("ht", "Haitian Creole"))
    legal = (r(*header), r("Ivy Legal", "305-555-0180", "Miami", "FL", "Immigration", "2024-05-01", want=w("Ivy Legal", "0180", kinds="immigration-other", city="Miami")))  # fmt: skip
    health = (r(*header), r("Clover Health", "305-555-0181", "Tampa", "FL", "Primary care; dental", "5/1/24", want=w("Clover Health", "0181", kinds="primary-care dental", city="Tampa")))  # fmt: skip
    shelters = (r(*header), r("Thistle House", "305-555-0182", "Miami", "FL", "Beds, meals", "May 2024", want=w("Thistle House", "0182", secret=True)))  # fmt: skip
    pages = (
        Page("Read me", read_me), Page("Legal", legal), Page("Health", health),
        Page("Domestic violence shelters", shelters), Page("Codes", codes),
    )  # fmt: skip
    return Awkward("workbook.xlsx", pages, xlsx)


def two_tables() -> Awkward:
    """Two tables of different columns in one sheet, with blank rows and a blank column, as an old workbook."""
    lines = (
        r("Clinics"),
        r("Clinic", "", "Telephone", "Address", "Town", "Postal Code"),
        r("Laurel Health Center", "", 3055550190.0, "15 Hazel Street", "Miami", 33142.0, want=w("Laurel Health Center", "0190", city="Miami", postal="33142")),
        r("Hawthorn Dental", "", 3055550191.0, "16 Hazel Street", "Miami", 33142.0, want=w("Hawthorn Dental", "0191", kinds="dental", city="Miami", postal="33142")),
        r(),
        r(),
        r("Hotlines"),
        r("Hotline Name", "", "Toll Free", "Text", "Hours", "Languages"),
        r("Night Star Line", "", "1-800-555-0192", "", "24/7", "English, Spanish", want=w("Night Star Line", "+18005550192", "en es", minutes={"crisis-line": _ALWAYS})),
        r("Youth Lantern Line", "", "1-888-555-0193", "305-555-0194", "Daily 8am-10pm", "English", want=w("Youth Lantern Line", "+18885550193, 0194 text", "en")),
    )  # fmt: skip
    return Awkward("lists.xls", (Page("Sheet1", lines),), xls)


def on_its_side() -> Awkward:
    """Labels down the side, a record in each column: all rows but those of the names are parts of them."""
    lines = (
        r("Agency:", "Cobalt Services", "Indigo Network"),
        r("Phone:", "305-555-0195", "305-555-0196"),
        r("Website:", "cobalt.example.org", "indigo.example.org"),
        r("City:", "Miami", "Orlando"),
        r("State:", "FL", "FL"),
        r("Languages:", "English", "Spanish"),
    )
    return Awkward("side.xlsx", (Page("Profile", lines),), xlsx)


def export_of_211() -> Awkward:
    """An export of a 211: many columns, numbered lines with names, a status, days of verification, rows to leave out."""
    header = ("ResourceAgencyNum", "PublicName", "ParentAgency", "ParentAgencyNum", "PhysicalAddress1", "PhysicalCity", "PhysicalStateProvince", "PhysicalPostalCode", "Phone1Number", "Phone1Name", "Phone2Number", "Phone2Name", "PhoneFax", "PhoneTTY", "WebsiteAddress", "AgencyStatus", "AgencyDescription", "ExcludeFromWebsite", "LanguagesOffered", "LastVerifiedOn", "TaxonomyTerms")  # fmt: skip
    lines = (
        r(*header),
        r("8001", "Heron Services - Counseling", "Heron Services", "7001", "10 Reed Street", "Miami", "FL", "33130", "(305) 555-0105", "Main", "(305) 555-0106", "Intake", "(305) 555-0107", "", "http://heron.example.org", "Active", "<p>Counseling for families.</p>", "No", "English, Spanish", "5/12/23 0:00", "Family Counseling", want=w("Heron Services - Counseling", "0105, 0106, 0107 fax", "en es", "mental-health", city="Miami", postal="33130", one="heron")),
        r("8002", "Heron Services - Food Bank", "Heron Services", "7001", "11 Reed Street", "Miami", "FL", "33130", "(305) 555-0108", "Main", "", "", "", "(305) 555-0109", "http://heron.example.org", "Active", "Groceries.", "No", "", "5/12/23 0:00", "Food Pantries", want=w("Heron Services - Food Bank", "0108, 0109 tty", "", "food", city="Miami", postal="33130", one="heron")),
        r("8003", "Egret House", "Egret House", "7002", f"31 {SECRET} Road", "Miami", "FL", "33196", "(305) 555-0116", "Crisis", "", "", "", "", "", "Active", "Confidential shelter for women. Located at 31 Quincewater Road.", "No", "English", "1/2/24 0:00", "Domestic Violence Shelters", want=w("Egret House", "0116", "en", "emergency-shelter", secret=True)),
    )  # fmt: skip
    return Awkward("export.csv", (Page("", lines),), text("utf-8-sig"))


def towns_in_names() -> Awkward:
    """Branches named by their towns, namesakes in two states, HTML, hours of several kinds, tabs between cells."""
    lines = (
        r("Name", "State", "Phone", "Hotline", "Website", "Hours", "Intake Hours", "Interpreter?", "Description"),
        r("Maple House - Springfield", "MA", "305-555-0117", "305-555-0118", "<a href='http://maple.example.org'>maple.example.org</a>", "M-F 9-5", "Tue 1pm-3pm", "Yes", "Help &amp; hope<br>for families", want=w("Maple House - Springfield", "0117, 0118", city="Springfield", minutes={"office": _WEEK, "intake": 120}, one="maple-ma")),
        r("Maple House (Worcester)", "MA", "305-555-0119", "305-555-0118", "http://maple.example.org", "Monday - Friday, 9 am to 5 pm", "", "no", "", want=w("Maple House (Worcester)", "0119, 0118", city="Worcester", minutes={"office": _WEEK}, one="maple-ma")),
        r("Safe Path", "MA", "305-555-0128", "", "", "", "", "", "Advocacy", want=w("Safe Path", "0128", one="path-ma")),
        r("Safe Path", "NY", "305-555-0129", "", "", "", "", "", "Advocacy", want=w("Safe Path", "0129", one="path-ny")),
    )  # fmt: skip
    return Awkward("branches.tsv", (Page("", lines),), text("utf-16", delimiter="\t"))


def counties_as_columns() -> Awkward:
    """Counties that are served as crosses, hours by the day, ages, fees, a yes for access."""
    lines = (
        r("Agency", "Phone", "Counties Served", "", "", "Hours", "", "", "Ages", "Fees", "Wheelchair Accessible", "Zip"),
        r("", "", "Cook", "Lake", "Will", "Monday", "Tuesday", "Wednesday", "", "", "", ""),
        r("Orchid Advocates", "305-555-0135", "X", "X", "", "9am-5pm", "9am-5pm", "closed", "18+", "Free", "Yes", "60601", want=w("Orchid Advocates", "0135", postal="60601", minutes={"office": 960})),
        r("Sage Project", "305-555-0136", "", "", "X", "10am-2pm", "", "", "12-17", "Sliding scale", "No", "60432", want=w("Sage Project", "0136", postal="60432", minutes={"office": 240})),
        r("Grand total", 2),
    )  # fmt: skip
    return Awkward("counties.xlsx", (Page("Counties", lines, ("C1:E1", "F1:H1")),), xlsx)


ALL: tuple[Callable[[], Awkward], ...] = (
    titles_and_notes, two_row_header, coalition, kinds_as_sections, legacy, canadian, court_list, fill_down, several_sheets,
    two_tables, on_its_side, export_of_211, towns_in_names, counties_as_columns,
)  # fmt: skip
