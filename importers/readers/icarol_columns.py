"""What the columns of an iCarol export mean. Names are compared without capital letters: ``Phone1IsPrivate``.

A flag is looked at from the safe side: whatever is no plain *no* keeps its row, its place or its line from the public.
"""

import datetime as dt
import re
from collections.abc import Mapping

from directory.places.gazetteer import Gazetteer
from directory.values.plain_text import folded
from importers.mapping import TaxonomyName
from importers.record import Cells, SourceContact

ID = "resourceagencynum"
NAME = "publicname"
LEVEL = "taxonomylevelname"
PARENT = "parentagencynum"
PARENT_NAME = "parentagency"
AT_SITE = "connectstositenum"
OF_PROGRAM = "connectstoprogramnum"
REQUIRED = frozenset({ID, NAME, LEVEL})

_STATUS = "agencystatus"
_VERIFIED = "lastverifiedon"
_PLACE = {
    "physicaladdress1": "address_1", "physicaladdress2": "address_2", "physicalcity": "city",
    "physicalstateprovince": "state_province", "physicalpostalcode": "postal_code", "physicalcountry": "country",
    "latitude": "latitude", "longitude": "longitude", "physicallocationdescription": "description",
}  # fmt: skip
# Where else it is, or where its mail goes: never kept, and never told of a secret place.
_FURTHER = tuple(
    f"{which}{part}"
    for which in ("mailing", "other")
    for part in ("attentionname", "address1", "address2", "city", "postalcode")
)
_ACCESS = "disabilitiesaccess"
_TRANSPORT = ("publicaccesstransportation", "busserviceaccess")
_SAID = {
    "alternatename": "alternate_name", "agencydescription": "description", "emailaddressmain": "email",
    "websiteaddress": "url", "applicationprocess": "application_process",
}  # fmt: skip
_FEES = ("feestructuresource", "paymentmethods")
_MESSAGE = ("temporarymessage", "temporarymessageappears", "temporarymessageexpires")
_HOURS = ("hoursofoperation", "hours")
_LANGUAGES = ("languagesoffered", "languagesofferedlist")
_AREAS = ("coveragearea", "coverageareatext")
_COVERAGE = "coverage"
_TERMS = ("taxonomyterm", "categories")
_CODES = "taxonomycodes"
# Lines without the end of their columns' names: the columns that say what each is, its kind, and its name without them.
_LINES: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    **{f"phone{number}": (("name", "description"), "", "") for number in range(1, 6)},
    "phonenumberhotline": (("description",), "", "Hotline"),
    "phonetollfree": (("description",), "", "Toll free"),
    "phonetty": (("description",), "tty", ""),
    "phonenumberbusinessline": (("description",), "", "Business line"),
    "phonenumberoutofarea": (("description",), "", "Out of area"),
    "phonenumberafterhours": (("description",), "", "After hours"),
    "phonefax": (("description",), "fax", ""),
}
_CONTACTS = ("maincontact", "seniorworker")
_OF_CONTACT = {"name": "name", "title": "title", "emailaddress": "email"}
# Kept beside a row as they are; they mean nothing to the directory.
_NOTES = (
    "servicecapacity", "capacitytype", "normalwaittime", "licenseaccreditation", "resourceinfo", "irsstatus",
    "legalstatus", "agencyclassification", "servicenotalwaysavailability", "eligibilityadult", "eligibilitychild",
    "eligibilityfamily", "eligibilityfemale", "eligibilitymale", "eligibilityteen",
)  # fmt: skip
# How the source keeps house.
_UNKEPT = (
    "searchhints", "enteredon", "updatedon", "madeinactiveon", "yearincorporated", "highlightedresource",
    "preferredprovider", "availableforresearch", "taxonomyterms", "taxonomytermsnotdeactivated", "mailingcountry",
    "mailingstateprovince", "othercountry", "otherstateprovince", "othercounty", "physicalcounty", "recordowner",
    "lastverificationmethod", "currentworkflowstepcode", "languageofrecord", "islinkonly",
)  # fmt: skip
# Of people who work there, for people who work there.
INTERNAL = frozenset({"internalnotes", "internalnotesforeditorsandviewers"})
_EXCLUDED = ("excludefromwebsite", "excludefromdirectory")
_HIDDEN = (*_EXCLUDED, "isprivate")
_OFFERED = ("availableforreferral", "availablefordirectory")
_PLACE_HIDDEN = "physicaladdressisprivate"

