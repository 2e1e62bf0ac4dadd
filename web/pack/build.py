"""Makes a pack: a folder with a file for each language, its prints, and a signed list; whole or not at all."""

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from directory.db import Database
from directory.errors import DirectoryError, NothingFitsError, RefusedError
from directory.handoff.packs import NO_LISTING, KeptPack, dialled, keep_pack, new_serial
from directory.people.service import command_line_person
from directory.pinned import PinnedLines
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.progress import Told
from directory.reporting.this_hour import LinesNow
from directory.settings import Settings
from directory.sources.passing_on import attributions
from directory.sources.policy import OWN_PEOPLE
from web.file_names import neutral_name
from web.fixed_lines import numbers_of_pinned
from web.languages import is_reviewed
from web.pack.choosing import Chosen, choose, lines_of_pack
from web.pack.contents import PackContents, pack_contents, reporting_of
from web.pack.html_file import pack_page
from web.pack.signing import MANIFEST, Manifest, listed, signed_manifest
from web.paper.drawing import can_make_files, paper_of
from web.paper.pack import pack_pdf
from web.paper.poster import poster_pdf
from web.paper.release_form import release_form_pdf, signed_in
from web.rendering import Pages
from web.wording import LANGUAGES


class Built(msgspec.Struct, frozen=True):
    """A pack that was written.

    Attributes:
        serial: its number.
        folder: where it is.
        made_on: the day that stands on it.
        good_until: its last day.
        languages: those that it is written in.
        files: names of its files.
        listings: how many stand in it.
        left_out: how many more there was no room for.
        unsure: how many more nobody confirmed, or not lately.
    """

    serial: str
    folder: str
    made_on: dt.date
    good_until: dt.date
    languages: tuple[str, ...]
    files: tuple[str, ...]
    listings: int
    left_out: int
    unsure: int

    @property
    def is_printed(self) -> bool:
        """Whether it holds prints too; they need what draws them (the extra ``print``)."""
        return any(name.endswith(".pdf") for name in self.files)


def reviewed_languages(settings: Settings, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The languages of a pack: those that are wanted, or all that a person has read; the deployment's own first.

    Raises:
        RefusedError: nobody has read one that is wanted.
    """
    for language in wanted:
        if not is_reviewed(settings, language):
            raise RefusedError(
                f"Nobody has said that a person read the texts in this language ({language}). Have them read: "
                f"handrail languages show {language}; then: handrail languages approve {language}"
            )
    order = (settings.language, *(language for language in LANGUAGES if language != settings.language))
    return tuple(language for language in order if (language in wanted if wanted else is_reviewed(settings, language)))


def build_pack(
    database: Database,
    settings: Settings,
    key: Ed25519PrivateKey,
    *,
    place: Place,
    languages: Sequence[str],
    days: int,
    gazetteer: Gazetteer,
    out: Path | None = None,
    serial: str = "",
    progress: Told | None = None,
) -> Built:
    """Write a pack and remember it, so that it can be called back. With the same serial and clock it is the same.

    Args:
        database: a database that is up to date.
        settings: the deployment's.
        key: signs the list.
        place: what the pack is for.
        languages: of ``reviewed_languages``.
        days: for how many days at most it is good.
        gazetteer: knows places.
        out: the folder; one of a neutral name here otherwise.
        serial: its number; one that no pack has otherwise.
        progress: is told how many languages are done.

    Raises:
        NothingFitsError: no number near there was confirmed lately.
        RefusedError: the folder is there already.
        DirectoryError: it cannot be written.
    """
    with database.reading() as session:
        now: dt.datetime = session.info["now"]
        serial = serial or new_serial(session)
        sources = tuple(attributions(session, to=OWN_PEOPLE))
    pages = Pages(settings, clock=lambda: now)
    day = pages.today()
    folder = out or Path(neutral_name(settings, day))
    chosen = choose(database, place, days=days, made_on=day, gazetteer=gazetteer, now=now)
    if not chosen.sections:
        raise NothingFitsError("No number near there was confirmed of late: call first (handrail plan --minutes 60).")
    pinned = pages.pinned()
    files: dict[str, bytes] = {}
    for done, language in enumerate(languages):
        if progress:
            progress(done, len(languages))
        contents = pack_contents(
            chosen, pages.wording(language), settings, serial=serial, place=place, pinned=pinned, made_on=day,
            gazetteer=gazetteer, now=now, sources=sources,
        )  # fmt: skip
        files |= files_of(pages, contents, settings)
    pack = KeptPack(serial, day, chosen.good_until, tuple(languages), place.label)
    manifest = Manifest(serial, day, chosen.good_until, place.label, pack.languages, listed(files))
    numbers = numbers_of(chosen, pinned, reporting_of(place, gazetteer, now))
    placed = {chosen.records[card.id] for section in chosen.sections for card in section.cards if card.block == "site"}
    with _whole_folder(folder, files | {MANIFEST: signed_manifest(manifest, key)}), database.transaction() as session:
        # What is remembered comes first: a pack that nobody remembers could not be called back.
        by = command_line_person(session, now=session.info["now"]).id
        keep_pack(session, pack, numbers, placed=placed, by_id=by, now=session.info["now"])
    return Built(
        serial, str(folder), day, chosen.good_until, pack.languages, (*sorted(files), MANIFEST),
        sum(len(section.cards) for section in chosen.sections), chosen.left_out, chosen.unsure,
    )  # fmt: skip


def files_of(pages: Pages, contents: PackContents, settings: Settings) -> dict[str, bytes]:
    """The files of a pack in one language, by name: prints too where what draws them is installed."""
    files = {f"{contents.language}.html": pack_page(pages, contents)}
    if not can_make_files():
        return files
    t = pages.wording(contents.language)
    paper, pinned = paper_of(settings.country), pages.pinned()
    files[f"{contents.language}.pdf"] = pack_pdf(contents, t, paper=paper)
    files[f"{contents.language}-form.pdf"] = release_form_pdf(signed_in(t, pages.wording), paper=paper)
    if pinned.shown:
        files[f"{contents.language}-poster.pdf"] = poster_pdf([t], pinned, paper=paper)
    return files


def numbers_of(chosen: Chosen, pinned: PinnedLines, reporting: Iterable[LinesNow]) -> set[tuple[int, str]]:
    """Every number in a pack, with the record of its listing."""
    of_listings = {
        (chosen.records[card.id], dialled(line))
        for section in chosen.sections
        for card in section.cards
        for line in lines_of_pack(card)
    }
    told = [one for found in reporting for one in (*found.lines, *found.in_indian_country)]
    fixed = numbers_of_pinned(pinned) | {phone.number for line in told for phone in line.phones}
    return of_listings | {(NO_LISTING, number) for number in fixed}


@contextmanager
def _whole_folder(folder: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """A folder that takes its name only when all is done; nothing is left of one that is not.

    Its owner alone may read it.
    """
    if folder.exists():
        raise RefusedError("That folder is there already. Name another with --out.")
    begun = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
    try:
        begun.mkdir(mode=0o700)
        for name, content in files.items():
            with os.fdopen(os.open(begun / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
        yield
        begun.rename(folder)
    except OSError:
        shutil.rmtree(begun, ignore_errors=True)
        raise DirectoryError("The pack cannot be written there. Choose another folder with --out.") from None
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
