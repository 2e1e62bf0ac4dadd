"""The month at the desk: the calls that the plan names, entering what they found, and what was gained."""

from collections.abc import Sequence
from itertools import groupby
from random import SystemRandom
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.confirming.calls import CONFIRMING
from directory.confirming.entered import enter_call, undo_call
from directory.confirming.month import month_of, plan_month
from directory.errors import BadInputError, NotFoundError
from directory.handoff.agreed import due_for_review
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.people.preferences import set_minutes
from directory.planning.policy import may_plan
from directory.planning.queries import Call, PlannedListing, is_for_practice, listings_of, open_calls
from directory.planning.service import LEAST_MINUTES, call_of, claim
from directory.planning.told import in_short, named, when
from directory.worklist.due import due_of
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.desk.listing import HEARD, OUTCOMES
from web.desk.making import making_of, number_called, same_line, task_in_scope
from web.desk.month_words import gained, headline, standing
from web.doors import DESK

_MONTH = f"{DESK}/month"
# How many calls stand on a page.
PAGE = 40
SAID = {
    "planned": "Planned anew. Calls that somebody has in hand, and draws, stayed.",
    "kept": "Noted. Whoever looks after the whole network plans with these minutes, and so does the clock each night.",
    "used": "Noted. These minutes are used up already, so the plan stayed as it was.",
    "called": "Noted.",
    "dead": "Noted. Two people found the line dead: its number is hidden.",
    "gone": "Noted, and proposed for a second person. What was shown stays until then.",
    "closed": "Closed: nobody had confirmed it, so one person may. Its own page takes it back.",
    "again": "Noted. It was drawn by lot, so it stays here until somebody is reached.",
    "undone": "Taken back. What was believed before is believed again, and the call stands in the plan.",
    "waits": "Taken back. A value that the call had said waits for a second person to go back too.",
}
# After these the call that was just entered stands beside the notice, so that one press takes it back.
_ENTERED = frozenset({"called", "dead", "gone", "closed", "again"})
# The answers that have a key, in the order of the buttons; the others stand in a fold.
KEYS = {
    "live": "L", "confirmed": "A", "confirmed-with-changes": "C", "no-answer": "N", "voicemail-named": "V",
    "voicemail-generic": "G", "wrong-party": "W", "disconnected": "D",
}  # fmt: skip


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


