"""The form as a state: everything that can be asked is read, handed on unchanged, and left out one by one."""

from urllib.parse import urlencode

import pytest

from directory.errors import UnknownTermError
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Child
from web.forms import Form, read_form
from web.pages.asking import FIELDS, Asked
from web.pages.where import Where

EVERYTHING = [
    ("a", "33130"), ("q", "Luz"), ("b", "es"), ("n", "shelter"), ("o", "tonight"), ("w", "trans-women"),
    ("w", "minors"), ("g", "16"), ("w", "with-children"), ("h", "12"), ("i", "m"), ("h", "3"), ("i", ""), ("p", "4"),
    ("r", "transport"), ("t", "attested"), ("k", "60"), ("f", "Texas"), ("c", "33101"), ("e", "100"),
]  # fmt: skip


def _form(fields: list[tuple[str, str]]) -> Form:
    return read_form(urlencode(fields).encode(), "application/x-www-form-urlencoded", fields=FIELDS)


def _asked(*fields: tuple[str, str]) -> Asked:
    return Asked.read(_form(list(fields)))


def test_everything_is_read() -> None:
    asked = Asked.read(_form(EVERYTHING))
    assert asked == Asked(
        place="33130", name="Luz", language="es", need="shelter", open="tonight",
        who=("trans-women", "minors", "with-children"), minor_age=16, children=(Child(12, "m"), Child(3)), group=4,
        barriers=("transport",), level="attested", radius=60, origin="Texas", away="33101", beyond=100,
    )  # fmt: skip


def test_hidden_fields_hand_on_the_whole_state() -> None:
    asked = Asked.read(_form(EVERYTHING))
    assert Asked.read(_form(asked.hidden())) == asked
    assert Asked.read(_form(Asked(place="33130").hidden())) == Asked(place="33130")


def test_the_question_holds_all_of_it_in_kilometres() -> None:
    with Gazetteer() as gazetteer:
        where = Where(near=gazetteer.find("33130"), away=gazetteer.find("33101"), origin="US-TX")
    question = Asked.read(_form(EVERYTHING)).question(where, country="US")
    assert (question.need, question.name, question.open, question.group) == ("shelter", "Luz", "tonight", 4)
    assert (question.minor_age, question.children) == (16, (Child(12, "m"), Child(3)))
    assert (question.accepts_from, question.away_from, question.near) == ("US-TX", where.away, where.near)
    assert question.within_km == pytest.approx(96.56, abs=0.01)
    assert question.beyond_km == pytest.approx(160.93, abs=0.01)


def test_no_distance_is_kept_from_nowhere() -> None:
    assert _asked(("e", "100")).question(Where(), country="US").beyond_km == 0


def test_an_age_says_that_somebody_is_there() -> None:
    asked = _asked(("g", "0"), ("h", "0"), ("i", "f"))
    assert asked.who == ("minors", "with-children")
    assert (asked.minor_age, asked.children) == (0, (Child(0, "f"),))


@pytest.mark.parametrize("age", ["", "18", "x", "-1", "²"])
def test_what_is_no_age_of_a_child_is_nobody(age: str) -> None:
    asked = _asked(("g", age), ("h", age), ("i", "m"))
    assert (asked.who, asked.children, asked.minor_age) == ((), (), None)


def test_a_child_without_an_age_does_not_shift_the_sex_of_the_next() -> None:
    asked = _asked(("h", ""), ("i", "f"), ("h", "12"), ("i", "m"), ("h", "3"))
    assert asked.children == (Child(12, "m"), Child(3))


def test_one_person_is_no_group() -> None:
    assert [_asked(("p", text)).group for text in ("", "0", "1", "2", "14", "9999", "many")] == [
        None, None, None, 2, 14, 100, None,
    ]  # fmt: skip


@pytest.mark.parametrize("field", ["o", "n", "m", "b", "t", "w", "r"])
def test_what_no_page_offers_is_refused_and_not_repeated(field: str) -> None:
    with pytest.raises(UnknownTermError) as refused:
        _asked((field, "blue-door"))
    assert "blue" not in str(refused.value)


def test_needs_have_the_names_that_answers_give_them() -> None:
    assert Asked.read(_form(EVERYTHING)).needs() == (
        "trans-women", "minors", "with-children", "transport", "language:es", "open:tonight", "group", "accepts-from",
        "trauma-informed",
    )  # fmt: skip
    assert Asked.read(_form(EVERYTHING)).count() == 11


def test_each_need_can_be_left_out_with_everything_that_belongs_to_it() -> None:
    asked = Asked.read(_form(EVERYTHING))
    for need in (*asked.needs(), "name"):
        fewer = asked.without(need)
        assert fewer.count() == asked.count() - 1, need
        assert Asked.read(_form(fewer.hidden())) == fewer, need
        assert Asked.read(_form([*EVERYTHING, ("d", need)])) == fewer, need
    assert asked.without("minors").minor_age is None
    assert asked.without("with-children").children == ()
    assert asked.without("language:ht") == asked
    assert asked.without("open:now") == asked


def test_a_kind_or_a_name_is_enough_to_search() -> None:
    assert _asked(("n", "shelter")).is_searchable
    assert _asked(("q", "Luz")).is_searchable
    assert not _asked(("w", "women"), ("o", "now")).is_searchable


@pytest.mark.parametrize(
    ("field", "value", "fold"),
    [
        ("g", "16", "tells_ages"), ("h", "3", "tells_ages"), ("p", "3", "tells_ages"), ("k", "60", "tells_places"),
        ("f", "Texas", "tells_places"), ("c", "33101", "tells_places"), ("r", "free", "tells_offers"),
        ("t", "attested", "tells_offers"), ("q", "Luz", ""), ("o", "now", ""), ("w", "women", ""), ("m", "mat", ""),
    ],
)  # fmt: skip
def test_whatever_is_chosen_in_a_fold_opens_it(field: str, value: str, fold: str) -> None:
    asked = _asked((field, value))
    assert asked.is_detailed
    open_folds = [name for name in ("tells_ages", "tells_places", "tells_offers") if getattr(asked, name)]
    assert open_folds == ([fold] if fold else [])


def test_a_tile_leaves_the_folds_closed() -> None:
    assert not _asked(("n", "shelter"), ("a", "33130"), ("b", "es"), ("e", "100")).is_detailed
