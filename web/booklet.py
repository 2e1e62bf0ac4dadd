"""The public directory as one file for a drawer: for the day on which there is no server, no network or no power.

It holds what anybody could find and nothing else, and only what stays true on paper: weekly hours instead of "open
now", dates instead of "12 days ago". What a source's licence keeps from being copied is left out, and the sources of
the rest are named at its end. The file loads nothing, from nowhere; a policy inside it sees to that.
"""

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import TextIO

import msgspec
import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from directory.attention import abandoned_since
from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.cards.passing_on import cards_to_pass_on
from directory.clock import day_number
from directory.db import Database
from directory.errors import DirectoryError
from directory.freshness.policy import KEPT_DAYS
from directory.places.gazetteer import Gazetteer
from directory.progress import Told
from directory.settings import Settings
from directory.sources.passing_on import attributions
from directory.sources.policy import OWN_PEOPLE
from directory.vocabulary import terms
from web.languages import spoken
from web.pack.html_file import file_policy
from web.pages.evidence import number_confirmed_on, only_said, said_on
from web.pages.opening import weekly
from web.pages.result_card import CardWords, ShownLine, languages_in_words, shown_line, told_of_lines
from web.pages.term_words import term_words
from web.rendering import Pages
from web.wording import Wording

# So many cards are held at once.
_PORTION = 500
_OTHERS = "other"
# Cards in place of stored ones, by listing (``directory.cards.passing_on``).
_Instead = Mapping[int, Card | None]


