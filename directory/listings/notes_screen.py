"""What people who work here write in their own words says nothing of a client (SAFETY P3).

A reason or a note is short, and about a listing. Where it looks as if it were about somebody who seeks help, it is
refused whole, with what it looked like and never with what was written. It prefers to refuse a harmless note.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

from directory.errors import RefusedError

LONGEST_NOTE = 280
# Of a North American number these digits are what people write; a neighbour leaves the area code out.
_WHOLE, _LOCAL = 10, 7

_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad]")
_PERSON = "clients?|patients?|survivors?|victims?|cases?|residents?|caller|runaway|teen|girl|boy|kid|child"
_PERSON_ES = r"clientes?|pacientes?|v[i\u00ed]ctimas?"
# A day before 2020 is rather somebody's than that of a call.
_LONG_AGO = r"(?:19\d\d|20[01]\d)"
# Beside one of these a bare figure is an age; "they are 24 hours" and "ages 12 to 17" are said of a program.
_ONE_PERSON = r"s?he|(?:the|a|this|that) (?:young )?(?:girl|boy|kid|child|teen|minor|woman|man|person)"
_IS = r"(?:['\u2019]s| is| was| (?:just )?turn(?:s|ed)| will be)(?: (?:about|almost|barely|just|nearly|now|only))?"
_YEARS_OLD = (
    r"(?:\d{1,2}|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty)"
    r"\b(?! ?(?:[/:%]|of\b|in\b|hours?|minutes?|days?|weeks?|months?|miles?|blocks?|a\.?m|p\.?m))"
)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TELLING: dict[str, tuple[str, ...]] = {
    "an e-mail address": (
        r"[\w.+'-]+\s*(?:@|\(at\)|\[at\])\s*[\w-]+(?:\s*(?:\.|\(dot\)|\[dot\])\s*[\w-]+)+",
        r"\b[\w.+-]+ at [\w-]+ dot [a-z]{2,}\b",
    ),
    "a Social Security number": (
        r"(?<!\d)\d{3}([- .])\d{2}\1\d{4}(?!\d)",
        r"\b(?:ssn|itin|social security (?:number|no\b|#)|seguro social)\b.{0,24}?\d{4}",
    ),
    "an immigration number": (
        r"\bA[- #]{0,2}\d{2,3}[- ]?\d{3}[- ]?\d{3}(?!\d)",
        r"\b(?:alien (?:registration )?(?:number|no\b|#)|uscis|receipt number)\b.{0,24}?\d{4}",
        r"\b(?:eac|ioe|lin|msc|nbc|src|wac|ysc)[ -]?\d{2}[ -]?\d{3}[ -]?\d{5}(?!\d)",
        r"\b[a-z]{1,2}\d{7,9}\b",
    ),
    "a date of birth": (
        r"\b(?:dob|d\.o\.b|date of birth|birth ?date|birthday|fecha de nacimiento)\b",
        r"\b(?:born|nacid[oa])\b.{0,12}?\d",
        rf"(?<!\d)\d{{1,2}}([/.-])\d{{1,2}}\1{_LONG_AGO}(?!\d)",
        rf"(?<!\d){_LONG_AGO}([/.-])\d{{1,2}}\1\d{{1,2}}(?!\d)",
        rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_LONG_AGO}\b",
        rf"\b\d{{1,2}} {_MONTH}\.?,? {_LONG_AGO}\b",
        rf"\b\d{{1,2}}\.? de [^\W\d_]{{3,12}} del? {_LONG_AGO}\b",
        rf"(?<!\d){_LONG_AGO} ?\u5e74",
        # The year of today's work has two figures that begin with a two.
        r"(?<![\d/.-])\d{1,2}([/.-])\d{1,2}\1[013-9]\d(?![\d/.-])",
    ),
    "the age of a person": (
        r"\b\d{1,2}[ -]?(?:yo|y/o|yr ?old|years?[ -]old|a\u00f1os)\b",
        rf"\b(?:{_ONE_PERSON}){_IS} {_YEARS_OLD}",
        r"(?<!women )(?<!people )(?<!those )(?<!anyone )\baged \d{1,2}\b(?! ?(?:-|\+|to\b|and\b|or\b|through\b))",
        r"\b(?:ella|\u00e9l|ni\u00f1[ao]|menor|chic[ao]) (?:tiene|cumpl\w+) \d{1,2}\b",
    ),
    "words about a client": (
        rf"\b(?:my|our|one of (?:my|our|the)) (?:\w+ )?(?:{_PERSON})\b",
        rf"\b(?:mi|nuestr[oa]|un[oa] de (?:mis|nuestr[oa]s)) (?:{_PERSON_ES})\b",
        r"\b(?:client|patient|survivor|victim)(?:'s|\u2019s)? (?:name|is|was|has|had|named|called|lives|said)\b",
    ),
    "the name of a person": (r"\b(?:her|his|their|client|patient) name(?:'s|\u2019s| is| was)\b|\bse llama\b",),
}
_SOMEBODY = tuple(
    (re.compile(pattern, re.IGNORECASE), what) for what, patterns in _TELLING.items() for pattern in patterns
)
_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|highway|hwy|terrace|parkway|pkwy|plaza"
)
_FIGURES = (
    "zero|oh?|one|two|three|four|five|six|seven|eight|nine|double|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
)
_A_PLACE = "the address of a place"
_PLACE = rf"\b\d{{1,5}}\s+(?:[\w.'-]+\s+){{1,4}}(?:{_STREETS})\b"
_AT_A_PLACE = re.compile(rf"\b(?:at|to)\s+{_PLACE}", re.IGNORECASE)
_ELSEWHERE = tuple(
    (re.compile(pattern, re.IGNORECASE), what)
    for pattern, what in (
        (r"https?:|\bwww\.|\b[a-z0-9-]{2,}\.[a-z]{2,}\b|\b[a-z0-9]\.[a-z]{2,}/", "the address of a site"),
        (r"[(\[](?:\.|dot|punto)[)\]]|\b(?:dot|punto) (?:com|org|net|info|me)\b", "the address of a site"),
        (rf"\b(?:{_FIGURES})(?:[ ,-]+(?:{_FIGURES})){{6,}}\b", "a number in words"),
        (r"@|\b(?:whatsapp|telegram|instagram|facebook|messenger|tiktok|snapchat|wechat|viber)\b", "an account"),
        (_PLACE, _A_PLACE),
        (r"\b(?:calle|avenida|carrera)\s+(?:[\w.'-]+\s+){1,4}\d", _A_PLACE),
    )
)
_DIALLED = re.compile(
    r"\b(?:call|dial|text|ring|phone|number|llame|marque|n[u\u00fa]mero)\b[^.\d]{0,20}(\d(?:[\s().-]{0,2}\d){2,})",
    re.IGNORECASE,
)
# Days and times of today's work, which are no telephone numbers.
_RECENT = re.compile(
    r"(?<!\d)(?:20[2-9]\d([/.-])\d{1,2}\1\d{1,2}|\d{1,2}([/.-])\d{1,2}\2(?:20)?[2-9]\d)(?!\d)"
    r"(?:[T ]\d{1,2}(?::\d{2}){1,2}Z?)?"
)
_HOURS = re.compile(r"(?<!\d)(?:[01]\d|2[0-4])[0-5]\d ?- ?(?:[01]\d|2[0-4])[0-5]\d(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\w)['\u2019]\d\d(?!\d)")
_SHORT_DAY = re.compile(r"(?<!\d)\d{1,2}([/.-])\d{1,2}\1(\d\d)(?!\d)")
_DIGITS = re.compile(r"(?<!\w)\+?\(?\d(?:[\s().\-/_*|~]{0,3}\d){6,}")


def refuse_client_details(text: str, *, known_phones: Collection[str] = ()) -> None:
    """Raise ``RefusedError``, with an explanation, for a note that is too long or looks as if it told of a client.

    Args:
        text: as somebody wrote it.
        known_phones: numbers of the listing that the note is about (E.164 or short codes), which it may name.
    """
    if len(text) > LONGEST_NOTE:
        raise RefusedError(f"A note has at most {LONGEST_NOTE} letters.")
    seen = _as_read(text)
    for pattern, what in _SOMEBODY:
        if pattern.search(seen):
            raise _refusal(what)
    known = {re.sub(r"\D", "", number) for number in known_phones}
    for found in _DIGITS.finditer(_HOURS.sub(" ", _RECENT.sub(" ", seen))):
        if not _is_known(re.sub(r"\D", "", found[0]), known):
            raise _refusal("a number that is none of this listing's")


def refuse_other_ways(text: str, *, known_phones: Collection[str] = ()) -> None:
    """Raise ``RefusedError`` for a note to everybody that sends people elsewhere: to a site, a street, a number.

    Those have fields of their own, which change by two people where they were confirmed (SAFETY I1); a note is written
    by one. ``known_phones`` as in ``refuse_client_details``.
    """
    seen = _as_read(text)
    for pattern, what in _ELSEWHERE:
        if pattern.search(seen):
            raise _elsewhere(what)
    known = {re.sub(r"\D", "", number) for number in known_phones}
    for found in _DIALLED.finditer(seen):
        if not _is_known(re.sub(r"\D", "", found[1]), known):
            raise _elsewhere("a number that is none of this listing's")


def names_another_way(text: str, *, before: str, known_phones: Collection[str], known_sites: Collection[str]) -> bool:
    """Whether words send people to a site, an account or a number that neither stands nor was named before.

    The address of a place is changed by one person where it stands by itself, so it may be named, too.

    Args:
        text: as somebody wrote it.
        before: the words that it takes the place of.
        known_phones: as in ``refuse_client_details``.
        known_sites: hosts (without ``www.``) and mailboxes of the listing.
    """
    stood = set(_ways(before))
    known = {re.sub(r"\D", "", number) for number in known_phones}
    for way in _ways(text):
        if way not in stood and not _is_known(way, known) and _bare_host(way) not in known_sites:
            return True
    return False


def _bare_host(way: str) -> str:
    token = way.partition(" ")[0]
    return re.sub(r"^[(\[\"']*(?:https?://)?(?:www\.)?", "", token).partition("/")[0].strip(".,;:!?()[]\"'")


def _ways(text: str) -> Iterable[str]:
    """What words name that people could go to: a number as its digits, all else with the words around it."""
    seen = _as_read(text).casefold()
    for pattern, what in _ELSEWHERE:
        for found in pattern.finditer(seen) if what != _A_PLACE else ():
            # An account is named beside the word for it.
            rest = seen[found.end() :].split(" ")
            yield seen[seen.rfind(" ", 0, found.start()) + 1 : found.end()] + " ".join(rest[:3])
    for found in _DIGITS.finditer(_HOURS.sub(" ", _RECENT.sub(" ", seen))):
        yield re.sub(r"\D", "", found[0])
    for found in _DIALLED.finditer(_AT_A_PLACE.sub(" ", seen)):
        yield re.sub(r"\D", "", found[1])


def refuse_old_days(text: str, *, year: int) -> None:
    """Raise ``RefusedError`` for a note with a year before last year: what is to be done has none, who is born has one.

    ``year`` is the present one.
    """
    seen = _HOURS.sub(" ", unicodedata.normalize("NFKC", text))
    years = [
        _whole_year(found[0][-2:], year) if found[0][0] in "'\u2019" else int(found[0])
        for found in _YEAR.finditer(seen)
    ]
    years += [_whole_year(found[2], year) for found in _SHORT_DAY.finditer(_DASHES.sub("-", seen))]
    if any(one < year - 1 for one in years):
        raise _refusal("a date of birth")


def _as_read(text: str) -> str:
    """What eyes read: letters and dashes of other looks as the plain ones, and none that nobody sees."""
    seen = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return " ".join("".join(letter for letter in seen if unicodedata.category(letter) != "Cf").split())


def _whole_year(two: str, year: int) -> int:
    """The year of two figures: none is later than the next."""
    whole = year // 100 * 100 + int(two)
    return whole if whole <= year + 1 else whole - 100


def _elsewhere(what: str) -> RefusedError:
    return RefusedError(
        f"There seems to be {what} in the note. It has a box of its own; a note sends nobody elsewhere."
    )


def _is_known(digits: str, known: Collection[str]) -> bool:
    return any(digits in {number, number[-_WHOLE:], number[-_LOCAL:]} for number in known)


def _refusal(what: str) -> RefusedError:
    return RefusedError(
        f"There seems to be {what} in the note. Nothing about people who seek help is kept here: write what is wrong "
        "with the listing, and who of the program said so by their role."
    )
