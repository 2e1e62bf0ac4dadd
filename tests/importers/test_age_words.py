"""Ages, children and group sizes in words become whole years and counts, or questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.age_words import AgesRead, Origin, read_ages, whole_years

_SCRAPS = st.sampled_from(
    [
        *("ages", "12", "17", "18+", "999", "to", "-", "under", "over", "years old", "months", "boys", "children"),
        *("birth", "up to", "and", "older", "groups of", "de", "a", "años", "mayores de", "seniors", "(", ")", ";"),
        *("\n", "no", "0"),
    ]
)


def _read(text: str, origin: Origin = "eligibility", *, is_one_program: bool = True) -> AgesRead:
    return read_ages([(origin, text)], is_one_program=is_one_program)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("18 and over", 18, None),
        ("Ages 12-17", 12, 17),
        ("ages 12 \u2013 17", 12, 17),
        ("Under 18", None, 17),
        ("Birth to 5", 0, 5),
        ("60+", 60, None),
        ("Women 18+", 18, None),
        ("Youth 13 to 21", 13, 21),
        ("de 12 a 17 años", 12, 17),
        ("Mayores de 18 años", 18, None),
        ("Menores de 18 años", None, 17),
        ("6 weeks to 5 years old", 0, 5),
        ("Children 18-36 months", 1, 3),
        ("Children ages 6 months to 12", 0, 12),
        ("Infants through 12 years old", 0, 12),
        ("children zero to five years old", 0, 5),
        ("Adults (18 or older)", 18, None),
        ("Must be 55 or older", 55, None),
        ("Adults over 60, disabled adults 18-59", 18, None),
    ],
)
def test_ages_are_read_in_whole_years(text: str, low: int | None, high: int | None) -> None:
    age = _read(text).age
    assert age is not None
    assert (age.minimum, age.maximum) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "Open 9-5",
        "Established 60 years ago",
        "A 10-12 week program",
        "Volunteers must be 18 and older.",
        "Children under 12 must be accompanied by an adult.",
        "Free for children under 5",
        "Enrolls persons over 65 in Medicare",
        "Five staff",
        "Call 305-555-0142",
    ],
)
def test_other_numbers_are_no_ages(text: str) -> None:
    assert _read(text).age is None


@pytest.mark.parametrize(
    "text", ["Children 5-10. Seniors 60 and over.", "Parents with children ages 0-3", "Usually ages 12-17"]
)
def test_ages_that_are_not_clear_are_asked_about(text: str) -> None:
    read = _read(text)
    assert read.age is None
    assert [field for _, field, _ in read.questions] == ["age"]


def test_a_part_of_what_an_organization_does_gives_no_age() -> None:
    text = "Provides after school care for children 5 to 12 years old."
    assert _read(text, "description").age is not None
    read = _read(text, "description", is_one_program=False)
    assert read.age is None
    assert read.questions


def test_ages_of_children_do_not_close_a_service_to_grown_people() -> None:
    read = read_ages([("description", "Care for children 5-12.")], is_one_program=True, takes_grown_people=True)
    assert read.age is None
    assert read.questions


@pytest.mark.parametrize(
    ("text", "most", "boys_to"),
    [
        ("Boys up to 12", None, 12),
        ("Male children under 14", None, 13),
        ("No males over 12", None, 12),
        ("Women and children (boys under age 4 only)", None, 3),
        ("Up to 3 children", 3, None),
        ("Hasta tres hijos; varones hasta 10", 3, 10),
    ],
)
def test_children_who_come_along_are_read(text: str, most: int | None, boys_to: int | None) -> None:
    read = _read(text)
    assert read.children is not None
    assert (read.children.most, read.children.boys_to) == (most, boys_to)
    assert read.age is None


def test_two_age_limits_of_boys_are_asked_about() -> None:
    read = _read("Boys up to 12. Boys up to 15.")
    assert read.children is None
    assert read.questions[0][0] == "boys-age-not-clear"


@pytest.mark.parametrize(("text", "most"), [("Groups of up to 14", 14), ("Grupos de hasta 20", 20)])
def test_the_largest_group_is_read(text: str, most: int) -> None:
    group = _read(text).group
    assert group is not None
    assert group.most == most


@pytest.mark.parametrize(
    ("written", "years"),
    [("12", 12), ("18.0", 18), (" 6 months ", 0), ("30 months", 2), ("21 years", 21), ("x", None), ("400", None)],
)
def test_an_age_cell_is_whole_years_or_nothing(written: str, years: int | None) -> None:
    assert whole_years(written) == years


@given(st.lists(_SCRAPS, max_size=30).map(" ".join), st.sampled_from(["eligibility", "application", "description"]))
def test_ages_are_possible_whatever_is_written(text: str, origin: Origin) -> None:
    read = _read(text, origin)
    if read.age is not None:
        low, high = read.age.minimum, read.age.maximum
        assert all(age is None or 0 <= age <= 150 for age in (low, high))
        assert low is None or high is None or low <= high
    if read.children is not None:
        assert read.children.boys_to is None or 0 <= read.children.boys_to <= 20
    if read.group is not None:
        assert 1 < read.group.most <= 500


@given(st.text(max_size=40))
def test_an_age_cell_never_breaks(written: str) -> None:
    years = whole_years(written)
    assert years is None or 0 <= years <= 150