# Cells of these may name a place. What was mended in them is not said: it would be a trace of a secret one.
PLACES = frozenset({*_PLACE, *_FURTHER})
KNOWN = (
    PLACES
    | {ID, NAME, LEVEL, PARENT, PARENT_NAME, AT_SITE, OF_PROGRAM, _STATUS, _VERIFIED, "officialname", "fein", _ACCESS}
    | {*_TRANSPORT, *_SAID, *_FEES, *_MESSAGE, *_HOURS, *_LANGUAGES, *_AREAS, _COVERAGE, *_TERMS, _CODES, *_NOTES}
    | {"eligibility", "documentsrequired", "sourceoffunds", *_HIDDEN, *_OFFERED, _PLACE_HIDDEN, *_UNKEPT, *INTERNAL}
    | {f"{line}{end}" for line in _LINES for end in ("", "number", "name", "description", "type", "isprivate")}
    | {f"{who}{end}" for who in _CONTACTS for end in (*_OF_CONTACT, "phonenumber", "isprivate")}
    | {f"{column}isprivate" for column in _SAID}
)

_NOTHING = "-1"
_NO = frozenset({"no", "false", "0", "n"})
_YES = frozenset({"yes", "true", "1", "y"})
_LEVELS = {
    "agency": "agency", "organization": "agency", "site": "site", "program": "program", "service": "program",
    "programatsite": "program-at-site", "serviceatsite": "program-at-site",
}  # fmt: skip
_COUNTRIES = {"united states": "US", "canada": "CA"}
_PARTS = re.compile(r"\s*[;*]\s*")
_COUNTY = re.compile(r"([A-Z]{2}) - (.{2,60}?) County")
_LEAST_WORDS = 4
_WITHOUT_MEANING = frozenset({"none or unknown", "unknown"})
_DATES = ("%m/%d/%y", "%m/%d/%Y", "%Y-%m-%d")


def known_cells(cells: Cells) -> dict[str, str]:
    """The cells that say something: "-1" is how iCarol writes that nothing was chosen."""
    return {name: cell for name, cell in cells.items() if cell.strip() != _NOTHING}


def level_of(cells: Cells) -> str:
    """agency, site, program or program-at-site; what has no level and no parent is an agency."""
    written = "".join(folded(cells.get(LEVEL, "")).split())
    return _LEVELS.get(written, "program" if cells.get(PARENT, "0") != "0" else "agency")


def has_flags(cells: Cells) -> bool:
    """Whether a row says at all whether it is kept from the public."""
    return any(column in cells for column in _EXCLUDED)


def is_hidden(cells: Cells) -> bool:
    """Whether the source keeps a record from the public."""
    return any(_says_yes(cells, column) for column in _HIDDEN) or any(
        folded(cells.get(column, "")) in _NO for column in _OFFERED
    )


def is_not_referred_to(cells: Cells) -> bool:
    """Whether nobody is to be sent there now."""
    return "do not refer" in folded(cells.get(_STATUS, ""))


def is_place_hidden(cells: Cells) -> bool:
    """Whether the source keeps the place of a record from the public."""
    return _says_yes(cells, _PLACE_HIDDEN)


def may_be_hidden(cells: Cells) -> bool:
    """The same of a row whose cells may stand in wrong columns: those beside flags count too."""
    flags = (*_HIDDEN, _PLACE_HIDDEN, "yearincorporated", "sourceoffunds", _ACCESS)
    return any(folded(cells.get(column, "")) in _YES for column in flags)


def place_of(cells: Cells) -> dict[str, str]:
    """What is said of the place, under HSDS's names."""
    place = {name: cells[column] for column, name in _PLACE.items() if column in cells}
    if "country" in place:
        # iCarol writes it out in every row, which is nothing to mend.
        place["country"] = _COUNTRIES.get(folded(place["country"]), place["country"])
    access = cells.get(_ACCESS, "")
    if _says_something(access):
        place["accessibility"] = access
    if transport := _joined(cells, _TRANSPORT):
        place["transportation"] = transport
    return place


def further_places(cells: Cells) -> tuple[str, ...]:
    """Cells about other addresses of the same record."""
    return tuple(cells[column] for column in _FURTHER if column in cells)


def said(cells: Cells) -> dict[str, str]:
    """The texts of an agency or program, under HSDS's names."""
    texts = {
        name: cells[column]
        for column, name in {NAME: "name", **_SAID}.items()
        if column in cells and not _says_yes(cells, f"{column}isprivate")
    }
    if official := cells.get("officialname"):
        texts.setdefault("alternate_name", official)
    return texts


def said_of_service(cells: Cells, *, today: dt.date) -> tuple[dict[str, str], tuple[str, ...]]:
    """The texts of a program, and what was mended in them."""
    texts = said(cells)
    rules: tuple[str, ...] = ()
    if fees := _joined(cells, _FEES):
        texts["fees_description"] = fees
    if status := folded(cells.get(_STATUS, "")):
        texts["status"] = status
    if _MESSAGE[0] in cells:
        if _holds(cells, today):
            texts["alert"] = cells[_MESSAGE[0]]
        else:
            rules = ("old-message-left-out",)
    return texts, rules


