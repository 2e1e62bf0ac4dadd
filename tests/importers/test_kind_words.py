"""Words say of what kind a service is, where evidence is enough; else the likeliest kind is asked about."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import BadInputError, UnknownTermError
from directory.listings.disclosure import default_disclosure
from directory.vocabulary.terms import expand_kind, kind
from importers.kind_words import load_kind_words, shipped_kind_words

_WORDS = shipped_kind_words()
_SCRAPS = st.lists(
    st.sampled_from(
        [
            *(
                "provides",
                "offers",
                "food",
                "pantry",
                "legal",
                "aid",
                "shelter",
                "emergency",
                "housing",
                "rape",
                "exam",
            ),
            *(
                "does not",
                "refer to",
                "hospital",
                "school",
                "mental",
                "health",
                "center",
                "ayuda",
                ".",
                ";",
                "\n",
                "for",
            ),
        ]
    ),
    max_size=60,
).map(" ".join)


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        ("ZION", "Provides emergency food to families in need.", ("food",)),
        ("Harbor Legal Aid", "", ("legal-civil",)),
        ("Harbor Community Mental Health Center", "We serve the whole county.", ("mental-health",)),
        ("Amigos", "Ofrece asistencia legal y clases de ingles.", ("esl", "legal-civil")),
        ("Narcotics Anonymous", "", ("peer-support", "substance-use")),
        ("St. Agnes Church", "A congregation open to all.", ("other",)),
        ("Town of Harbor", "", ("other",)),
    ],
)
def test_words_with_enough_evidence_say_the_kind(name: str, text: str, kinds: tuple[str, ...]) -> None:
    assert set(_WORDS.read(name, texts=[text]).kinds) == set(kinds)


@pytest.mark.parametrize(
    "text",
    [
        "Refers clients to food pantries in the area.",
        "We do not provide emergency food.",
        "Advocates for legal services.",
        "Lobbies for mental health.",
    ],
)
def test_what_others_offer_or_nobody_does_is_no_evidence(text: str) -> None:
    assert _WORDS.read("Harbor", texts=[text]).kinds == ()


def test_little_evidence_is_only_a_proposal() -> None:
    read = _WORDS.read("Harbor", texts=["People who love food meet here."])
    assert read.kinds == ()
    assert read.proposed == "food"


def test_a_part_mentioned_further_down_sets_nothing() -> None:
    text = "A community theatre. It performs ten times a year. The foyer is large. Financial assistance is provided."
    assert "financial-help" not in _WORDS.read("Harbor Players", texts=[text]).kinds


def test_only_the_longer_of_two_phrases_counts() -> None:
    assert "primary-care" not in _WORDS.read("Harbor Mental Health Center").kinds


@pytest.mark.parametrize(
    "text",
    [
        "The hospital has an emergency department.",
        "Provides forensic medical exams for survivors of sexual assault.",
        "Offers emergency housing and a place to sleep for the homeless.",
        "Provides domestic violence residential services.",
    ],
)
def test_words_alone_never_say_that_people_are_sheltered_or_examined(text: str) -> None:
    kinds = _WORDS.read("Harbor Hospital", texts=[text]).kinds
    assert default_disclosure(kinds) == "public"
    assert not set(kinds) & expand_kind("sane")


def test_a_place_that_may_shelter_people_is_proposed_beside_other_kinds() -> None:
    read = _WORDS.read("Harbor", texts=["Provides job placement and emergency housing."])
    assert read.kinds == ("employment",)
    assert read.proposed == "shelter"


@given(_SCRAPS, _SCRAPS)
def test_kinds_from_any_words_are_known_and_never_withheld(name: str, text: str) -> None:
    read = _WORDS.read(name, texts=[text])
    assert default_disclosure(read.kinds) == "public"
    assert [kind(slug).code for slug in read.kinds] == list(read.kinds)
    assert read.proposed == "" or kind(read.proposed).code == read.proposed


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("[kinds.rocketry]\nstrong = ['rocket']\n", UnknownTermError),
        ("[kinds.emergency-shelter]\nstrong = ['beds']\n", BadInputError),
        ("[kinds.transitional-housing]\nstrong = ['beds']\n", BadInputError),
        ("[kinds.sane-adult]\nstrong = ['exam']\n", BadInputError),
        ("[kinds.food]\nstrong = ['.. food']\n", BadInputError),
        ("[kinds.food]\nstrong = ['']\n", BadInputError),
        ("[colours]\n", BadInputError),
    ],
)
def test_rules_that_must_not_be_are_refused(change: str, error: type[Exception], tmp_path: Path) -> None:
    path = tmp_path / "kinds.toml"
    head = "threshold = 6\nproposal = 2\noffering = []\nelsewhere = []\nsilent = []\n[proposed-only]\n"
    path.write_text(head + change, encoding="utf-8")
    with pytest.raises(error):
        load_kind_words(path)
