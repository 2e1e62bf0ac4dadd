"""Whatever leaves the directory as a copy asks the one rule of what may be passed on (``directory.sources.policy``).

A new command that writes a file, and a new module that reads what people read, must be given its place here: as an
export that asks the rule, or as something that is no copy for others, with the reason.
"""

import ast
from collections.abc import Iterator

import click

from tests.house.files import project_files
from tests.services import ROOT

_RULE = frozenset({"directory.sources.passing_on", "directory.cards.passing_on"})
# Commands with paths, the module that makes what they write, and why it is no export where it is none.
_EXPORTS = {
    "booklet": "web/booklet.py",
    "pack build": "web/pack/choosing.py",
    "sources corrections": "directory/corrections/queries.py",
    "verify export-peer": "directory/confirming/peers.py",
}
_NO_EXPORTS = {
    "audit anchor": "the end of the audit: digests alone",
    "audit verify": "reads",
    "changes accept": "reads",
    "changes ask": "one proposal, for the neighbour who is asked to call about it",
    "changes keygen": "a key",
    "changes sign": "the neighbour's word about one call",
    "db backup": "the deployment's own copy of its database, encrypted",
    "db backup-key": "a pair of keys",
    "db restore": "reads",
    "doctor": "reads",
    "pack verify": "reads",
    "people add-neighbour": "reads",
    "pinned update": "reads",
    "verify import-peer": "reads",
}
# Imports read a document, and say of each of its rows what became of it.
_READERS = "import "
# Modules that read cards or documents. The first ask the rule; the others show them here, or keep them.
_ASK = {"directory/cards/passing_on.py", "directory/corrections/queries.py", "web/booklet.py"}
_SHOW = {
    "directory/cards/card.py": "what a card is",
    "directory/cards/documents.py": "makes them",
    "directory/cards/hsds.py": "writes what it is given",
    "directory/cards/models.py": "the table",
    "directory/cards/queries.py": "reads for the commands of this machine",
    "directory/cards/service.py": "makes them",
    "directory/cli.py": "listings show, on this machine",
    "directory/confirming/peers.py": "looks which numbers anybody can find",
    "directory/confirming/rounds.py": "asks which can be found",
    "directory/confirming/shown.py": "asks a program about its own listing",
    "directory/coverage/queries.py": "names whom to ask to those who work here; its tables count",
    "directory/coverage/unmet.py": "counts what calls asked for, by kind and area",
    "directory/doubted.py": "looks for others of a kind",
    "directory/handoff/recall.py": "looks what of a pack is not right any more",
    "directory/planning/queries.py": "names whom to call to those who work here",
    "directory/corrections/hsds_file.py": "writes what directory/corrections/queries.py has cut",
    "directory/reconciliation/shown.py": "compares",
    "directory/search/indexing.py": "makes what they are found by",
    "directory/truth/queries.py": "counts them",
    "directory/truth/watching.py": "asks which can be found",
    "directory/search/queries.py": "the public pages",
    "directory/search/query.py": "the public pages",
    "directory/search/reader.py": "the public pages",
    "directory/worklist/service.py": "makes the lines of the desk of what anybody may see",
    "web/booklet_cli.py": "counts",
    "web/desk/call_words.py": "says to those who work here what is usual in a call",
    "web/desk/facts_shown.py": "the desk",
    "web/desk/handoff.py": "says to those who work here which line to call",
    "web/desk/side_by_side.py": "shows two to those who work here",
    "web/page_check.py": "compares",
    "web/plain_texts.py": "looks for words on this machine",
}
_NAMES = frozenset({"CardRow", "Document", "decode_document", "decode_card", "documents_of", "card_of", "make_cards"})


def _commands(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for word, one in command.commands.items():
            yield from _commands(one, f"{name} {word}".strip())
    else:
        yield name, command


def test_every_command_that_names_a_file_is_known_and_every_export_asks_the_rule() -> None:
    from web.cli import main

    with_files = {
        name
        for name, command in _commands(main)
        if any(isinstance(one.type, click.Path) for one in command.params) and not name.startswith(_READERS)
    }
    assert with_files == _EXPORTS.keys() | _NO_EXPORTS.keys()
    assert {name: file for name, file in _EXPORTS.items() if not _imports(file) & _RULE} == {}


def test_every_module_that_reads_what_people_read_is_known() -> None:
    shipped = [str(path) for path in project_files() if path.suffix == ".py" and path.parts[0] in _ROOMS]
    reading = {file for file in shipped if _names(file) & _NAMES}
    assert reading - (_ASK | _SHOW.keys()) == set()
    assert {file for file in _ASK if not _imports(file) & _RULE} == set()


_ROOMS = ("directory", "importers", "verifiers", "web")


def _imports(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _names(file: str) -> set[str]:
    """What a module takes from the room of cards."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("directory.cards")
        for alias in node.names
    }
