"""Lines that take reports where a search starts, as they are at this hour: in words, beside a number in hand.

They say what a line is for and when it answers, never that somebody has to report (SAFETY C5).
"""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from directory.cards.card import Card, CardPhone
from directory.pinned import PinnedLines
from directory.places.place import Place
from directory.reporting.confirmed import OwnLine, others, own_lines, question_of, same_number
from directory.reporting.lines import EVERYBODY, KINDS, Kind, Limit, Line, Phone
from directory.reporting.this_hour import LineNow, LinesNow, lines_for
from directory.search.answer import Answer, Result
from directory.search.service import plan_for
from directory.suspended import shown_lines
from directory.values.hours import is_always_open
from directory.values.official_source import Source
from directory.values.phone import grouped
from web.dependencies import Site
from web.pages.asking import PLACE, Asked
from web.pages.evidence import number_confirmed, today_in
from web.pages.opening import Opening, opening, opens_in_words, until_in_words
from web.pages.result_card import shown_line
from web.pages.term_words import term_words
from web.pages.where import UnclearPlaceError
from web.wording import Wording

_LIMITS = {
    "only-with-caregiver": "takes.caregiver", "no-names": "takes.no_names",
    "no-police": "takes.no_police", "no-place": "takes.no_place",
}  # fmt: skip
_ORDER = {"open": 0, "unknown": 1, "closed": 2}


class ShownReportLine(msgspec.Struct, frozen=True):
    """A line: its numbers with what stands behind each, whose it is, when it answers, what to know, whose page says so.

    Without a number ``number_at`` says where it is found.
    """

    name: str
    run_by: str
    numbers: tuple[tuple[str, str], ...]
    number_at: str
    opening: Opening
    notes: tuple[str, ...]
    sources: tuple[str, ...]


class ShownKind(msgspec.Struct, frozen=True):
    """What is reported, and where; ``missing`` says that nothing is known, ``limits`` what none of its lines does."""

    label: str
    limits: tuple[str, ...]
    lines: tuple[ShownReportLine, ...]
    missing: str
    covered: str


class ShownReporting(msgspec.Struct, frozen=True):
    """The lines of a place, by what is reported; ``instead`` is what can be called where none is known."""

    title: str
    zone: str
    limits: str
    kinds: tuple[ShownKind, ...]
    in_indian_country: tuple[ShownReportLine, ...]
    house: str
    instead: tuple[str, ...]


async def report_lines(site: Site, t: Wording, asked: Asked) -> ShownReporting | None:
    """The lines of the place that was asked about, or else of the deployment's own; None without one.

    Nothing of the listing in hand decides: a report goes by where the person is, and a confidential place is nowhere.
    """
    try:
        place = site.places.nearby(asked.place or site.settings.default_area, field=PLACE)
    except UnclearPlaceError:
        return None
    if place is None or not place.region or place.country not in ("US", "CA"):
        return None
    now = site.clock()
    answer: Answer = await site.reader.run(plan_for(question_of(place), gazetteer=site.gazetteer, now=now))
    return shown_reporting(
        t,
        place,
        asked.reader,
        results=answer.results,
        now=now,
        zones=site.gazetteer.zones(place),
        pinned=shown_lines(place.country, today=now.astimezone(dt.UTC).date()),
        policy=site.settings.reporting_policy,
    )


def shown_reporting(
    t: Wording,
    place: Place,
    reader: str,
    *,
    now: dt.datetime,
    zones: Sequence[str],
    pinned: PinnedLines,
    policy: str = "",
    results: Sequence[Result] = (),
) -> ShownReporting:
    """The lines of a place in words, as they are at an instant.

    Args:
        t: the language.
        place: its state or province decides, its zone shows the hour.
        reader: who reads (``directory.reporting.queries.READERS``); empty where nobody has said.
        now: the instant.
        zones: the zones that a state or county lies in.
        pinned: the lines of the nation, and its number for danger right now.
        policy: the deployment's own sentence.
        results: what takes reports there among the listings (``directory.reporting.confirmed``).
    """
    known = [lines_for(place, kind, reader, now, zones=zones) for kind in KINDS]
    own = [own_lines(results, kind, place) for kind in KINDS]
    called = tuple(one for lines in own for one in lines)
    found = [_Found(one, lines, called) for one, lines in zip(known, own, strict=True)]
    return ShownReporting(
        title=t("takes.title", place=place.label),
        zone=t("takes.zone", zone=place.zone.rpartition("/")[2].replace("_", " ")) if known[0].other_zones else "",
        limits=t("takes.limits", number=pinned.emergency) if pinned.emergency else "",
        kinds=tuple(_kinds(found, t)),
        in_indian_country=tuple(_line(one, found[0], t) for one in known[0].in_indian_country),
        house=t("takes.house", text=policy) if policy else "",
        # In one piece: it is neither broken at the end of a line, nor turned round among letters of another direction.
        instead=tuple(t("takes.instead", number=grouped(line.number).replace(" ", "\u00a0")) for line in pinned.shown)
        if any(one.is_missing for one in found)
        else (),
    )


