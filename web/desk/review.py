"""The review of an import: what a list would change, line by line; nothing of it comes in before somebody says so."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect

from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.intake.breaker import HOLDS
from directory.intake.deciding import OF_LIKES, REASONS, VERDICTS, Verdict
from directory.intake.held_runs import is_released, release_run
from directory.intake.reviewing import KINDS, Decisions, Line, counts_of, lines_of, mark_of
from directory.intake.runs import require_keeping
from directory.people.policy import KEEPERS
from directory.sources.uploads import Upload, Uploads
from importers.at_desk import NOT_KEPT, REVIEWED, ReadUpload, decisions_of
from web.desk.app import By, Desk, DeskHere
from web.desk.duplicates import why_in_words
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.desk.imports import OUTCOME_WORDS, STAGE_WORDS
from web.desk.rule_words import rules_in_words
from web.desk.uploads import REVIEW
from web.desk.value_words import FIELD_WORDS
from web.doors import DESK
from web.forms import Form

_LINES_SHOWN = 100
_ONLY = {
    "open": "To decide",
    "all": "All",
    "two-people": "For two people",
    "alike": "Look alike",
    "new": "New",
    "nothing": "Nothing to decide",
}
_VERDICT_WORDS: dict[Verdict, str] = {"take": "Take", "keep": "Keep ours", "later": "Later"}
# Of what is new nothing of ours stands beside it that could be kept; some of it looks like something here.
_NEW_WORDS = _VERDICT_WORDS | {"keep": "Leave it out"}
_ALIKE_WORDS: dict[Verdict, str] = {
    "same": "The same", "other": "Another one", "keep": "Leave it out", "later": "Later",
}  # fmt: skip
_NUMBER = re.compile(r"\d{18}")
_MOVED_ON = (
    "This has changed meanwhile, so that was not decided of what is there now. All that was decided before stays. "
    "Go back, and look at it as it is now."
)
_AS_A_WHOLE = {"new": "Something new", "alike": KINDS["alike"]}
_BY = {"listing": "By listing", "fact": "By fact"}


class Review(msgspec.Struct, frozen=True):
    """A document with its lines and what was decided of them."""

    upload: Upload
    read: ReadUpload
    lines: list[Line]
    decisions: Decisions


class Chosen(msgspec.Struct, frozen=True):
    """A verdict, the lines that it is about, and whether others that were meant have changed meanwhile."""

    verdict: Verdict
    lines: list[Line]
    has_moved_on: bool = False


class ReviewPages(Controller):
    """One document on its way in. Only who may import at all sees it."""

    path = f"{REVIEW}/{{upload:str}}"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        upload: FromPath[str],
        desk: DeskHere,
        by: By,
        *,
        only: FromQuery[str] = "open",
        page: FromQuery[int] = 0,
    ) -> Response[bytes]:
        """How far it is; when it was read, what it would change, by listing."""
        return _page(request, desk, by, upload, only=only, page=page, by_what="listing")

    @get("/facts", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show_by_fact(
        self,
        request: Request[Any, Any, Any],
        upload: FromPath[str],
        desk: DeskHere,
        by: By,
        *,
        only: FromQuery[str] = "open",
        page: FromQuery[int] = 0,
    ) -> Response[bytes]:
        """The same, by kind of fact."""
        return _page(request, desk, by, upload, only=only, page=page, by_what="fact")

    @get("/aside", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show_aside(
        self, request: Request[Any, Any, Any], upload: FromPath[str], desk: DeskHere, by: By
    ) -> Response[bytes]:
        """The rows that do not come in, each with the reason."""
        require_keeping(by)
        review = _review(desk.importing.uploads, upload)
        return desk.pages.page(
            "aside", request, upload=review.upload, read=review.read, outcomes=OUTCOME_WORDS,
            in_words=rules_in_words,
        )  # fmt: skip

    @post("/decide", opt=opens_to(KEEPERS), sync_to_thread=True)
    def decide(
        self, request: Request[Any, Any, Any], body: RawBody, upload: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Decide one line, those of one listing, those that are ticked, or all of a kind."""
        require_keeping(by)
        form = desk_form(request, body, {"one", "group", "kind", "ticked", "n", "plan", "reason", "back"})
        reason = form.one("reason")
        if reason not in {"", *REASONS}:
            raise BadInputError("That is no reason.")
        uploads = desk.importing.uploads
        with uploads.deciding(upload):
            kept = uploads.own(upload, by=by.id)
            if kept.stage not in REVIEWED:
                raise RefusedError("It is coming in already.")
            review = _review(uploads, upload)
            chosen = _chosen(review.lines, form)
            for line in chosen.lines:
                review.decisions[line.number] = chosen.verdict, reason if chosen.verdict == "keep" else ""
            uploads.write(upload, "decisions", review.decisions)
            if kept.stage == "held":
                # What was held, or let in, was something else.
                uploads.save(msgspec.structs.replace(kept, stage="read", run=None))
        if chosen.has_moved_on:
            raise RefusedError(_MOVED_ON)
        where = f"{REVIEW}/{upload}/facts" if form.one("back") == "fact" else f"{REVIEW}/{upload}"
        after = f"#n{chosen.lines[-1].number}" if form.one("one") and chosen.lines else ""
        return Redirect(f"{where}{after}", status_code=303)

    @post("/apply", opt=opens_to(KEEPERS), sync_to_thread=True)
    def apply(self, upload: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Bring in what was taken, and remember what was not wanted."""
        require_keeping(by)
        _apply(desk, by, upload)
        return Redirect(f"{REVIEW}/{upload}", status_code=303)

    @post("/release", opt=opens_to(KEEPERS), sync_to_thread=True)
    def release(self, upload: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Let it come in although it changes much, once."""
        require_keeping(by)
        kept = desk.importing.uploads.own(upload, by=by.id)
        if kept.stage != "held" or kept.run is None:
            raise NotFoundError("It is not held.")
        with desk.database.transaction() as session:
            # Somebody else may have let it in where all runs are.
            if not is_released(session, kept.run):
                release_run(session, kept.run, by=by, now=session.info["now"])
        _apply(desk, by, upload)
        return Redirect(f"{REVIEW}/{upload}", status_code=303)


def _apply(desk: Desk, by: By, upload_id: str) -> None:
    importing = desk.importing
    importing.apply(importing.uploads.own(upload_id, by=by.id).id, by)


def _review(uploads: Uploads, upload_id: str) -> Review:
    upload = uploads.get(upload_id)
    read = uploads.read(upload_id, "read", ReadUpload)
    return Review(upload, read, lines_of(read.plan), decisions_of(uploads, upload_id))


def _chosen(lines: list[Line], form: Form) -> Chosen:
    """What a press says, and of which lines that are still as the page had them."""
    there = {line.number: line for line in lines if line.is_open}
    for field in ("one", "group", "kind", "ticked"):
        verdict, _, what = form.one(field).partition(".")
        if verdict not in {*VERDICTS, *OF_LIKES}:
            continue
        if field in {"one", "ticked"}:
            numbers = [what] if field == "one" else form.all("n")
            if not all(_NUMBER.fullmatch(number) for number in numbers):
                raise BadInputError("There is nothing to decide.")
            found = [there[number] for number in dict.fromkeys(numbers) if number in there]
            return Chosen(verdict, _that_may_be(verdict, found), has_moved_on=len(found) < len(set(numbers)))
        # A press for many holds for those that whoever pressed it had before them.
        if form.one("plan") != mark_of(lines):
            return Chosen(verdict, [], has_moved_on=True)
        first = there.get(what)
        found = [
            line for line in there.values()
            if (line.kind == what if field == "kind" else first and _title(line) == _title(first))
        ]  # fmt: skip
        if not found:
            raise BadInputError("There is nothing to decide.")
        return Chosen(verdict, _that_may_be(verdict, found))
    raise BadInputError("Say what is to become of it.")


def _that_may_be(verdict: Verdict, lines: list[Line]) -> list[Line]:
    """The lines of which this may be said; of what looks like one we have, somebody has to say which it is."""
    found = [line for line in lines if verdict in line.verdicts]
    if lines and not found:
        raise BadInputError("Say of what looks like one we have whether it is the same, or another one.")
    return found


def _title(line: Line) -> tuple[str, str]:
    return line.name, line.listing


def _page(
    request: Request[Any, Any, Any], desk: Desk, by: By, upload_id: str, *, only: str, page: int, by_what: str
) -> Response[bytes]:
    require_keeping(by)
    uploads = desk.importing.uploads
    upload, is_worked_on = uploads.look(upload_id)
    has_rows = uploads.has_rows(upload_id)
    if upload.stage not in {"read", "held"} or not has_rows:
        is_stopped = upload.stage not in {"failed", "done"} and not is_worked_on
        return desk.pages.page(
            "on-its-way", request, upload=upload, stages=STAGE_WORDS, is_stopped=is_stopped, has_rows=has_rows,
            not_kept=NOT_KEPT,
        )  # fmt: skip
    review = _review(uploads, upload_id)
    chosen = only if only in _ONLY else "open"
    counts = counts_of(review.lines, review.decisions)
    wanted = [line for line in review.lines if _is_wanted(line, chosen)]
    if by_what == "fact":
        wanted.sort(key=lambda line: (line.kind in _AS_A_WHOLE, FIELD_WORDS.get(line.field, line.field), line.name))
    start = max(page, 0) * _LINES_SHOWN
    kinds = {kind: sum(line.kind == kind for line in review.lines) for kind in KINDS if kind != "nothing"}
    return desk.pages.page(
        "review", request, upload=upload, read=review.read, counts=counts, only=chosen, filters=_ONLY, ways=_BY,
        by_what=by_what, number=max(page, 0), has_more=len(wanted) > start + _LINES_SHOWN, kinds=KINDS,
        of_kind={kind: number for kind, number in kinds.items() if number}, verdicts=_VERDICT_WORDS, reasons=REASONS,
        words_of={"new": _NEW_WORDS, "alike": _ALIKE_WORDS}, why=why_in_words,
        groups=_groups(wanted[start : start + _LINES_SHOWN], by_what), decisions=review.decisions, words=FIELD_WORDS,
        here_=f"{DESK}/imports/review/{upload.id}", holds=[HOLDS.get(code, code) for code in review.read.plan.holds],
        mark=mark_of(review.lines),
    )  # fmt: skip


def _is_wanted(line: Line, only: str) -> bool:
    if only == "all":
        return True
    if only == "open":
        # What was decided a moment ago stays in sight, so that it can be taken back.
        return line.is_open
    return line.kind == only


def _groups(lines: Iterable[Line], by_what: str) -> list[tuple[str, str, list[Line]]]:
    """Lines that stand together, under a title, with the listing that they are about."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        field = _AS_A_WHOLE.get(line.kind) or FIELD_WORDS.get(line.field, line.field or "As a whole")
        title = (line.name or "Without a name", line.listing) if by_what == "listing" else (field, "")
        groups.setdefault(title, []).append(line)
    return [(title, listing, many) for (title, listing), many in groups.items()]
