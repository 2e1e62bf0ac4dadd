"""Which machines are witnesses: independent ones that say it without a break, and after whoever last said otherwise."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from directory.integrity.witnesses import Look, speaking
from tests.conftest import NOW

PHONE, OTHER, URL, MAIL, NAME = 1, 2, 3, 4, 5
_FIELDS = {PHONE: "phone", OTHER: "phone", URL: "url", MAIL: "email", NAME: "name"}


def look(day: int, fact_id: int, method: str, outcome: str, lineage: str = "") -> Look:
    return Look(NOW + dt.timedelta(days=day), fact_id, _FIELDS[fact_id], method, outcome, lineage)


SITE_GONE = [look(-30, URL, "website", "live"), look(-3, URL, "website", "gone"), look(-1, URL, "website", "gone")]
LINE_DEAD = [look(-2, PHONE, "lookup", "disconnected")]


def kinds(looks: list[Look], **more: object) -> dict[str, int]:
    """The kinds that speak, each with how many days ago it began."""
    told = speaking(looks, lines={PHONE}, **more)  # type: ignore[arg-type]
    return {kind: (NOW - since).days for kind, since in told.items()}


def test_a_site_that_went_and_a_line_that_is_dead_are_two_kinds() -> None:
    assert kinds([*SITE_GONE, *LINE_DEAD]) == {"site": 3, "lookup": 2}


def test_what_was_never_there_did_not_go() -> None:
    assert kinds([look(-3, URL, "website", "gone"), look(-2, PHONE, "corroboration", "gone")]) == {}


def test_a_site_its_pages_and_its_mail_are_one_origin() -> None:
    looks = [
        *SITE_GONE,
        look(-30, PHONE, "corroboration", "seen"),
        look(-2, PHONE, "corroboration", "gone"),
        look(-2, MAIL, "mx", "gone"),
    ]
    assert kinds(looks) == {"site": 3}
    assert kinds(looks, mail_is_of_site=False) == {"site": 3, "mx": 2}


def test_copies_of_a_list_are_one_kind() -> None:
    looks = [look(-3, NAME, "feed", "dropped", "list-a"), look(-2, NAME, "feed", "dropped", "list-b")]
    assert kinds(looks) == {"feed": 2}
    assert kinds([*looks, look(-1, NAME, "feed", "still-said", "list-a")]) == {}


def test_a_line_that_is_not_said_to_be_dead_speaks_for_the_listing() -> None:
    assert speaking([*SITE_GONE, *LINE_DEAD], lines={PHONE, OTHER}).keys() == {"site"}
    assert kinds([*LINE_DEAD, look(-1, PHONE, "lookup", "in-service")]) == {}


def test_what_said_it_before_a_person_said_otherwise_says_nothing_until_it_says_it_anew() -> None:
    person = NOW - dt.timedelta(days=2, hours=12)
    assert kinds([*SITE_GONE, *LINE_DEAD], after=person) == {"lookup": 2}
    anew = [look(-1, URL, "website", "live"), look(0, URL, "website", "gone")]
    assert kinds([*SITE_GONE[:2], *LINE_DEAD, *anew], after=person) == {"lookup": 2, "site": 0}


_OUTCOMES = {
    "lookup": ("disconnected", "in-service"), "website": ("gone", "expired", "parked", "taken-over", "live", "moved"),
    "corroboration": ("gone", "seen", "other-number", "unreadable"), "mx": ("gone", "refuses", "accepts"),
    "feed": ("dropped", "gone", "still-said", "changed"),
}  # fmt: skip
_ORIGINS = {"lookup": {"lookup"}, "feed": {"feed"}, "site": {"website", "corroboration", "mx"}}


@st.composite
def _looks(draw: st.DrawFn, methods: tuple[str, ...]) -> list[Look]:
    found = []
    for day in range(draw(st.integers(0, 25))):
        method = draw(st.sampled_from((*methods, "report")))
        outcome = draw(st.sampled_from(_OUTCOMES.get(method, ("reported",))))
        found.append(
            look(day, draw(st.sampled_from(sorted(_FIELDS))), method, outcome, draw(st.sampled_from(("", "a"))))
        )
    return found


@given(st.data(), st.sampled_from(sorted(_ORIGINS)))
def test_no_sequence_of_reports_and_of_looks_of_one_origin_is_ever_two_kinds(data: st.DataObject, origin: str) -> None:
    looks = data.draw(_looks(tuple(sorted(_ORIGINS[origin]))))
    assert len(speaking(looks, lines={PHONE})) <= 1
