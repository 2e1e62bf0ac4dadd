"""Whatever a source calls a place where people are sheltered, it counts as one; other people's shelters do not."""

import pytest

from directory.values.plain_text import folded
from importers.shelter_words import is_withheld, says_withheld, shelter_in_name, shelter_in_text
from tests.effort import effort


@pytest.mark.parametrize(
    "name",
    [
        "Harbor Shelter", "Safe-House", "SafeHouse Denver", "Safe Home Program", "Safe Haven for Women", "Refuge House",
        "Sheltering Arms", "Hogar Seguro", "Casa de Acogida", "Casa Refugio", "Albergue Esperanza", "Kay refij",
        "Maison d'hébergement", "Emergency Housing", "Crisis Housing", "Safe Housing", "Host Home Programs",
        "Human Trafficking Safe Beds", "Domestic Violence Housing", "Residential Program for Trafficked Youth",
        "Battered Women Residential Program",
    ],
)  # fmt: skip
def test_a_name_says_shelter(name: str) -> None:
    assert shelter_in_name(folded(name)) == "shelter"


@pytest.mark.parametrize("name", ["Transitional Home", "Transitional Living Program", "Transitional Housing"])
def test_a_name_says_transitional_housing(name: str) -> None:
    assert shelter_in_name(folded(name)) == "transitional-housing"


@pytest.mark.parametrize(
    "name", ["Safe Place", "Women's Safe Space", "New Haven", "Battered Women Services", "Maternity Homes"]
)
def test_a_name_that_may_mean_a_shelter_counts_where_nothing_else_tells_the_kind(name: str) -> None:
    assert shelter_in_name(folded(name), is_kind_known=False) == "shelter"
    assert shelter_in_name(folded(name)) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Harbor Aid",
        "Refugee Services",
        "Housing Counseling",
        "Domestic Violence Counseling",
        "Nursing Homes",
        "Housing",
    ],
)
def test_a_name_says_nothing_of_shelter(name: str) -> None:
    assert shelter_in_name(folded(name), is_kind_known=False) == ""


@pytest.mark.parametrize(
    "text",
    [
        "We help. Provides 24-hour beds in our emergency shelter for runaway, abused and homeless youth.",
        "The foundation operates Harbor House Shelter and a thrift shop.",
        "The mission is to provide shelter, case management and meals.",
        "Shelter from abuse for women and their children.",
        "A safe house for women.\nCall first.",
        "Residential care in a home-like setting for abused and neglected children.",
        "Ofrecemos albergue a mujeres.",
        "Youth shelters and family counseling are among our programs.",
        "Refers to other agencies. Operates a shelter.",
        "A temporary haven for homeless women and children.",
    ],
)
def test_a_description_offers_shelter(text: str) -> None:
    assert shelter_in_text(text) == "shelter"


def test_a_description_offers_transitional_housing() -> None:
    assert shelter_in_text("Clothing, transitional housing and mentoring.") == "transitional-housing"


@pytest.mark.parametrize(
    "text",
    [
        "Refers to shelters and other services.",
        "Provides referrals to emergency shelter and food.",
        "Clothing, free of charge, for homeless children in shelters and foster care.",
        "Volunteers cook meals for local homeless shelters.",
        "Links families with transitional housing.",
        "The county's animal shelter takes dogs and cats.",
        "The bus shelter is new. Ask about the tax shelter.",
        "Hurricane preparedness: when to shelter in place, and where to take shelter.",
        "Sheltered workshop for adults.",
        "A Safe Haven law protects newborns.",
        "Counseling for refugees.",
    ],
)
def test_a_description_offers_no_shelter(text: str) -> None:
    assert shelter_in_text(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "A confidential shelter for survivors of trafficking.",
        "Offers a safe and confidential emergency shelter.",
        "The location of the house is a secret.",
        "The address is not disclosed.",
        "We do not disclose our address.",
        "Confidential emergency housing for women.",
        "Un refugio confidencial para mujeres.",
        "La dirección es confidencial.",
        "Undisclosed location",
    ],
)
def test_a_sentence_says_that_a_place_is_not_told(text: str) -> None:
    assert says_withheld(text)


@pytest.mark.parametrize(
    "text",
    [
        "Free and confidential counseling.",
        "Address Confidentiality Program.",
        "Confidential home visits and housing counseling.",
        "All calls are confidential. The address is 9 Public Lantern Avenue.",
        "Open to the public.",
    ],
)
def test_a_sentence_hides_no_place(text: str) -> None:
    assert not says_withheld(text)


def test_an_address_says_that_it_is_not_told() -> None:
    assert is_withheld("CONFIDENTIAL - call first")
    assert not is_withheld("9 Public Lantern Avenue")


@pytest.mark.parametrize(
    "piece", ["abused ", "housing ", "refer to a ", "confidential safe ", "shelter of the ", "in or "]
)
def test_hostile_text_is_read_in_time(piece: str) -> None:
    text = (piece * 32_768)[: 32 * 1024]
    with effort() as spent:
        shelter_in_text(text)
        says_withheld(text)
        shelter_in_name(text, is_kind_known=False)
    assert spent.seconds < 0.5
