"""The watcher: somebody who has the device afterwards, presses Back, opens the history, or reads every file of it.

In real Chromium and real Firefox, with and without script. Each run is a browser of its own, and most of a run is
waiting, so all of them happen at once. ``HANDRAIL_WATCHER_RUNS`` is how often each is made.
"""

import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from directory.bootstrap import open_database
from directory.listings.models import Record
from directory.settings import Settings
from tests.journeys.surroundings import EXIT_HOST, surroundings
from tests.journeys.watching import NAME, NUMBER, Findings, Kind, Scene, leak, leave_and_look, pull_the_plug
from tests.makers import kind, make_service, phone, site
from tests.services import SqliteFiles, serve
from tests.services.chromium_profile import chromium_program
from tests.services.firefox import firefox_program

_SOPCHOPPY = (30.0714, -84.4549)
# Nearly all of a run is waiting for a browser; beyond this many they only wait for each other, and for other tests.
_AT_ONCE = 4
_PROGRAMS = {"chromium": chromium_program, "firefox": firefox_program}
_PAGES = re.compile(r"/|/v/[A-Za-z0-9_-]+|/static/[0-9a-f]+/[a-z.]+")

pytestmark = pytest.mark.timeout(900)
_runs = range(int(os.environ.get("HANDRAIL_WATCHER_RUNS", "1")))


class Run(msgspec.Struct, frozen=True):
    """One browser that was used: ``what`` happened in it, and whether it had script; ``number`` counts repetitions."""

    what: str
    kind: Kind
    javascript: bool
    number: int

    def __str__(self) -> str:
        return f"{self.kind}-{'script' if self.javascript else 'no script'}-{self.number}"

    def look(self, scene: Scene, folder: Path) -> Findings:
        """Do it and look."""
        match self.what:
            case "leave":
                return leave_and_look(scene, self.kind, folder, javascript=self.javascript)
            case "leak":
                return leak(scene, self.kind, folder)
            case _:
                in_its_own_time = self.what == "session"
                return pull_the_plug(
                    scene, self.kind, folder, javascript=self.javascript, in_its_own_time=in_its_own_time
                )


def _of(what: str, *kinds: Kind, modes: tuple[bool, ...] = (True, False)) -> list[Run]:
    return [Run(what, kind, javascript, number) for number in _runs for kind in kinds for javascript in modes]


LEFT, KILLED = _of("leave", "chromium", "firefox"), _of("kill", "chromium", "firefox")
# What only Firefox keeps for later, and what leaks; these take longest.
LATER, LEAKED = _of("session", "firefox"), _of("leak", "firefox", "chromium", modes=(True,))


