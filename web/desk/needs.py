"""What calls asked for and did not get, for those who look after the directory: a page, and the same as a file."""

from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get

from directory.coverage.unmet import UnmetNeeds, area_told, unmet_needs, unmet_rows
from directory.handoff.policy import LEAST
from directory.people.policy import KEEPERS
from directory.search.written import area_name
from directory.truth.table import written
from directory.truth.told import of_area, of_group
from web.desk.app import Desk, DeskHere
from web.desk.guards import opens_to
from web.doors import DESK
from web.wording import Wording

_ENGLISH = Wording("en")


class Needs(Controller):
    """The report of the last thirteen whole weeks. It holds sums, and none that is small."""

    path = f"{DESK}/overview/needs"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere) -> Response[bytes]:
        """The page."""
        found, area = _found(desk)
        lines = [
            (
                of_group(one.kind), area_told(one.area, area), one.asked, one.ends,
                ", ".join(f"{_ENGLISH(f'missing.{code}')} ({n})" for code, n in _by_number(one.reasons)),
            )
            for one in found.lines
        ]  # fmt: skip
        return desk.pages.page("needs", request, first=found.first, last=found.last, lines=lines, least=LEAST)

    @get("/table", opt=opens_to(KEEPERS), sync_to_thread=True)
    def table(self, desk: DeskHere) -> Response[bytes]:
        """The same for a spreadsheet."""
        found, area = _found(desk)
        return Response(
            written(unmet_rows(found, of_group=of_group, of_area=area)), media_type="text/csv",
            headers={"content-disposition": 'attachment; filename="needs.csv"'},
        )  # fmt: skip


def _found(desk: Desk) -> tuple[UnmetNeeds, partial[str]]:
    with desk.database.reading() as session:
        found = unmet_needs(session, today=session.info["now"].date())
    return found, partial(of_area, area_name=lambda code: area_name(code, desk.gazetteer))


def _by_number(reasons: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
