"""Headers mean what their words say, however they are spelled, joined or cut."""

import pytest

from importers.sheets.header_words import read_header, status_of


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Agency Name", "organization"), ("AGY_NAME", "organization"), ("Nom de l'organisme", "organization"),
        ("Nombre de la organización", "organization"), ("PublicName", "program"), ("Phone Number", "phone"),
        ("Agency Phone", "phone"), ("24-hr Hotline", "phone:hotline"), ("TTY phone number", "phone:tty"),
        ("Ligne d'écoute", "phone:hotline"), ("Fax #", "phone:fax"), ("E-mail", "email"), ("Web Site", "url"),
        ("PhysicalAddress1", "street"), ("Mailing Address", "mailing"), ("City/Town", "city"), ("City / Ville", "city"),
        ("ZIP Code", "postal"), ("Code postal", "postal"), ("Langues parlées", "languages"),
        ("Intake Hours", "hours:intake"),
        ("Hours of Operation", "hours"), ("Address confidential?", "confidential"), ("OK to publish", "publishable"),
        ("ExcludeFromWebsite", "exclude"), ("LastVerifiedOn", "verified-on"), ("Counties Served", "service-area"),
        ("#", "row-number"), ("Contact Person", "person"), ("Contact Information", "contact"),
        ("Non-profit Organization", "organization"), ("PGM_NM", "program"), ("City, State Zip", "city"),
        ("Org Type", "kinds"), ("Crisis Ph", "phone:hotline"), ("T\u00e9l\u00e9c.", "phone:fax"),
        ("Business", "phone:office"), ("Th", "hours:thursday"), ("HRS", "hours"), ("UPD_DT", "verified-on"),
    ],
)  # fmt: skip
def test_a_header_means_what_its_words_say(header: str, meaning: str) -> None:
    found = read_header(header)
    assert found is not None
    assert found.meaning == meaning
    assert found.share >= 0.45


def test_a_header_with_a_number_says_which_of_several_it_is() -> None:
    found = read_header("Phone2Name")
    assert found is not None
    assert (found.meaning, found.which) == ("phone-label", "2")


@pytest.mark.parametrize("header", ["", "Helipad", "Lorem ipsum", "x" * 500])
def test_a_header_of_other_words_means_nothing(header: str) -> None:
    assert read_header(header) is None


def test_the_better_phrase_of_two_headers_says_more() -> None:
    verified, updated = read_header("LastVerifiedOn"), read_header("UpdatedOn")
    assert verified is not None
    assert updated is not None
    assert verified.share > updated.share


def test_statuses_have_the_words_of_hsds() -> None:
    assert [status_of(word) for word in ("Open", "CLOSED", "Inactive", "unclear")] == [
        "active", "defunct", "inactive", None,
    ]  # fmt: skip
