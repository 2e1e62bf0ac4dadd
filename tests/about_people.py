"""What nobody may leave anywhere: what somebody writes of a person, made up anew each time, and harmless notes.

``about_somebody`` draws a kind of detail and a text that tells it. Every text holds a mark that is looked for
afterwards, in what was answered, stored, logged or written.
"""

import datetime as dt
from typing import NamedTuple

from hypothesis import strategies as st

_FIRST = (
    "Maria", "Guadalupe", "Nguyen", "Svetlana", "Olena", "Ayaan", "Fatoumata", "Xiomara", "Yesenia", "Priyanka",
    "Ngozi", "Zainab", "Mireille", "Jean-Baptiste", "Abdirahman", "Tatiana", "Mei-Ling", "O\u2019Brien",
)  # fmt: skip
_LAST = (
    "Petrova", "Garcia", "Kowalski", "Abdullahi", "Okonkwo", "Ram\u00edrez", "Hern\u00e1ndez", "Yilmaz", "D'Souza",
    "Ivanenko", "Quispe", "Baptiste",
)  # fmt: skip
# Names as they are written at home: Han, Hangul, Kana, Cyrillic, Arabic, Hebrew, Devanagari, Amharic, Thai, Greek.
_AT_HOME = (
    "\u738b\u79c0\u82f1", "\u674e\u5a1c", "\uae40\ubbfc\uc9c0", "\u3055\u304f\u3089", "\u041c\u0430\u0440\u0456\u044f",
    "\u0421\u0432\u0435\u0442\u043b\u0430\u043d\u0430", "\u0645\u0631\u064a\u0645", "\u0641\u0627\u0637\u0645\u0629",
    "\u05de\u05e8\u05d9\u05dd", "\u092a\u094d\u0930\u093f\u092f\u093e", "\u1230\u120b\u121d",
    "\u0e2a\u0e21\u0e28\u0e23\u0e35", "\u0395\u03bb\u03ad\u03bd\u03b7",
)  # fmt: skip
_SAID_OF = (
    "{} called again, wants a bed", "beds are kept for {} until Monday", "spoke with {} about the line",
    "told {} to wait", "{}'s bed is free", "se llama {}", "the night desk knows {}", "no beds, {} said so",
)  # fmt: skip
_MONTHS = ("January", "Feb", "March", "Apr.", "May", "June", "Jul", "August", "Sept.", "Oct", "November", "Dec")
_MESES = ("enero", "marzo", "abril", "mayo", "junio", "agosto", "octubre", "diciembre")
_PLACES = (
    "{n} Lanternfield Road", "{n} NW 7th Avenue", "{n} W Quince St", "Calle Ocho {n}", "{n} Bay Court",
    "come to {n} Harbor Blvd",
)  # fmt: skip


class Told(NamedTuple):
    """A text about somebody: what it tells, and the words of it that may be found nowhere."""

    what: str
    text: str
    marks: tuple[str, ...]


def _names() -> st.SearchStrategy[str]:
    two = st.tuples(st.sampled_from(_FIRST), st.sampled_from(_LAST)).map(" ".join)
    return st.one_of(two, st.sampled_from(_FIRST), st.sampled_from(_AT_HOME), two.map(str.lower), two.map(str.upper))


def _named() -> st.SearchStrategy[Told]:
    return st.tuples(st.sampled_from(_SAID_OF), _names()).map(
        lambda one: Told("a name", one[0].format(one[1]), one[1:])
    )


def _digits(pattern: str) -> st.SearchStrategy[str]:
    """``N`` is a digit that is none at the beginning of a number, ``D`` any."""
    return st.from_regex(pattern.replace("N", "[2-9]").replace("D", "[0-9]"), fullmatch=True)


def _written(what: str, numbers: st.SearchStrategy[str], *frames: str) -> st.SearchStrategy[Told]:
    return st.tuples(st.sampled_from(frames), numbers).map(lambda one: Told(what, one[0].format(one[1]), one[1:]))


def _spelled(day: dt.date) -> st.SearchStrategy[str]:
    return st.sampled_from(
        (
            f"{day.month}/{day.day}/{day.year}", day.isoformat(), f"{day.day:02}.{day.month:02}.{day.year}",
            f"{day.month:02}-{day.day:02}-{day.year}", f"{_MONTHS[day.month - 1]} {day.day}, {day.year}",
            f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day.day} de {_MESES[day.day % 8]} de {day.year}",
            f"{day.month}/{day.day}/{day.year % 100:02}", f"{day.year}\u5e74{day.month}\u6708{day.day}\u65e5",
        )
    )  # fmt: skip


