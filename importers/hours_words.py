"""The words of opening hours: a text taken apart into weekdays, times, dates, dashes and what stands around them.

English, Spanish, and the weekdays of French and Haitian. Every pattern is bounded, so that the work grows with the
length of the text and no faster. A token keeps its place, so that what is not understood can be kept as written.
"""

import re
from typing import Any

import msgspec

from directory.values.hours import WEEKDAYS, weekday_named
from importers.hours_spans import Clock, Mark

# A dash in another encoding. What replaces a sign is as long as the sign, so that places stay right.
_BROKEN_DASH = re.compile("GÇ[ôö]|â€[“”]|â\x80[\x93\x94]|\ufffd")
_PLAIN_SIGNS = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212~\u2018\u2019\u00b4`\u201c\u201d\u00a0\u2009\u202fáàéèíìóòúùñôêëç",
    "--------''''\"\"   aaeeiioouunoeec",
)

_MONTH_NAMES = (
    "january jan enero janvier",
    "february feb febrero fevrier",
    "march mar marzo mars",
    "april apr abril avril",
    "may mayo mai",
    "june jun junio juin",
    "july jul julio juillet",
    "august aug agosto aout",
    "september sept sep septiembre septembre",
    "october oct octubre octobre",
    "november nov noviembre novembre",
    "december dec diciembre decembre",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MISSPELLED = {
    "MO": "monda mondy",
    "TU": "tuesdy tuseday teusday tuesda",
    "WE": "wednesda wendsday wensday wednsday wedneday wednesdsay",
    "TH": "thursda thursdy thrusday thurday thusday",
    "FR": "firday frida",
    "SA": "saterday satruday saturda",
    "SU": "sundy sunda",
}
_MORE_WEEKDAYS = {
    "MO": "mons lundi lendi lun",
    "TU": "mardi madi tus",
    "WE": "weds wednes mercredi mekredi mie mer",
    "TH": "thr jeudi jedi jue jeu",
    "FR": "vendredi vandredi vie ven",
    "SA": "samedi samdi sab sam",
    "SU": "dimanche dimanch dom dim",
}
_WEEKDAY_OF = {
    name: day for table in (_MISSPELLED, _MORE_WEEKDAYS) for day, names in table.items() for name in names.split()
}
_LETTERS = {"M": "MO", "T": "TU", "TU": "TU", "W": "WE", "TH": "TH", "R": "TH", "F": "FR", "SA": "SA", "SU": "SU"}
_COMPACT = re.compile("Th|Tu|Sa|Su|[MTWRF]", re.IGNORECASE)

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:19|20)\d\d"
_WEEKDAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?|s)?"
    r"|lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|" + "|".join(f"{name}s?" for name in _WEEKDAY_OF)
)
# "S" may be either day of the weekend; "we", "su" and "r" are other words too.
_WEEKDAY_LETTERS = (
    r"(?-i:(?:M?(?:T|Tu)?W?(?:Th|R)F?|M(?:T|Tu)?WF?|MTF|T[WF]|WF|TWF|S[aAuU]|M[oO]|T[uU]|T[hH]|F[rR]|[MTWF])(?![\w']))"
    r"|(?-i:W[eE](?=\s?[-,/&:]|\s\d))"
)
_HOLIDAY = (
    r"(?:martin luther king|mlk)(?:,? jr\.?|,? junior)?(?:'?s)?(?: birthday| day)?|new year'?s?'?(?: day)?(?: eve)?"
    r"|(?:presidents?|washington|lincoln)'?s?'? (?:day|birthday)|casimir pulaski(?: day)?|good friday"
    r"|easter(?: sunday| monday)?|memorial day|juneteenth|independence day|(?:the )?(?:4th|fourth) of july"
    r"|july (?:4th|fourth)|labou?r day|(?:columbus|indigenous peoples?'?s?'?) day|veterans?'?s?'? day"
    r"|(?:the )?(?:day|friday) (?:after|following) thanksgiving(?: day)?|black friday|thanksgiving(?: day)?"
    r"|christmas eve|christmas(?: day)?|x-?mas|boxing day|canada day|victoria day|remembrance day|navidad|nochebuena"
    r"|ano nuevo|noel|jour de l'an|(?:(?:all|most|some|federal|national|major|public|legal|bank|state|county|city"
    r"|government|observed|statutory|school|jewish|religious|civic|stat|u\.?s\.?|the|other|certain|official)"
    r"(?:[ ,/&]{1,2}| and )){0,3}holidays?|dias? (?:festivos?|feriados?)|feriados|jours feries"
)
_ZONE = (
    r"(?:eastern|central|mountain|pacific|atlantic|alaskan?|hawaii(?:an)?|newfoundland)"
    r"(?: standard| daylight| std\.?)? time"
    r"|(?:eastern|central|mountain|pacific|atlantic)(?: standard| daylight)|eastern|pacific"
    r"|(?:central|mountain|atlantic)(?=\s*(?:[,;)]|$))"
    r"|(?-i:[ECMP][SD]?T|A[SD]T|AK[SD]?T|HA?ST|N[SD]T)"
)
_HALF = r"[ap]\. ?m\b\.?|[ap]m\b\.?|(?<=\d)[ap]\b|(?:12 )?noon\b|midnight\b|hrs\b"
_APPOINTMENT = r"(?:prior )?appointments?|appts?\b\.?|apt\.|request|(?:previa )?cita(?: previa)?|rendez-vous"
_ALWAYS = (
    r"(?<![\w$#])24\s?/\s?7(?:/365)?\b|\b(?:24|twenty[- ]four)[- ]{0,3}(?:hours?|hrs?|h|horas|heures)\b\.?"
    r"(?:[ ,/-]{0,2}(?:a|per|each|every|al|por|par)?[ -]?(?:days?|dias?|jour)\b)?|\ba?round[- ]the[- ]clock\b"
)
_MILITARY = r"[0-2]\d[0-5]\d"
_AGES = r"grades?|ages?|aged|levels?|groups?"
_TO_AGE = r"(?:\s?(?:-|to|and|&)\s?(?:grades? )?\d{1,3}\b)?"
_NEEDED = r"(?: (?:necessary|required|needed))?"
_FIGURES = r"\d{1,2}(?: ?[:.] ?[0-5]\d(?::[0-5]\d)?(?!\d)| ?h ?[0-5]\d\b| ?h\b)?|\d{3,4}(?= ?[ap]\.?m)"
_PATTERNS = (
    ("gap", r"\n[^\S\n]*\n\s*"),
    ("line", r"\n"),
    # Phone numbers, ages and amounts of time hold numbers that are no hours.
    ("phone", r"\(?\b\d{3}\)?[-. ]{1,2}\d{3}[-. ]\w{4}\b"),
    ("word", r"\bon[- ]call\b"),
    ("always", _ALWAYS),
    ("word", r"\b\d{1,3}\s?(?:minutes?|mins?|weeks?|wks?|months?|years?|yrs?|people|sessions?)\b|\b\d{1,3}\s?%"),
    ("daily", r"\b(?:daily|every ?day(?: of the week)?|each day|(?:7|seven) days?(?: ?(?:a|per|/) ?week)?)\b"),
    ("daily", r"\b(?:365 days?(?: (?:a|per) year)?|all week|todos los dias|diari(?:o|amente)|tous les jours)\b"),
    ("daily", r"\b(?:nightly|(?:every|each) night)\b"),
    ("weekdays", r"\b(?:week ?days?|business days|entre semana|dias (?:laborables|habiles)|en semaine)\b"),
    ("weekends", r"\b(?:week-?ends?|(?:los )?fin(?:es)? de semana|fins? de semaine)\b"),
    ("word", r"(?<![:\d])\b\d{1,3}[\s-]?(?:hours?|hrs?|days?)\b"),
    ("holiday", rf"\b(?:{_HOLIDAY})(?!\w)"),
    ("date", rf"\b{_YEAR}-\d\d-\d\d\b|(?<![\d/:])\d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d\d))?(?![/\d:])"),
    ("date", rf"\b{_MONTH} ?\d{{1,2}}(?:st|nd|rd|th)?(?![\d:]| ?[ap]\.?m)(?:,? ?{_YEAR})?(?!\d)"),
    ("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of| de)? {_MONTH}(?:,?(?: del?)? {_YEAR})?(?!\w)"),
    ("month", rf"\b(?!mar\b|mars\b|(?-i:ma[yi])\b){_MONTH}(?: {_YEAR})?(?!\w)"),
    ("year", rf"(?<![:\d-])\b{_YEAR}\b(?! ?- ?{_MILITARY})"),
    ("season", r"\b(?:summer(?:time)?|winter|spring|fall|autumn|(?:school|academic) year|semesters?|seasons?)\b"),
    ("season", r"\b(?:seasonal(?:ly)?|verano|invierno|ramadan|hypothermia|cold weather)\b"),
    ("ordinal", r"\b(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last|every other|alternat(?:e|ing))\b"),
    ("ordinal", r"\b(?:every (?:2|two|second|third) weeks?|bi-?weekly|fortnightly|odd|even|primer[oa]?|segund[oa])\b"),
    ("ordinal", r"\b(?:tercer[oa]?|cuart[oa]|ultim[oa]|premier|deuxieme|troisieme|dernier)\b"),
    ("monthly", r"\b(?:(?:once|twice) (?:a|per) (?:month|week)|bi-?monthly|monthly|quarterly|al mes|de cada mes)\b"),
    ("monthly", r"\b(?:of|each|every|per|a)(?: (?:the|each|every))? months?\b|\bdu mois\b"),
    ("word", rf"\b(?:{_AGES}|room|suite|ste|ext|phase|floor|units?)\.?\s?#?(?:k|\d{{1,4}})\b{_TO_AGE}"),
    ("day", rf"(?<![\w$#])(?:(?:{_WEEKDAY})(?![^\W_])|{_WEEKDAY_LETTERS})\.?"),
    ("anyday", r"(?-i:\bS\b(?!'))\.?"),
    ("clock", rf"(?<![\w$#/.])(?:{_FIGURES})(?: {{0,2}}(?:{_HALF}))?(?: ?\((?:noon|midnight)\))?(?![\w%]| ?:\d)"),
    ("clock", rf"\b{_MILITARY}(?= ?(?:-|to) ?{_MILITARY}\b)|(?<=-){_MILITARY}\b|(?<=- ){_MILITARY}\b"),
    ("clock", r"\b(?:noon|midnight|mid-?day|mediodia|medianoche|midi|minuit)\b"),
    ("zone", rf"\b(?:{_ZONE})(?!\w)\.?"),
    ("temporary", r"\b(?:until further notice|temporar(?:y|ily)|permanently|indefinitely|suspended)\b"),
    ("closed", r"\b(?:lunch|dinner|meal|prayer) breaks?\b"),
    ("closed", r"\b(?:clos(?:ed|e|ure)|cerrad[oa]s?|cierra|fermee?s?|not open)\b"),
    ("except", r"\b(?:except(?:ing)?(?: for| on)?|exclud(?:ing|es?)|excepto|salvo|sauf|not including)\b"),
    ("including", r"\b(?:includ(?:ing|es?)|open on)\b"),
    ("break", r"\b(?:lunch(?:time)?|almuerzo|prayer|dinner|breaks?|diner)\b"),
    ("appointment", rf"\b(?:(?:by|with|con|via|upon|on|no) )?(?:{_APPOINTMENT})(?: only)?{_NEEDED}\b"),
    ("unfixed", r"\b(?:var(?:y|ies|iable|ied)|flexible|tb[ad]|depends|as needed|unknown|n/a|call|inquire|contact)\b"),
    ("thru", r"\bthru\b"),
    ("range", r"-(?: ?-)*|\b(?:to|through|till?|until|a|al|hasta|au)\b"),
    ("and", r"[,&+/]|\b(?:and|y|e|et|ak|plus|or)\b"),
    ("colon", ":"),
    ("stop", r"[;|•·]|\.(?!\w)"),
    ("open", r"[(\[]"),
    ("shut", r"[)\]]"),
    ("word", r"[^\W\d_]+(?:['.-][^\W\d_]+)*"),
    ("number", r"\d+"),
    ("sign", r"[^\s*\"'!]"),
)
_TOKEN = re.compile("|".join(f"(?P<{kind}_{n}>{form})" for n, (kind, form) in enumerate(_PATTERNS)), re.IGNORECASE)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?P<sign> ?[:.h] ?)?(?P<minute>\d\d)?(?!\d)(?::\d\d)?\s*(?P<half>[ap])?(?P<word>.*)",
    re.IGNORECASE,
)


class Token(msgspec.Struct, frozen=True):
    """A piece of a text: its kind, what it means (weekdays, a ``Clock``; else its words), and where it stands."""

    kind: str
    value: Any
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """A text taken apart; blanks and quotes are left out."""
    return [_token(found) for found in _TOKEN.finditer(mended(text))]


def mended(text: str) -> str:
    """The text with plain dashes, quotes and letters, every sign at its place."""
    return _BROKEN_DASH.sub(lambda dash: "-".center(len(dash[0])), text).translate(_PLAIN_SIGNS)


def has_broken_dash(text: str) -> bool:
    """Whether a dash came through another encoding."""
    return _BROKEN_DASH.search(text) is not None


def is_misspelled(written: str) -> bool:
    """Whether a weekday is written wrongly, but can be no other."""
    return any(written.lower().rstrip(".") in names.split() for names in _MISSPELLED.values())


def _token(match: re.Match[str]) -> Token:
    kind, value = (match.lastgroup or "").partition("_")[0], match[0]
    meaning: Any = value
    if kind == "day":
        meaning = _weekdays(value.rstrip("."))
    elif kind == "clock":
        meaning = _clock(value)
        kind = "clock" if meaning is not None else "number"
    return Token(kind, meaning, match.start(), match.end())


def _weekdays(written: str) -> tuple[str, ...]:
    name = written.lower()
    known = weekday_named(name) or weekday_named(name.removesuffix("s")) or _WEEKDAY_OF.get(name)
    if known or written.upper() in WEEKDAYS:
        return (known or written.upper(),)
    return tuple(_LETTERS[letters.upper()] for letters in _COMPACT.findall(written))


def _clock(written: str) -> Clock | None:
    """What a clock shows; None for what none shows ("25", "13:00am")."""
    found = _CLOCK.fullmatch(written)
    word = (found["word"] if found else written).lower()
    if "noon" in word or "mid" in word or "minuit" in word or "medianoche" in word:
        is_noon = "noon" in word or word in ("midday", "mid-day", "mediodia", "midi")
        is_twelve = found is None or (int(found["hour"]) == 12 and int(found["minute"] or 0) == 0)
        return Clock(12, 0, "noon" if is_noon else "midnight") if is_twelve else None
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if half or hour * 60 + minute > 1_440:
        return Clock(hour, minute, "am" if half == "a" else "pm") if half and 1 <= hour <= 12 and minute < 60 else None
    sign = (found["sign"] or "").strip().lower()
    is_full = hour > 12 or hour == 0 or sign == "h" or bool(found["minute"] and (not sign or found["hour"][0] == "0"))
    mark: Mark = "full" if is_full else "bare"
    return Clock(hour, minute, mark)
