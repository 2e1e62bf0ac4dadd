"""The number in hand: read aloud, learned by heart; a card only when somebody agreed and knows what is heard first."""

import re
from io import StringIO
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Greeting, Phone
from directory.pinned import pinned_lines
from directory.privacy.schema import held_by
from directory.values.phone import grouped
from tests.makers import kind, make_service, phone, site, speaks
from tests.web.conftest import IN_PAGE, public_id
from tests.web.pages.test_finder import SOCIAL_WORKER
from web.pages.aloud import InHand, card_numbers, chunks
from web.pages.guides import GUIDES
from web.paper.card import LABELS, SIZES, card_pdf
from web.static_files import StaticFiles
from web.wording import Wording

AGREED, TOLD, LABEL, SIZE, NUMBER = "12345"
NOTES = {
    "neutral": "",
    "names-service": "This line says its name when it answers.",
    "names-topic": "This line says what it is about when it answers.",
    "unknown": "We do not know how this line answers. It may say its name.",
}
PINNED = pinned_lines("US").lines[0]
one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def house(database: Database) -> str:
    """A house whose line answers without saying what it is, with lines of every other kind."""
    return _house(database, "neutral")


def _house(database: Database, answers_as: str) -> str:
    with database.transaction() as session:
        made = make_service(
            session,
            kind("public-walk-in-shelter"),
            phone("+13055550142", "voice"),
            FactDraft("phone", Phone("+13055550143", ext="105"), slot="office"),
            FactDraft("phone", Phone("233733", kind="text", keyword="HELLO"), slot="text"),
            FactDraft("phone", Phone("+13055550144", kind="tty"), slot="tty"),
            FactDraft("phone", Phone("+13055550145", kind="fax"), slot="fax"),
            FactDraft("greeting", Greeting(answers_as), slot="voice"),  # type: ignore[arg-type]
            speaks("es"),
            name="Calle Nueva Rooms",
            sites=[site()],
        )
        return public_id(session, made)


def _page(client: httpx.Client, in_hand: str, **more: str) -> str:
    answer = client.post("/", data={"u": "en", "z": in_hand, **more})
    assert answer.status_code == 200
    return answer.text


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" .", ".")


def _panel(page: str) -> str:
    return page.partition('<section class="aloud"')[2].partition("</section>")[0]


def _file(listing: str, **changed: str) -> dict[str, str]:
    """A press on "Make the file" as the page sends it: agreed, told, and the first number."""
    whole = {"u": "en", "z": f"{listing}:voice", AGREED: "1", TOLD: "1", LABEL: "doctor", SIZE: "wallet", NUMBER: "0"}
    return {name: value for name, value in {**whole, **changed}.items() if value}


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        ("+13055550142", "en", "305 three zero five / 555 five five five / 0142 zero one, four two"),
        ("+13055550142", "es", "305 tres cero cinco / 555 cinco cinco cinco / 0142 cero uno, cuatro dos"),
        ("+18883737888", "en", "1 one / 888 eight eight eight / 373 three seven three / 7888 seven eight, eight eight"),
        ("+4930123456", "en", "+49 plus four nine / 30 three zero / 123456 one two, three four, five six"),
        ("233733", "es", "233733 dos tres, tres siete, tres tres"),
        ("988", "en", "988 nine eight eight"),
    ],
)  # fmt: skip
def test_a_number_is_said_in_the_parts_in_which_people_say_it(number: str, language: str, said: str) -> None:
    assert " / ".join(f"{chunk.digits} {chunk.spoken}" for chunk in chunks(number, Wording(language))) == said


@one_database
def test_a_part_that_is_hidden_is_nowhere_else_on_the_panel(client: httpx.Client, listed: str) -> None:
    """The style sheet hides what stands in a part; nothing beside the parts may say it."""
    for in_hand, number in ((f"{listed}:voice", "+13055550142"), ("pinned:0", PINNED.number)):
        panel = _panel(_page(client, in_hand))
        beside = re.sub(r'<label class="chunk">.*?</label>', "", panel, flags=re.DOTALL)
        parts = re.findall(r'<span class="digits">(.*?)</span><span class="spoken" dir="auto">(.*?)</span>', panel)
        assert " ".join(digits for digits, _ in parts) == grouped(number)
        # A single digit in front of a number is also that of a step.
        repeated = {digits for digits, _ in parts if re.search(rf"\b{digits}\b", _words(beside))}
        assert {digits for digits in repeated if len(digits) > 1} == set()
        assert not any(spoken in _words(beside) for _, spoken in parts if " " in spoken)