@pytest.fixture(scope="module")
def scene(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A site with one listing, and what stands around it."""
    url = sqlite_files.ready()
    database = open_database(url)
    with database.transaction() as session:
        house = make_service(
            session,
            kind("public-walk-in-shelter"),
            phone(NUMBER),
            name=NAME,
            sites=[site(street="3 Rose Street", point=_SOPCHOPPY)],
        )
        session.flush()
        listing = session.scalars(sa.select(Record.public_id).where(Record.id == house.listings[0][1])).one()
    with surroundings(tmp_path_factory.mktemp("around")) as around:
        chosen = Settings(database_url=url, exit_url=around.leave, exit_hosts=EXIT_HOST)
        with serve(database, chosen) as address:
            yield Scene(site=address, around=around, listing=str(listing))
    database.dispose()
    sqlite_files.discard(url)


@pytest.fixture(scope="module")
def looks(
    request: pytest.FixtureRequest, scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Run, Future[Findings]]]:
    """Every run that a chosen test asks for, begun at once, the longest first."""
    asked = {item.callspec.params.get("run") for item in request.session.items if hasattr(item, "callspec")}
    pool = ThreadPoolExecutor(_AT_ONCE)
    begun = [run for run in (*LATER, *LEAKED, *LEFT, *KILLED) if run in asked and _PROGRAMS[run.kind]().exists()]
    yield {run: pool.submit(run.look, scene, tmp_path_factory.mktemp(run.what)) for run in begun}
    pool.shutdown(cancel_futures=True)


@pytest.fixture
def found(run: Run, looks: dict[Run, Future[Findings]]) -> Findings:
    """What a run found."""
    return looks[run].result()


@pytest.mark.parametrize("run", LEFT, ids=str)
def test_back_and_forward_after_leaving_tell_nothing(found: Findings) -> None:
    """However somebody leaves: by the way out, by another address, by a link elsewhere."""
    assert found.sights == ()
    assert {left_by for left_by, _ in found.steps} == {"exit", "address", "link"}


@pytest.mark.parametrize("run", LEFT, ids=str)
def test_without_script_the_pages_of_a_search_come_back_as_one_neutral_page(run: Run, found: Findings) -> None:
    """With script they never were pages of their own."""
    places = {url.partition("/v/")[1] or url for _, url in found.steps}
    assert ("/v/" in places) == (not run.javascript)


@pytest.mark.parametrize("run", [*LEFT, *KILLED, *LATER], ids=str)
def test_no_file_of_the_browser_holds_a_word_of_the_search(found: Findings) -> None:
    assert found.files == ()


@pytest.mark.parametrize("run", [*KILLED, *LATER], ids=str)
def test_a_browser_that_restores_what_was_open_restores_nothing_of_the_search(run: Run, found: Findings) -> None:
    assert found.restored == ()


@pytest.mark.parametrize("run", LEFT, ids=str)
def test_history_knows_one_page_of_the_site_and_no_telling_word(run: Run, found: Findings) -> None:
    pages = {"/v/" if visit.url.startswith("/v/") else visit.url for visit in found.visits}
    # Firefox keeps no address that is as long as a sealed one.
    assert {"/"} <= pages <= ({"/"} if run.javascript else {"/", "/v/"})
    assert "Daybook" in {visit.title for visit in found.visits} <= {"", "Daybook"}


@pytest.mark.parametrize("run", LEFT, ids=str)
def test_no_address_and_no_header_tells_of_a_search(found: Findings) -> None:
    assert [path for path in found.paths if not _PAGES.fullmatch(path)] == []
    assert found.heads == ()


@pytest.mark.parametrize("run", LEFT, ids=str)
def test_typing_asks_nothing_and_no_page_asks_another_host(found: Findings) -> None:
    assert found.while_typing == ()
    assert found.hosts == ()


@pytest.mark.parametrize("run", [*LEFT, *KILLED, *LATER], ids=str)
def test_the_site_stores_nothing(found: Findings) -> None:
    assert found.stored == ()


@pytest.mark.parametrize("run", LEAKED, ids=str)
def test_the_watcher_finds_what_another_site_leaves_behind(run: Run, found: Findings) -> None:
    """Else the tests above could not fail."""
    files = {Path(trace.file).name.partition("_")[0]: trace for trace in found.files}
    spellings = {trace.spelling for trace in found.files}
    if run.kind == "firefox":
        assert files.keys() >= {"recovery.jsonlz4", "places.sqlite", "formhistory.sqlite", "data.sqlite"}
        assert {"UTF-8 in mozLz4", "UTF-8 in base64 in mozLz4"} <= spellings
    else:
        assert files.keys() >= {"Session", "Tabs", "History", "Web Data"}
        assert {"UTF-8", "UTF-16LE", "percent-encoded"} <= spellings
    words = {word for trace in found.files if (word := trace.word)}
    assert words >= {"quorvexlight", "zanthólm", "sopchoppy"}
    assert any(visit.url.startswith("/leak") for visit in found.visits)
    assert any("zanthólm" in place for place in found.restored)
    assert any(sight.words for sight in found.sights)
    assert found.while_typing
    assert found.heads
    assert found.hosts == ("pictures.example.net",)
    assert {"cookies", "localStorage"} <= set(found.stored)
    assert any("leveldb" in store or store.endswith("ls/data.sqlite") for store in found.stored)
