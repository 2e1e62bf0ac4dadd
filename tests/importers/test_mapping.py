"""Mapping files say what a source's words mean, and people can read and correct them."""

from pathlib import Path

import pytest

from directory.errors import BadInputError, UnknownTermError
from importers.mapping import HsdsMapping, Meaning, TaxonomyName, load_mapping
from importers.packages import open_package
from importers.readers.hsds import HsdsReader
from importers.record import SourceRecord


def _meaning(*names: str, mapping: HsdsMapping | None = None, is_population: bool = False) -> Meaning:
    return (mapping or load_mapping()).meaning(TaxonomyName(name, is_population) for name in names)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Case/Care Management", ("case-management",)),
        ("Transitional Case/Care Management", ("case-management",)),
        ("Domestic Violence Shelters", ("emergency-shelter",)),
        ("Runaway/Youth Shelters", ("emergency-shelter",)),
        ("Transitional Housing/Shelter", ("transitional-housing",)),
        ("Human Trafficking Hotlines", ("hotline",)),
        ("Sexual Assault Treatment", ("trauma-therapy",)),
        ("Women's Shelter", ("emergency-shelter",)),
        ("Animal Shelters", ("other",)),
        ("Homeless Shelter Volunteer Opportunities", ("other",)),
        ("Emergency Shelter Clearinghouses", ("other",)),
        ("Safe Havens for Abandoned Newborns", ("other",)),
        ("Wildlife Refuges", ("other",)),
        ("Domestic Violence Shelters That Accept Pets", ("emergency-shelter",)),
        ("Transitional Housing for Former Prisoners", ("transitional-housing",)),
        ("Emergency Housing", ("shelter",)),
        ("Battered Women Services", ("shelter",)),
        ("Transitional Homes", ("transitional-housing",)),
        ("Summer Camps", ("other",)),
    ],
)
def test_common_names_have_a_kind(name: str, kinds: tuple[str, ...]) -> None:
    assert _meaning(name).kinds == kinds


def test_a_name_that_nobody_knows_has_no_kind() -> None:
    assert _meaning("Zymurgy Circles") == Meaning()


@pytest.mark.parametrize(
    "name", ["Winter Shelter Beds", "Cooling Shelters", "Refugios temporales", "Safe House Network"]
)
def test_an_unknown_name_with_shelter_words_counts_as_a_shelter(name: str) -> None:
    meaning = _meaning(name)
    assert {"shelter", "safe-house"} & set(meaning.kinds)


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        ("Homeless Shelter Volunteer Opportunities", True),
        ("Domestic Violence Shelter Hotlines", True),
        ("Animal Shelters", False),
        ("Safe Havens for Abandoned Newborns", False),
        ("Emergency Food and Shelter", False),
        ("Animal Shelters and Women's Shelters", True),
    ],
)
def test_a_name_speaks_of_a_shelter_whatever_its_kind_is(name: str, *, speaks: bool) -> None:
    assert _meaning(name).has_shelter_words is speaks


def test_populations_are_welcome_and_are_no_kinds() -> None:
    meaning = _meaning(
        "Domestic Violence Shelter Residents", "Pregnant Teens", "Parents of Infants", is_population=True
    )
    assert meaning.kinds == ()
    assert meaning.who == ("minors", "pregnant")


def test_other_gives_way_to_a_kind() -> None:
    assert _meaning("Summer Camps", "Case/Care Management").kinds == ("case-management",)


def test_a_deployments_own_file_wins(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[kinds]\nfood = ["zymurgy*"]\nclothing = ["case care management"]\n[languages]\n"Creole" = "kea"\n',
        encoding="utf-8",
    )
    mapping = load_mapping(own)
    assert _meaning("Zymurgy Circles", mapping=mapping).kinds == ("food",)
    assert _meaning("Case/Care Management", mapping=mapping).kinds == ("clothing",)
    assert _meaning("Human Trafficking Hotlines", mapping=mapping).kinds == ("hotline",)
    assert mapping.languages["Creole"] == "kea"


def test_no_mapping_makes_the_place_of_a_shelter_public(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[kinds]\nfood = ["winter shelter*"]\n[not-a-kind]\nphrases = ["night shelter*"]\n', encoding="utf-8"
    )
    mapping = load_mapping(own)
    assert _meaning("Winter Shelter Beds", mapping=mapping).has_shelter_words
    assert _meaning("Night Shelters", mapping=mapping).has_shelter_words


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('[kinds]\nrocketry = ["rocket"]\n', UnknownTermError),
        ('[who]\nmartians = ["martians"]\n', UnknownTermError),
        ('[languages]\n"Creole" = "klingon"\n', UnknownTermError),
        ("[kinds\n", BadInputError),
        ("[kinds]\nfood = 3\n", BadInputError),
        ('[colours]\nred = ["x"]\n', BadInputError),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(content: str, error: type[Exception], tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(error):
        load_mapping(path)


def test_most_services_of_a_real_211_have_a_kind(shared: Path) -> None:
    mapping = load_mapping()
    with open_package(shared / "data" / "miami211_hsds11", max_mb=20) as package:
        services = [one for one in HsdsReader.of(package).services() if isinstance(one, SourceRecord) and one.names]
    meanings = [mapping.meaning(one.names) for one in services]
    with_kind = sum(bool(set(one.kinds) - {"other"}) for one in meanings)
    assert with_kind / len(services) > 0.75
    assert sum(one.is_known for one in meanings) / len(services) > 0.96
    assert sum("case-management" in one.kinds for one in meanings) >= 180
