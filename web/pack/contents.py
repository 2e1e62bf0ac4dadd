"""What a pack holds, in words that stay true on paper: the same for its file, its prints and its posters.

Public facts alone: what anybody could find here, by its area where the place is confidential, and nothing of whoever
reads it.
"""

import datetime as dt

import msgspec

from directory.cards.card import Card
from directory.pinned import PinnedLine, PinnedLines
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.reporting.lines import KINDS
from directory.reporting.this_hour import LineNow, LinesNow, lines_for
from directory.settings import Settings
from directory.values.phone import grouped
from web.pack.by_hour import EVENING, MORNING, UNKNOWN, Cell, cells_of
from web.pack.choosing import Chosen, lines_of_pack
from web.pages.evidence import number_confirmed_on, said_on
from web.pages.opening import week_in_words, weekly
from web.pages.report_lines import notes_in_words, number_after, number_at, source_in_words
from web.pages.result_card import CardWords, ShownLine, languages_in_words, shown_line, told_of_lines
from web.pages.term_words import term_words
from web.wording import Borrowed, Wording, upper_first


class PackPinned(msgspec.Struct, frozen=True, kw_only=True):
    """A pinned line, or the emergency number. ``digits`` are empty while the line is being checked."""

    digits: str
    label: str
    text: str = ""
    tty: str = ""
    hours: str = ""
    languages: str = ""


class PackEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One listing.

    Attributes:
        name: of the service.
        under: its organization and town, or the area of a confidential one.
        is_private: whether its place is confidential.
        is_practice: whether it is invented, to practise with.
        lines: the one that is usually called first; each was confirmed.
        confirmed: how and when.
        reported: that a reader found something wrong with it since; empty if none did.
        hours: schedule and weekly hours; empty where they are not known.
        zone: on whose clocks they are.
        cells: whether somebody answers by day, by night, on weekends, on the clocks of the pack's place.
        languages: who speaks what.
        greeting: how it answers.
        is_neutral: whether it is known to answer without saying what it is.
    """

    name: str
    under: str
    is_private: bool
    is_practice: bool
    lines: tuple[ShownLine, ...]
    confirmed: str
    reported: str
    hours: tuple[tuple[str, str], ...]
    zone: str
    cells: tuple[Cell, Cell, Cell]
    languages: str
    greeting: str
    is_neutral: bool


class PackSection(msgspec.Struct, frozen=True):
    """The listings of one kind of need."""

    kind: str
    label: str
    entries: tuple[PackEntry, ...]


class PackReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that takes reports: what for, its numbers with what stands behind each, when, what to know, whose page.

    Without a number ``number_at`` says where it is found.
    """

    name: str
    run_by: str
    kinds: str
    numbers: tuple[tuple[str, str], ...]
    number_at: str
    hours: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]


