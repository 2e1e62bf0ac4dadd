"""A pack is whole or not there, the same for the same list, for its owner alone, and remembered before it is used."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from directory.db import Database
from directory.errors import DirectoryError, NothingFitsError, RefusedError
from directory.handoff.models import PackNumber
from directory.handoff.packs import is_serial, kept_packs
from directory.handoff.recall import recalled
from directory.places.gazetteer import Gazetteer
from directory.progress import Told
from directory.settings import Settings
from tests.web.pack.making import HERE, SERIAL, listing_of, make_ward
from web.fixed_lines import fixed_numbers
from web.languages import approved
from web.pack.build import Built, build_pack, reviewed_languages
from web.pack.signing import MANIFEST
from web.paper.drawing import can_make_files
from web.paper.release_form import release_form_pdf
from web.wording import Wording

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def _built(
    database: Database,
    out: Path,
    *,
    serial: str = "",
    progress: Told | None = None,
    languages: tuple[str, ...] = ("en",),
) -> Built:
    with Gazetteer() as gazetteer:
        return build_pack(
            database, HERE, _KEY, place=gazetteer.find("33130"), languages=languages, days=90, gazetteer=gazetteer,
            out=out, serial=serial, progress=progress,
        )  # fmt: skip


def _content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_it_is_a_folder_of_its_owner_alone_and_is_remembered_with_every_number(
    database: Database, tmp_path: Path
) -> None:
    make_ward(database)
    built = _built(database, tmp_path / "pack", languages=("en", "es"))
    assert set(built.files) == set(_content(tmp_path / "pack")) >= {"en.html", "es.html", MANIFEST}
    assert built.is_printed == can_make_files()
    if built.is_printed:
        prints = [name for name in built.files if name.endswith(".pdf")]
        assert prints == [f"{one}{what}.pdf" for one in ("en", "es") for what in ("-form", "-poster", "")]
        assert all(_content(tmp_path / "pack")[name].startswith(b"%PDF") for name in prints)
        # The form is the one that a page gives.
        form = release_form_pdf([Wording("es"), Wording("en")], paper="letter")
        assert _content(tmp_path / "pack")["es-form.pdf"] == form
    assert (built.listings, built.unsure, is_serial(built.serial)) == (4, 1, True)
    assert (tmp_path / "pack").stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (tmp_path / "pack").iterdir())
    with database.reading() as session:
        assert [(one.serial, one.languages) for one in kept_packs(session)] == [(built.serial, ("en", "es"))]
        numbers = session.execute(sa.select(PackNumber.listing_id, PackNumber.number)).all()
        assert (listing_of(session, "+13055550151").id, "+13055550151") in numbers
        assert {(0, "+18883737888"), (0, "+18009622873")} <= {tuple(row) for row in numbers}
        assert not any(number == "+13055550154" for _, number in numbers)
        now = session.info["now"]
        assert recalled(session, fixed=fixed_numbers(HERE, today=now.date()), now=now) == []


def test_the_same_list_serial_and_clock_give_the_same_bytes(database: Database, tmp_path: Path) -> None:
    make_ward(database)
    _built(database, tmp_path / "one", serial=SERIAL)
    with database.transaction() as session:
        session.execute(sa.text("DELETE FROM pack"))
    _built(database, tmp_path / "two", serial=SERIAL)
    assert _content(tmp_path / "one") == _content(tmp_path / "two")


def test_one_that_is_interrupted_leaves_nothing(database: Database, tmp_path: Path) -> None:
    make_ward(database)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _built(database, tmp_path / "pack", progress=stop)
    # So does one that the database refuses in the end.
    _built(database, tmp_path / "first", serial=SERIAL)
    with pytest.raises(sa.exc.IntegrityError):
        _built(database, tmp_path / "second", serial=SERIAL)
    assert [file.name for file in tmp_path.iterdir()] == ["first"]
    with database.reading() as session:
        assert len(kept_packs(session)) == 1


def test_no_folder_is_replaced_and_one_that_cannot_be_made_is_said(database: Database, tmp_path: Path) -> None:
    make_ward(database)
    with pytest.raises(RefusedError, match="there already"):
        _built(database, tmp_path)
    with pytest.raises(DirectoryError, match="cannot be written"):
        _built(database, tmp_path / "no" / "pack")
    with database.reading() as session:
        assert kept_packs(session) == []


def test_where_nobody_confirmed_anything_there_is_no_pack(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NothingFitsError, match="call first"):
        _built(database, tmp_path / "pack")
    assert list(tmp_path.iterdir()) == []


def test_only_languages_that_a_person_has_read_are_written() -> None:
    assert reviewed_languages(HERE) == ("en", "es")
    with pytest.raises(RefusedError, match="handrail languages approve ar"):
        reviewed_languages(HERE, ["en", "ar"])
    read = Settings(database_url="", language="es", reviewed_languages=approved(HERE, "ar"))
    assert reviewed_languages(read) == ("es", "en", "ar")
    assert reviewed_languages(read, ["ar"]) == ("ar",)
