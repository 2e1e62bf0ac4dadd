"""Lines that take reports beside a number in hand: what they are for and when they answer, never that somebody must."""

import datetime as dt
import re
from collections.abc import Iterator

import httpx
import pytest

from directory.db import Database
from directory.pinned import pinned_lines
from directory.places.gazetteer import Gazetteer
from directory.settings import OWN_LANGUAGES
from tests.services import serve
from tests.web.conftest import IN_PAGE, settings
from web.pages.report_lines import ShownReporting, ShownReportLine, shown_reporting
from web.wording import Wording, catalogue

_VERDICTS = re.compile(r"\b(?:must|have to|required|debe|tiene que|obligad)", re.IGNORECASE)
_SUNDAY_NIGHT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)
_TUESDAY_MORNING = dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC)
one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def _shown(
    gazetteer: Gazetteer, where: str, *, now: dt.datetime = _TUESDAY_MORNING, reader: str = "", language: str = "en"
) -> ShownReporting:
    place = gazetteer.find(where)
    return shown_reporting(
        Wording(language), place, reader, now=now, zones=gazetteer.zones(place), pinned=pinned_lines(place.country)
    )


def _answers(shown: ShownReporting) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (kind.label, [(one.numbers[0][0] if one.numbers else "", _said(one.opening)) for one in kind.lines])
        for kind in shown.kinds
    ]


def _said(opening: object) -> str:
    return f"{getattr(opening, 'lead', '')} {getattr(opening, 'detail', '')}".strip()


def test_in_boston_the_line_of_this_hour_stands_first_and_the_office_with_its_gap(gazetteer: Gazetteer) -> None:
    child, *_ = _shown(gazetteer, "Boston, MA", reader="clinician").kinds
    assert child.label == "Child protection"
    line, office = child.lines
    assert line.numbers == (("1 800 792 5200", ""),)
    assert _said(line.opening) == "Answers now. 24 hours a day."
    assert (office.numbers, _said(office.opening)) == ((), "Answers now. Until 5 p.m.")
    assert office.number_at == "Number not known here. It is on this page: www.mass.gov/dcf"
    assert "The law there names your role (M.G.L. c. 119, s. 21; M.G.L. c. 119, s. 51A). It may name others too." in (
        line.notes
    )
    assert line.sources[0].endswith("(www.mass.gov), read Nov 28, 2026")
    child, *_ = _shown(gazetteer, "Boston, MA", now=_SUNDAY_NIGHT).kinds
    assert [_said(one.opening) for one in child.lines] == [
        "Answers now. 24 hours a day.", "Closed now. Opens tomorrow at 9 a.m.",
    ]  # fmt: skip
    assert not any("your role" in note for one in child.lines for note in one.notes)


def test_kinds_that_the_same_line_serves_are_one_entry_and_what_is_not_known_is_said_and_counted(
    gazetteer: Gazetteer,
) -> None:
    florida = _shown(gazetteer, "33130")
    assert _answers(florida)[0] == (
        "Child protection \u00b7 Protection of older adults \u00b7 Protection of disabled people",
        [("1 800 962 2873", "Answers now. 24 hours a day.")],
    )
    missing = {kind.label: (kind.missing, kind.covered) for kind in florida.kinds if not kind.lines}
    assert list(missing) == ["Injury reports", "Sexual crime reports"]
    none, covered = missing["Sexual crime reports"]
    assert none == "No line for this is known here."
    assert covered.startswith("Lines known for 1 of 56 US states and territories, and for 0 of 13 ")
    others = [kind for kind in _shown(gazetteer, "Boston, MA", reader="attorney").kinds if not kind.lines]
    assert others[-1].missing == "The lines known here are for other roles."