@one_database
def test_what_belongs_to_a_number_stands_beside_it(client: httpx.Client, house: str) -> None:
    words = _words(_panel(_page(client, f"{house}:voice")))
    assert "Text HELLO to 233733" in words
    assert "TTY, relay TTY 305 555 0144" in words
    assert "How they answer Answers without saying what it is." in words
    assert "305 555 0145" not in words
    office = _words(_panel(_page(client, f"{house}:office")))
    assert re.search(r"After that .*105", office)
    pinned = _words(_panel(_page(client, "pinned:0")))
    assert "Text 233733" in pinned
    assert "The digits spell BeFree." in pinned
    assert "TTY, relay 711" in pinned


@one_database
def test_it_says_from_which_phone_to_call_and_that_one_in_the_room_may_listen(client: httpx.Client, house: str) -> None:
    for in_hand in (f"{house}:voice", "pinned:0"):
        words = _words(_panel(_page(client, in_hand)))
        assert "Call from a phone they do not carry" in words
        assert "A call stays in the list of calls." in words
        assert "A phone in the room may listen" in words
        assert "Nothing is saved and nothing is handed over." in words


@one_database
def test_a_pinned_line_is_read_aloud_without_its_name(client: httpx.Client) -> None:
    page = _page(client, "pinned:0")
    assert not any(name in page for name in PINNED.name.values())


@one_database
@pytest.mark.parametrize("answers_as", NOTES)
def test_what_is_heard_first_is_said_beside_every_number_that_tells(
    database: Database, client: httpx.Client, answers_as: str
) -> None:
    page = _page(client, f"{_house(database, answers_as)}:voice")
    numbers = page.split('class="numbers"')[1].split("</fieldset>")[0]
    own, pinned, _ = re.split(
        r'(?=<label class="tick[^"]*"><input type="checkbox" (?:class="number|id="told"))', numbers
    )[1:]
    assert "305 555 0142" in own
    assert ("tells" in own) == (answers_as != "neutral")
    assert NOTES[answers_as] in own
    assert ('class="note' in own) == bool(NOTES[answers_as])
    assert grouped(PINNED.number) in pinned
    assert "tells" in pinned
    assert NOTES["names-topic"] in pinned
    # The number in hand is chosen at first, and nothing that somebody has to say themselves.
    assert re.findall(r'id="([\w-]+)"[^>]*? checked', page) == ["number-0", "label-doctor", "size-wallet"]


@one_database
def test_the_role_of_the_reader_changes_the_notes_and_is_kept_over_pages(client: httpx.Client, house: str) -> None:
    nobody = _page(client, f"{house}:voice")
    assert re.findall(r'aria-pressed="(\w+)"', nobody) == ["false"] * 5
    notes = {}
    for role in ("clinician", "advocate", "attorney", "police", "other"):
        page = _page(client, f"{house}:voice", v=role)
        assert re.findall(r'value="(\w+)" aria-pressed="true"', page) == [role]
        notes[role] = page.split('id="notes"')[1].split("</ul>")[0]
    assert len(set(notes.values())) >= 4
    asked = {**SOCIAL_WORKER, "u": "en", "v": "clinician"}
    on_the_way = [
        client.post("/", data=asked | step).text for step in ({}, {"l": house}, {"x": "s"}, {"z": f"{house}:voice"})
    ]
    assert all('name="v" value="clinician"' in _kept(page) for page in on_the_way)
    assert client.post("/", data={"z": f"{house}:voice", "v": "judge"}).status_code == 400


