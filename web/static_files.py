"""The files that pages link to, kept by browsers for ever because their address changes with their content."""

import hashlib
import re
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

_CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# In a style sheet a comment may stand anywhere; in a script it has lines of its own, as a test holds, because elsewhere
# its signs may mean something else.
_COMMENTS = {
    "css": re.compile(r"/\*.*?\*/", re.DOTALL),
    "js": re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.DOTALL | re.MULTILINE),
}
_AROUND_LINES = re.compile(r"^\s+|[ \t]+$", re.MULTILINE)


class StaticFile(msgspec.Struct, frozen=True):
    """A file that pages link to."""

    content: bytes
    content_type: str


class StaticFiles:
    """Every file of a folder of ``web``.

    They stand in a folder whose name changes when any of them does, so that they can be kept for ever and a script
    finds the others beside it. They are sent without comments: those weigh something, and whoever looks through the
    files that a browser keeps need not read there what the scripts are for.
    """

    def __init__(self, folder: str = "static", *, at: str = "/static") -> None:
        entries = sorted(resources.files("web").joinpath(folder).iterdir(), key=lambda entry: entry.name)
        contents = {entry.name: _bare(entry) for entry in entries if _ending(entry.name) in _CONTENT_TYPES}
        self.mark = hashlib.sha256(msgspec.json.encode(contents)).hexdigest()[:12]
        self.files = {name: StaticFile(content, _CONTENT_TYPES[_ending(name)]) for name, content in contents.items()}
        self.addresses = {name: f"{at}/{self.mark}/{name}" for name in self.files}

    def find(self, mark: str, name: str) -> StaticFile | None:
        """The file of an address; None when it has another name or another content by now."""
        return self.files.get(name) if mark == self.mark else None


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


def _bare(file: Traversable) -> bytes:
    """The content of a file as it is sent: without comments, indentation and empty lines."""
    if (comments := _COMMENTS.get(_ending(file.name))) is None:
        return file.read_bytes()
    return _AROUND_LINES.sub("", comments.sub("", file.read_text(encoding="utf-8"))).encode()