def test_what_a_line_is_not_for_and_whose_clock_it_keeps_is_said(gazetteer: Gazetteer) -> None:
    disabled = next(kind for kind in _shown(gazetteer, "Boston, MA").kinds if "disabled" in kind.label)
    assert disabled.lines[0].numbers[1] == ("1 888 822 0350", "TTY or relay")
    assert disabled.lines[0].notes[:2] == (
        "Age 18\u201359", "Not for adults who depend on no one who cares for them.",
    )  # fmt: skip
    # What none of the lines of a kind does is said once; of lines that differ, with each.
    general = (
        "A report here is not a report to the police.", "A report here does not mean a place to stay tonight.",
    )  # fmt: skip
    assert disabled.limits == general
    arkansas = _shown(gazetteer, "72201").kinds[0]
    assert arkansas.limits == (general[1],)
    assert arkansas.lines[0].notes[0] == "The police take these reports."
    indian_country = _shown(gazetteer, "Arizona").in_indian_country[0]
    assert set(general) < set(indian_country.notes)
    crime = _shown(gazetteer, "Boston, MA").kinds[-1].lines[0]
    assert _said(crime.opening) == "A form, sent by fax."
    assert _shown(gazetteer, "Texas").zone == "Hours are by the clock of Chicago, where most people there live."
    assert _shown(gazetteer, "79901").zone == ""
    assert _shown(gazetteer, "Arizona").in_indian_country[0].numbers == (("1 800 633 5155", ""),)
    holiday = _shown(gazetteer, "B3H", now=dt.datetime(2026, 7, 1, 14, tzinfo=dt.UTC)).kinds[0].lines
    assert [_said(one.opening) for one in holiday] == [
        "Answers now.", "Hours for this holiday are not known: ask.",
    ]  # fmt: skip


def test_where_no_number_is_known_it_is_said_who_takes_reports_and_which_line_of_the_nation_there_is(
    gazetteer: Gazetteer,
) -> None:
    def line(where: str, label: str) -> ShownReportLine:
        return next(kind for kind in _shown(gazetteer, where).kinds if label in kind.label).lines[0]

    police = line("Boston, MA", "Injury")
    assert police.number_at == "Each town or county has its own number. It is not known here."
    assert police.notes[0] == "The police take these reports."
    assert not any("not a report to the police" in note for note in police.notes)
    burns = line("Rhode Island", "Injury")
    assert (burns.run_by, burns.number_at) == (
        "Rhode Island Office of the State Fire Marshal", "Number not known here.",
    )  # fmt: skip
    assert line("82001", "Child").number_at.startswith("Number not known here. It is on this page: dfsweb.wyo.gov/")
    for where, digits in {"Boston, MA": "1 888 373 7888", "Nunavut": "1 833 900 1010"}.items():
        number = digits.replace(" ", "\u00a0")
        assert _shown(gazetteer, where).instead == (
            f"Where no line is known: {number}, the national line. A call there is not a report.",
        )


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_nobody_is_told_that_they_must(gazetteer: Gazetteer, language: str) -> None:
    texts = {one: forms[0] for one, forms in catalogue(language).texts.items() if one.startswith("takes.")}
    assert len(texts) > 15
    assert {one for one, text in texts.items() if _VERDICTS.search(text)} == set()
    shown = _shown(gazetteer, "Boston, MA", reader="clinician", language=language)
    notes = [note for kind in shown.kinds for one in kind.lines for note in one.notes]
    assert notes
    assert [note for note in notes if _VERDICTS.search(note)] == []


@one_database
def test_they_stand_beside_a_number_in_hand_for_the_place_that_was_asked_about(client: httpx.Client) -> None:
    def words(**asked: str) -> str:
        answer = client.post("/", data={"u": "en", "z": "pinned:0", **asked})
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))

    boston = words(a="Boston, MA", v="clinician")
    assert "Lines that take reports: Boston, MA" in boston
    assert "1 800 792 5200" in boston
    assert "For danger right now, call 911." in boston
    # Where nothing was asked, or nothing that is known, it is the deployment's own area, or nothing.
    assert "Lines that take reports: 33130 (Miami, FL)" in words()
    assert "Lines that take reports" not in words(a="Nowhere at all")
    assert "Lines that take reports" not in words(a="Tijuana, Mexico")


@one_database
def test_the_house_says_its_own_rule(database: Database) -> None:
    chosen = settings(reporting_policy="Page the social worker on call first.")
    with serve(database, chosen) as address, httpx.Client(base_url=address, headers=IN_PAGE) as client:
        page = client.post("/", data={"u": "en", "z": "pinned:0"}).text
    assert "Rule of this house: Page the social worker on call first." in page


def test_of_many_numbers_that_of_the_place_itself_comes_first(gazetteer: Gazetteer) -> None:
    def first(where: str) -> tuple[str, str]:
        return _shown(gazetteer, where).kinds[0].lines[0].numbers[0]

    assert first("Montréal, QC") == ("514 896 3100", "Montréal, en français")
    assert first("Laval, QC") == ("1 888 975 4884", "Laval")
    assert first("Québec, QC") == ("1 800 463 9009", "Bas-Saint-Laurent")