@one_database
def test_back_leads_to_where_it_was_pressed_with_the_question(client: httpx.Client, house: str) -> None:
    asked: dict[str, Any] = {**SOCIAL_WORKER, "u": "en"}
    ways = {"Back to the list": asked, "Back to this entry": {**asked, "l": house}, "Back": {"u": "en"}}
    for words, came_from in ways.items():
        page = client.post("/", data={**came_from, "z": f"{house}:voice"}).text
        button = re.search(
            r'<div class="back">\s*<button class="quiet" form="keep" name="(\w)" value="(\w*)">(.*?)<', page
        )
        assert button
        assert button[3] == words
        kept: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input type="hidden" name="(\w)" value="([^"]*)">', _kept(page)):
            kept.setdefault(name, []).append(value)
        before = client.post("/", data=came_from).text
        after = client.post("/", data={**kept, button[1]: button[2]}).text
        assert re.findall(r"<h1.*?</h1>", after) == re.findall(r"<h1.*?</h1>", before)
        assert _kept(after) == _kept(before)


def _kept(page: str) -> str:
    return page.partition('id="keep"')[2].partition("</form>")[0]


@one_database
@pytest.mark.parametrize(
    "in_hand", ["pinned:1", "pinned:", "pinned:-1", "pinned:x", "pinned:\N{SUPERSCRIPT TWO}", "nowhere:voice", ":", "x"]
)
def test_there_is_no_number_where_none_is(client: httpx.Client, listed: str, in_hand: str) -> None:
    assert client.post("/", data={"z": in_hand}).status_code == 404
    assert client.post("/", data=_file("", z=in_hand)).status_code == 404


@one_database
def test_a_line_of_another_listing_or_for_faxes_is_never_in_hand(client: httpx.Client, listed: str, house: str) -> None:
    for in_hand in (f"{listed}:office", f"{listed}:tty", f"{house}:fax", f"{house}:none"):
        assert client.post("/", data={"z": in_hand}).status_code == 404, in_hand
        assert client.post("/", data=_file("", z=in_hand)).status_code == 404, in_hand
    assert client.post("/", data={"z": f"{house}:office"}).status_code == 200


@one_database
def test_a_file_is_made_of_what_was_chosen_and_of_nothing_else(client: httpx.Client, house: str) -> None:
    chosen = {
        (): card_pdf("Dr. office", ["305 555 0142"], size="wallet", direction="ltr"),
        ((LABEL, "blank"), (SIZE, "fold")): card_pdf("", ["305 555 0142"], size="fold", direction="ltr"),
        ((LABEL, "clinic"), ("u", "es")): card_pdf("Cita médica", ["305 555 0142"], size="wallet", direction="ltr"),
        ((NUMBER, "1"),): card_pdf("Dr. office", [grouped(PINNED.number)], size="wallet", direction="ltr"),
    }
    for changed, drawn in chosen.items():
        answer = client.post("/", data=_file(house, **dict(changed)))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.content == drawn, changed
    both = client.post("/", data={**_file(house), NUMBER: ["0", "1", "7"]})
    numbers = ["305 555 0142", grouped(PINNED.number)]
    assert both.content == card_pdf("Dr. office", numbers, size="wallet", direction="ltr")


@one_database
@pytest.mark.parametrize("answers_as", NOTES)
def test_no_file_is_made_of_what_nobody_agreed_to_or_was_not_told(
    database: Database, client: httpx.Client, answers_as: str
) -> None:
    house = _house(database, answers_as)
    refused = [{AGREED: ""}, {NUMBER: ""}, {NUMBER: "9"}, {TOLD: "", NUMBER: "1"}]
    refused += [] if answers_as == "neutral" else [{TOLD: ""}]
    for changed in refused:
        answer = client.post("/", data=_file(house, **changed))
        assert answer.headers["content-type"].startswith("text/html"), changed
        assert '<h1 id="aloud">' in answer.text
    assert client.post("/", data=_file(house)).content.startswith(b"%PDF")
    is_file = client.post("/", data=_file(house, **{TOLD: ""})).content.startswith(b"%PDF")
    assert is_file == (answers_as == "neutral")


@one_database
@pytest.mark.parametrize(
    "changed", [{LABEL: "shelter"}, {LABEL: "Dr. office"}, {LABEL: ""}, {SIZE: "a4"}, {SIZE: ""}, {SIZE: 'fold"><p>'}]
)
def test_a_label_or_a_size_that_the_page_does_not_offer_is_refused(
    client: httpx.Client, house: str, changed: dict[str, str]
) -> None:
    answer = client.post("/", data=_file(house, **changed))
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")