def _born() -> st.SearchStrategy[Told]:
    days = st.dates(dt.date(1950, 1, 1), dt.date(2014, 12, 31)).flatmap(_spelled)
    return _written("a date of birth", days, "born {}", "DOB {}", "{}", "the one of {} waits", "nacida el {}")


def _aged() -> st.SearchStrategy[Told]:
    ages = st.integers(3, 79).map(str)
    return st.one_of(
        _written(
            "an age", ages, "she is {}", "He's {} and waits", "she just turned {}", "a {} year old",
            "a {}-year-old waits", "{} yo", "aged {}, no bed", "ella tiene {}", "the girl is {}",
        ),
        _written("an age", st.sampled_from(("fifteen", "sixteen", "seventeen", "twelve")), "she is {}", "he's {} now"),
    )  # fmt: skip


def about_somebody() -> st.SearchStrategy[Told]:
    """Names, dates of birth, ages, immigration and social security numbers, telephones, mailboxes, streets."""
    alien = st.one_of(
        _digits("A[- #]?DDD[- ]?DDD[- ]?DDD"), _digits("(EAC|MSC|IOE|WAC)DDDDDDDDDD"), _digits("G[0-9]{8}")
    )  # fmt: skip
    between = st.sampled_from(("-", " ", ".", "", "\u2011", "\u2013"))
    social = st.tuples(_digits("NDD"), between, _digits("DN"), _digits("NDDD"))
    phones = st.tuples(
        st.sampled_from(("", "+1 ", "1-")), _digits("NDD"), st.sampled_from((" ", "-", ".", "", ") ", "_")),
        _digits("NDD"), st.sampled_from((" ", "-", ".", "", "\u2011")), _digits("DDDD"),
    )  # fmt: skip
    mails = _digits("[a-z]{3,8}[.][a-z]{4,9}@[a-z]{4,9}[.](org|com|net)")
    streets = st.tuples(st.sampled_from(_PLACES), st.integers(100, 9999)).map(lambda one: one[0].format(n=one[1]))
    return st.one_of(
        _named(),
        _born(),
        _aged(),
        _written("an immigration number", alien, "{}", "{} is waiting", "her number is {}"),
        _written(
            "a Social Security number", social.map(lambda one: one[0] + one[1] + one[2] + one[1] + one[3]), "SSN {}",
            "{}", "social {} on file",
        ),
        _written("a telephone", phones.map("".join), "call {}", "{}", "ring {} at night"),
        _written("a mailbox", mails, "write to {}", "{}"),
        _written("a street", streets, "she stays at {}", "picked up at {}", "{}"),
    )  # fmt: skip


# What people write at listings, and what has to pass every screen.
HARMLESS = (
    "Beds are full until Monday. Ask again in the second week of January.",
    "They take women aged 18 to 24.",
    "Ages 12 to 17 go to the youth line.",
    "Age 18 and older only.",
    "They are 24/7 now.",
    "They are 24 hours, the office is 9 to 5.",
    "It is 12 beds and 2 cots.",
    "She is the new director, so look at eligibility again.",
    "He is one of two on the night desk.",
    "The line is 15 minutes behind on Mondays.",
    "Intake takes 3 days. Bed list at 10:00.",
    "Turned 2 rooms into offices; 12 beds are left.",
    "Binder 3, paper 2026-02.",
    "Answers within 2 hours on weekdays, within 24 on weekends.",
    "Send the form first, then call; intake rings back the same day.",
    "Warm introduction by the advocate on duty, then transport by taxi voucher.",
    "Review in November 2027.",
    "Spanish line is better before noon; Haitian Creole by interpreter.",
    "Their voicemail is full. Try the office line.",
    "Menores con un adulto. Llamar despues de las 9.",
    "Cr\u00e8che for children up to 5, caf\u00e9 at 10.",
    "Called on 11/12/2026 and 12/11/26.",
    "One in 17 calls is missed.",
    "Cerrado hasta enero, solo mujeres con hijos.",
    "Llamar por la noche; contestan en espanol y criollo.",
    "La linea no acepta mensajes. Volver a llamar en febrero.",
    "Sober living, step-free entrance, no pets, curfew at ten.",
    "Prepaid taxi vouchers; bring a photo ID if there is one.",
    "MOU and BAA signed; renews yearly.",
    "Intake by videocall; callback within twenty minutes.",
    "Nonbinary guests get a single room.",
)
