"""Pairs that may be one: side by side, and what somebody says of them; a merge is looked at before it is made."""

import re
from collections.abc import Container, Iterable
from typing import Any, Final

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError
from directory.intake.matches import decide_different, decide_same, put_off, sides_of, undo_decision
from directory.intake.pairs import PairLine, count_waiting, get_pair, list_pairs, show_pair
from directory.integrity.queries import listing_of
from directory.integrity.settling import Fork, Settled, forks_of
from directory.listings.fields import decode_plain
from directory.listings.models import Fact
from directory.listings.queries import get_record, survivor_of
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from importers.matching.scoring import in_words
from web.desk.app import By, Desk, DeskHere
from web.desk.facts_shown import tier_of
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.desk.one_listing import LISTINGS
from web.desk.rehearsal import rehearsed, shown
from web.desk.side_by_side import everybody_reads, moved, rows_of, side_of
from web.desk.value_words import FIELD_WORDS, slot_in_words, value_in_words
from web.doors import DESK
from web.forms import Form

DUPLICATES: Final = f"{DESK}/duplicates"
PAGE = 50
# A number in an address has six digits at most, so that no page lies beyond what a database counts.
_LAST_PAGE = 999_999
KIND_WORDS: Final = {"organization": "organizations", "service": "services", "listing": "listings"}
FILTERS: Final = {"open": "To decide", "later": "Left for later", "same": "Are one", "different": "Are two"}
DAYS: Final = {"7": "a week", "30": "a month", "90": "three months", "365": "a year"}
CHOICES: Final = {"ours": "this one", "theirs": "the other one", "both": "both"}
SAID: Final = {
    "different": "Two. Nobody is asked again.",
    "later": "Left for later. It stands among those until its day.",
    "opened": "Open again.",
    "waits": "Proposed. A second person decides about what is confirmed; say that they are the same when they have.",
    "first": "They stand under two organizations. Say first whether those are one; then come back for the two.",
}  # fmt: skip


class _Fields(Container[str]):
    """The fields of the form of a merge: which goes on, and for each value which stands."""

    def __contains__(self, field: object) -> bool:
        return field == "survivor" or (isinstance(field, str) and re.fullmatch(r"v\d{1,18}", field) is not None)