class _Found(msgspec.Struct, frozen=True):
    """What is known of a kind: lines of official pages, and listings of this directory; ``called`` of every kind."""

    known: LinesNow
    own: tuple[OwnLine, ...]
    called: tuple[OwnLine, ...]

    @property
    def is_missing(self) -> bool:
        return self.known.is_missing and not self.own

    @property
    def further(self) -> tuple[OwnLine, ...]:
        """Listings with a number that no page tells, for any place."""
        return others(self.own, [one.line for one in (*self.known.lines, *self.known.in_indian_country)])

    @property
    def shared_limits(self) -> tuple[Limit, ...]:
        """What none of its lines does; empty where they differ, or where nobody has said so of one."""
        limits = {one.line.does_not_as_its_kind for one in self.known.lines}
        return next(iter(limits)) if len(limits) == 1 and not self.further else ()

    @property
    def served_by(self) -> object:
        """Kinds of which this is the same are one entry."""
        ids = (*(one.card.id for one in self.further), *(one.line.id for one in self.known.lines))
        return ids or (self.known.for_others, self.known.covered)


def _kinds(found: list[_Found], t: Wording) -> list[ShownKind]:
    """One entry for each; those that the same lines serve, or that are known as little, are one."""
    alike: dict[object, list[_Found]] = {}
    for one in found:
        alike.setdefault(one.served_by, []).append(one)
    return [_kind(same[0], [one.known.kind for one in same], t) for same in alike.values()]


def _kind(found: _Found, kinds: list[Kind], t: Wording) -> ShownKind:
    known = found.known
    shared = found.shared_limits
    told = [(_line(one, found, t, is_told_of_all=bool(shared)), False) for one in known.lines]
    told += [(_own(one, known.at, t), True) for one in found.further]
    lines = [line for line, _ in sorted(told, key=_rank)]
    return ShownKind(
        label=" \u00b7 ".join(term_words("kind", kind, t) for kind in kinds),
        limits=tuple(t(_LIMITS[limit]) for limit in shared),
        lines=tuple(lines),
        missing="" if lines else t("takes.others" if known.for_others else "takes.none"),
        covered="" if lines else _covered(known, t),
    )


def _rank(told: tuple[ShownReportLine, bool]) -> tuple[bool, int, int]:
    """Who answers before who does not; the number of an official page before that of a listing, then pages without one.

    What a listing is for, and where, one person says: so none stands before an official line that answers too.
    """
    line, is_own = told
    return line.opening.state == "closed", 1 if is_own else 0 if line.numbers else 2, _ORDER[line.opening.state]


def _covered(found: LinesNow, t: Wording) -> str:
    known = found.covered
    return t("takes.covered", us=known.us, us_of=known.us_of, ca=known.ca, ca_of=known.ca_of)


def _own(one: OwnLine, now: dt.datetime, t: Wording) -> ShownReportLine:
    """A listing that people have called: as the page of its own says it."""
    card, first = one.card, one.phones[0]
    shown = [shown_line(phone, t) for phone in one.phones]
    ages = ages_in_words(*card.age) if card.age else ""
    return ShownReportLine(
        name=card.name,
        run_by=card.organization,
        numbers=tuple((line.digits, ", ".join(part for part in (line.before, line.after) if part)) for line in shown),
        number_at="",
        opening=opening(card, now=now, t=t, line=first),
        notes=(t("takes.ages", ages=ages),) if ages else (),
        sources=(_confirmed(card, first, now, t),),
    )


def _confirmed(card: Card, phone: CardPhone, now: dt.datetime, t: Wording) -> str:
    return number_confirmed(phone.confirmed, phone.method, today=today_in(card.zone, now), t=t)


