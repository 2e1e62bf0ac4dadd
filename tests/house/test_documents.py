"""What the documents say exists, exists: commands, the tests that keep promises, the files that links lead to."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import click

from tests.house.files import project_files
from tests.services import ROOT

_DOCUMENTS = {path: (ROOT / path).read_text(encoding="utf-8") for path in project_files() if path.suffix == ".md"}
# In a code block a command stands at the start of a line; in a sentence, between backticks.
_CODE = re.compile(r"^```.*?\n(?P<block>.*?)^```|`(?P<inline>[^`\n]+)`", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^[ ]*(?:\$ )?(?P<program>\./dev|handrail)(?P<words>(?:[ ]+[^#|<>&;\n]+)?)$", re.MULTILINE)
# What stands behind a command: a comment, or its meaning in a second column.
_COMMENT = re.compile(r"(?<=\S)(?:\s+#| {2,}).*$", re.MULTILINE)
# A name in capitals stands for one that the reader chooses.
_TEST = re.compile(r"(?P<file>\btests/[a-z0-9_/]+\.py)(?:::(?P<name>\w+))?")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)")
_OWN_COMMANDS = frozenset({"demo", "setup", "test", "lint"})
# Letters in brackets keep this file from finding itself.
_MACHINES = re.compile(rb"/wor[k]/|/roo[t]/|/hom[e]/\w|/opt/(?:whee[l]s|pyp[i])|\.librar[y]/")


def test_every_command_in_the_documents_exists() -> None:
    commands = _commands()
    assert {" ".join(words[:2]) for _, words in commands} >= {"./dev demo", "./dev test", "./dev lint"}
    assert [(str(document), " ".join(words)) for document, words in commands if not _exists(words)] == []


def test_every_test_that_a_document_names_exists() -> None:
    named = [(document, found) for document, text in _DOCUMENTS.items() for found in _TEST.finditer(text)]
    assert [f"{document}: {found.group()}" for document, found in named if not _is_test(found)] == []


def test_every_promise_of_security_names_a_test() -> None:
    promises = _promises(_DOCUMENTS[Path("SECURITY.md")])
    assert len(promises) >= 5
    silent = [promise for promise in promises if not any(found["name"] for found in _TEST.finditer(promise))]
    assert silent == []


def test_every_link_leads_to_a_file() -> None:
    links = [(document, found["target"]) for document, text in _DOCUMENTS.items() for found in _LINK.finditer(text)]
    assert links
    assert [link for link in links if not (ROOT / link[0].parent / link[1]).exists()] == []


def test_no_file_speaks_of_the_machine_it_was_written_on() -> None:
    files = [path for path in project_files() if path.name != "uv.lock"]
    assert [str(path) for path in files if _MACHINES.search((ROOT / path).read_bytes())] == []


def _commands() -> list[tuple[Path, list[str]]]:
    """Every ``./dev ...`` and ``handrail ...`` in the documents: the document, and the command's words."""
    return [
        (document, [command["program"], *command["words"].split()])
        for document, text in _DOCUMENTS.items()
        for code in _CODE.finditer(text)
        for command in _COMMAND.finditer(_COMMENT.sub("", code["block"] or code["inline"]))
    ]


def _exists(words: list[str]) -> bool:
    program, *rest = words
    if program == "./dev" and rest[:1] != ["handrail"]:
        return not rest or rest[0] in _OWN_COMMANDS or Path(sys.executable).with_name(rest[0]).exists()
    return _is_understood(rest[1:] if program == "./dev" else rest)


def _is_understood(words: list[str]) -> bool:
    """Whether the program has the command that these words name, and every option among them."""
    from web.cli import main

    command: click.Command = main
    has_options = False
    for word in words:
        if word.startswith("-"):
            has_options = True
            if word.partition("=")[0] not in {"--help", *(name for option in command.params for name in option.opts)}:
                return False
        # What follows an option of a group that does something by itself may be that option's value.
        elif isinstance(command, click.Group) and not (has_options and command.invoke_without_command):
            named = command.get_command(click.Context(command), word)
            if named is None:
                return False
            command = named
    return True


def _promises(security: str) -> list[str]:
    """The list items and table rows under headings that speak of promises, and under their subheadings."""
    promises: list[str] = []
    is_promising = is_table_head = False
    promising_level = 0
    for line in security.splitlines():
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            # What stands below a heading of promises, under a heading of its own, is promised too.
            if "promise" in line.casefold():
                is_promising, promising_level = True, level
            elif level <= promising_level:
                is_promising = False
            is_table_head = True
        elif not is_promising:
            continue
        elif line.startswith("|"):
            if not is_table_head:
                promises.append(line)
            is_table_head = is_table_head and "---" not in line
        elif re.match(r"[-*] |\d+\. ", line):
            promises.append(line)
        elif promises and line.startswith("  "):
            promises[-1] += line
    return promises


@cache
def _names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _is_test(found: re.Match[str]) -> bool:
    return (ROOT / found["file"]).exists() and (not found["name"] or found["name"] in _names_in(found["file"]))
