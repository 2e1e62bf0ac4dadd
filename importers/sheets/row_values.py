"""Lines, hours, languages and whom it takes, out of the cells of one row."""

import itertools
import re
from collections.abc import Iterable, Iterator

from directory.values.language import find_named_language
from importers.record import Cells
from importers.sheets.cell_shapes import answer, is_time
from importers.sheets.column import Column
from importers.sheets.entries import Entry, Said
from importers.sheets.language_spellings import in_english

_PHONE_TYPES = {"phone:text": "text", "phone:tty": "tty", "phone:fax": "fax", "phone:whatsapp": "whatsapp"}
_PHONE_LABELS = {
    "phone:hotline": "Hotline", "phone:office": "Office", "phone:toll-free": "Toll-free",
    "phone:after-hours": "After hours", "phone:intake": "Intake",
}  # fmt: skip
_HOURS_LABELS = {"hours:intake": "Intake: ", "hours:crisis-line": "Crisis line: "}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Days without times say nothing of hours.
_ONLY_DAYS = re.compile(r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[;,. ]*)+", re.IGNORECASE)
_NAMES_DAYS = re.compile(r"\b(?!am\b|pm\b)[a-z]{3}", re.IGNORECASE)
_YEARS = re.compile(
    r"\W*(?:[0-9]{1,3}\W{0,3}(?:(?:-|to|\u2013|a|à)\W{0,3}[0-9]{1,3})?|[0-9]{1,3} ?\+)\W*", re.IGNORECASE
)
_NAMED_LANGUAGES = re.compile(
    r"\b(?:languages?|idiomas?|langues?)(?: spoken| offered)?\s*[:\-]\s*([^.\n;:]{3,120})", re.IGNORECASE
)
_STAFF = r"(?:staff|advocates?|attorneys?|lawyers?|counsell?ors?|therapists?|case ?workers?|volunteers?|operators?)"
_SPOKEN = (
    re.compile(r"\bbilingual(?: staff)?\s*[:(\-\u2013]\s*([^().\n;:]{3,80})", re.IGNORECASE),
    re.compile(rf"\b(?:{_STAFF}|we) (?:also )?speaks? ([^.\n;:()]{{3,80}})", re.IGNORECASE),
    re.compile(rf"((?:[^\W\d_]{{3,20}}[ ,/&-]+){{1,4}})speaking {_STAFF}\b", re.IGNORECASE),
    re.compile(r"((?:[^\W\d_]{3,20}[ ,/&]+){1,4})(?:is |are )?spoken\b", re.IGNORECASE),
    re.compile(r"\b(?:se habla|hablamos|on parle)\s+([^.\n;:()]{3,60})", re.IGNORECASE),
)
# "Hotline: 775-555-0102" among remarks; a number within a sentence may be somebody else's.
_LINE_IN_REMARK = re.compile(
    r"(?:^|[\n;,.|(])\s*(?P<label>(?:24(?:[- ]?h(?:ou)?rs?|/7)? |[^\W\d_]{4,12} (?=line))?"
    r"(?:tty|tdd|hot ?line|crisis(?: line| hotline)?|help ?line"
    r"|text(?: line)?|fax|cell|mobile|office|main|business|toll[- ]free|intake|after[- ]hours"
    r"|(?:alt(?:ernate|\.)? )?phone|tel(?:ephone)?|line"
    r"|l[i\u00ed]nea|t[e\u00e9]l[e\u00e9]phone|admin)(?: (?:line|phone|number|no\.?|#))?)\s*[:.#\-]?\s*"
    r"(?P<number>(?:\+?1[ .\-]{0,2})?\(?[2-9][0-9]{2}\)?[ .\-/]{0,2}[0-9]{3}[ .\-][0-9]{4}(?![0-9])"
    r"(?: ?(?:x|ext)[. ]{0,2}[0-9]{1,6})?)",
    re.IGNORECASE,
)
_TEXT_IN_REMARK = re.compile(
    r"\btext(?:ing)? (?:[\"'\u201c\u2018]?\w{2,12}[\"'\u201d\u2019]? )?(?:to |at )?[:(]? ?[0-9][0-9 ().\-]{3,14}[0-9]",
    re.IGNORECASE,
)
_BETWEEN_LANGUAGES = re.compile(r"\s*(?:[,;/&]|\band\b|\bor\b|\by\b|\bet\b)\s*", re.IGNORECASE)
_OF_REMARKS = ("notes", "", "description", "application")
_WORD = re.compile(r"[^\W\d_]{4,}")


