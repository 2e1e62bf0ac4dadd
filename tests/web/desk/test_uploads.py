"""Uploading a list at the desk: who may, what is kept of it, and for how long."""

import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.intake.revision import withdraw
from directory.listings.changes import Author
from directory.people.sealing import open_sealed
from directory.settings import Settings
from directory.sources.models import ImportRun
from directory.sources.queries import get_source
from directory.sources.uploads import uploads_of
from importers import at_desk
from importers.run import import_package
from tests.importers.planned import bring, feed, record_named
from tests.lists import Rows, bring_in, brought, decide_all, line, send, table, waited_for
from tests.staff import DESK_KEY, Desk, make_person

Seat = Callable[..., Desk]
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("patient"),
]


def files_below(database: Database) -> list[Path]:
    """All that uploads have left on the disk."""
    folder = Path(str(database.engine.url.database)).with_suffix(".uploads")
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def kept(database: Database) -> dict[str, bytes]:
    """What whoever seizes the machine, with the key of the desk, reads of all that uploads have left on the disk."""
    found = {}
    for file in files_below(database):
        purpose = f"upload {file.parent.name} {file.name}"
        packed = open_sealed(DESK_KEY, file.read_bytes(), purpose=purpose) if file.stat().st_size else None
        if packed is not None:
            read = zlib.decompress(packed)
            pieces = msgspec.msgpack.decode(read)["pieces"] if file.name == "rows" else ()
            found[file.name] = read + b"".join(map(zlib.decompress, pieces))
    return found


def secret_list() -> Rows:
    """A list with a place that nobody may know, and what stands beside it."""
    shelter = {"Services": "Emergency shelter", "Address": "4815 Quincewater Road", "Zip": "33130"}
    return [
        line(1, **shelter, Description="We are behind 4815 Quincewater Road."),
        line(2, Agency="Harbor 1", Address="4815 Quincewater Rd", Email="quincewater@harbor1.example.org"),
        line(3, Program="4815 Quincewater Road", Agency="4815 Quincewater Road"),
        line(4),
    ]


def test_of_what_was_uploaded_only_what_would_come_in_is_kept_sealed_and_goes(database: Database, one: Desk) -> None:
    review = brought(one, secret_list(), source="", new="coalition")
    files = [file for file in files_below(database) if file.stat().st_size]
    assert {file.name for file in files} == {"state", "rows", "read", "as-of"}
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        assert b"Public Lantern" not in file.read_bytes()
    seized = kept(database)
    assert seized.keys() == {"state", "rows", "read", "as-of"}
    assert b"4 Public Lantern Avenue" in seized["rows"]
    assert all(b"4815 quincewater" not in content.lower() for content in seized.values())
    assert "Quincewater" not in one.get(review).text
    assert "Quincewater" not in one.get(f"{review}/mapping").text
    one.post(f"{review}/drop")
    assert files_below(database) == []
    assert one.get(review).status_code == 404


def test_what_is_kept_comes_in_as_the_list_itself_would(database: Database, one: Desk, tmp_path: Path) -> None:
    rows = [*secret_list(), *(line(number, Email=f"a@harbor{number}.example.org") for number in range(5, 40))]
    bring_in(one, rows, source="", new="coalition")
    path = tmp_path / "list.csv"
    path.write_bytes(table(rows))
    plan = import_package(database, "file", path, source="coalition", is_plan=True).plan
    assert plan is not None
    assert set(plan.counts()) == {"unchanged"}
    assert files_below(database) == [] or {file.name for file in files_below(database)} == {
        "state", "working", "deciding"
    }  # fmt: skip


def test_what_was_read_goes_when_a_place_becomes_confidential(database: Database, one: Desk) -> None:
    bring_in(one, [line(1), line(2)], source="", new="coalition")
    review = brought(one, [line(1), line(2, Description="Other words."), line(3)])
    decide_all(one, review, "take.replaces")
    assert b"1 Public Lantern Avenue" in kept(database)["rows"]
    with database.transaction() as session:
        now = session.info["now"]
        author = Author("edit", "they said so", make_person(session, "Ana", "admin", scopes=()))
        withdraw(session, record_named(database, "Office 1"), disclosure="withheld", area=None, author=author, now=now)
    assert not any(b"Public Lantern" in content for content in kept(database).values())
    page = one.get(review).text
    assert "Please upload it again." in page
    for press in ("apply", "again"):
        one.post(f"{review}/{press}")
        assert "Please upload it again." in waited_for(one, review)
    assert one.post(f"{review}/decide", {"kind": "take.new"}).status_code == 404
    assert one.post(f"{review}/drop").status_code == 303


