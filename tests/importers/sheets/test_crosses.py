"""A cross says of its row what its header names: a term of the vocabulary always, and one that a mapping names."""

import pytest

from directory.errors import BadInputError
from importers.mapping import load_mapping
from importers.record import ColumnRead
from importers.sheets.crosses import is_cross
from tests.importers.sheets.grids import grid, read, services


def _columns(*labels: str, cells: str = "xx", mapping: str = "", group: str = "") -> dict[str, ColumnRead]:
    """The columns of two rows with crosses under these headers."""
    above = [["Agency", "Phone", group, *[""] * (len(labels) - 1)]] if group else []
    rows = [[f"Harbor {number}", f"305-555-010{number}", *[cell] * len(labels)] for number, cell in enumerate(cells)]
    named = ["", ""] if group else ["Agency", "Phone"]
    sheet = grid(*above, [*named, *labels], *rows, merged=((0, 2, 0, 1 + len(labels)),) if group else ())
    return {one.column.removeprefix(f"{group} "): one for one in read(sheet, mapping=mapping).columns(lambda _: True)}


def _who(label: str, meaning: str = "", cell: str = "x") -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Populations, barriers and notes of a row with a cross under a header."""
    said = f'[columns]\n"{label}" = "{meaning}"\n' if meaning else ""
    row = services(
        grid(["Agency", "Phone", label], ["Harbor", "305-555-0101", cell], ["Reed", "988", ""]), mapping=said
    )
    meant = load_mapping(text=said).meaning(row["Harbor"].names)
    return meant.who, meant.barriers, dict(row["Harbor"].notes)


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Trans women", "trans-women"), ("Under 18", "minors"), ("Minors", "minors"), ("Deaf", "deaf"),
        ("Personas sordas", "deaf"), ("Mujeres trans", "trans-women"), ("Without immigration papers", "undocumented"),
    ],
)  # fmt: skip
def test_a_population_of_the_vocabulary_heads_crosses_unasked(label: str, slug: str) -> None:
    assert _columns(label)[label].meaning == "cross:population"
    assert _columns(label, "Women", group="Who")[label].meaning == "cross:population"
    assert _who(label)[0] == (slug,)
    assert _who(label, "cross:population")[0] == (slug,)


@pytest.mark.parametrize(
    ("label", "slug"), [("No papers needed", "no-documents"), ("Childcare on site", "childcare-on-site")]
)
def test_a_barrier_of_the_vocabulary_heads_crosses_unasked(label: str, slug: str) -> None:
    assert _columns(label)[label].meaning == "cross:barrier"
    assert slug in _who(label)[1]
    assert slug in _who(label, "cross:barrier")[1]


def test_a_mapping_may_name_the_term_that_a_cross_stands_for() -> None:
    assert _who("TW", "cross:population:trans-women")[0] == ("trans-women",)
    assert "free" in _who("No $", "cross:barrier:free")[1]
    said = '[columns]\n"K" = "cross:kind:food"\n"HC" = "cross:language:ht"\n'
    sheet = grid(["Agency", "Phone", "K", "HC"], ["Harbor", "305-555-0101", "x", "x"], ["Reed", "988", "", ""])
    row = services(sheet, mapping=said)["Harbor"]
    assert load_mapping().meaning(row.names).kinds == ("food",)
    assert row.languages == ("Haitian Creole",)
    saved = read(sheet, mapping=said).mapping_text()
    assert '"K" = "cross:kind:food"' in saved
    assert '"HC" = "cross:language:ht"' in saved


@pytest.mark.parametrize("meaning", ["cross:population", "cross:barrier", "cross:kind", "cross:language"])
def test_a_header_that_says_nothing_of_crosses_is_an_error_where_a_mapping_says_it_does(meaning: str) -> None:
    with pytest.raises(BadInputError, match=f"{meaning} of the column .Banana."):
        _who("Banana", meaning)


@pytest.mark.parametrize("group", ["Who", "Languages", "Services"])
def test_a_header_that_nobody_knows_among_crosses_is_a_question_and_a_note(group: str) -> None:
    found = _columns("Zymurgy", "Women", group=group)["Zymurgy"]
    assert found.meaning is None
    assert "What does a cross mean here?" in found.question


def test_a_saved_file_of_such_a_table_can_be_given_back() -> None:
    rows = [["Harbor", "988", "x", "x"], ["Reed", "211", "", "x"]]
    heads = [["Agency", "Phone", "Languages", ""], ["", "", "Zymurgy", "Spanish"]]
    sheet = grid(*heads, *rows, merged=((0, 2, 0, 3),))
    assert services(sheet, mapping=read(sheet).mapping_text())["Harbor"] == services(sheet)["Harbor"]


def test_words_in_the_place_of_a_cross_are_kept() -> None:
    assert _who("Minors", "cross:population", "with a guardian")[2] == {"Minors": "with a guardian"}


@pytest.mark.parametrize(
    "meaning", ["cross:population:martians", "cross:language:xx-none", "cross:county:5", "cross:x"]
)
def test_there_is_no_cross_of_a_term_that_there_is_not(meaning: str) -> None:
    assert not is_cross(meaning)
