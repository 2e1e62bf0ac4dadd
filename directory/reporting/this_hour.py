"""Which reporting lines answer at an hour, at a place, for a reader. Pure: what is known, a place and an instant go in.

Nothing here says that somebody has to report, or to whom: that is for law and people. It says what a line is for, when
somebody answers, and what is not known.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from directory.places.covered import Covered
from directory.places.place import Place
from directory.reporting.lines import Kind, Line, Phone, closing_names, covered, known_lines
from directory.values.holidays import kept_days
from directory.values.hours import closes_at, is_always_open, is_open, next_opening

# Places that may reach over a border of zones: there the clock of most people is used, and the others are named.
WIDE = frozenset({"region", "nation", "county"})


class LineNow(msgspec.Struct, frozen=True, kw_only=True):
    """A line at an hour.

    Attributes:
        line: what is known of it.
        is_open: whether somebody answers; None where no page says so for this hour.
        until: when that ends (UTC); None where it does not, or is not known.
        opens: when it opens next (UTC), of one that is closed.
        zone: whose clock its hours are read by (IANA).
        holiday: the holiday of this day for which it is closed, or for which its hours are not known; a name of
            ``directory.values.holidays``.
        is_missing_number: whether no number of it is known here.
        is_named: whether the law names this kind of reader, as far as it is known here. False says nothing.
        near: the name of the place that was asked about.
        is_stale: whether what is said of it is older than twelve months, or of unknown age: check before use.
    """

    line: Line
    is_open: bool | None
    until: dt.datetime | None = None
    opens: dt.datetime | None = None
    zone: str
    holiday: str = ""
    is_missing_number: bool = False
    is_named: bool = False
    is_stale: bool = True
    near: str = ""

    @property
    def phones(self) -> tuple[Phone, ...]:
        """Its numbers; one that is said to be for the place itself comes first."""
        return tuple(sorted(self.line.phones, key=lambda phone: not (self.near and phone.where.startswith(self.near))))


class LinesNow(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a place and a kind at an hour.

    Attributes:
        place: where.
        kind: what is reported.
        reader: who asks; empty where it is not known.
        at: the instant (UTC).
        zone: the clock of the place.
        other_zones: zones of the same place whose clocks show another hour now; ``zone`` is then that of most people.
        lines: those that answer first, then those of unknown hours, then those that are closed.
        for_others: readers for whom alone there are lines of this kind, where they were left out.
        in_indian_country: lines for what happened in Indian country, beside the others and never in their place.
        covered: of how many states and provinces a line of this kind is known.
    """

    place: Place
    kind: Kind
    reader: str
    at: dt.datetime
    zone: str
    other_zones: tuple[str, ...]
    lines: tuple[LineNow, ...]
    for_others: tuple[str, ...]
    in_indian_country: tuple[LineNow, ...]
    covered: Covered

    @property
    def is_missing(self) -> bool:
        """Whether no line with a number is known: then the hotline of the nation is what can be given."""
        return not any(one.line.phones for one in self.lines)

    @property
    def answering(self) -> tuple[LineNow, ...]:
        """The lines on which somebody answers at this hour."""
        return tuple(one for one in self.lines if one.is_open)


def lines_for(
    place: Place,
    kind: Kind,
    reader: str,
    at: dt.datetime,
    *,
    zones: Sequence[str] = (),
    known: Mapping[str, tuple[Line, ...]] | None = None,
) -> LinesNow:
    """The lines that take reports of a kind, as they are at an hour.

    Args:
        place: of the child or the adult, as fine as is known. Its state or province decides, its zone shows the hour.
        kind: what is reported.
        reader: one of ``directory.reporting.queries.READERS``; any other text means that nothing is known of them.
        at: an instant with a zone.
        zones: those that a county, state or nation lies in (``Gazetteer.zones``).
        known: other files of lines than the bundled ones.
    """
    if at.tzinfo is None:
        msg = "an instant needs a zone"
        raise ValueError(msg)
    at = at.astimezone(dt.UTC)
    held = known_lines() if known is None else known
    of_kind = [
        line
        for of_place in (f"{place.country}-{place.region}", place.country)
        for line in held.get(of_place, ())
        if kind in line.kinds and place.region not in line.except_in
    ]
    fitting = [line for line in of_kind if not line.readers or not reader or reader in line.readers]
    others = {one for line in of_kind if line not in fitting for one in line.readers}
    told = [_now(line, place, reader, at) for line in fitting]
    return LinesNow(
        place=place,
        kind=kind,
        reader=reader,
        at=at,
        zone=place.zone,
        other_zones=_others(place, zones, at),
        lines=tuple(sorted((one for one in told if not one.line.is_for_indian_country), key=_order)),
        for_others=tuple(sorted(others)),
        in_indian_country=tuple(one for one in told if one.line.is_for_indian_country),
        covered=covered(kind),
    )


def _now(line: Line, place: Place, reader: str, at: dt.datetime) -> LineNow:
    zone, days = line.zone or place.zone, line.days
    local = at.astimezone(ZoneInfo(zone))
    # "At any hour" says it of holidays too.
    has_any_day = line.on_holidays == "open" or is_always_open(days)
    kept = {} if has_any_day else kept_days(closing_names(line, place.country), local.date())
    holiday = kept.get(local.toordinal(), "")
    is_closed_then = line.on_holidays == "closed"
    answers: bool | None = is_open(days, zone, kept if is_closed_then else (), at) if days else None
    is_open_then = bool(holiday) and line.on_holidays == "always"
    if is_open_then:
        answers = True
    elif answers and holiday:
        # No page says whether these hours hold today.
        answers = None
    return LineNow(
        line=line,
        is_open=answers,
        # What is promised of later hours holds in any case, so no holiday is among them.
        until=closes_at(days, zone, kept, at) if answers and not is_open_then else None,
        opens=next_opening(days, zone, kept, at) if answers is False else None,
        zone=zone,
        holiday=holiday if answers is None or is_closed_then else "",
        is_missing_number=not line.phones,
        is_named=line.names_reader(reader),
        is_stale=line.is_stale(local.date()),
        near=place.name,
    )


def _order(one: LineNow) -> tuple[int, bool, bool]:
    """Lines that answer first, of these the ones with a number, of these the ones that always answer."""
    rank = {True: 0, None: 1, False: 2}[one.is_open]
    return rank, not one.line.phones, one.until is not None


def _others(place: Place, zones: Sequence[str], at: dt.datetime) -> tuple[str, ...]:
    """Zones in which clocks show another hour than that of the place; each hour once."""
    if place.kind not in WIDE:
        return ()
    seen = {at.astimezone(ZoneInfo(place.zone)).utcoffset()}
    found = []
    for zone in zones:
        offset = at.astimezone(ZoneInfo(zone)).utcoffset()
        if offset not in seen:
            seen.add(offset)
            found.append(zone)
    return tuple(found)
