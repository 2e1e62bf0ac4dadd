"""Letters are neutral in both languages, and every place that puts one out gives it what it needs."""

import ast
import string
from collections.abc import Iterator

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import BadInputError
from directory.mail.letters import GIVEN_WHEN_SENT, fields_of, filled, words
from directory.mail.models import Outbox
from directory.mail.service import MOST_SIGNS, put_out
from directory.people.actor import ROLES
from directory.settings import OWN_LANGUAGES, tells
from tests.conftest import NOW
from tests.services import ROOT

# What puts letters out: at which place it is told the name of the letter, at which its fields if it takes any, and what
# it adds by itself.
_PUTTING: dict[str, tuple[int, int | None, frozenset[str]]] = {
    "put_out": (2, 3, frozenset()),
    "tell": (2, None, frozenset({"when"})),
    "tell_admins": (1, None, frozenset({"when"})),
    "tell_keepers": (1, 2, frozenset({"when"})),
}
# It hands on a name that it was told, and is what stands above.
_HANDING_ON = "people/letters.py"
_NAMES = sorted(words("en").letters)


class Put(msgspec.Struct, frozen=True):
    """A place in the source where letters are put out: which they may be, and what fields it gives."""

    where: str
    names: frozenset[str]
    fields: frozenset[str]


def _every_put() -> Iterator[Put]:
    for file in sorted((ROOT / "directory").rglob("*.py")):
        if f"{file.parent.name}/{file.name}" == _HANDING_ON:
            continue
        for scope in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(scope, ast.FunctionDef):
                yield from _puts_of(scope, f"{file.relative_to(ROOT)}:{scope.name}")


def _puts_of(scope: ast.FunctionDef, where: str) -> Iterator[Put]:
    for call in ast.walk(scope):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if found := _PUTTING.get(call.func.id):
            name, fields, added = found
            if fields is None or len(call.args) <= fields:
                given = {"role"} & {keyword.arg for keyword in call.keywords if keyword.arg}
            else:
                given = _keys(call.args[fields], scope)
            yield Put(where, frozenset(_names(call.args[name], scope)), added | given)


def _names(said: ast.expr, scope: ast.FunctionDef) -> set[str]:
    """The letters that this may be: a constant, or whatever names the function gives to a variable."""
    if isinstance(said, ast.Constant):
        return {str(said.value)}
    assert isinstance(said, ast.Name)
    values = (part for value in _values(said.id, scope) for part in ast.walk(value))
    return {str(part.value) for part in values if isinstance(part, ast.Constant)} & set(_NAMES)


def _keys(said: ast.expr, scope: ast.FunctionDef) -> set[str]:
    if isinstance(said, ast.Name):
        said = next(_values(said.id, scope))
    assert isinstance(said, ast.Dict)
    return {str(key.value) for key in said.keys if isinstance(key, ast.Constant)}


def _values(variable: str, scope: ast.FunctionDef) -> Iterator[ast.expr]:
    for statement in ast.walk(scope):
        if isinstance(statement, ast.Assign):
            set_here = {name.id for name in ast.walk(statement.targets[0]) if isinstance(name, ast.Name)}
            if variable in set_here:
                yield statement.value


_PUTS = list(_every_put())


def _example(name: str) -> dict[str, str]:
    return dict.fromkeys(fields_of(name) | GIVEN_WHEN_SENT, "x")


def test_every_letter_that_is_put_out_has_words_and_every_letter_is_put_out() -> None:
    assert len(_PUTS) > 20
    assert [put.where for put in _PUTS if not put.names] == []
    assert {name for put in _PUTS for name in put.names} == set(_NAMES)


@pytest.mark.parametrize("put", _PUTS, ids=lambda put: f"{put.where}-{'-'.join(sorted(put.names))}")
def test_every_place_gives_the_letter_what_has_to_be_filled_in(put: Put) -> None:
    assert {name: fields_of(name) - put.fields for name in put.names} == dict.fromkeys(put.names, frozenset())


@pytest.mark.parametrize("language", OWN_LANGUAGES)
@pytest.mark.parametrize("name", _NAMES)
def test_no_letter_tells_what_the_site_is(name: str, language: str) -> None:
    for role in ROLES:
        subject, body = filled(name, _example(name) | {"role": role}, language=language)
        assert not tells(subject)
        assert not tells(body)
        for word in ("client", "polic", "law-enforcement"):
            assert word not in f"{subject} {body}".casefold()
    assert "\n" not in subject
    assert "{" not in subject + body


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_every_letter_says_who_may_be_asked_and_that_nothing_has_to_be_clicked(language: str) -> None:
    said = {"en": ("clicked", "ask a colleague or an admin"), "es": ("pulsar", "pregunte a una persona de su equipo")}
    # Who runs a program knows nobody here.
    of_programs = {"en": ("clicked", "call somebody there, by a number that you find yourself"),
                   "es": ("pulsar", "llame a alguien de allí, a un número que busque usted")}  # fmt: skip
    for name in _NAMES:
        _, body = filled(name, _example(name) | {"role": "admin"}, language=language)
        wanted = of_programs if words(language).letters[name].foot else said
        assert [word for word in wanted[language] if word not in body] == []


def test_both_languages_have_the_same_letters_with_the_same_fields() -> None:
    english, spanish = words("en"), words("es")
    assert list(english.letters) == list(spanish.letters)
    for name in _NAMES:
        assert _fields(english.letters[name].body) == _fields(spanish.letters[name].body), name
        assert english.letters[name].body != spanish.letters[name].body
    assert set(english.roles) == set(spanish.roles) == set(ROLES)


def test_a_letter_that_is_none_is_refused(session: Session) -> None:
    with pytest.raises(BadInputError, match="no such letter"):
        put_out(session, "ana@example.org", "greetings", {}, now=NOW)


def test_a_letter_that_lacks_a_field_is_refused_where_it_is_put_out(session: Session) -> None:
    with pytest.raises(BadInputError, match="lacks"):
        put_out(session, "ana@example.org", "approved", {"when": "2026-11-26"}, now=NOW)


@pytest.mark.parametrize("filling", ["7\r\nBcc: everybody@example.org", "7" * (MOST_SIGNS + 1)])
def test_what_is_filled_in_is_one_short_line(session: Session, filling: str) -> None:
    with pytest.raises(BadInputError, match="short line"):
        put_out(session, "ana@example.org", "approved", {"when": "2026-11-26", "change": filling}, now=NOW)


def test_what_a_letter_does_not_say_is_not_kept(session: Session) -> None:
    put_out(session, "ana@example.org", "joined", {"when": "2026-11-26", "phone": "305 555 0142"}, now=NOW)
    session.flush()
    assert session.scalars(sa.select(Outbox.fields)).one() == '{"when":"2026-11-26"}'


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