class Duplicates(Controller):
    """The list of pairs, and one of them. A pair of which somebody does not work on both is not there."""

    path = DUPLICATES

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        desk: DeskHere,
        by: By,
        *,
        only: FromQuery[str] = "open",
        page: FromQuery[int] = 0,
        said: FromQuery[str] = "",
    ) -> Response[bytes]:
        """Those that wait, the likeliest first; or those that were decided."""
        which, number = only if only in FILTERS else "open", min(max(page, 0), _LAST_PAGE)
        with desk.database.reading() as session:
            found = _list(session, which, by=by, number=number)
            waiting = count_waiting(session, by=by)
        return desk.pages.page(
            "duplicates", request, pairs=found[:PAGE], has_more=len(found) > PAGE, number=number, only=which,
            filters=FILTERS, waiting=waiting, kinds=KIND_WORDS, why=why_in_words, notice=SAID.get(said, ""),
        )  # fmt: skip

    @get("/{pair:int}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show_one(
        self, request: Request[Any, Any, Any], pair: FromPath[int], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Both side by side, with why they may be one."""
        return _pair_page(request, desk, by, pair, notice=SAID.get(said, ""))

    @post("/{pair:int}/look", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def look(
        self, request: Request[Any, Any, Any], body: RawBody, pair: FromPath[int], desk: DeskHere, by: By
    ) -> Response[bytes]:
        """What everybody would read if they were merged like this; nothing of it is done."""
        return _merge_page(request, desk, by, pair, desk_form(request, body, _Fields()))

    @post("/{pair:int}/same", opt=opens_to(KEEPERS), sync_to_thread=True)
    def same(
        self, request: Request[Any, Any, Any], body: RawBody, pair: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Merge them, with the values that were chosen; what cannot be done is said beside what was chosen."""
        form = desk_form(request, body, _Fields())
        try:
            with desk.database.transaction() as session:
                settled = _decide(session, pair, form, by)
                listing = _listing_of(session, pair)
        except (BadInputError, RefusedError) as error:
            return _merge_page(request, desk, by, pair, form, notice=str(error), status=409)
        if settled.change is None:
            return Redirect(f"{DUPLICATES}/{pair}?said=waits", status_code=303)
        said = "merged-waits" if settled.proposed else "merged"
        return Redirect(f"{LISTINGS}/{listing}?said={said}", status_code=303)

    @post("/{pair:int}/different", opt=opens_to(KEEPERS), sync_to_thread=True)
    def different(self, pair: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Say that they are two, for good."""
        with desk.database.transaction() as session:
            decide_different(session, row(pair), by=by, now=session.info["now"])
        return Redirect(f"{DUPLICATES}?said=different", status_code=303)

    @post("/{pair:int}/later", opt=opens_to(KEEPERS), sync_to_thread=True)
    def later(
        self, request: Request[Any, Any, Any], body: RawBody, pair: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Leave them for some days."""
        days = desk_form(request, body, {"days"}).number("days") or 0
        with desk.database.transaction() as session:
            put_off(session, row(pair), days=days, by=by, now=session.info["now"])
        return Redirect(f"{DUPLICATES}?said=later", status_code=303)

    @post("/{pair:int}/undo", opt=opens_to(KEEPERS), sync_to_thread=True)
    def undo(self, pair: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Take back what was said of them."""
        with desk.database.transaction() as session:
            undo_decision(session, row(pair), by=by, now=session.info["now"])
        return Redirect(f"{DUPLICATES}/{pair}?said=opened", status_code=303)


def why_in_words(codes: Iterable[str]) -> str:
    """What speaks for it, and against it, as sentences."""
    said = in_words(codes)
    return said[:1].upper() + said[1:]


def _list(session: Session, which: str, *, by: Actor, number: int) -> list[PairLine]:
    """A page of pairs, and one more where there are more."""
    if which in {"same", "different"}:
        return list_pairs(session, verdict=which, by=by, limit=PAGE + 1, skip=number * PAGE)  # type: ignore[arg-type]
    return list_pairs(session, by=by, limit=PAGE + 1, skip=number * PAGE, put_off=which == "later")


def _pair_page(
    request: Request[Any, Any, Any], desk: Desk, by: Actor, pair_id: int, *, notice: str = ""
) -> Response[bytes]:
    with desk.database.reading() as session:
        pair = show_pair(session, row(pair_id), by=by)
        stored = get_pair(session, pair_id, by=by)
        sides = [side_of(session, one, tier=tier_of(by.role)) for one in (stored.left_id, stored.right_id)]
        suggested = ""
        if not pair.is_merged:
            suggested = str(get_record(session, _stays(session, pair_id, by)).public_id)
        survivor = listing_of(session, get_record(session, survivor_of(session, stored.left_id) or stored.left_id))
    return desk.pages.page(
        "pair", request, pair=pair, sides=sides, rows=rows_of(*sides), suggested=suggested, why=why_in_words(pair.why),
        survivor=survivor, kinds=KIND_WORDS, days=DAYS, notice=notice,
    )  # fmt: skip


def _stays(session: Session, pair_id: int, by: Actor) -> int:
    """The one of the two that goes on best; the first where they cannot be merged, which is said when it is tried."""
    pair = get_pair(session, pair_id, by=by)
    try:
        return sides_of(session, pair)[0]
    except RefusedError:
        return survivor_of(session, pair.left_id) or pair.left_id


def _merge_page(
    request: Request[Any, Any, Any],
    desk: Desk,
    by: Actor,
    pair_id: int,
    form: Form,
    *,
    notice: str = "",
    status: int = 200,
) -> Response[bytes]:
    """The choices, and what everybody would read with them."""
    refused, proposed = "", 0
    with rehearsed(desk.database) as session:
        pair = show_pair(session, row(pair_id), by=by)
        stays, gone = sides_of(session, get_pair(session, pair_id, by=by), form.one("survivor"))
        names = [side_of(session, one, tier="public").name for one in (stays, gone)]
        survivor = str(get_record(session, stays).public_id)
        before, forks = everybody_reads(session, stays), []
        after = before
        try:
            forks = [_told(fork, form) for fork in forks_of(session, stays, gone)]
            settled = _decide(session, pair_id, form, by)
            proposed = len(settled.proposed)
            shown(session)
            after = everybody_reads(session, stays)
            waits = settled.change is None
        except (BadInputError, RefusedError) as error:
            refused, waits = str(error), False
    return desk.pages.page(
        "merge", request, status=status, pair=pair, names=names, survivor=survivor, forks=forks, refused=refused,
        proposed=proposed, waits=waits, moved=moved(before, after), choices=CHOICES, kinds=KIND_WORDS, notice=notice,
    )  # fmt: skip


def _decide(session: Session, pair_id: int, form: Form, by: Actor) -> Settled:
    chosen = {int(field[1:]): form.one(field) for field in form.values if re.fullmatch(r"v\d+", field)}
    return decide_same(
        session, row(pair_id), by=by, now=session.info["now"], survivor=form.one("survivor"), chosen=chosen
    )


def _told(fork: Fork, form: Form) -> dict[str, Any]:
    """A choice as the form shows it."""
    part = slot_in_words(fork.field, fork.slot)
    name = f"v{fork.theirs.id}"
    chosen = form.one(name)
    return {
        "name": name, "word": FIELD_WORDS[fork.field] + (f", {part.lower()}" if part else ""),
        "ours": _value(fork.ours), "theirs": _value(fork.theirs), "choices": fork.choices,
        "chosen": chosen if chosen in fork.choices else fork.choices[0], "is_guarded": fork.is_guarded,
    }  # fmt: skip


def _value(fact: Fact | None) -> str:
    return value_in_words(fact.field, decode_plain(fact.value or "{}"), fact.slot) if fact is not None else ""


def _listing_of(session: Session, pair_id: int) -> str:
    """The public id of the listing that shows the two best, now that they are one."""
    pair = get_pair(session, pair_id)
    return listing_of(session, get_record(session, survivor_of(session, pair.left_id) or pair.left_id))