class PackReporting(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that take reports in a state or province; ``missing`` names kinds of which none is known."""

    title: str
    lead: str
    limits: str
    lines: tuple[PackReportLine, ...]
    in_indian_country: tuple[PackReportLine, ...]
    missing: str


class PackContents(msgspec.Struct, frozen=True, kw_only=True):
    """A pack in one language.

    Attributes:
        serial: its number, in two groups of four digits.
        made_on: the day that stands on it.
        good_until: the last day of all but the pinned lines.
        language: of the site; ``tag`` and ``direction`` are those of the document.
        site_name: neutral name of the site; the title of every file.
        area: name of the place that it is for.
        title: the one heading.
        until: that it is good until a day, and what holds afterwards.
        pinned: what stays when it has expired.
        times: names of the times of ``PackEntry.cells``.
        clock: on whose clocks these times are.
        cell_words: what each cell says.
        sections: listings by kind of need, in the order of a ward.
        reporting: None where no state or province decides.
        policy: the house's own line about reports; empty without one.
        steps: how to use it, in order.
        left_out: what there was no room for, and what nobody confirmed; each a sentence.
        sources: what to name as the sources of the listings.
    """

    serial: str
    made_on: dt.date
    good_until: dt.date
    language: str
    tag: str
    direction: str
    site_name: str
    area: str
    title: str
    until: str
    pinned: tuple[PackPinned, ...]
    times: tuple[str, str, str]
    clock: str
    cell_words: dict[str, str]
    sections: tuple[PackSection, ...]
    reporting: PackReporting | None
    policy: str
    steps: tuple[str, ...]
    left_out: tuple[str, ...]
    sources: tuple[str, ...]


def pack_contents(
    chosen: Chosen,
    t: Wording,
    settings: Settings,
    *,
    serial: str,
    place: Place,
    pinned: PinnedLines,
    made_on: dt.date,
    gazetteer: Gazetteer,
    now: dt.datetime,
    sources: tuple[str, ...] = (),
) -> PackContents:
    """Put a pack into words.

    Args:
        chosen: its listings.
        t: the language, one that a person has read.
        settings: the deployment's.
        serial: its number.
        place: what it is for; its state decides the reporting lines.
        pinned: the lines of every page.
        made_on: the day that stands on it.
        gazetteer: knows the names of areas.
        now: the instant.
        sources: what to name as the sources of the listings (``directory.sources.passing_on.attributions``).
    """
    words = _Words(t, CardWords(t, now=now, gazetteer=gazetteer), zone=place.zone, now=now)
    return PackContents(
        serial=serial,
        made_on=made_on,
        good_until=chosen.good_until,
        language=t.language,
        tag=t.tag,
        direction=t.direction,
        site_name=settings.site_name,
        area=place.label,
        title=t("pack.title", place=place.label),
        until=t("pack.until", date=chosen.good_until),
        pinned=_pinned(pinned, t),
        times=_times(t),
        clock=_zone(place.zone, t),
        cell_words={
            "yes": t("pack.hours.yes"), "part": t("pack.hours.part"), "no": t("state.no"), "ask": t("state.ask")
        },
        sections=tuple(
            PackSection(one.kind, term_words("kind", one.kind, t), tuple(words.entry(card) for card in one.cards))
            for one in chosen.sections
        ),
        reporting=_reporting(t, place, pinned.emergency, gazetteer, now),
        policy=t("takes.house", text=settings.reporting_policy) if settings.reporting_policy else "",
        steps=tuple(t(text) for text in _STEPS),
        left_out=tuple(
            t.count(text, number)
            for text, number in (("pack.left_out", chosen.left_out), ("pack.unsure", chosen.unsure))
            if number
        ),
        sources=sources,
    )  # fmt: skip


# How to use it, in this order; most of it is said on the pages too.
_STEPS = (
    "pack.step.aloud", "aloud.room", "aloud.phone", "pack.step.call_back", "interpreter.professional", "chart.never",
    "remind.not_a_report", "pack.step.recall",
)  # fmt: skip


class _Words:
    """Puts listings into words that stay true."""

    def __init__(self, t: Wording, cards: CardWords, *, zone: str, now: dt.datetime) -> None:
        self._t = t
        self._cards = cards
        self._zone = zone
        self._now = now

    def entry(self, card: Card) -> PackEntry:
        t, lines, told = self._t, lines_of_pack(card), told_of_lines(card, self._t)
        first = lines[0]
        return PackEntry(
            name=card.name,
            under=self._cards.card(card).under,
            is_private=card.block == "confidential",
            is_practice=card.practice,
            lines=tuple(shown_line(line, t, told=told.get(line.slot, "")) for line in lines),
            confirmed=number_confirmed_on(first.confirmed, first.method, t=t),
            reported=t("booklet.reported", date=said_on(card.reported, t)) if card.reported else "",
            hours=weekly(card, t),
            zone=_zone(card.zone, t),
            cells=cells_of(card, first, zone=self._zone, now=self._now) if first.kind == "voice" else UNKNOWN,
            languages=languages_in_words(card.languages, t) if card.languages else t("languages.unknown"),
            greeting=t.sentence(term_words("answers-as", card.answers_as, t)),
            is_neutral=card.answers_as == "neutral",
        )


def _zone(zone: str, t: Wording) -> str:
    return t("hours.zone", zone=zone.rpartition("/")[2].replace("_", " ")) if zone else ""


def _times(t: Wording) -> tuple[str, str, str]:
    office = t("hours.span", start=t.clock(MORNING), end=t.clock(EVENING))
    night = t("hours.span", start=t.clock(EVENING), end=t.clock(MORNING))
    return (
        upper_first(t("hours.days", first=t.weekday(0), last=t.weekday(4), hours=office)),
        upper_first(t("hours.daily", hours=night)),
        upper_first(t("hours.days", first=t.weekday(5), last=t.weekday(6), hours=office)),
    )


def _pinned(pinned: PinnedLines, t: Wording) -> tuple[PackPinned, ...]:
    shown = [
        PackPinned(digits="", label=t("always.checked")) if place in pinned.being_checked else _pinned_line(line, t)
        for place, line in enumerate(pinned.lines)
    ]
    if pinned.emergency:
        shown.append(PackPinned(digits=pinned.emergency, label=t("always.emergency"), hours=t("hours.always")))
    return tuple(shown)


def _pinned_line(line: PinnedLine, t: Wording) -> PackPinned:
    def said(texts: dict[str, str]) -> str:
        own = texts.get(t.language, "")
        return own or (Borrowed(texts["en"], "en") if "en" in texts else "")

    return PackPinned(
        digits=grouped(line.number),
        label=said(line.label),
        text=line.text.code if line.text else "",
        tty=line.tty,
        hours=t("hours.always") if line.always_open else "",
        languages=said(line.languages),
    )


def _reporting(
    t: Wording, place: Place, emergency: str, gazetteer: Gazetteer, now: dt.datetime
) -> PackReporting | None:
    """Every line of the state or province, whoever reads it and whatever hour it is."""
    found = reporting_of(place, gazetteer, now)
    if not found:
        return None
    lines = {one.line.id: one for kind in found for one in kind.lines}
    beside = {one.line.id: one for kind in found for one in kind.in_indian_country}
    missing = t.both([term_words("kind", one.kind, t) for one in found if not one.lines])
    return PackReporting(
        title=t("takes.title", place=place.label),
        lead=t("takes.lead"),
        limits=t("takes.limits", number=emergency) if emergency else "",
        lines=tuple(_report_line(one, place, t) for one in lines.values()),
        in_indian_country=tuple(_report_line(one, place, t) for one in beside.values()),
        missing=f"{t.sentence(missing)} {t('takes.none')}" if missing else "",
    )


def reporting_of(place: Place, gazetteer: Gazetteer, now: dt.datetime) -> list[LinesNow]:
    """The lines that take reports where a pack is used, whoever reads it; of a place without a state none."""
    if not place.region or place.country not in ("US", "CA"):
        return []
    zones = gazetteer.zones(place)
    return [lines_for(place, kind, "", now, zones=zones) for kind in KINDS]


def _report_line(one: LineNow, place: Place, t: Wording) -> PackReportLine:
    line = one.line
    hours = week_in_words(line.days, t) if line.days else t("hours.unknown")
    if line.days and one.zone != place.zone:
        hours = f"{hours} ({_zone(one.zone, t)})"
    return PackReportLine(
        name=line.name,
        run_by=line.run_by,
        kinds=" \u00b7 ".join(term_words("kind", kind, t) for kind in line.kinds),
        numbers=tuple((grouped(phone.number), number_after(phone, t)) for phone in one.phones),
        number_at=number_at(line, t),
        hours=t("takes.form") if "form-only" in line.limits else hours,
        notes=tuple(notes_in_words(one, "", t)),
        sources=tuple(source_in_words(source, t) for source in line.sources),
    )