@one_database
def test_without_script_a_file_comes_once_from_an_address_that_tells_nothing(
    without_script: httpx.Client, house: str
) -> None:
    sent_on = without_script.post("/", data=_file(house), follow_redirects=False)
    assert (sent_on.status_code, sent_on.content) == (303, b"")
    address = sent_on.headers["location"]
    assert re.fullmatch(r"/v/[\w-]+", address)
    file = without_script.get(address)
    assert file.status_code == 200
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == 'attachment; filename="document.pdf"'
    assert file.headers["cache-control"] == "no-store"
    assert file.headers["x-content-type-options"] == "nosniff"
    # As it was drawn: a file that is padded would be kept with its padding.
    assert file.content == card_pdf("Dr. office", ["305 555 0142"], size="wallet", direction="ltr")
    again = without_script.get(address)
    assert again.headers["content-type"].startswith("text/html")
    assert "305 555 0142" not in again.text
    assert again.text == without_script.get("/v/none").text


@one_database
def test_neither_tick_nor_card_is_written_down(
    database: Database, client: httpx.Client, house: str, logged: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    before = _rows(database)
    for door in (IN_PAGE, {"accept": "text/html", "x-in-page": ""}):
        for form in (
            _file(house),
            _file(house, **{LABEL: "quibble"}),
            _file(house, **{AGREED: ""}),
            {"z": "grob:nickel"},
        ):
            client.post("/", data=form, headers=door, follow_redirects=True)
    assert _rows(database) == before
    written = logged.getvalue() + "".join(capfd.readouterr())
    assert [word for word in ("0142", "doctor", "quibble", "grob", "nickel", house) if word in written] == []


def _rows(database: Database) -> dict[str, list[str]]:
    with database.reading() as session:
        return {
            table: sorted(map(repr, session.execute(sa.text(f'SELECT * FROM "{table}"')).all()))
            for table in held_by(database)
        }


@one_database
def test_nothing_is_sent_shared_copied_or_dialled(client: httpx.Client, house: str) -> None:
    """No page and no script knows how: what a phone sends, shares, copies or dials, it keeps."""
    asked = {**SOCIAL_WORKER, "u": "en"}
    forms: list[dict[str, Any]] = [asked, {**asked, "l": house}, {**asked, "z": f"{house}:voice"}, {"z": "pinned:0"}]
    forms += [{"x": guide} for guide in GUIDES] + [{**asked, "l": "none"}, {"a": "Portland", "n": "sane"}]
    pages = [client.get("/").text, client.get("/v/none").text, *(client.post("/", data=form).text for form in forms)]
    sent = re.compile(
        r"\b(?:sms|smsto|mailto|tel|whatsapp|callto|facetime|geo|data|blob):|\.vcf|vcard|\bdownload\b=|\bqr\b|qrcode|<canvas|<img"
        r"|navigator\.(?:share|clipboard|contacts)|execCommand|ClipboardItem|createObjectURL|wa\.me",
        re.IGNORECASE,
    )
    files = {name: file.content.decode() for name, file in StaticFiles().files.items()}
    texts = {f"page {number}": page for number, page in enumerate(pages)} | files
    assert {name: found.group() for name, text in texts.items() if (found := sent.search(text))} == {}
    assert len(files) >= 8


@one_database
def test_the_labels_and_sizes_that_are_offered_are_those_that_can_be_made(client: httpx.Client, house: str) -> None:
    page = _page(client, f"{house}:voice")
    assert re.findall(rf'name="{LABEL}" value="(\w+)"', page) == list(LABELS)
    assert re.findall(rf'name="{SIZE}" value="(\w+)"', page) == list(SIZES)
    # Nothing can be typed that could stand on a card.
    maker = page.split('class="maker"')[1]
    assert (
        re.findall(r'<(?:textarea|select)|<input type="(?!hidden|checkbox|radio)\w+"', maker.split('class="always"')[0])
        == []
    )


def test_an_extension_stands_on_the_card_in_digits_alone() -> None:
    in_hand = InHand(value="a:voice", number="+13055550142", extension="12", others=(("+13055550143", "neutral"),))
    assert [number.digits for number in card_numbers(in_hand)] == ["305 555 0142 - 12", "305 555 0143"]
