"""Bringing a list in at the desk: the upload, what its columns mean, and how far it is.

A list itself is not kept, so whoever says what its columns mean chooses it once more.
"""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from directory.errors import BadInputError
from directory.intake.runs import require_keeping
from directory.people.policy import KEEPERS
from directory.sources.service import add_source, require_bringing_in
from directory.sources.uploads import Upload, suffix_of
from importers.at_desk import ReadUpload
from importers.opening import READERS
from importers.sheets.mapping_file import rewritten
from importers.sheets.mapping_guide import CHOICES
from web.desk.app import By, Desk, DeskHere
from web.desk.entrance import MARK
from web.desk.guards import opens_to
from web.desk.upload_form import UploadForm, read_upload
from web.doors import DESK

REVIEW = f"{DESK}/imports/review"
_MOST_COLUMNS = 150
_FIELDS = {MARK, "source", "new", "reader", "again", *(f"c{number}" for number in range(_MOST_COLUMNS))}


class UploadPages(Controller):
    """The form that takes a list, and the page of what its columns mean."""

    path = f"{DESK}/imports"

    @post("/upload", opt=opens_to(KEEPERS), sync_to_thread=True, request_max_body_size=None)
    def upload(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Read a list and find out what it would change. How large it may be, the entrance has looked at."""
        require_keeping(by)
        form = read_upload(body, request.headers.get("content-type", ""), fields=_FIELDS, file="list")
        if not form.content:
            raise BadInputError("Choose a file first; an empty one holds nothing.")
        again = form.values.get("again", "")
        noting = (lambda: _read_otherwise(desk, by, again, form)) if again else (lambda: _added(desk, by, form))
        upload = desk.importing.read(noting, form.content)
        return Redirect(f"{REVIEW}/{upload.id}", status_code=303)

    @get("/upload", opt=opens_to(KEEPERS), sync_to_thread=False)
    def back(self) -> Response[Any]:
        """Whoever opens the address of the form is led to the page with it."""
        return Redirect(f"{DESK}/imports", status_code=303)

    @get("/review/{upload:str}/mapping", opt=opens_to(KEEPERS), sync_to_thread=True)
    def columns(
        self, request: Request[Any, Any, Any], upload: FromPath[str], desk: DeskHere, by: By
    ) -> Response[bytes]:
        """What each column was taken for, with cells of it, to change that."""
        kept, read = _read(desk, by, upload)
        return desk.pages.page("mapping", request, upload=kept, read=read, columns=_columns(read), choices=CHOICES)

    @post("/review/{upload:str}/again", opt=opens_to(KEEPERS), sync_to_thread=True)
    def again(self, upload: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Look once more what it would change, after it was interrupted or something changed here meanwhile."""
        require_keeping(by)
        kept = desk.importing.uploads.own(upload, by=by.id)
        desk.importing.look_again(kept.id)
        return Redirect(f"{REVIEW}/{kept.id}", status_code=303)

    @post("/review/{upload:str}/drop", opt=opens_to(KEEPERS), sync_to_thread=True)
    def drop(self, upload: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Forget it; nothing of it came in, or all that was to come in has."""
        require_keeping(by)
        uploads = desk.importing.uploads
        uploads.drop(uploads.get(upload).id)
        return Redirect(f"{DESK}/imports", status_code=303)


def _added(desk: Desk, by: By, form: UploadForm) -> Upload:
    """A list that comes for the first time."""
    reader = form.values.get("reader", "file")
    if reader not in READERS:
        raise BadInputError("Say how the list is to be read.")
    source = form.values.get("new", "") or form.values.get("source", "")
    with desk.database.transaction() as session:
        now = session.info["now"]
        if form.values.get("new"):
            add_source(session, source, by=by.id, now=now)
        elif not source:
            raise BadInputError("Say whose list it is.")
        require_bringing_in(session, source, by=by)
    return desk.importing.uploads.add(source=source, reader=reader, name=form.name, by=by.id, now=now)


def _read_otherwise(desk: Desk, by: By, upload_id: str, form: UploadForm) -> Upload:
    """A list that is under review, with other meanings of its columns."""
    kept = desk.importing.uploads.own(upload_id, by=by.id)
    with desk.database.reading() as session:
        require_bringing_in(session, kept.source, by=by)
    _, read = _read(desk, by, upload_id)
    said = [(one.column, form.values.get(f"c{number}", "")) for number, one in enumerate(_columns(read))]
    mapping = rewritten(read.mapping, [(header, meaning) for header, meaning in said if meaning])
    return msgspec.structs.replace(kept, suffix=suffix_of(form.name), mapping=mapping)


def _read(desk: Desk, by: By, upload_id: str) -> tuple[Upload, ReadUpload]:
    require_keeping(by)
    uploads = desk.importing.uploads
    return uploads.get(upload_id), uploads.read(upload_id, "read", ReadUpload)


def _columns(read: ReadUpload) -> list[Any]:
    """One of each name: a mapping file names columns by their headers."""
    return list({one.column.casefold(): one for one in reversed(read.columns)}.values())[::-1][:_MOST_COLUMNS]
