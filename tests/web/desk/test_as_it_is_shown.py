"""Words are screened as they will be shown: markup or an entity in the middle of a name or a number hides nothing."""

from collections.abc import Callable

import pytest

from directory.db import Database
from directory.errors import RefusedError
from directory.integrity.as_kept import as_plain
from directory.listings.drafts import FactDraft
from directory.listings.fields import Text
from tests.staff import Desk
from tests.web.desk.test_listing import House

Seat = Callable[..., Desk]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_note_to_everybody_sends_nobody_elsewhere_behind_an_entity(sign_in: Seat, database: Database) -> None:
    house, desk = House(database), sign_in("coordinator")
    for words in (
        "See www&#46;evil&#46;example&#46;com", "See evil&period;example<b></b>.com", "Call 305&#45;555&#45;0199",
        "Text 3055<i></i>550199", "Ask &#64;other",
    ):  # fmt: skip
        assert house.says(desk, "alert", words) == 400, words
    assert house.value("alert") is None
    assert house.says(desk, "alert", "No beds in June &amp; July.") == 303
    assert house.value("alert").text == "No beds in June & July."


@pytest.mark.parametrize("field", ["ask_for", "intake_question"])
@pytest.mark.parametrize(
    "words", ["Ma<b></b>ria at night", "&#77;aria Lopez", "305&#45;555&#45;0199", "see evil&#46;org"]
)
def test_whom_to_ask_for_names_nobody_behind_markup(field: str, words: str) -> None:
    with pytest.raises(RefusedError):
        as_plain([FactDraft(field, Text(words))])
