"""What words around the name of a language say: who speaks it, for whom it is interpreted, what is only on paper."""

import re
from typing import Literal

from directory.values.plain_text import folded

How = Literal["staff", "interpreter", "website"]

_INTERPRETED = re.compile(
    r"\b(?:tele-?)?(?:interpret|inteprete|int[eé]rprete|translat|tranlat|traduc)\w*|\bbi-?lingual volunteers\b"
    r"|\blanguage (?:lines?|services|bank)\b",
    re.IGNORECASE,
)
_ON_REQUEST = re.compile(
    r"\b(?:upon|on|by|at client|with advance|previa) (?:request|notice|solicitud)\b|\b(?:with )?access to\b"
    r"|\b(?:by|con) (?:appointment|contract|arrangement|cita)\b|\b(?:prior|advance) (?:notice|arrangement)\b"
    r"|\bprovided when requested\b",
    re.IGNORECASE,
)
_ON_PAPER = re.compile(
    r"\b(?:website|web ?site|web page|on-?line|publications?|materials?|brochures?|printed|applications?|literature"
    r"|transcripts?|forms?|flyers?|videos?|folletos?|sitio web|p[aá]gina web)\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\b(?:limited|some|basic|a little|little|not always|sometimes|limitado|un poco|algo de)\b", re.IGNORECASE
)
_MIDDLING = re.compile(r"\b(?:intermediate|conversational|fluent|native|certified)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"^(?:no|sin|ning[uú]n)\b|\b(?:not|never|cannot|can't|don't|doesn't|isn't|aren't|unable|unavailable|without)\b",
    re.IGNORECASE,
)
_NOT_DENIED = re.compile(r"\bnot (?:always|limited to|only|just)\b|\bno (?:cost|charge|appointment)\b", re.IGNORECASE)
_SENT_AWAY = re.compile(r"\b(?:refer(?:red|rals?|s)?|directed|redirected|sent to)\b", re.IGNORECASE)
_ABOUT_PEOPLE = re.compile(
    r"\b(?:contact|ask (?:for|whoever)|call(?! center)|e-?mail|procedure|students?|non-)\b|@", re.IGNORECASE
)
_BROUGHT_ALONG = re.compile(
    r"\b(?:bring|brings|brought|personal|own) (?:a |an |their |your )?(?:personal |own )?interpreter", re.IGNORECASE
)
_FOR_THE_DEAF = re.compile(
    r"\b(?:hearing[- ]impaired|deaf|sign(?:ed|ing)? ?languages?|sign interpret\w*)\b", re.IGNORECASE
)
# "Other languages upon request", "any language", "150 languages": nobody's own language is named.
_MANY = re.compile(
    r"\b(?:others?|additional|any|all|more|many|most|multiple|[0-9]{2,3}\+?)\b.{0,40}\b(?:languages?|idiomas|available"
    r"|upon request)\b|\b(?:others|languages?) (?:available|upon|may be available|as needed)\b|^others?$"
    r"|\b(?:otros|todos los|m[aá]s de [0-9]{2,3}) idiomas\b|\b[0-9]{2,3}\+? (?:more|others?)\b|\bmulti-?language\b",
    re.IGNORECASE,
)
_FOR_OTHERS = re.compile(
    r"\b(?:for|in|about)? ?(?:others|other languages?|any language|other language needs)\b", re.IGNORECASE
)
_EQUIPMENT = re.compile(
    r"(?:tdd|tty|ttd|tdy|ttytdd|braille|relay(?: service)?|deaf relay)(?: (?:available|capabilities))?"
)
_TIMES = re.compile(
    r"\b24 ?/ ?7\b|\b[0-9]{1,2} ?[ap]\.?m\b|\b(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun)(?:days?)?\b|\b[MTWF]-[MTWF]\b"
    r"|\bhours\b",
    re.IGNORECASE,
)
_WHOSE_INTERPRETER = re.compile(r"\W*(?P<whose>[A-Z][\w'\u2019-]{2,20}) (?:language )?(?:[Ii]nterpret|[Tt]ranslat)\w*")
_WORDS_BEFORE_INTERPRETERS = frozenset(
    {"court", "professional", "medical", "volunteer", "certified", "qualified", "tele", "live", "telephonic", "video"}
    | {"remote", "onsite", "personal", "foreign", "other", "additional", "any", "provides", "offers", "offer", "deaf"}
    | {
        "sign",
        "have",
        "has",
        "uses",
        "use",
        "get",
        "provide",
        "arrange",
        "arranges",
        "request",
        "spoken",
        "free",
        "access",
    }
)
_RELAY = re.compile(
    r"\b(?:(?:by |in )?relay(?:ed)? )?(?:via|through|from|a trav[eé]s del?|por medio del?) (?:the )?"
    r"(?P<through>\w{4,20})",
    re.IGNORECASE,
)
# Words that change nothing of what the name beside them says.
_PLAIN_WORDS = frozenset(
    {"language", "languages", "speaking", "speaker", "speakers", "speak", "speaks", "spoken", "staff", "available"}
    | {
        "availability",
        "provided",
        "providers",
        "services",
        "service",
        "is",
        "are",
        "at",
        "by",
        "only",
        "our",
        "we",
        "the",
    }
    | {
        "of",
        "for",
        "and",
        "in",
        "with",
        "on",
        "who",
        "also",
        "fluently",
        "assistance",
        "idioma",
        "hablamos",
        "se",
        "habla",
    }
    | {
        "a",
        "an",
        "one",
        "person",
        "people",
        "member",
        "members",
        "may",
        "be",
        "can",
        "as",
        "if",
        "when",
        "needed",
        "to",
    }
    | {"required", "times", "upon", "up", "bilingual", "volunteers", "counselors", "counselor", "workers", "clients"}
    | {"line", "lines", "phone", "telephone", "tele", "site", "via", "through", "free", "hours", "all", "disponible"}
    | {"not", "no", "cannot", "never", "unavailable", "longer", "currently", "does", "do", "offered", "occasion"}
)
_SPEAKS_OF_MANNER = (_INTERPRETED, _ON_REQUEST, _ON_PAPER, _LIMITED, _MIDDLING)


def proficiency(text: str) -> str:
    """How well it is spoken, as far as words say: "limited", "intermediate", "conversational", "fluent" ... or ""."""
    if _LIMITED.search(text):
        return "limited"
    found = _MIDDLING.search(text)
    return found[0].lower() if found else ""


def manner(text: str) -> How | None:
    """Whether words speak of interpreters (or of what is there on request only) or of paper; None for neither."""
    if is_interpreted(text) or _ON_REQUEST.search(text):
        return "interpreter"
    return "website" if _ON_PAPER.search(text) else None


def is_interpreted(text: str) -> bool:
    """Whether words speak of interpreters or translation, and not of one that people must bring."""
    return _INTERPRETED.search(text) is not None and _BROUGHT_ALONG.search(text) is None


def is_on_paper(text: str) -> bool:
    """Whether words speak of what can be read only."""
    return _ON_PAPER.search(text) is not None


def are_all_plain(text: str) -> bool:
    """Whether words say nothing but how well, by whom or on what a language is there: nothing is lost without them."""
    for pattern in _SPEAKS_OF_MANNER:
        text = pattern.sub(" ", text)
    return all(word in _PLAIN_WORDS for word in folded(text).split())


def names_whose_interpreter(text: str) -> bool:
    """Whether a name that is no other word stands before "interpreter": "Toisan interpreters"."""
    found = _WHOSE_INTERPRETER.match(text)
    return found is not None and folded(found["whose"]) not in _WORDS_BEFORE_INTERPRETERS | _PLAIN_WORDS


def is_denied(text: str) -> bool:
    """Whether words say that it is not there: "no Spanish", "Spanish not available"."""
    return _DENIED.search(_NOT_DENIED.sub(" ", text)) is not None


def is_sent_away(text: str) -> bool:
    """Whether whoever speaks it is referred to somebody else."""
    return _SENT_AWAY.search(text) is not None


def is_about_people(text: str) -> bool:
    """Whether words tell whom to ask or how, which is no fact about a language and may name somebody."""
    return _ABOUT_PEOPLE.search(text) is not None


def is_for_the_deaf(text: str) -> bool:
    """Whether words speak of deaf people, whose interpreters sign."""
    return _FOR_THE_DEAF.search(text) is not None


def is_equipment(folded_text: str) -> bool:
    """Whether folded text names a device and no language: TTY, Braille."""
    return _EQUIPMENT.fullmatch(folded_text) is not None


def is_about_times(text: str) -> bool:
    """Whether words say at which hours or on which days."""
    return _TIMES.search(text) is not None


def many(text: str) -> re.Match[str] | None:
    """Where words begin to speak of many languages of which none is named."""
    return _MANY.search(text)


def is_for_others(text: str) -> bool:
    """Whether words are about other languages than the one they stand beside: "(language line for others)"."""
    return _FOR_OTHERS.search(text) is not None


def relayed_through(text: str) -> re.Match[str] | None:
    """A language between: "Mam via Spanish". Its name is the group ``through``."""
    return _RELAY.search(text)