def phones_of(entry: Entry) -> Iterator[Cells]:
    """The lines of a row, each with what its header and the columns beside it say of it."""
    labels = {one.column.which: one.text for one in entry.said if one.column.meaning == "phone-label"}
    extensions = {
        _line_before(entry, one.column): one.text for one in entry.said if one.column.meaning == "phone-extension"
    }
    for number, one in enumerate(_lines(entry)):
        meaning = one.column.meaning
        row = {"number": one.text}
        if kind := _PHONE_TYPES.get(meaning):
            row["type"] = kind
        label = labels.get(one.column.which, "") if meaning == "phone" and (one.column.which or number == 0) else ""
        if label := label or _PHONE_LABELS.get(meaning, ""):
            row["description"] = label
        if language := _language_in(one.column.label):
            row["language"] = language
        if extension := extensions.get(one.column.index):
            row["extension"] = extension
        yield row
    for one in entry.said:
        if one.column.meaning in _OF_REMARKS:
            for found in _LINE_IN_REMARK.finditer(one.text):
                yield {"number": f"{found['label']}: {found['number']}"}
            for found in _TEXT_IN_REMARK.finditer(one.text):
                yield {"number": found[0]}


def schedules_of(entry: Entry) -> Iterator[Cells]:
    """The hours of a row in words: by the day, from when to when, or as they are written."""
    week = [f"{day.title()}: {text}" for day in _DAYS for text in entry.all(f"hours:{day}") if answer(text) is None]
    if week:
        yield {"original_text": "; ".join(week)}
    days = entry.first("days")
    spans = list(itertools.zip_longest(entry.all("opens"), entry.all("closes"), fillvalue=""))
    if spans:
        # Whatever cannot be read as from when to when is asked about further on.
        yield from ({"original_text": f"{days} {_span(opens, closes)}".strip()} for opens, closes in spans)
        days = ""
    elif days and not week and not entry.all("hours"):
        yield {"original_text": days}
    for meaning in ("hours", *_HOURS_LABELS):
        for text in entry.all(meaning):
            if not only_days(text):
                beside = f"{days} " if days and meaning == "hours" and not _NAMES_DAYS.search(text) else ""
                yield {"original_text": f"{_HOURS_LABELS.get(meaning, '')}{beside}{text}"}


def _span(opens: str, closes: str) -> str:
    """The two cells as one text. Only two times are a span; anything else is told as it is written."""
    if is_time(opens) and is_time(closes):
        return f"{opens} - {closes}"
    parts = (f"opens {opens}" if is_time(opens) else opens, f"closes {closes}" if is_time(closes) else closes)
    return "; ".join(dict.fromkeys(filter(None, parts)))


def only_days(text: str) -> bool:
    """Whether a cell of hours names days and no time."""
    return _ONLY_DAYS.fullmatch(text) is not None


def languages_of(entry: Entry, constant: str) -> Iterator[str]:
    """The languages of a row: cells, crosses, and what holds for the whole file."""
    cells = [text for text in entry.all("languages") if answer(text) is None]
    # Words in a column of crosses say how it is spoken there: "limited", "by phone".
    crossed = [
        one.column.label if answer(one.text) else f"{one.column.label} ({one.text})"
        for one in entry.said
        if one.column.meaning == "cross:language" and answer(one.text) is not False
    ]
    if not cells and not crossed:
        # Remarks name them, where no column does.
        texts = (*entry.all("notes"), *entry.all("description"), *entry.all(""))
        cells = [found[1] for text in texts for found in _NAMED_LANGUAGES.finditer(text)]
        cells += [] if cells else [spoken for text in texts for spoken in _spoken(text)]
    yield from map(in_english, filter(None, (*cells, *crossed, constant)))


def _spoken(text: str) -> Iterator[str]:
    """The languages of which a remark says that they are spoken there; other words are none."""
    for pattern in _SPOKEN:
        for found in pattern.finditer(text):
            words = found[1].strip(" ,/&-")
            named = [part for part in _BETWEEN_LANGUAGES.split(words) if find_named_language(part.strip())]
            yield from named or ([last] if find_named_language(last := words.rpartition(" ")[2]) else [])


def interpreter_of(entry: Entry) -> str:
    """What a row says of interpreters."""
    texts = [text for text in entry.all("interpreter") if answer(text) is not False]
    return "Interpreters available" if any(answer(text) for text in texts) else "\n".join(texts)


def eligibility_of(entry: Entry) -> Iterator[str]:
    """Whom a row says that it takes."""
    yield from (text for text in entry.all("populations") if answer(text) is None)
    yield from (f"Ages {text}" if _YEARS.fullmatch(text) else text for text in entry.all("ages"))


def _lines(entry: Entry) -> Iterable[Said]:
    return [one for one in entry.said if one.column.meaning.partition(":")[0] == "phone" and answer(one.text) is None]


def _line_before(entry: Entry, column: Column) -> int:
    """The column of numbers to which an extension belongs: the nearest on its left."""
    return max((one.column.index for one in _lines(entry) if one.column.index < column.index), default=-1)


def _language_in(label: str) -> str:
    return next((word for word in _WORD.findall(label) if find_named_language(word)), "")
