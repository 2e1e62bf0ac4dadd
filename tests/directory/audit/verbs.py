"""Every verb that the program writes into the audit, found in its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.services import ROOT

VERB = re.compile(r"[a-z][a-z-]*\.[a-z][a-z-]*")
_ROOMS = ("directory", "importers", "verifiers", "web")
_STANDINGS = frozenset(
    f"{kind}.{standing}"
    for kind in ("listing", "service", "organization")
    for standing in ("listed", "suspended", "closed", "do-not-list")
)
# Where a verb is put together: the file, and the verbs that come of it.
PUT_TOGETHER = {
    "directory/integrity/applying.py": _STANDINGS | {"location.opened"},
    "directory/integrity/proposals.py": _STANDINGS,
    "directory/listings/merging.py": frozenset(f"{kind}.merged" for kind in ("listing", "service", "organization")),
    "directory/listings/service.py": _STANDINGS,
}


def verbs_in_source() -> tuple[dict[str, str], list[str]]:
    """Verb -> a file that writes it; and the places where it cannot be told which verb is written."""
    texts = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for room in _ROOMS
        for path in sorted(Path(ROOT / room).rglob("*.py"))
    }
    trees = {file: ast.parse(text) for file, text in texts.items()}
    writing = {file: tree for file, tree in trees.items() if "Act(" in texts[file]}
    passing_on = _passing_on(writing)
    constants: dict[str, list[ast.expr]] = {}
    for tree in trees.values():
        for name, values in _assigned(tree).items():
            if name.isupper():
                constants.setdefault(name, []).extend(values)
    found = {verb: file for file, verbs in PUT_TOGETHER.items() for verb in verbs}
    unclear = []
    for file, tree in trees.items():
        assigned = constants | _assigned(tree)
        for given in _given(tree, passing_on):
            verbs = set(_verbs(given, assigned))
            found |= dict.fromkeys(verbs, file)
            is_passed_on = isinstance(given, ast.Name) and given.id == "verb"
            if not verbs and not is_passed_on and file not in PUT_TOGETHER:
                unclear.append(f"{file}:{given.lineno}")
    return found, unclear


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Name -> what is ever assigned to it in a file."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names = [name for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            for name in names:
                assigned.setdefault(name.id, []).append(node.value)
    return assigned


def _passing_on(trees: dict[str, ast.Module]) -> dict[str, int]:
    """Function -> the place of its parameter ``verb``: whoever calls it says what is written."""
    found = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args]
                if "verb" in names:
                    found[node.name] = names.index("verb")
                elif "verb" in [argument.arg for argument in node.args.kwonlyargs]:
                    found[node.name] = -1
    return found


def _given(tree: ast.Module, passing_on: dict[str, int]) -> Iterator[ast.expr]:
    """What stands for the verb wherever an act is made, or a function is called that makes one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = 0 if name == "Act" else passing_on.get(name)
        if place is None:
            continue
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "verb")
        if 0 <= place < len(node.args):
            yield node.args[place]


def _verbs(expression: ast.expr, assigned: dict[str, list[ast.expr]], depth: int = 3) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VERB.fullmatch(node.value):
            yield node.value
        elif isinstance(node, ast.Name) and depth:
            for value in assigned.get(node.id, ()):
                yield from _verbs(value, assigned, depth - 1)
