"""Layouts are data that people write: what is wrong with one is said in words, and their form is explained in full."""

from pathlib import Path

import pytest

from directory.errors import BadInputError, UnknownTermError
from importers.layout import MEANINGS, SHIPPED, Layout, layouts, read_layout, read_layouts

_PLAIN = """help = "A table."\nrequired = ["site-name"]\n[columns]\nsite-name = ["Name"]\n"""


def _layout(folder: Path, more: str = "", plain: str = _PLAIN) -> Layout:
    path = folder / "almanac.toml"
    path.write_text(plain + more, encoding="utf-8")
    return read_layout(path)


def test_a_short_layout_is_enough(tmp_path: Path) -> None:
    assert _layout(tmp_path).columns == {"site-name": ["Name"]}


@pytest.mark.parametrize(
    "more",
    ['[[left-out]]\ncolumn = "nowhere"\nis = ["x"]\n', 'colour = "blue"\n', "[columns\n"],
    ids=["a column that is none", "a key that is none", "no TOML"],
)
def test_a_layout_that_cannot_be_read_is_refused(more: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="almanac"):
        _layout(tmp_path, more)


def test_a_layout_without_the_column_that_it_requires_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="phone"):
        _layout(tmp_path, plain=_PLAIN.replace('["site-name"]', '["site-name", "phone"]'))


def test_a_kind_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownTermError, match=r"almanac.toml names a kind that there is not: castle"):
        _layout(tmp_path, '[kinds]\nalways = ["castle"]\n')


def test_no_layout_says_that_there_are_exams_or_that_people_are_sheltered() -> None:
    for layout in layouts().values():
        said = [
            *layout.kinds.always,
            *layout.kinds.otherwise,
            *(one for where in layout.kinds.where for one in where.kinds),
        ]
        assert not any("sane" in slug or "shelter" in slug for slug in said)


def test_every_meaning_is_explained() -> None:
    explained = (SHIPPED / "README.md").read_text(encoding="utf-8")
    assert sorted(meaning for meaning in MEANINGS if f"`{meaning}`" not in explained) == []
    keys = [name.replace("_", "-") for name in Layout.__struct_fields__]
    assert [key for key in keys if f"{key}" not in explained] == []


def test_every_shipped_layout_can_be_read() -> None:
    assert set(layouts()) == {file.stem for file in SHIPPED.glob("*.toml")}


def test_a_slip_in_one_layout_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.toml").write_text(_PLAIN, encoding="utf-8")
    (tmp_path / "bad.toml").write_text(_PLAIN + '[kinds]\nalways = ["castle"]\n', encoding="utf-8")
    assert list(read_layouts(tmp_path)) == ["good"]
    told = capsys.readouterr().err
    assert told == "handrail: The layout bad.toml names a kind that there is not: castle. It is left out.\n"


def test_the_example_of_the_readme_is_a_layout(tmp_path: Path) -> None:
    example = (SHIPPED / "README.md").read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    layout = _layout(tmp_path, plain=example)
    assert layout.kinds.where[0].kinds == ["primary-care"]
    assert layout.left_out[0].reason.endswith(".")
