"""The calls that the plan names: the list, one call with what to say, and entering what it found."""

from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from random import SystemRandom
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.confirming.calls import lines_of, may_call, note_call
from directory.confirming.script import script
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.integrity.reach import is_in_scope, require_scope
from directory.listings.fields import decode_plain
from directory.listings.models import Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.planning.policy import may_plan
from directory.planning.queries import PlannedListing, call_from, listings_of, open_calls
from directory.planning.service import call_of, claim, make_plan, open_task
from directory.planning.told import TIER_MEANS, in_short, named, reasons, summary, when
from directory.values.phone import grouped
from web.desk.app import By, Desk, DeskHere
from web.desk.facts_shown import facts_of, tier_of
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.desk.listing import HEARD, OUTCOMES
from web.doors import DESK

_CALLS = f"{DESK}/calls"
MINUTES = (60, 120, 180, 300)
# How many calls stand on a page; the others follow when these are made.
_MOST_CALLS = 40
SAID = {
    "planned": "Planned anew. Calls that somebody has in hand, and draws, stayed.",
    "called": "Noted.",
    "dead": "Noted. Two people found the line dead: its number is hidden.",
    "gone": "Noted, and proposed for a second person. What was shown stays until then.",
    "closed": "Closed: nobody had confirmed it, so one person may. Its own page takes it back.",
    "again": "Noted. It was drawn by lot, so it stays here until somebody is reached.",
}
# The answers that have a key, in the order of the buttons; the others stand in a fold.
KEYS = {
    "live": "L", "confirmed": "A", "confirmed-with-changes": "C", "no-answer": "N", "voicemail-named": "V",
    "voicemail-generic": "G", "wrong-party": "W", "disconnected": "D",
}  # fmt: skip


# Who they take is asked on the page of the listing; where a point lies nobody can say on the telephone.
_NOT_READ_OUT = frozenset({"eligibility", "contact", "point"})


class Row(msgspec.Struct, frozen=True):
    """A call in the list: of one number, about one listing or several."""

    id: int
    place: int
    name: str
    others: int
    why: str
    when: str
    minutes: int
    held: str


class Asked(msgspec.Struct, frozen=True):
    """A listing that is asked about in the call that is being made."""

    id: int
    listing: str
    name: str
    means: str
    why: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


class Making(msgspec.Struct, frozen=True):
    """The call that is being made."""

    id: int
    name: str
    when: str
    numbers: tuple[tuple[int, str], ...]
    script: tuple[str, ...]
    asked: tuple[Asked, ...]
    may_call: bool


