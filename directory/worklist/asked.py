"""What somebody asks the list for, and what each part of it is in SQL: one row of ``work_line`` decides a listing."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from directory.clock import day_number
from directory.errors import BadInputError
from directory.listings.models import Change, Fact, Hiding, Record
from directory.people.actor import Actor
from directory.people.models import Network
from directory.places.areas import area_by_id, areas_of_postal_prefix
from directory.places.regions import find_region
from directory.planning.models import CallTask
from directory.sources.models import Source, SourceRecord
from directory.values.phone import parse_phone
from directory.values.plain_text import folded
from directory.values.web_address import normalise_email, site_domain
from directory.worklist.models import WorkLine
from directory.worklist.notes import noted

STATES = (
    "unverified", "verified", "due", "stale", "unreachable", "suspended", "closed", "do-not-list", "merged",
)  # fmt: skip
ABOUT = ("waiting", "reported", "expiring", "mine", "noted")
SORTS = ("name", "organization", "confirmed", "due")
# What lapses within so many days is running out.
SOON_DAYS = 30
_MOST_WORDS = 8
# So many figures say too little to be looked for in the middle of a number.
_SHORT_FIGURES = 2
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
# Digits with what people put between them; fewer are rather a word of a name.
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){3,}")
_SHOWN = ("listed", "suspended")
# An index would be no help here: too many lines are due.
_DUE_ON = WorkLine.due_on + 0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is asked for; whatever is empty, or no word of ours, cuts nothing.

    Attributes:
        words: parts of a name, a number, a site, a town or a public id; all of them have to fit.
        kind: a slug.
        state: one of ``STATES``; what was merged away is shown only if it is asked for.
        area: a state, a postal code or its beginning, the code of an area, or a town.
        source: the key of a source that brought it.
        network: the key of its network.
        private: ``yes`` = only what is confidential, ``no`` = only what is not.
        about: one of ``ABOUT``.
        sort: one of ``SORTS``.
        after: the public id of the listing after which the page begins; ``before``: before which it ends.
    """

    words: str = ""
    kind: str = ""
    state: str = ""
    area: str = ""
    source: str = ""
    network: str = ""
    private: str = ""
    about: str = ""
    sort: str = "name"
    after: str = ""
    before: str = ""


# What cuts the list.
CUTTING = ("words", "kind", "state", "area", "source", "network", "private", "about")


def conditions(asked: Asked, *, by: Actor, now: dt.datetime, country: str) -> list[sa.ColumnElement[bool]]:
    """What a line has to be; scope included. Law enforcement learns of nothing but what anybody finds (SAFETY A10)."""
    day = day_number(now)
    found = [] if by.role == "admin" else [within(by)]
    found += _said(asked.words, country, is_keeper=by.role in {"coordinator", "admin"})
    if asked.kind:
        found.append(has_code(WorkLine.kinds, asked.kind))
    if asked.area:
        found.append(_in_area(asked.area, country))
    if asked.private in {"yes", "no"}:
        found.append(WorkLine.is_confidential == (asked.private == "yes"))
    if by.role == "law-enforcement":
        return [*found, WorkLine.is_found.is_(True)]
    if asked.network:
        found.append(_in_network(asked.network))
    if asked.source:
        brought = (
            sa.select(SourceRecord.record_id)
            .join(Source, Source.id == SourceRecord.source_id)
            .where(Source.key == asked.source, SourceRecord.record_id.is_not(None), SourceRecord.gone_at.is_(None))
        )
        found.append(sa.or_(WorkLine.service_id.in_(brought), WorkLine.listing_id.in_(brought)))
    return [*found, *in_state(asked.state, day), *_about(asked.about, by, now)]


def within(by: Actor) -> sa.ColumnElement[bool]:
    """What ``integrity.reach.is_in_scope`` says of one record, for many; of everybody but admins."""
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    for kind, key in sorted(by.scopes):
        if kind == "network":
            ways.append(_in_network(key))
        elif kind == "organization":
            of_key = sa.cast(Record.public_id, sa.Text).in_((key, key.replace("-", "")))
            ways.append(WorkLine.organization_id.in_(sa.select(Record.id).where(Record.kind == "organization", of_key)))
        else:
            ways.append(has_code(WorkLine.areas, key))
    return sa.or_(*ways)


def _in_network(key: str) -> sa.ColumnElement[bool]:
    return WorkLine.network_id.in_(sa.select(Network.id).where(Network.key == key))


def has_code(column: sa.SQLColumnExpression[str], code: str) -> sa.ColumnElement[bool]:
    """That a code stands in a column of codes."""
    return column.contains(f" {code} ", autoescape=True)


def _said(words: str, country: str, *, is_keeper: bool) -> Iterable[sa.ColumnElement[bool]]:
    """That a line is found by what somebody typed. Folded words hold no sign of a pattern."""
    if _UUID.fullmatch(words.strip()):
        yield WorkLine.listing_id.in_(_with_id(words.strip()))
        return
    number = _number(words, country)
    if number:
        digits = WorkLine.words.contains(number.removeprefix("+"))
        yield sa.or_(digits, *_kept_from_others(number)) if is_keeper and number.startswith("+") else digits
        return
    host = _host(words)
    typed = [_holds(word) for word in folded(host or words).split()[:_MOST_WORDS]]
    if host and is_keeper:
        yield sa.or_(sa.and_(*typed), *_kept_from_others(host, _mailbox(words)))
    else:
        yield from typed