class MonthPages(Controller):
    """The list of calls, and the one that is being made. What is outside one's scope is not there."""

    path = _MONTH

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        desk: DeskHere,
        by: By,
        said: FromQuery[str] = "",
        page: FromQuery[int] = 0,
    ) -> Response[bytes]:
        """The month, and a page of its calls."""
        return _page(request, desk, by, said=said, number=page)

    @post("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def plan(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Say how many minutes one has; whoever looks after a whole network plans anew with that."""
        minutes = desk_form(request, body, {"minutes"}).number("minutes")
        if minutes is None or 0 < minutes < LEAST_MINUTES:
            raise BadInputError(f"Say how many minutes you have: none, or {LEAST_MINUTES} at least.")
        with desk.database.transaction() as session:
            set_minutes(session, minutes, by=by)
            said = "kept"
            if may_plan(by):
                planned = plan_month(session, now=session.info["now"], random=SystemRandom(), by=by.id)
                said = "used" if planned is None else "planned"
        return Redirect(f"{_MONTH}?said={said}", status_code=303)

    @get("/{task:int}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show_one(self, request: Request[Any, Any, Any], task: FromPath[int], desk: DeskHere, by: By) -> Response[bytes]:
        """The list with one call in full."""
        return _page(request, desk, by, task=row(task))

    @post("/{task:int}/begin", opt=opens_to(KEEPERS), sync_to_thread=True)
    def begin(self, task: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Take a call in hand."""
        with desk.database.transaction() as session:
            task_in_scope(session, row(task), by)
            claim(session, task, by=by, now=session.info["now"])
        return Redirect(f"{_MONTH}/{task}", status_code=303)

    @post("/{task:int}/found", opt=opens_to(KEEPERS), sync_to_thread=True)
    def found(
        self, request: Request[Any, Any, Any], body: RawBody, task: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Note what the call found, of each listing that is ticked."""
        form = desk_form(request, body, {"line", "outcome", "greeting", "about"})
        with desk.database.transaction() as session:
            first = task_in_scope(session, row(task), by)
            together = {str(one.id): one for one in call_of(session, first)}
            about = form.all("about") or ((str(first.id),) if len(together) == 1 else ())
            if not about:
                raise BadInputError("Tick what this holds for.")
            if not set(about) <= together.keys():
                raise NotFoundError("There is nothing here.")
            number = number_called(session, first.listing_id, form.one("line"))
            said, entered_first = "called", None
            for one in (together[key] for key in dict.fromkeys(about)):
                listing = get_record(session, one.listing_id)
                entered = enter_call(
                    session, listing.id, outcome=form.one("outcome"), line=same_line(session, listing, number),
                    greeting=form.one("greeting"), by=by, now=session.info["now"], together_with=entered_first,
                )  # fmt: skip
                entered_first = entered_first or entered.id
                if entered.called.is_hidden:
                    said = "dead"
                elif entered.called.change is not None:
                    said = "closed" if entered.called.is_closed else "gone"
                elif one.done_on is None:
                    said = "again"
        return Redirect(f"{_MONTH}?said={said}", status_code=303)

    @post("/undo/{entered:int}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def undo(self, entered: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Take back what one entered after a call."""
        with desk.database.transaction() as session:
            undone = undo_call(session, row(entered), by=by, now=session.info["now"])
        return Redirect(f"{_MONTH}?said={'waits' if undone.waits else 'undone'}", status_code=303)


def _page(
    request: Request[Any, Any, Any], desk: Desk, by: Actor, *, task: int | None = None, said: str = "", number: int = 0
) -> Response[bytes]:
    with desk.database.reading() as session:
        now = session.info["now"]
        calls = open_calls(session, now=now, by=by)
        groups = [list(one) for _, one in groupby(calls, key=lambda one: one.place)]
        making = making_of(session, desk.settings, by, task) if task is not None else None
        pages = max(1, -(-len(groups) // PAGE))
        at = _page_of(groups, task) if task is not None else min(max(number, 0), pages - 1)
        rows = _rows(session, groups[at * PAGE : (at + 1) * PAGE], now, by)
        month = month_of(session, by=by, now=now)
        due = due_of(session, by=by, now=now)
        reviews = len(due_for_review(session, by=by, now=now))
        practises = is_for_practice(session)
    left = sum(one.minutes for one in calls)
    return desk.pages.page(
        "month", request, rows=rows, making=making, month=month, calls=len(groups), number=at, pages=pages,
        per_page=PAGE, title=headline(month, len(groups)), standing=standing(month, len(groups), left),
        gained=gained(month, sum(one.p_wrong for one in calls)), notice=SAID.get(said, ""),
        due=due, reviews=reviews, last=month.made[0] if said in _ENTERED and month.made else None,
        may_plan=may_plan(by),
        practises=practises, outcomes=OUTCOMES, keys=KEYS, heard=HEARD, confirming=CONFIRMING,
        spoken=desk.settings.language,
    )  # fmt: skip


def _page_of(groups: Sequence[Sequence[Call]], task: int) -> int:
    """The page on which a call stands."""
    return next((place // PAGE for place, one in enumerate(groups) if any(call.id == task for call in one)), 0)


def _rows(session: Session, groups: Sequence[Sequence[Call]], now: Any, by: Actor) -> list[Row]:
    """The calls of a page; what nobody may find any more is left out."""
    shown = listings_of(session, [call for one in groups for call in one], day=day_number(now))
    return [_row(list(one), now, by) for _, one in groupby(shown, key=lambda one: one.call.place)]


def _row(listings: Sequence[PlannedListing], now: Any, by: Actor) -> Row:
    first = listings[0]
    held = first.call.claimed_by
    return Row(
        first.call.id or 0, first.call.place, named(first), len(listings) - 1, in_short(first),
        when(first.hours, now), max(1, round(sum(one.call.minutes for one in listings))),
        "" if held is None else "yours" if held == by.id else "somebody's",
    )  # fmt: skip