class Booklet(msgspec.Struct, frozen=True):
    """What was written: the file, how many entries are in it, and the day it was made."""

    file: str
    entries: int
    date: dt.date


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One listing on paper."""

    name: str
    under: str
    lines: tuple[ShownLine, ...]
    is_private: bool
    is_practice: bool
    number: str
    is_confirmed: bool
    reported: str
    hours: tuple[tuple[str, str], ...]
    zone: str
    languages: str
    takes: str
    takes_not: str
    limits: tuple[str, ...]
    kinds: str


class _Place(msgspec.Struct, frozen=True):
    """Where an entry stands in the file: number of its chapter, place, name; and its record."""

    chapter: int
    place: str
    name: str
    record: int


def write_booklet(
    database: Database, settings: Settings, *, language: str, out: Path, now: dt.datetime, progress: Told | None = None
) -> Booklet:
    """Write the booklet to a file that only its owner may read; whole or not at all.

    Args:
        database: a database that is up to date.
        settings: the deployment's.
        language: one of ``web.wording.LANGUAGES``.
        out: the file; one that exists is replaced in the end.
        now: the instant whose day stands on it.
        progress: is told how many entries are done.

    Raises:
        DirectoryError: the file cannot be written there.
    """
    t = spoken(settings)[language]
    style, script = _part("booklet.css"), _part("booklet.js")
    with Gazetteer() as gazetteer, database.reading() as session, _whole(out) as file:
        since = abandoned_since(session, now=now)
        pages = Pages(settings, clock=lambda: now, abandoned=lambda: since)
        cards = CardWords(t, now=now, gazetteer=gazetteer)
        # Whoever may see the pages may have this file; it is no copy for others to publish.
        instead = cards_to_pass_on(session, to=OWN_PEOPLE, now=now)
        places = _in_order(session, cards, instead, fresh_on=0 if since is None else day_number(now))
        style = pages.tokens() + style
        page = pages.parts(
            "booklet/booklet.html",
            t,
            total=len(places),
            day=pages.today(),
            chapters=_chapter_names(places, t),
            entries=_chapters(session, places, instead, _EntryWords(t, cards), progress),
            sources=attributions(session, to=OWN_PEOPLE),
            style=Markup(style),  # noqa: S704 - our own files
            script=Markup(script),  # noqa: S704
            policy=file_policy(style, script),
        )
        file.writelines(page)
    return Booklet(str(out), len(places), pages.today())


class _EntryWords:
    """Puts cards into words that stay true."""

    def __init__(self, t: Wording, cards: CardWords) -> None:
        self._t = t
        self._cards = cards

    def entry(self, card: Card) -> Entry:
        t, shown = self._t, self._cards.card(card)
        spoken_first = sorted(card.phones, key=lambda phone: phone.kind != "voice")
        first, told = next(iter(spoken_first), None), told_of_lines(card, t)
        confirmed = first.confirmed if first else ""
        number = t("number.none")
        if first and confirmed:
            number = number_confirmed_on(confirmed, first.method, t=t)
        elif first:
            number = f"{t('number.unconfirmed')} {only_said(card.source, first.said, t=t)}".strip()
        return Entry(
            name=card.name,
            under=shown.under,
            lines=tuple(
                shown_line(phone, t, told=told.get(phone.slot, "")) for phone in spoken_first if phone.kind != "fax"
            ),
            is_private=card.block == "confidential",
            is_practice=card.practice,
            number=number,
            is_confirmed=bool(confirmed),
            reported=t("booklet.reported", date=said_on(card.reported, t)) if card.reported else "",
            hours=weekly(card, t),
            zone=card.zone.rpartition("/")[2].replace("_", " "),
            languages=languages_in_words(card.languages, t) if card.languages else t("languages.unknown"),
            takes=self._populations(card.yes),
            takes_not=self._populations(card.no),
            limits=shown.limits,
            kinds=t.sentence(t.both([term_words("kind", code, t) for code in card.kinds])),
        )

    def _populations(self, codes: Sequence[str] | dict[str, str]) -> str:
        known = {term.code for term in terms.terms(terms.POPULATION)}
        names = [term_words("population", code, self._t, inside=True) for code in codes if code in known]
        return self._t.sentence(self._t.both(names)) if names else ""


def _roots() -> list[str]:
    """The kinds that belong to no other, in the order of the vocabulary: a chapter each."""
    return [term.code for term in terms.kinds() if term.parent is None]


def _chapter_of(card: Card, chapters: dict[str, int]) -> int:
    """The chapter of the first kind that a card has; a card of no known kind stands with the others."""
    known = {term.code: term for term in terms.kinds()}
    found = []
    for code in card.kinds:
        term = known.get(code)
        while term is not None and term.parent is not None:
            term = known[term.parent]
        if term is not None:
            found.append(chapters[term.code])
    return min(found, default=chapters[_OTHERS])


def _in_order(session: Session, cards: CardWords, instead: _Instead, *, fresh_on: int) -> list[_Place]:
    """Every listing that anybody may find, in the order of the file: chapter, state and town, name.

    Left out is what has no card in ``instead``, and what was not confirmed within a year of ``fresh_on``, a day number;
    0 = nothing.
    """
    chapters = {code: number for number, code in enumerate(_roots())}
    rows = session.execute(
        sa.select(CardRow.record_id, CardRow.brief).where(CardRow.brief.is_not(None)).order_by(CardRow.record_id)
    ).yield_per(_PORTION)
    places = []
    for record, blob in rows:
        card = instead[record] if record in instead else decode_card(bytes(blob or b""))
        if card is None or card.confirmed_on <= fresh_on - KEPT_DAYS:
            continue
        town, _, state = card.place.rpartition(", ") if card.block == "site" else ("", "", cards.area(card.place))
        places.append(_Place(_chapter_of(card, chapters), f"{state}\n{town}".casefold(), card.name.casefold(), record))
    return sorted(places, key=lambda place: (place.chapter, place.place, place.name, place.record))


def _chapter_names(places: list[_Place], t: Wording) -> list[tuple[int, str]]:
    roots = _roots()
    return [(number, term_words("kind", roots[number], t)) for number in sorted({place.chapter for place in places})]


def _chapters(
    session: Session, places: list[_Place], instead: _Instead, words: _EntryWords, progress: Told | None
) -> Iterator[tuple[int, Iterator[Entry]]]:
    """The entries chapter by chapter, read from the database in portions."""
    entries = zip(places, _entries(session, places, instead, words, progress), strict=True)
    for chapter, group in groupby(entries, key=lambda pair: pair[0].chapter):
        yield chapter, (entry for _, entry in group)


def _entries(
    session: Session, places: list[_Place], instead: _Instead, words: _EntryWords, progress: Told | None
) -> Iterator[Entry]:
    for start in range(0, len(places), _PORTION):
        wanted = [place.record for place in places[start : start + _PORTION]]
        rows = session.execute(sa.select(CardRow.record_id, CardRow.brief).where(CardRow.record_id.in_(wanted)))
        blobs = {record: bytes(blob or b"") for record, blob in rows}
        for record in wanted:
            yield words.entry(instead.get(record) or decode_card(blobs[record]))
        if progress:
            progress(min(start + _PORTION, len(places)), len(places))


def _part(name: str) -> str:
    return resources.files("web").joinpath("templates", "booklet", name).read_text(encoding="utf-8")


@contextmanager
def _whole(out: Path) -> Iterator[TextIO]:
    """A file that takes its name only when it is whole; nothing is left of one that is not."""
    begun = out.with_name(f"{out.name}.new")
    try:
        handle = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        raise DirectoryError("The file cannot be written there. Choose another with --out.") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
        begun.replace(out)
    except BaseException:
        with suppress(OSError):
            begun.unlink()
        raise