def _kept_from_others(*keys: str) -> list[sa.ColumnElement[bool]]:
    """That it has one of these lines, sites or mailboxes: one that not everybody sees stands in no row of the list."""
    of_key = sa.select(Fact.record_id).where(
        Fact.match_key.in_([key for key in keys if key]),
        Fact.field.in_(("phone", "url", "email")),
        Fact.standing == "current",
    )
    return [one.in_(of_key) for one in (WorkLine.service_id, WorkLine.listing_id, WorkLine.organization_id)]


def _holds(word: str) -> sa.ColumnElement[bool]:
    """That a line has a word, or part of one; a figure or two stand in nearly every number, so they are a word."""
    if word.isdigit() and len(word) <= _SHORT_FIGURES:
        return (sa.literal(" ") + WorkLine.words + sa.literal(" ")).contains(f" {word} ")
    return WorkLine.words.contains(word)


def _with_id(public_id: str) -> sa.Select[int]:
    return sa.select(Record.id).where(Record.public_id == uuid.UUID(public_id))


def _number(words: str, country: str) -> str:
    """The number that was typed, as a whole one (E.164) or its digits; empty if it is none."""
    try:
        return parse_phone(words, country=country).number
    except BadInputError:
        pass
    typed = words.strip()
    return re.sub(r"\D", "", typed).lstrip("0") if _NUMBER.fullmatch(typed) else ""


def _host(words: str) -> str:
    """The site whose address, or whose mailbox, was typed; empty if none was."""
    if "/" not in words and "." not in words:
        return ""
    try:
        return site_domain(words.strip())
    except BadInputError:
        return ""


def _mailbox(words: str) -> str:
    try:
        return normalise_email(words)
    except BadInputError:
        return ""


def _in_area(text: str, country: str) -> sa.ColumnElement[bool]:
    codes = _codes(text.strip(), country)
    if not codes:
        return sa.and_(*(_holds(word) for word in folded(text).split()[:_MOST_WORDS]))
    ways = [has_code(WorkLine.areas, code) for code in codes]
    ways += [WorkLine.area.in_(codes), *(WorkLine.area.startswith(f"{code}-", autoescape=True) for code in codes)]
    return sa.or_(*ways)


def _codes(text: str, country: str) -> tuple[str, ...]:
    """The codes of the areas that somebody wrote; none if it is the name of something smaller."""
    found = area_by_id(text.upper())
    if found is not None:
        return (found.id,)
    state = find_region(text, country)
    if state is not None:
        return (f"{country}-{state.code}",)
    if re.fullmatch(r"\d{3}(?:\d{2})?", text) or (country == "CA" and re.fullmatch(r"[A-Za-z]\d[A-Za-z]", text)):
        return tuple(area.id for area in areas_of_postal_prefix(text[:3].upper(), country) if area.country == country)
    return ()


def in_state(state: str, day: int) -> list[sa.ColumnElement[bool]]:
    """``freshness.belief.state_on`` and the standings that people decide, in SQL."""
    verified = (WorkLine.standing == "listed", WorkLine.state == "verified")
    match state:
        case "verified":
            return [*verified, day < _DUE_ON, WorkLine.stale_on > day]
        case "due":
            return [*verified, day >= _DUE_ON, WorkLine.stale_on > day]
        case "stale":
            return [*verified, WorkLine.stale_on <= day]
        case "unverified" | "unreachable":
            return [WorkLine.standing == "listed", WorkLine.state == state]
        case "suspended" | "closed" | "do-not-list" | "merged":
            return [WorkLine.standing == state]
    return [WorkLine.standing != "merged"]


def _about(about: str, by: Actor, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    day = day_number(now)
    open_ones = sa.select(Change.subject_id).where(Change.state == "proposed")
    match about:
        case "waiting":
            return [_of(open_ones)]
        case "reported":
            return [WorkLine.is_disputed.is_(True), WorkLine.standing.in_(_SHOWN)]
        case "expiring":
            soon = day + SOON_DAYS
            lapses = WorkLine.lapses_on.between(day, soon)
            stale = sa.and_(WorkLine.state == "verified", WorkLine.stale_on.between(day + 1, soon))
            return [WorkLine.standing == "listed", sa.or_(lapses, stale)]
        case "noted":
            return [WorkLine.listing_id.in_(noted(day))]
        case "mine":
            calls = sa.select(CallTask.listing_id).where(CallTask.claimed_by == by.id, CallTask.claimed_until > now)
            hidings = sa.select(Hiding.record_id).where(Hiding.by_id == by.id, Hiding.ended_at.is_(None))
            return [
                sa.or_(
                    WorkLine.entered_by == by.id, WorkLine.listing_id.in_(calls), WorkLine.listing_id.in_(hidings),
                    _of(open_ones.where(Change.proposed_by == by.id)),
                )
            ]  # fmt: skip
    return []


def _of(subjects: sa.Select[int | None]) -> sa.ColumnElement[bool]:
    """A listing that is one of these records or is made of one; few of them are sought by their indices."""
    parts = (Record.id, Record.service_id, Record.location_id, Record.organization_id)
    listings = [sa.select(Record.id).where(Record.kind == "listing", one.in_(subjects)) for one in parts]
    return WorkLine.listing_id.in_(sa.union_all(*listings))
