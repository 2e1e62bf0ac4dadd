"""What was imported: the runs, each with its rows, and letting one in that is held or taking one back."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect

from directory.errors import BadInputError
from directory.intake.held_runs import release_run
from directory.intake.matches import decide_different, decide_same
from directory.intake.runs import OUTCOMES, keeps_imports, list_runs, require_keeping, show_run
from directory.intake.undoing import undo_run
from directory.people.policy import KEEPERS
from directory.sources.policy import SHARING_WORDS
from directory.sources.queries import keys_open_to, list_sources
from importers.opening import READERS
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import PARTNERS, opens_to
from web.desk.rule_words import rules_in_words
from web.desk.value_words import FIELD_WORDS, WANTS
from web.doors import DESK

IMPORTS = f"{DESK}/imports"
STATE_WORDS = {
    "running": "Being read, or stopped in the middle", "held": "Held: nothing of it came in",
    "released": "Released: import the same document again", "waiting": "Came in; values wait for people",
    "applied": "Came in", "undone": "Taken back", "failed": "Stopped; what came in stays",
}  # fmt: skip
STAGE_WORDS = {
    "reading": "Being read", "read": "Waits for your review", "applying": "Coming in", "held": "Held",
    "failed": "Could not be done", "done": "Came in",
}  # fmt: skip
OUTCOME_WORDS = {
    "accepted": "read as written", "repaired": "mended", "quarantined": "set aside",
    "rejected": "refused", "skipped": "blank, headers and totals",
}  # fmt: skip
# What a held document would have done, by the figures of its plan.
WOULD_WORDS = {
    "new": "new", "changed": "changed", "waits": "values that wait for people", "missing": "missing at the source",
    "returned": "there again", "withdrawn": "made confidential", "closed": "closed here and not touched",
    "unchanged": "as they were",
}  # fmt: skip
_SAID = {
    "released": "Released. Import the same document again; it comes in once.",
    "same": "They are one now. The page of the listing takes it back.", "different": "Two. Nobody is asked again.",
}  # fmt: skip
_WORDS: dict[str, Any] = {
    "outcomes": OUTCOME_WORDS, "wants": WANTS, "words": FIELD_WORDS, "would": WOULD_WORDS, "in_words": rules_in_words,
}  # fmt: skip
# A number in an address has six digits at most, so that no page lies beyond what a database counts.
_LAST_PAGE = 999_999


class Imports(Controller):
    """Runs and sources. Who works on a part of the directory sees what is about that part."""

    path = IMPORTS

    @get("/", opt=opens_to(PARTNERS), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, page: FromQuery[int] = 0
    ) -> Response[bytes]:
        """What was read, the latest first, and from whom."""
        with desk.database.reading() as session:
            runs, has_more = list_runs(session, by=by, page=_page(page))
            keeps = keeps_imports(by)
            sources = list_sources(session) if keeps else []
            own = keys_open_to(session, by=by) if keeps else frozenset()
        uploads = desk.importing.uploads.all() if keeps else []
        return desk.pages.page(
            "imports", request, runs=runs, has_more=has_more, number=page, sources=sources, keeps=keeps, own=own,
            states=STATE_WORDS, outcomes=OUTCOME_WORDS, sharing=SHARING_WORDS, uploads=uploads, stages=STAGE_WORDS,
            readers={name: way.help for name, way in READERS.items()}, most_mb=desk.settings.max_feed_mb,
        )  # fmt: skip

    @get("/{run:int}", opt=opens_to(PARTNERS), sync_to_thread=True)
    def show_one(
        self,
        request: Request[Any, Any, Any],
        run: FromPath[int],
        desk: DeskHere,
        by: By,
        *,
        only: FromQuery[str] = "",
        page: FromQuery[int] = 0,
        said: FromQuery[str] = "",
    ) -> Response[bytes]:
        """One run, row by row, with what waits for people."""
        with desk.database.reading() as session:
            seen = show_run(session, row(run), by=by, outcome=only, page=_page(page))
        return desk.pages.page(
            "import", request, seen=seen, only=only if only in OUTCOMES else "", number=page, states=STATE_WORDS,
            undone=None, notice=_SAID.get(said, ""), **_WORDS,
        )  # fmt: skip

    @post("/{run:int}/release", opt=opens_to(KEEPERS), sync_to_thread=True)
    def release(self, run: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Let the document of a held run come in, once."""
        with desk.database.transaction() as session:
            require_keeping(by)
            release_run(session, row(run), by=by, now=session.info["now"])
        return Redirect(f"{IMPORTS}/{run}?said=released", status_code=303)

    @post("/{run:int}/undo", opt=opens_to(KEEPERS, proved=True), status_code=200, sync_to_thread=True)
    def undo(self, request: Request[Any, Any, Any], run: FromPath[int], desk: DeskHere, by: By) -> Response[bytes]:
        """Take back what a run brought, and say what was kept because somebody has touched it since."""
        with desk.database.transaction() as session:
            require_keeping(by)
            undone = undo_run(session, row(run), by=by, now=session.info["now"])
        with desk.database.reading() as session:
            seen = show_run(session, run, by=by)
        return desk.pages.page(
            "import", request, seen=seen, only="", number=0, states=STATE_WORDS, undone=undone,
            notice="", **_WORDS,
        )  # fmt: skip

    @post("/{run:int}/pairs", opt=opens_to(KEEPERS), sync_to_thread=True)
    def decide(
        self, request: Request[Any, Any, Any], body: RawBody, run: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Say whether something that came in and something that is here are one."""
        form = desk_form(request, body, {"pair", "verdict"})
        verdict = form.one("verdict")
        if verdict not in {"same", "different"}:
            raise BadInputError("Say whether they are one or two.")
        decide = decide_same if verdict == "same" else decide_different
        with desk.database.transaction() as session:
            decide(session, form.number("pair") or 0, by=by, now=session.info["now"])
        return Redirect(f"{IMPORTS}/{row(run)}?said={verdict}", status_code=303)


def _page(number: int) -> int:
    return min(max(number, 0), _LAST_PAGE)
