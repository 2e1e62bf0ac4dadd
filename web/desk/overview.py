"""How true the directory is and how well it is kept, for those who look after it: charts, and their tables as files."""

from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from directory.clock import day_number
from directory.coverage.queries import coverage_of
from directory.coverage.table import coverage_rows, gap_rows
from directory.handoff.recall import recall_told, recalled
from directory.handover import neglect_told
from directory.people.policy import KEEPERS
from directory.planning.months import months
from directory.search.written import area_name
from directory.truth.figures import Truth
from directory.truth.queries import known_listings, truth_about
from directory.truth.table import CODES, tables, written
from directory.truth.told import audit_told, of_area, of_group
from directory.vocabulary import terms
from web.desk import charts
from web.desk.app import Desk, DeskHere
from web.desk.coverage_map import map_shown
from web.desk.forms import desk_form
from web.desk.gaps import gaps_shown
from web.desk.guards import opens_to
from web.doors import DESK
from web.fixed_lines import fixed_numbers

_OVERVIEW = f"{DESK}/overview"
_FIRST_KIND = "shelter"


class Overview(Controller):
    """One page, and a file of each of its tables. They hold counts and no listing, and are no copy of anything here."""

    path = _OVERVIEW

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere) -> Response[bytes]:
        """All of it as of today."""
        return _page(request, desk, _FIRST_KIND)

    @post("/", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def choose(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere) -> Response[bytes]:
        """The same with the map of another kind, which is posted so that it stands in no address (SAFETY D1)."""
        return _page(request, desk, terms.kind(desk_form(request, body, {"kind"}).one("kind")).code)

    @get("/tables/{table:str}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def table(self, table: FromPath[str], desk: DeskHere) -> Response[bytes]:
        """One of the tables, for a spreadsheet."""
        if table not in (*CODES, "gaps", "coverage"):
            raise NotFoundException
        with desk.database.reading() as session:
            now = session.info["now"]
            known = known_listings(session)
            found = truth_about(session, known.kept, day=day_number(now))
            done = months(session, day=now.date())
        area = partial(of_area, area_name=lambda code: area_name(code, desk.gazetteer))
        if table in ("gaps", "coverage"):
            day = day_number(now)
            covered = coverage_of(known, desk.gazetteer, day=day)
            rows = gap_rows(covered, area) if table == "gaps" else coverage_rows(known, covered, area, day=day)
        else:
            rows = list(tables(found, done, of_group=of_group, of_area=area)[table])
        return Response(
            written(rows), media_type="text/csv",
            headers={"content-disposition": f'attachment; filename="{table}.csv"'},
        )  # fmt: skip


@get(f"{DESK}/figures", opt=opens_to(KEEPERS), sync_to_thread=False)
def figures() -> Redirect:
    """Where the figures stood before; people have it among their bookmarks."""
    return Redirect(_OVERVIEW, status_code=303)


def _page(request: Request[Any, Any, Any], desk: Desk, kind: str) -> Response[bytes]:
    with desk.database.reading() as session:
        now = session.info["now"]
        known = known_listings(session)
        found = truth_about(session, known.kept, day=day_number(now))
        done = months(session, day=now.date())
        neglect = neglect_told(session, now=now)
        packs = recall_told(recalled(session, fixed=fixed_numbers(desk.settings, today=now.date()), now=now))
    covered = coverage_of(known, desk.gazetteer, day=day_number(now))
    area = partial(of_area, area_name=lambda code: area_name(code, desk.gazetteer))
    shown = (
        charts.fresh("kinds", "How fresh, by kind", found.by_group, of_group),
        charts.fresh("areas", "How fresh, by area", found.by_area, area),
        charts.planned(done),
        charts.audited(found.audited),
        charts.kept(found.compliance),
        charts.calibrated(found.calibration),
    )
    return desk.pages.page(
        "overview", request, charts=shown, as_of=now, headline=_headline(found),
        audit=" ".join(audit_told(found.audited)[:2]), neglect=neglect, packs=packs, gaps=gaps_shown(covered, area),
        map=map_shown(known, covered.ground, kind, area, day=day_number(now)),
    )  # fmt: skip


def _headline(found: Truth) -> str:
    number = found.compliance.listings
    if not number:
        return "Nobody can find a listing here yet"
    return (
        f"{sum(cell.states['verified'] for cell in found.by_group):,} of {number:,} listings are confirmed and in time"
    )