class Calls(Controller):
    """The list of calls, and the one that is being made. What is outside one's scope is not there."""

    path = _CALLS

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """The list."""
        return _page(request, desk, by, notice=SAID.get(said, ""))

    @post("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def plan(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Plan anew."""
        minutes = desk_form(request, body, {"minutes"}).number("minutes")
        if minutes is None:
            raise BadInputError("Say how many minutes you have.")
        if not may_plan(by):
            raise RefusedError("Who looks after a whole network plans its calls.")
        with desk.database.transaction() as session:
            make_plan(session, minutes=minutes, now=session.info["now"], random=SystemRandom(), by=by.id)
        return Redirect(f"{_CALLS}?said=planned", status_code=303)

    @get("/{task:int}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show_one(self, request: Request[Any, Any, Any], task: FromPath[int], desk: DeskHere, by: By) -> Response[bytes]:
        """The list with one call in full."""
        return _page(request, desk, by, task=row(task))

    @post("/{task:int}/begin", opt=opens_to(KEEPERS), sync_to_thread=True)
    def begin(self, task: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Take a call in hand."""
        with desk.database.transaction() as session:
            _in_scope(session, row(task), by)
            claim(session, task, by=by, now=session.info["now"])
        return Redirect(f"{_CALLS}/{task}", status_code=303)

    @post("/{task:int}/found", opt=opens_to(KEEPERS), sync_to_thread=True)
    def found(
        self, request: Request[Any, Any, Any], body: RawBody, task: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Note what the call found, of each listing that is ticked."""
        form = desk_form(request, body, {"line", "outcome", "greeting", "about"})
        with desk.database.transaction() as session:
            first = _in_scope(session, row(task), by)
            together = {str(one.id): one for one in call_of(session, first)}
            about = form.all("about") or ((str(first.id),) if len(together) == 1 else ())
            if not about:
                raise BadInputError("Tick what this holds for.")
            if not set(about) <= together.keys():
                raise NotFoundError("There is nothing here.")
            number = _number(session, first.listing_id, form.one("line"))
            said = "called"
            for one in (together[key] for key in about):
                listing = get_record(session, one.listing_id)
                called = note_call(
                    session, listing.id, outcome=form.one("outcome"), line=_same_line(session, listing, number),
                    greeting=form.one("greeting"), by=by, now=session.info["now"],
                )  # fmt: skip
                if called.is_hidden:
                    said = "dead"
                elif called.change is not None:
                    said = "closed" if called.is_closed else "gone"
                elif one.done_on is None:
                    said = "again"
        return Redirect(f"{_CALLS}?said={said}", status_code=303)


def _page(
    request: Request[Any, Any, Any], desk: Desk, by: Actor, *, task: int | None = None, notice: str = ""
) -> Response[bytes]:
    with desk.database.reading() as session:
        now = session.info["now"]
        shown, is_more = _seen(session, by)
        making = _making(session, desk, by, task) if task is not None else None
        rows = [_row(list(listings), now, by) for _, listings in groupby(shown, key=lambda one: one.call.place)]
    return desk.pages.page(
        "calls", request, rows=rows, is_more=is_more, making=making, summary=summary(shown), notice=notice,
        minutes=MINUTES, may_plan=may_plan(by), outcomes=OUTCOMES, keys=KEYS, heard=HEARD,
        spoken=desk.settings.language,
    )  # fmt: skip


def _seen(session: Session, by: Actor) -> tuple[list[PlannedListing], bool]:
    """The first calls within somebody's scope, and whether there are more."""
    now = session.info["now"]
    everything = listings_of(session, open_calls(session, now=now), day=day_number(now))
    groups = (list(one) for _, one in groupby(everything, key=lambda one: one.call.place))
    within = (one for one in groups if is_in_scope(session, get_record(session, one[0].call.listing_id), by=by))
    found = list(islice(within, _MOST_CALLS + 1))
    return [one for group in found[:_MOST_CALLS] for one in group], len(found) > _MOST_CALLS


def _row(listings: Sequence[PlannedListing], now: Any, by: Actor) -> Row:
    first = listings[0]
    held = first.call.claimed_by
    return Row(
        first.call.id or 0, first.call.place, named(first), len(listings) - 1, in_short(first),
        when(first.hours, now), max(1, round(sum(one.call.minutes for one in listings))),
        "" if held is None else "yours" if held == by.id else "somebody's",
    )  # fmt: skip


def _making(session: Session, desk: Desk, by: Actor, task: int) -> Making:
    first = _in_scope(session, task, by)
    now = session.info["now"]
    calls = [call_from(one, now=now) for one in call_of(session, first)]
    listings = listings_of(session, calls, day=day_number(now))
    if not listings:
        raise NotFoundError("There is nothing here.")
    record = get_record(session, first.listing_id)
    return Making(
        id=task,
        name=named(listings[0]),
        when=when(listings[0].hours, now),
        numbers=tuple((fact, said) for fact, said, _ in _numbers(session, record)),
        script=script(listings[0].name, site=desk.settings.site_name, language=desk.settings.language),
        asked=tuple(_asked(session, one, by) for one in listings),
        may_call=may_call(session, record.id),
    )


def _asked(session: Session, one: PlannedListing, by: Actor) -> Asked:
    record = get_record(session, one.call.listing_id)
    # What a short call asks about stands in the script; only who goes through all of it needs all of it.
    shown = facts_of(session, record, tier=tier_of(by.role)) if one.call.tier == "full" else []
    facts = (
        (f"{fact.word}, {fact.part}" if fact.part else fact.word, fact.value)
        for fact in shown
        if fact.field not in _NOT_READ_OUT and fact.on != "of the organization"
    )
    return Asked(
        one.call.id or 0, one.listing, named(one), TIER_MEANS[one.call.tier], tuple(reasons(one.call.why)),
        tuple(facts),
    )  # fmt: skip


def _in_scope(session: Session, number: int, by: Actor) -> Any:
    """An open call within somebody's scope; raises ``NotFoundError`` for any other."""
    task = open_task(session, number)
    require_scope(session, get_record(session, task.listing_id), by=by)
    return task


def _numbers(session: Session, listing: Record) -> list[tuple[int, str, str]]:
    """Lines that may be called: id of the fact, how it is shown, and the number itself."""
    found = []
    for fact in lines_of(session, listing):
        value = decode_plain(fact.value or "{}")
        ext = f" ext. {value['ext']}" if value.get("ext") else ""
        kind = "" if value.get("kind", "voice") == "voice" else f" ({value['kind']})"
        found.append((fact.id, f"{grouped(value['number'])}{ext}{kind}", value["number"]))
    return found


def _number(session: Session, listing_id: int, fact: str) -> str:
    """The number that was called; raises ``NotFoundError`` for one that the listing does not have."""
    lines = _numbers(session, get_record(session, listing_id))
    for fact_id, _, number in lines:
        if fact in ("", str(fact_id)):
            return number
    raise NotFoundError("There is no such value.")


def _same_line(session: Session, listing: Record, number: str) -> int:
    """The line of a listing with this number."""
    lines: Iterable[tuple[int, str, str]] = _numbers(session, listing)
    found = next((fact for fact, _, one in lines if one == number), None)
    if found is None:
        raise RefusedError("Something that you ticked has another number: note that call by itself.")
    return found
