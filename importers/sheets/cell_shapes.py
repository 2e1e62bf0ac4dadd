"""What cells look like, whatever stands above them: numbers to call, addresses of the web, codes, dates, marks."""

import re
from collections.abc import Iterable
from typing import Literal

from directory.places.regions import find_region
from directory.values.language import find_named_language
from directory.values.plain_text import folded

Shape = Literal[
    "phone", "email", "url", "postal", "state", "date", "hours", "language", "mark", "money", "address", "number",
    "long", "text",
]  # fmt: skip

_PHONE = re.compile(
    r"(?<![0-9])(?:\+?1[ .\-]{0,2})?\(? ?[2-9][0-9]{2} ?\)?[ .\-/]{0,3}[0-9]{3}[ .\-]{0,3}[0-9]{4}(?![0-9])"
)
_SHORT_PHONE = re.compile(r"(?:988|211|311|911|741741|[0-9]{3}-[0-9]{4})")
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_URL = re.compile(
    r"(?:https?://|www\.)\S{3,}|[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,2}\.(?:org|com|net|gov|edu|ca|us|info|mx)(?:/\S*)?",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"[0-9]{5}(?:-[0-9]{4})?|[ABCEGHJ-NPRSTVXY][0-9][A-Z](?: ?[0-9][A-Z][0-9])?", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T ].{0,20})?|[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})(?: .{0,14})?"
    rf"|(?:19|20)[0-9]{{2}}|(?:[0-9]{{1,2}}-)?{_MONTH}-[0-9]{{2,4}}"
    rf"|(?:[0-9]{{1,2}} )?{_MONTH}\.? (?:[0-9]{{1,2}},? )?[0-9]{{4}}",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\b(?:[0-9]{1,2}(?::[0-9]{2})? ?(?:[ap]\.?m\.?|[ap]\b|h\b)|24 ?/ ?7|24 ?(?:hours?|hrs?|h)\b"
    r"|[0-9]{1,2}:[0-9]{2} ?[-\u2013]|m(?:on)?(?:day)?s? ?(?:-|\u2013|to|thru|through) ?(?:f|th|sun|sat)"
    r"|(?:lun|mon|tues?|wed|thurs?|fri)[a-z]{0,6}[ :-])",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:[0-9]{1,2}(?:[:.h][0-9]{2}){0,2} ?(?:[ap]\.? ?m?\.?|h(?:rs?)?)?|[0-9]{3,4}"
    r"|noon|midnight|mid-?day|mediod[i\u00ed]a|medianoche|midi|minuit)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\$ ?[0-9]|\b(?:free|no (?:cost|charge|fee)|sliding(?: fee)? scale|gratis|gratuito|gratuit)\b", re.IGNORECASE
)
_STREET = re.compile(
    r"\b[0-9]{1,6}[a-z]?(?:-[0-9]{1,4})? (?:\S+ ){0,4}?(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive"
    r"|ln|lane|way|hwy|highway|pkwy|parkway|ct|court|pl|place|cir|circle|sq|square|ter|terrace|plaza|route|rte|broadway"
    r"|trail|rue|calle)\b\.?"
    r"|\bp\.? ?o\.? box \d|\b[0-9]{1,6},? (?:rue|chemin|boul\w*|av\w*|calle) ",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?%?")

# Signs that fill a cell and say nothing. "No" is an answer, and "none" may be one.
_FILLERS = frozenset(
    {
        "n a",
        "na",
        "not available",
        "not applicable",
        "not listed",
        "not provided",
        "unknown",
        "tbd",
        "tba",
        "null",
        "nil",
    }
    | {"nan", "see website", "see web site", "see site", "see above", "see below", "see notes", "none listed", "vacant"}
    | {"not known", "no data", "pending", "s o", "sans objet", "no disponible", "no aplica", "ver sitio web", "blank"}
    | {"voir site web", "not stated", "none or unknown"}
)
# What databases write for "none" where a number has to stand.
_NO_NUMBERS = frozenset({"-1", "-99", "-999", "-9999"})
_DITTO = frozenset(
    {'"', "''", '""', "\u201d", "\u3003", "\u2033", "\u00bb", "ditto", "do.", "-do-", "same", "same as above", "idem"}
    | {"id.", "as above", "see above", "igual", "lo mismo", "~"}
)
# Crosses, ticks, dots, and what stands for them in fonts of signs.
_YES = frozenset(
    {"x", "y", "yes", "true", "1", "si", "oui", "o", "*", "xx", "available", "ok", "vrai", "verdadero", "checked"}
    | set("\u2713\u2714\u2611\u2705\u25cf\u2022\u2715\u2716\u2717\u2718\u00d7\u221a\u00fc\u2612\u274c")
)
_NO = frozenset({"n", "no", "false", "0", "non", "\u2610", "not available", "none", "faux", "falso", "unchecked"})
_WHOLE: tuple[tuple[Shape, re.Pattern[str]], ...] = (
    ("email", _EMAIL), ("url", _URL), ("postal", _POSTAL), ("date", _DATE), ("number", _NUMBER),
)  # fmt: skip
_WITHIN: tuple[tuple[Shape, re.Pattern[str]], ...] = (("address", _STREET), ("money", _MONEY))
_BETWEEN_NAMES = re.compile(r"[,;/&\n]| and ")
_LONG, _LONGEST_STATE = 60, 20


def is_time(cell: str) -> bool:
    """Whether a cell is one time of the day and nothing else: "9:00", "8am", "noon"."""
    return _TIME.fullmatch(cell.strip()) is not None


def is_filler(cell: str) -> bool:
    """Whether a cell only says that nothing is said: "N/A", "-", "See website"."""
    if cell in _NO_NUMBERS:
        return True
    if not any(sign.isalnum() for sign in cell):
        return cell.strip() not in _DITTO and answer(cell) is None
    return len(cell) <= 20 and folded(cell) in _FILLERS


def is_ditto(cell: str) -> bool:
    """Whether a cell says that it is the one above once more."""
    return cell.strip().lower() in _DITTO


def answer(cell: str) -> bool | None:
    """Yes, no, or something else."""
    said = cell.strip().lower().rstrip(".")
    if said in _YES or folded(said) in ("yes", "si", "oui"):
        return True
    return False if said in _NO else None


def is_mark(cell: str) -> bool:
    """Whether a cell is a cross or a tick in a table of crosses."""
    return answer(cell) is not None


def shapes_of(cell: str) -> frozenset[Shape]:
    """All that a cell looks like."""
    text = cell.strip()
    found: set[Shape] = {shape for shape, whole in _WHOLE if whole.fullmatch(text)}
    if is_mark(text):
        found.add("mark")
    if "@" in text and _EMAIL.search(text):
        found.add("email")
    if (_PHONE.search(text) and not {"url", "email"} & found) or _SHORT_PHONE.fullmatch(text):
        found.add("phone")
    if "date" not in found and _HOURS.search(text):
        found.add("hours")
    found |= {shape for shape, part in _WITHIN if part.search(text)}
    if len(text) <= _LONGEST_STATE and (find_region(text, "US") or find_region(text, "CA")):
        found.add("state")
    first = _BETWEEN_NAMES.split(text, maxsplit=1)[0].strip()
    if first and find_named_language(first):
        found.add("language")
    return frozenset(found or {"long" if len(text) > _LONG else "text"})


def shares_of(cells: Iterable[str]) -> dict[Shape, float]:
    """Which share of the cells that say something has each shape."""
    counted: dict[Shape, int] = {}
    number = 0
    for cell in cells:
        number += 1
        for shape in shapes_of(cell):
            counted[shape] = counted.get(shape, 0) + 1
    return {shape: count / number for shape, count in counted.items()} if number else {}


def holds_data(cell: str) -> bool:
    """Whether a cell plainly is a value and no header: a number to call, an address, a date."""
    return bool(shapes_of(cell) & {"phone", "email", "url", "postal", "date", "address", "number"})