def test_a_list_that_was_being_read_when_its_process_died_has_to_be_uploaded_again(
    database: Database, one: Desk
) -> None:
    review = brought(one, [line(1)], source="", new="coalition")
    uploads = uploads_of(database, Settings(database_url="", desk_secret=DESK_KEY.hex()))
    upload = uploads.get(review.rpartition("/")[2])
    uploads.forget_rows(upload.id)
    uploads.save(msgspec.structs.replace(upload, stage="reading"))
    page = one.get(review).text
    assert "This was interrupted." in page
    assert "Please upload it again." in page
    assert "Forget this list" in page


def test_no_more_lists_wait_in_memory_than_there_is_room_for(
    database: Database, one: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importers.at_desk._in_memory", threading.BoundedSemaphore(1))
    assert send(one, table([line(1)]), new="coalition", reader="papyrus").status_code == 400
    with at_desk._in_memory:
        assert send(one, table([line(1)]), new="coalition").status_code == 409
    assert files_below(database) == []
    assert send(one, table([line(1)]), new="coalition").status_code == 303
    assert send(one, b"PK\x03\x04", name="list.xlsx", source="coalition").status_code == 303
    assert send(one, table([line(1)]), source="coalition").status_code == 303


def test_who_may_not_import_can_upload_nothing(database: Database, sign_in: Seat, one: Desk) -> None:
    content = table([line(1)])
    assert send(sign_in(None), content, source="x").status_code in {303, 403}
    assert send(sign_in("partner"), content, source="x").status_code == 403
    florida = sign_in("coordinator", "Flora", scopes=(("area", "US-FL"),))
    assert send(florida, content, new="x").status_code == 409
    large = b"a" * 200_000
    assert send(florida, large, new="x").status_code == 413
    forged = Desk(one._client, one.key)
    forged.mark = "0" * 43
    assert send(forged, content, new="x").status_code == 403
    assert send(one, content, new="two words").status_code == 400
    assert send(one, b"", new="x").status_code == 400
    assert send(one, content, source="").status_code == 400
    assert send(one, content, new="x", reader="papyrus").status_code == 400
    assert send(one, content, new="x", extra="y").status_code == 400
    assert files_below(database) == []


def test_a_file_that_is_none_is_told_and_can_be_forgotten(one: Desk) -> None:
    answer = send(one, b"PK\x03\x04 not an archive", name="list.xlsx", new="coalition")
    page = one.get(answer.headers["location"]).text
    assert "Begin again" in page
    assert "Forget this list" in page
    assert one.post(f"{answer.headers['location']}/drop").headers["location"] == "/desk/imports"
    assert one.get(f"{answer.headers['location']}/mapping").status_code == 404
    assert one.get("/desk/imports/review/" + "0" * 24).status_code == 404
    assert one.get("/desk/imports/review/..%2f..%2fetc").status_code == 404


def test_nobody_uploads_as_the_word_of_somebody_else(
    database: Database, sign_in: Seat, one: Desk, tmp_path: Path
) -> None:
    bring(database, tmp_path, feed(range(100, 103)), source="county-211")
    assert send(one, table([line(1)]), source="county-211").status_code == 409
    assert send(one, table([line(1)]), new="County-211").status_code == 409
    assert "<option>county-211" not in one.get("/desk/imports").text
    review = brought(one, [line(1)], source="", new="coalition")
    assert "<option>coalition" in one.get("/desk/imports").text
    other, admin = sign_in("coordinator", "Other"), sign_in("admin", "Adi", scopes=())
    assert send(other, table([line(1)]), source="coalition").status_code == 409
    assert "<option>county-211" in admin.get("/desk/imports").text
    assert send(admin, table([line(1)]), source="county-211").status_code == 303
    # Also where it came to count for more while it was under review.
    with database.transaction() as session:
        get_source(session, "coalition").trust = "partner"
    for press in (one.post(f"{review}/apply"), send(one, table([line(1)]), again=review.rpartition("/")[2])):
        assert press.status_code == 409
        assert "somebody else" in press.text
    with database.reading() as session:
        assert [run.state for run in session.scalars(sa.select(ImportRun))] == ["applied"]