def _line(one: LineNow, found: _Found, t: Wording, *, is_told_of_all: bool = False) -> ShownReportLine:
    line, called, now = one.line, same_number(found.called, one.line), found.known.at
    return ShownReportLine(
        name=line.name,
        run_by=line.run_by,
        numbers=tuple((grouped(phone.number), number_after(phone, t)) for phone in one.phones),
        number_at=number_at(line, t),
        opening=opening(called[0].card, now=now, t=t, line=called[1])
        if called and not line.days
        else _opening(one, found.known, t),
        notes=tuple(
            notes_in_words(one, found.known.reader, t, is_called=called is not None, is_told_of_all=is_told_of_all)
        ),
        sources=(
            *((_confirmed(called[0].card, called[1], now, t),) if called else ()),
            *(source_in_words(source, t) for source in line.sources),
        ),
    )


def number_at(line: Line, t: Wording) -> str:
    """Where the number of a line is found that has none here; empty where it has one."""
    if line.phones:
        return ""
    if line.find_at:
        return t("takes.number_at", page=line.find_at.partition("://")[2])
    return t("takes.number_local" if line.is_local else "takes.number_unknown")


def number_after(phone: Phone, t: Wording) -> str:
    """What stands behind a number: what it is, where it is no voice, and for which part of the state."""
    kind = "" if phone.kind == "voice" else term_words("phone-kind", phone.kind, t)
    return ", ".join(part for part in (kind, phone.where) if part)


def _opening(one: LineNow, found: LinesNow, t: Wording) -> Opening:
    days, now = one.line.days, found.at
    if "form-only" in one.line.limits:
        return Opening("unknown", t("takes.form"))
    if one.is_open is None:
        return Opening("unknown", t("takes.holiday" if one.holiday else "hours.unknown"))
    if one.is_open:
        until = t("hours.always") if is_always_open(days) else ""
        if one.until:
            until = until_in_words(one.until, now, t, zone=one.zone, zone_name=_zone_name(one, found, one.until))
        return Opening("open", t("open.now"), t.sentence(until))
    if one.opens is None:
        return Opening("closed", t("closed.now"), t("closed.unknown"))
    opens = opens_in_words(one.opens, now, t, zone=one.zone, zone_name=_zone_name(one, found, one.opens))
    return Opening("closed", t("closed.now"), t.sentence(opens))


def _zone_name(one: LineNow, found: LinesNow, at: dt.datetime) -> str:
    return (at.astimezone(ZoneInfo(one.zone)).tzname() or "") if one.zone != found.zone else ""


def notes_in_words(
    one: LineNow, reader: str, t: Wording, *, is_called: bool = False, is_told_of_all: bool = False
) -> list[str]:
    """What to know of a line, each as a sentence; that it is old comes last, unless people called it lately.

    ``is_told_of_all``: what no line of its kind does stands above all of them.
    """
    line, law = one.line, "; ".join(one.line.law)
    notes = [t("takes.ages", ages=ages)] if (ages := ages_in_words(line.from_age, line.to_age)) else []
    notes += [t("takes.police")] if line.is_police else []
    told = line.limits if is_told_of_all else line.does_not
    notes += [t(_LIMITS[limit]) for limit in told if limit in _LIMITS]
    if EVERYBODY in line.named:
        notes.append(t("takes.law_all", law=law))
    elif reader and one.is_named:
        notes.append(t("takes.law_you", law=law))
    if line.written_within_hours:
        notes.append(t("takes.written", hours=line.written_within_hours, law=law))
    # What people called yesterday is not to be checked because a page is old.
    return [*notes, t("takes.check")] if one.is_stale and not is_called else notes


def ages_in_words(youngest: int | None, oldest: int | None) -> str:
    """Ages from one to another ("0\u201311", "12+"); empty where neither is stated."""
    if youngest is None and oldest is None:
        return ""
    return f"{youngest or 0}+" if oldest is None else f"{youngest or 0}\u2013{oldest}"


def source_in_words(source: Source, t: Wording) -> str:
    """Whose page says so, on which host, and of which day it is or when it was read."""
    said = f"{source.name} ({urlsplit(source.url).hostname or ''})"
    if source.dated:
        return t("takes.source_of", source=said, date=source.dated)
    return t("takes.source", source=said, date=source.read_on)