def phones_of(cells: Cells) -> tuple[tuple[Cells, ...], int]:
    """The lines that are not private, and how many are."""
    lines: list[Cells] = []
    private = 0
    for line, (labels, kind, usual) in _LINES.items():
        number = cells.get(f"{line}number") or cells.get(line, "")
        if not number:
            continue
        if _says_yes(cells, f"{line}isprivate"):
            private += 1
            continue
        words = dict.fromkeys(" ".join(cells[f"{line}{end}"].split()) for end in labels if f"{line}{end}" in cells)
        about = {"type": kind or cells.get(f"{line}type", ""), "description": ", ".join(words) or usual}
        lines.append({"number": number, **{name: cell for name, cell in about.items() if cell}})
    return tuple(lines), private


def hours_of(cells: Cells) -> tuple[Cells, ...]:
    """Opening hours, as the source writes them; a bare list of days says none."""
    words = next((cells[column] for column in _HOURS if column in cells and any(map(str.isdigit, cells[column]))), "")
    words = words or cells.get(_HOURS[0], "")
    return ({"original_text": words},) if words else ()


def languages_of(cells: Cells) -> tuple[str, ...]:
    """Languages, as the source writes them."""
    return tuple(dict.fromkeys(cells[column] for column in _LANGUAGES if column in cells))


def areas_of(cells: Cells, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Whom it serves: in words, else the counties that were ticked. Some sources tick neighbourhoods as counties."""
    words = tuple(dict.fromkeys(cells[column] for column in _AREAS if column in cells))
    ticked = dict.fromkeys(f"{county} County, {state}" for state, county in _COUNTY.findall(cells.get(_COVERAGE, "")))
    return words or tuple(name for name in ticked if gazetteer.candidates(name))


def names_of(cells: Cells) -> tuple[TaxonomyName, ...]:
    """What the taxonomy calls it. A code of the section Y is one of target populations."""
    names = _split(next((cells[column] for column in _TERMS if column in cells), ""))
    codes = _split(cells.get(_CODES, ""))
    paired = codes if len(codes) == len(names) else [""] * len(names)
    found = (TaxonomyName(name, code.startswith("Y")) for name, code in zip(names, paired, strict=True))
    return tuple(dict.fromkeys(found))


def notes_of(cells: Cells) -> dict[str, str]:
    """Cells that are kept as they are."""
    return {column: cells[column] for column in _NOTES if folded(cells.get(column, "unknown")) not in _WITHOUT_MEANING}


def contacts_of(cells: Cells) -> tuple[SourceContact, ...]:
    """Whom to ask for, unless they are private."""
    found = []
    for who in _CONTACTS:
        if _says_yes(cells, f"{who}isprivate"):
            continue
        about = {name: cells[f"{who}{end}"] for end, name in _OF_CONTACT.items() if f"{who}{end}" in cells}
        number = cells.get(f"{who}phonenumber")
        if about or number:
            found.append(SourceContact(about, ({"number": number},) if number else ()))
    return tuple(found)


def verified_on(cells: Cells) -> tuple[str, tuple[str, ...]]:
    """The day on which the source looked at the record last, and what was wrong with it."""
    written = cells.get(_VERIFIED, "")
    day = day_of(written)
    return (day.isoformat() if day else ""), (("verified-date-not-readable",) if written and not day else ())


def offers_something(cells: Cells) -> bool:
    """Whether a record says what is offered, and not only that it exists."""
    about = ("agencydescription", "applicationprocess", "eligibility", *_TERMS, *_HOURS)
    return any(column in cells for column in about)


def day_of(written: str) -> dt.date | None:
    """A day as iCarol writes it: "5/8/12 8:45"."""
    day = written.partition(" ")[0]
    for form in _DATES:
        try:
            return dt.datetime.strptime(day, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    return None


def _holds(cells: Cells, today: dt.date) -> bool:
    """Whether a message holds today; one that ends before it begins never does."""
    begins, ends = (day_of(cells.get(column, "")) for column in _MESSAGE[1:])
    if ends is None:
        return _MESSAGE[2] not in cells and (begins is None or begins <= today)
    return ends >= today and (begins is None or begins <= today)


def _says_yes(cells: Cells, column: str) -> bool:
    """Whether a flag is set, or cannot be read."""
    return column in cells and folded(cells[column]) not in _NO


def _says_something(text: str) -> bool:
    """Whether a text is more than the abbreviation of a quarter or the number of a ward."""
    return folded(text) in {"yes", "no"} or sum(map(str.isalpha, text)) >= _LEAST_WORDS


def _joined(cells: Cells, columns: tuple[str, ...]) -> str:
    texts = (" ".join(cells.get(column, "").removeprefix("Transportation Available:").split()) for column in columns)
    return "\n".join(dict.fromkeys(text for text in texts if _says_something(text)))


def _split(text: str) -> list[str]:
    return [part for part in _PARTS.split(text) if part]
