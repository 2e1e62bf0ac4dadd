"""``handrail languages``: who has read which language, said once and kept; and words that texts do without."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from directory.audit.models import AuditEntry
from directory.bootstrap import bring_up_to_date
from directory.cards.queries import list_listings
from directory.db import Database
from directory.settings import SAVED_FILE, load_settings
from directory.soundness import problems_of
from tests.makers import kind, make_organization, make_service, phone, serves, text
from web.cli import main
from web.languages import is_reviewed
from web.wording import LANGUAGES, catalogue

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command with a data folder of its own, in which there is nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return lambda *words, **extra: CliRunner().invoke(main, ["languages", *words], **extra)


def _states(run: Run) -> dict[str, str]:
    return {one["tag"]: one["state"] for one in json.loads(run("list", "--json").stdout)}


def test_every_language_is_listed_with_what_is_shown_of_it(run: Run) -> None:
    listed = json.loads(run("list", "--json").stdout)
    assert [one["tag"] for one in listed] == list(LANGUAGES)
    by_tag = {one["tag"]: one for one in listed}
    assert by_tag["ar"] == {
        "tag": "ar", "name": "العربية", "direction": "rtl", "texts": len(catalogue("ar").texts),
        "drafts": len(catalogue("ar").drafts), "state": "draft",
    }  # fmt: skip
    assert (by_tag["es"]["state"], by_tag["es"]["drafts"], by_tag["es"]["direction"]) == ("own", 0, "ltr")
    rows = [line.split("\t") for line in run("list").stdout.splitlines()]
    assert [row[:3] for row in rows if row[0] == "vi"] == [["vi", "Tiếng Việt", "ltr"]]
    assert "draft: only numbers, hours, names and labels are shown" in rows[-1]


def test_a_language_is_shown_beside_english_text_by_text(run: Run) -> None:
    every = json.loads(run("show", "ar", "--json").stdout)
    by_id = {one["id"]: one for one in every}
    assert set(by_id) == set(catalogue("ar").texts)
    assert all(one["english"] and all(one["text"]) for one in every)
    assert by_id["device.text"]["draft"]
    assert not by_id["bar.leave"]["draft"]
    assert by_id["term.kind.shelter"]["english"] == ["Shelter"]
    assert by_id["age.days"]["text"] == list(catalogue("ar").texts["age.days"])
    drafts = json.loads(run("show", "ar", "--drafts", "--json").stdout)
    assert {one["id"] for one in drafts} == catalogue("ar").drafts
    plain = run("show", "ar", "--drafts").stdout
    assert f"device.text (draft)\n  en: {catalogue('en').texts['device.text'][0]}\n  ar: " in plain
    assert "term.kind.shelter" in run("show", "es").stdout


def test_an_approval_asks_whether_a_person_has_read_all_of_it(run: Run, tmp_path: Path) -> None:
    asked = run("approve", "fr", input="\n")
    assert asked.exit_code == 1
    assert "a person who speaks it as a first language has read every text" in asked.stdout
    assert _states(run)["fr"] == "draft"
    approved = run("approve", "fr", input="y\n")
    assert approved.exit_code == 0
    assert "is approved. The site speaks so when it is started again." in approved.stdout
    assert _states(run)["fr"] == "reviewed"
    assert is_reviewed(load_settings({}, folder=tmp_path / "handrail"), "fr")
    # Nothing but the setting came to be, in particular no database.
    assert [file.name for file in (tmp_path / "handrail").iterdir()] == [SAVED_FILE]
    assert "already" in run("approve", "fr").stdout


def test_approvals_stand_beside_each_other_and_are_withdrawn_one_by_one(run: Run) -> None:
    for tag in ("vi", "ar"):
        assert run("approve", tag, "--yes").exit_code == 0
    assert run("withdraw", "vi").exit_code == 0
    assert {tag for tag, state in _states(run).items() if state == "reviewed"} == {"ar"}
    again = run("withdraw", "vi")
    assert (again.exit_code, again.stdout) == (0, "Tiếng Việt is not approved.\n")


def test_an_approval_holds_for_what_was_read_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_REVIEWED_LANGUAGES", "vi:0123456789ab")
    assert _states(run)["vi"] == "changed"


@pytest.mark.parametrize("how", ["", "_FILE"])
def test_an_approval_that_would_have_no_effect_is_not_written(
    run: Run, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "given"
    given.write_text("vi:0123456789ab")
    monkeypatch.setenv(f"HANDRAIL_REVIEWED_LANGUAGES{how}", str(given) if how else given.read_text())
    for words in (("approve", "vi", "--yes"), ("withdraw", "vi")):
        refused = run(*words)
        assert refused.exit_code == 2
        assert f"HANDRAIL_REVIEWED_LANGUAGES{how} is set in the environment" in refused.stderr
        assert not (tmp_path / "handrail").exists()
    assert f"HANDRAIL_REVIEWED_LANGUAGES=vi:{catalogue('vi').digest}" in run("approve", "vi", "--yes").stderr


@pytest.mark.parametrize("verb", ["show", "approve", "withdraw", "check"])
def test_an_unknown_language_ends_with_four_and_is_not_repeated(run: Run, verb: str) -> None:
    ended = run(verb, "secret-value")
    assert ended.exit_code == 4
    assert "secret-value" not in ended.output


def test_english_and_spanish_need_no_approval(run: Run, tmp_path: Path) -> None:
    for words in (("approve", "en"), ("approve", "es"), ("withdraw", "en")):
        ended = run(*words)
        assert (ended.exit_code, "need no approval" in ended.stdout) == (0, True)
    assert not (tmp_path / "handrail").exists()


def test_the_audit_says_which_language_was_approved_and_withdrawn(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", url)
    bring_up_to_date(database)
    digest = catalogue("ko").digest
    assert run("approve", "ko", "--yes").exit_code == 0
    assert run("withdraw", "ko").exit_code == 0
    with database.reading() as session:
        acts = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq)).all()
        told = [(act.verb, act.subject, json.loads(act.body)["body"]) for act in acts]
    assert told[-2:] == [
        ("language.approved", "ko", {"digest": digest}), ("language.withdrawn", "ko", {"digest": digest}),
    ]  # fmt: skip
    assert not any(problems_of(database).values())


def test_own_texts_are_checked_and_nothing_is_found(run: Run) -> None:
    ended = run("check")
    assert (ended.exit_code, ended.stdout) == (0, "No word of the list is in these texts.\n")
    assert json.loads(run("check", "vi", "en", "--json").stdout) == []


def test_a_word_that_a_deployment_avoids_is_shown_with_its_place_and_not_its_text(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "words.json"
    own.write_text('{"en": {"router": {"say": "the box"}, "shelter": {"say": "a room"}, "wheelchair": {"say": "-"}}}')
    monkeypatch.setenv("HANDRAIL_WORD_LIST", str(own))
    ended = run("check", "en", "--json")
    assert ended.exit_code == 1
    found = json.loads(ended.stdout)
    assert {"where": "text", "of": "device.text", "field": "", "language": "en", "word": "router", "found": "router",
            "say": "the box"} in found  # fmt: skip
    assert {one["of"] for one in found if one["where"] == "question"} == {"barrier.accessible"}
    assert {one["of"] for one in found if one["where"] == "term"} >= {"kind.shelter", "kind.emergency-shelter"}
    assert "text device.text\ten\trouter\tthe box\n" in run("check", "en").stdout
    assert run("check", "es").exit_code == 0
    own.write_text('{"en": {"secret-value":')
    broken = run("check")
    assert broken.exit_code == 2
    assert "HANDRAIL_WORD_LIST" in broken.stderr
    assert "secret-value" not in broken.output


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_listings_are_checked_in_their_free_texts_and_never_in_names(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    bring_up_to_date(database)
    with database.transaction() as session:
        shared = make_organization(session, "Rescue House", text("description", "We rescue people at 742 Secret Road."))
        for number in (1, 2):
            make_service(
                session,
                kind("case-management"),
                serves("US-FL"),
                text("description", "Ayuda a la víctima." if number == 1 else "Help for people."),
                phone(f"+1305555014{number}"),
                name="Victim Rescue Line",
                organization_id=shared,
            )
    with database.reading() as session:
        ids = {one.id for one in list_listings(session, limit=9)}
    ended = run("check", "--listings", "--json")
    assert ended.exit_code == 1
    found = [one for one in json.loads(ended.stdout) if one["where"] == "listing"]
    assert {(one["field"], one["language"], one["found"]) for one in found} == {
        ("description", "en", "rescue"), ("description", "es", "víctima"),
    }  # fmt: skip
    assert len(found) == 2
    assert {one["of"] for one in found} <= ids
    assert "Secret" not in ended.output
    assert "Secret" not in run("check", "--listings").output
    assert {one["language"] for one in json.loads(run("check", "es", "--listings", "--json").stdout)} == {"es"}
